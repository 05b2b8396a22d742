/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Is it raw deflate (RFC 1951) that nobody declared?  SAML puts it into base64 in a query, and any function
 * may do as much.
 *
 * What looks like it (core/deflate_look.c) is given to zlib, which tells nearly all of the rest.  The trap:
 * what stands behind the end or is damaged must not hide what came before, since streaming readers use that;
 * but the less came, the more like text it must be. */

#include "decoders.h"
#include "eventwall/codec.h"
#include "inflate.h"

#define PROBE 4096    /* bytes of output that zlib is asked for */
#define SURE 96       /* bytes of input that no accident stands */
#define TEXT_LEAST 16 /* bytes of text that no accident gives before damage */
#define WHOLE_LEAST 4 /* bytes of output where all input was read to its end */

static bool is_text(struct ew_bytes b)
{
	for (size_t i = 0; i < b.n; i++) {
		if (b.p[i] < ' ' && !(b.p[i] >= '\t' && b.p[i] <= '\r'))
			return false;
	}
	return ew_plausible(b);
}

bool ew_deflate_meant(struct ew_bytes in)
{
	uint8_t out[PROBE];
	size_t n, used;

	if (!ew_deflate_looks(in))
		return false;
	enum ew_inflate r = ew_inflate_probe(in, out, sizeof(out), &n, &used);
	if (r == EW_INFLATE_STOP || (used >= SURE && r != EW_INFLATE_BAD))
		return true;
	if (r == EW_INFLATE_END && used == in.n)
		return n >= WHOLE_LEAST && ew_plausible(ew_bytes(out, n));
	return n >= TEXT_LEAST && is_text(ew_bytes(out, n));
}

bool ew_deflate_declare(struct ew_message *m, struct ew_field *layer)
{
	if (!layer)
		return false;
	if (layer->declared || !ew_deflate_meant(layer->value))
		return true;
	return ew_declare_over(m, layer, &ew_decoder_deflate, ew_bytes(NULL, 0), false);
}
