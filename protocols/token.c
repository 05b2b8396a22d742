/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A JSON Web Token, a session cookie of Django, Flask or Rails: base64 of a document, a mark, a signature.  A large
 * document is packed by zlib, and a dot before it says so.
 *
 *     eyJhIjoxfQ.eyJiIjoyfQ.Kx3v...          {"a":1}{"b":2}+.o....
 *     |________|                             |_____|
 *     first part                             a whole document, and what follows is noise
 *
 * Who passes over the mark reads the parts as one, so that reading is opened and matched.  But a signature read
 * as JSON is damaged, is no UTF-8, has text behind the document: what every such token shows tells nothing of
 * this one.  Each part is opened alone as well (jwt.c, pieces.c), and what is odd in it is said there.
 *
 * The trap: the document has to end where the first part does.  If it could go on behind the mark, the mark would
 * be a way to hide an anomaly; whatever is not sure to have ended is no token. */

#include "token.h"

#include "eventwall/codec.h"
#include "inflate.h"

#define ZLIB_HEAD 2
#define ZLIB_TAIL 4

/* Does the object end with the last byte, and not before?  Comments could hold brackets: not sure. */
static bool is_whole_object(struct ew_bytes v)
{
	size_t depth = 0;
	uint8_t quote = 0;

	if (v.n < 2 || v.p[0] != '{')
		return false;
	for (size_t i = 0; i < v.n; i++) {
		uint8_t c = v.p[i];
		if (quote) {
			if (c == '\\')
				i++;
			else if (c == quote)
				quote = 0;
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (c == '/' || c == '#' || c == '\\') {
			return false;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if ((c == '}' || c == ']') && --depth == 0) {
			return i == v.n - 1;
		}
	}
	return false;
}

/* Does the stream end with the last byte, and not before? */
static bool is_whole_stream(struct ew_bytes v)
{
	return v.n > ZLIB_HEAD + ZLIB_TAIL &&
	       ew_inflate_extent(ew_bytes_from(v, ZLIB_HEAD)) == v.n - ZLIB_HEAD - ZLIB_TAIL;
}

bool ew_token_like(struct ew_bytes v, struct ew_bytes out)
{
	size_t i = 0, end;
	bool packed = ew_magic_zlib(out);

	if (packed && v.n && v.p[0] == '.')
		v = ew_bytes_from(v, 1);
	/* An opening brace begins with an e, and so does zlib. */
	if (v.n == 0 || v.p[0] != 'e')
		return false;
	while (i < v.n && ew_base64_values[v.p[i]] < 64 &&
	       (packed || !(v.p[i] == '-' && v.n - i > 1 && v.p[i + 1] == '-')))
		i++;
	end = i / 4 * 3 + i % 4 * 3 / 4;
	while (i < v.n && v.p[i] == '=')
		i++;
	/* Padding alone is no mark, and a line break is one that every reader passes over. */
	if (i == v.n || (v.p[i] != '-' && ew_base64_values[v.p[i]] < 64) || v.p[i] <= ' ')
		return false;
	if (end > out.n)
		return false;
	return packed ? is_whole_stream(ew_bytes(out.p, end)) : is_whole_object(ew_bytes(out.p, end));
}

const struct ew_decoder ew_token_layer = { "base64", EW_DECODER_EXTRACT | EW_DECODER_HEARSAY, NULL, NULL };
