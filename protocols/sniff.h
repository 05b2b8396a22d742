/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_SNIFF_H
#define EVENTWALL_PROTOCOLS_SNIFF_H

/* The looks that spare most leaves being offered around.  What a value looks like is told in the flags
 * EW_DECODER_BY_HEAD, _MARK, _ALPHABET, _HEX, _BASE32, _BASE85, _STRAY and _RUN; a decoder that has some of these
 * is offered only values that have one of them.  A value with none is plain and offered to nobody.
 *
 * A decoder whose input can look otherwise must widen these; tests/unit/test_decode.c asks each one. */

#include "eventwall/protocol.h"

#define EW_LOOKS                                                                                   \
	(EW_DECODER_BY_HEAD | EW_DECODER_BY_MARK | EW_DECODER_BY_ALPHABET | EW_DECODER_BY_STRAY |     \
	 EW_DECODER_BY_RUN | EW_DECODER_BY_HEX | EW_DECODER_BY_BASE32 | EW_DECODER_BY_BASE85)

/* It begins like a document or a known form: blank, quote, bracket, "<", a backslash, "//", "--", "data:",
 * "begin ", "x^", "0x", what a brace with or without blanks before it is in base64, pairs of hex with separators;
 * or one of its first four bytes is a control byte or past ASCII. */
bool ew_value_has_head(struct ew_bytes v);

/* Those of EW_DECODER_BY_MARK that it holds, of  % & + = \  and EW_DECODER_BY_ALPHABET if it has eight bytes or
 * more, all of them letters, digits, blanks or  + / - _ = , that might come to something as base64, and
 * EW_DECODER_BY_HEX or EW_DECODER_BY_BASE32 if these begin like it; otherwise EW_DECODER_BY_BASE85 if it begins
 * like that and has no blanks, and EW_DECODER_BY_STRAY if it might be base64 for one who passes
 * over what does not belong.  EW_DECODER_BY_RUN if a piece of it might be base64 or hex. */
unsigned ew_value_looks(struct ew_bytes v);

/* Has it a run of so many letters, digits and  + / - _  (sixteen with padding), beside other bytes or behind a
 * slash, a dash, _ or =? */
#define EW_RUN_LEAST 14
bool ew_value_has_piece(struct ew_bytes v);

/* Does it begin with characters of base64 that come to text or a known magic, whatever stands between? */
bool ew_base64_strayed(struct ew_bytes v);

/* Has it as many characters as sixteen bytes take, and are the first eight of base32 in one case? */
#define EW_BASE32_LEAST 26
bool ew_base32_begins(struct ew_bytes v);

/* The same of base85, where the first ten have to come to text. */
#define EW_BASE85_LEAST 20
bool ew_base85_begins(struct ew_bytes v);

/* Does it begin as base64 of an object does, with or without blanks before the brace? */
bool ew_base64_object_begins(struct ew_bytes v);

#endif
