/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Compressed bytes behind their length, as databases (MySQL's COMPRESS), Qt and many a helper in .NET store
 * them:
 *
 *     99 00 00 00 | 78 9c b3 29 ...      four bytes or eight, in either order; then zlib, gzip, zstd or lz4
 *
 * What the number says is nobody's concern: some readers use it for a buffer, most pass over it.  The trap:
 * two bytes of a zlib header come up by chance, so zlib is asked whether it can read on; and whatever else the
 * value may be, others are asked all the same. */

#include "decoders.h"
#include "eventwall/codec.h"
#include "inflate.h"

#define LEAST 10      /* bytes behind the length */
#define PROBE 1024
#define DAMAGED_LEAST 16 /* bytes that no accident gives before damage */

static bool begins_packed(struct ew_bytes v)
{
	if (v.n < LEAST)
		return false;
	switch (v.p[0]) {
	case 0x1f:
		return v.p[1] == 0x8b && v.p[2] == 8 && v.p[3] < 0x20;
	case 0x28:
		return memcmp(v.p, "\x28\xb5\x2f\xfd", 4) == 0;
	case 0x04:
		return memcmp(v.p, "\x04\x22\x4d\x18", 4) == 0;
	case 0x78:
		return ew_magic_zlib(v);
	default:
		return false;
	}
}

/* Where the stream begins; 0: nowhere. */
static size_t stream_at(struct ew_bytes v)
{
	for (size_t at = 4; at <= 8; at += 4) {
		if (begins_packed(ew_bytes_from(v, at < v.n ? at : v.n)))
			return at;
	}
	return 0;
}

static bool is_read(struct ew_bytes v)
{
	uint8_t out[PROBE];
	size_t n, used;

	return ew_inflate_probe(ew_bytes_from(v, 2), out, sizeof(out), &n, &used) != EW_INFLATE_BAD ||
	       n >= DAMAGED_LEAST;
}

static size_t meant_at(struct ew_bytes v)
{
	size_t at = stream_at(v);

	return at && (v.p[at] != 0x78 || is_read(ew_bytes_from(v, at))) ? at : 0;
}

bool ew_length_meant(struct ew_bytes v)
{
	return meant_at(v) != 0;
}

/* Of four bytes and a stream: the seventh character has bits of the first two of the stream.
 *
 *     MwAA|AB+L|CA      mQAA|AHic        gzip ends a group with +LC, zlib with ic, gB, he or ja */
bool ew_length_in_base64(struct ew_bytes v)
{
	if (v.n < 16)
		return false;
	switch (v.p[6]) {
	case '+': case '-':
		return v.p[7] == 'L' && v.p[8] == 'C';
	case 'g':
		return v.p[7] == 'B' && memchr("HXn3", v.p[5], 4);
	case 'h':
		return v.p[7] == 'e' && memchr("HXn3", v.p[5], 4);
	case 'i':
		return v.p[7] == 'c' && memchr("HXn3", v.p[5], 4);
	case 'j':
		return v.p[7] == 'a' && memchr("HXn3", v.p[5], 4);
	default:
		return false;
	}
}

static bool claims(const struct ew_field *f)
{
	return stream_at(f->value) != 0;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	size_t at = meant_at(f->value);
	struct ew_field *layer;

	if (at == 0)
		return EW_DECLINED;
	layer = ew_decode_layer(m, f, &ew_decoder_length, ew_bytes_from(f->value, at), EW_KIND_BYTES, 0);
	return layer ? EW_OK : EW_LIMIT;
}

const struct ew_decoder ew_decoder_length = {
	.name = "length",
	.flags = EW_DECODER_BINARY | EW_DECODER_EXTRACT | EW_DECODER_TENTATIVE | EW_DECODER_BY_HEAD,
	.claims = claims,
	.decode = decode,
};
