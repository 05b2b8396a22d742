/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Bytes that are no text and that no format of ours explains: images, archives, ciphertext, firmware.
 *
 *     FF D8 FF E0 .. 45 78 69 66 00 .. 3C 3F 78 70 61 63 6B 65 74 ...
 *                                      |-- <?xpacket begin=... --|      strings[0], opened like any text
 *
 * Read as one text, such a value holds everything by chance: in a megabyte of noise there is a quote before an
 * operator, an overlong slash, an expression in braces.  Its runs of text are what a reader could take for text,
 * so these are opened and matched, each as a value of its own, and of the value itself only what asks for raw
 * bytes is looked for (EW_DECODER_RUNS).
 *
 * The trap: nothing that a reader of text would join may be split.  So blanks, line ends, all of UTF-8 and even its
 * overlong forms belong to a run, and text in which one byte in eight is odd at most is no noise: it stays whole.
 * The larger the value, the longer are the runs that chance alone makes: at 18 characters, one in ten megabytes of
 * noise.  Where there are more runs than fields to spare, neighbours are opened together with what is between. */

#include "strings.h"

#include "decoders.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define RUN_LEAST 6  /* characters, up to so many bytes */
#define RUN_LEAST_UP_TO 128
#define RUN_LEAST_MOST 18
#define FIELDS_SHARE 4 /* of the fields that are left, one in so many */
#define NOISE_LEAST 32
#define SAMPLES 64 /* of a large value, so many pieces */
#define SAMPLE 64  /* of so many bytes */

static bool is_ascii_text(uint8_t c)
{
	return (c >= 0x20 && c < 0x7f) || (c >= '\t' && c <= '\r');
}

static bool is_trail(uint8_t c)
{
	return (c & 0xc0) == 0x80;
}

/* Bytes of the character at `p`, overlong or not; 0: none begins there. */
static size_t character(const uint8_t *p, const uint8_t *end)
{
	size_t left = (size_t)(end - p), n;

	if (*p < 0x80)
		return is_ascii_text(*p);
	n = *p < 0xc0 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : *p < 0xf8 ? 4 : 0;
	if (n > left)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if (!is_trail(p[i]))
			return 0;
	}
	return n;
}

#ifdef __SSE2__
/* The first byte from `p` on that is no text in ASCII. */
static inline const uint8_t *ascii_end(const uint8_t *p, const uint8_t *end)
{
	const __m128i least = _mm_set1_epi8(0x20), most = _mm_set1_epi8(0x7e);
	const __m128i tab = _mm_set1_epi8('\t'), five = _mm_set1_epi8(4);

	for (; end - p >= 16; p += 16) {
		__m128i c = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i line = _mm_sub_epi8(c, tab);
		/* As signed bytes, all past ASCII are below the blank. */
		__m128i odd = _mm_or_si128(_mm_cmplt_epi8(c, least), _mm_cmpgt_epi8(c, most));
		odd = _mm_andnot_si128(_mm_cmpeq_epi8(_mm_min_epu8(line, five), line), odd);
		unsigned at = (unsigned)_mm_movemask_epi8(odd);
		if (at)
			return p + __builtin_ctz(at);
	}
	while (p < end && is_ascii_text(*p))
		p++;
	return p;
}
#else
static inline const uint8_t *ascii_end(const uint8_t *p, const uint8_t *end)
{
	while (p < end && is_ascii_text(*p))
		p++;
	return p;
}
#endif

static size_t odd_bytes(const uint8_t *p, const uint8_t *end)
{
	size_t odd = 0, n;

	while ((p = ascii_end(p, end)) < end) {
		n = character(p, end);
		odd += n == 0;
		p += n ? n : 1;
	}
	return odd;
}

bool ew_value_is_noise(struct ew_bytes v)
{
	size_t odd = 0, step = v.n / SAMPLES;

	if (v.n < NOISE_LEAST)
		return false;
	if (step <= SAMPLE)
		return odd_bytes(v.p, v.p + v.n) > v.n / 8;
	for (size_t i = 0; i < SAMPLES; i++)
		odd += odd_bytes(v.p + i * step, v.p + i * step + SAMPLE);
	return odd > SAMPLES * SAMPLE / 8;
}

static size_t run_least_in_noise(struct ew_bytes v)
{
	size_t least = RUN_LEAST;

	for (size_t most = RUN_LEAST_UP_TO; v.n > most && least < RUN_LEAST_MOST; most *= 2)
		least++;
	return least;
}

size_t ew_run_least(struct ew_bytes v)
{
	return ew_value_is_noise(v) ? run_least_in_noise(v) : RUN_LEAST;
}

/* A run, and whether it is UTF-16 of ASCII: one byte, then a zero. */
struct run {
	const uint8_t *from, *to;
	bool wide;
};

static const uint8_t *wide_end(const uint8_t *p, const uint8_t *end)
{
	while (end - p >= 2 && is_ascii_text(p[0]) && p[1] == 0)
		p += 2;
	return p;
}

/* The next one of `least` characters in bytes from `p` on. */
static bool next_run(const uint8_t *p, const uint8_t *end, size_t least, struct run *run_r)
{
	while (p < end) {
		const uint8_t *q = p;
		size_t characters = 0;
		for (size_t n = 1; n && q < end; q += n) {
			const uint8_t *ascii = q;
			q = ascii_end(q, end);
			characters += (size_t)(q - ascii);
			n = q < end ? character(q, end) : 0;
			characters += n != 0;
		}
		if (characters >= least) {
			*run_r = (struct run){ p, q, false };
			return true;
		}
		const uint8_t *first = characters ? q - 1 : q, *wide = wide_end(first, end);
		if ((size_t)(wide - first) >= 2 * least) {
			*run_r = (struct run){ first, wide, true };
			return true;
		}
		p = q + (q < end);
	}
	return false;
}

static size_t count_runs(struct ew_bytes v, size_t least)
{
	struct run r = { NULL, v.p, false };
	size_t n = 0;

	while (next_run(r.to, v.p + v.n, least, &r))
		n++;
	return n;
}

static bool emit(struct ew_message *m, struct ew_field *list, struct ew_bytes text)
{
	return ew_decode_emit(m, list, ew_bytes(NULL, 0), text, EW_KIND_BYTES, 0) != NULL;
}

static bool emit_run(struct ew_message *m, struct ew_field *list, const struct run *r)
{
	size_t n = (size_t)(r->to - r->from), room;
	uint8_t *narrow;

	if (!r->wide)
		return emit(m, list, ew_bytes(r->from, n));
	narrow = ew_decode_buffer(m, list, n / 2, &room);
	if (!narrow || room < n / 2)
		return false;
	m->used_output += n / 2;
	for (size_t i = 0; i < n / 2; i++)
		narrow[i] = r->from[2 * i];
	return emit(m, list, ew_bytes(narrow, n / 2));
}

bool ew_is_run(const struct ew_field *f)
{
	return !f->via && f->parent && f->parent->via == &ew_decoder_strings;
}

static bool claims(const struct ew_field *f)
{
	return !ew_is_run(f) && ew_value_is_noise(f->value);
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	const uint8_t *end = f->value.p + f->value.n;
	size_t least = run_least_in_noise(f->value); /* or claims() would not have taken it */
	size_t fields = (m->limits->fields - m->used_fields) / FIELDS_SHARE, together = 1;
	struct run r = { NULL, f->value.p, false };
	struct ew_field *list = ew_decode_layer(m, f, &ew_decoder_strings, f->value, EW_KIND_ARRAY, 0);

	if (!list)
		return EW_LIMIT;
	/* Only a large value can have too many of them. */
	if (f->value.n / least > fields) {
		size_t runs = count_runs(f->value, least);
		together = fields ? (runs + fields - 1) / fields : runs;
	}
	while (next_run(r.to, end, least, &r)) {
		struct run first = r;
		for (size_t i = 1; i < together && next_run(r.to, end, least, &r); i++)
			;
		bool good = together > 1 ? emit(m, list, ew_bytes(first.from, (size_t)(r.to - first.from))) :
		                           emit_run(m, list, &r);
		if (!good)
			return EW_LIMIT;
	}
	return EW_OK;
}

const struct ew_decoder ew_decoder_strings = {
	.name = "strings",
	.flags = EW_DECODER_BINARY | EW_DECODER_TENTATIVE | EW_DECODER_RUNS,
	.claims = claims,
	.decode = decode,
};
