/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_MIME_H
#define EVENTWALL_PROTOCOLS_MIME_H

/* Header fields and their parameters, as RFC 2045, 2183 and 2231 write them and as lenient readers take
 * them.  All views are into the text given. */

#include "eventwall/protocol.h"

/* What strict and lenient readers could take differently. */
enum ew_mime_odd {
	EW_MIME_BARE_LF = 1 << 0,
	EW_MIME_FOLDED = 1 << 1,
	EW_MIME_NUL = 1 << 2,
	EW_MIME_NO_COLON = 1 << 3,
	EW_MIME_BLANK_NAME = 1 << 4, /* blanks before the colon, or no name */
	EW_MIME_BARE_CR = 1 << 5,
	EW_MIME_QUOTING = 1 << 6, /* an open quote, an escape, text behind a closing quote */
	EW_MIME_EXTENDED = 1 << 7, /* name*=, name*0= */
	EW_MIME_NO_END = 1 << 8,   /* no empty line behind the head */
};

struct ew_mime_field {
	struct ew_bytes name, value; /* value without blanks around it; folds stay in it */
};

/* Take one field off the front of `*rest`; an empty line ends the head and is taken, too.  False: the
 * head has ended.  Oddities are added to `*odd`. */
EW_MUSTCHECK bool ew_mime_next_field(struct ew_bytes *rest, struct ew_mime_field *field_r,
                                     unsigned *odd);

struct ew_mime_param {
	struct ew_bytes name;  /* without * and section number */
	struct ew_bytes value; /* without quotes, escapes as they stand */
	bool escaped;          /* value holds backslashes within quotes */
	bool extended;         /* name* or name*N*: charset'language'percent-encoded */
	bool section;          /* name*N: a piece of a longer value */
	size_t number;         /* N; too large: SIZE_MAX */
};

/* Take one parameter off the front of `*rest`, which begins at or before a semicolon.  False: none is
 * left. */
EW_MUSTCHECK bool ew_mime_next_param(struct ew_bytes *rest, struct ew_mime_param *param_r,
                                     unsigned *odd);

/* The text before the first semicolon, trimmed; `*rest` stands at the semicolon. */
struct ew_bytes ew_mime_take_token(struct ew_bytes *rest);

/* Of a charset with that name: are bytes below 0x80 what they are in ASCII, also behind others?  Wide text is
 * known by its looks. */
bool ew_charset_is_read(struct ew_bytes name);

/* Is it one of EBCDIC that the decoder `ebcdic` reads, to which it is the argument? */
bool ew_charset_is_ebcdic(struct ew_bytes name);

#endif
