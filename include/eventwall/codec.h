/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_CODEC_H
#define EVENTWALL_CODEC_H

/* Text encodings of bytes, both as the union of what lenient consumers accept, and the question
 * whether bytes look meant.  Pure functions: the caller owns every buffer and knows its size from the
 * macros here.  Decoders never stop at damage; they report it, and the caller judges. */

#include "eventwall/bytes.h"

/* Room that decoding or encoding `n` bytes may need. */
#define EW_BASE64_DECODED(n) ((n) / 4 * 3 + 3)
#define EW_BASE64_ENCODED(n) (((n) + 2) / 3 * 4)
#define EW_HEX_DECODED(n) ((n) / 2)

struct ew_base64_traits {
	size_t blanks;  /* space, tab, CR, LF */
	size_t foreign; /* bytes outside both alphabets that were skipped */
	bool inner_pad; /* content after padding */
	bool cut;       /* a group of one character: its six bits are lost */
};

/* Both alphabets, blanks and foreign bytes skipped, padding optional; padding in the middle ends a
 * group and reading goes on.  `out` has room for EW_BASE64_DECODED(in.n).  Returns bytes written. */
size_t ew_base64_decode(struct ew_bytes in, uint8_t *out, struct ew_base64_traits *traits_r);

/* The first bytes that ew_base64_decode() would write, `most` of them and up to two more, reading no further than
 * that takes.  Returns bytes written. */
size_t ew_base64_peek(struct ew_bytes in, uint8_t *out, size_t most);

/* Sure that ew_plausible() and ew_deflate_looks() refuse what ew_base64_decode() makes of it: a fast look that
 * spares decoding.  `in` holds nothing but characters of both alphabets and blanks, no padding.  False: who
 * knows. */
bool ew_base64_dull(struct ew_bytes in);

/* Six bits for each character of both alphabets; past 63 for any other byte. */
extern const uint8_t ew_base64_values[256];

/* Are characters of both alphabets in it (+ or / beside - or _)? */
bool ew_base64_mixed(struct ew_bytes in);

/* Standard alphabet with padding and without line breaks, no NUL.  `out` has room for
 * EW_BASE64_ENCODED(in.n).  Returns bytes written. */
size_t ew_base64_encode(struct ew_bytes in, uint8_t *out);

/* Pairs of hex digits; between pairs blanks, one of  : - , ; . _  and prefixes (0x, \x) are skipped.  False: not
 * wholly hex; `out` then holds junk.  Room: EW_HEX_DECODED(in.n). */
EW_MUSTCHECK bool ew_hex_decode(struct ew_bytes in, uint8_t *out, size_t *n_r);

/* 0..15, or -1. */
int ew_hex_digit(uint8_t c);

struct ew_percent_traits {
	size_t good;   /* %HH and %uXXXX undone */
	size_t broken; /* a percent sign that begins neither; kept as it is */
	size_t pluses; /* turned into spaces */
};

/* Each escape undone once; `plus` reads + as a space, too.  `out` has room for in.n bytes and may be
 * in.p itself.  Returns bytes written. */
size_t ew_percent_decode(struct ew_bytes in, bool plus, uint8_t *out,
                         struct ew_percent_traits *traits_r);

/* Is there at least one escape to undo? */
bool ew_percent_found(struct ew_bytes in);

/* Quoted-printable (RFC 2045, 6.7): soft line breaks joined with CRLF or LF, broken escapes kept and
 * counted.  `out` has room for in.n bytes.  Returns bytes written. */
size_t ew_qp_decode(struct ew_bytes in, uint8_t *out, size_t *broken_r);

/* Would somebody have encoded this?  True for UTF-8 text without control bytes, for text in UTF-16
 * or UTF-32 that is mostly ASCII, for bytes with a long printable run, and for known magics.  Random bytes pass
 * about once in a thousand for short input; a wrong yes costs time, never detection. */
bool ew_plausible(struct ew_bytes b);

/* UTF-8 without control bytes but blanks and line ends. */
bool ew_text_plain(struct ew_bytes b);

/* Does it begin like gzip, zlib, zstd, lz4, snappy, Java serialisation, pickle, CBOR, Smile, Avro, zip,
 * KPL? */
bool ew_magic_known(struct ew_bytes b);

/* Might a longer one that begins with these three be? */
bool ew_magic_begins(const uint8_t first[3]);

/* Could it begin a raw deflate stream, or be the beginning of one?  One in seventy random values of some length
 * stands this look. */
bool ew_deflate_looks(struct ew_bytes b);

/* A zlib header that zlib itself writes. */
bool ew_magic_zlib(struct ew_bytes b);

/* The same of a stream with a preset dictionary, with the window that all have. */
bool ew_magic_zlib_preset(struct ew_bytes b);

/* Some UTF-8 sequence is longer than it need be. */
bool ew_utf8_overlong(struct ew_bytes a);

/* Two bytes a character, nearly all of them ASCII; `*big_r`: the high byte comes first. */
bool ew_utf16_ascii(struct ew_bytes b, bool *big_r);

#endif
