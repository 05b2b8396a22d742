/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The text in JSON: strings and their escapes (RFC 8259 section 7, and what JSON5 and lenient readers
 * add).  A string without escapes is a view of the source.
 *
 * It never refuses: half a surrogate pair becomes its three bytes, a broken escape stays as it stands, and
 * each is raised.  The trap: unescaping must never give more bytes than it takes; the room is the
 * length of the source. */

#include "json.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* First of: `quote`, a backslash, a control byte.  `*high_r` collects whether a byte past 0x7f was
 * passed over. */
static inline const uint8_t *string_stop(const uint8_t *p, const uint8_t *end, uint8_t quote,
                                         unsigned *high_r)
{
#ifdef __SSE2__
	const __m128i q = _mm_set1_epi8((char)quote), b = _mm_set1_epi8('\\'), c = _mm_set1_epi8(0x1f);

	while (end - p >= 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i hit = _mm_or_si128(_mm_cmpeq_epi8(x, q), _mm_cmpeq_epi8(x, b));
		hit = _mm_or_si128(hit, _mm_cmpeq_epi8(_mm_min_epu8(x, c), x));
		unsigned stop = (unsigned)_mm_movemask_epi8(hit);
		unsigned high = (unsigned)_mm_movemask_epi8(x);
		if (stop) {
			*high_r |= high & (stop - 1) & ~stop;
			return p + __builtin_ctz(stop);
		}
		*high_r |= high;
		p += 16;
	}
#endif
	while (p < end && *p != quote && *p != '\\' && *p >= 0x20)
		*high_r |= *p++ & 0x80;
	return p;
}

static int hex_digit(uint8_t c)
{
	if ((uint8_t)(c - '0') < 10)
		return c - '0';
	c |= 0x20;
	return (uint8_t)(c - 'a') < 6 ? c - 'a' + 10 : -1;
}

/* `digits` hex digits at `p`; -1 if they are not all there. */
static int32_t hex_at(const uint8_t *p, const uint8_t *end, int digits)
{
	int32_t v = 0;

	if (end - p < digits)
		return -1;
	for (int i = 0; i < digits; i++) {
		int d = hex_digit(p[i]);
		if (d < 0)
			return -1;
		v = v << 4 | d;
	}
	return v;
}

/* "u" and what follows; `p` is past the u.  Nothing is written if it is no escape. */
static const uint8_t *unicode_escape(struct ew_json *j, const uint8_t *p, const uint8_t *end,
                                     uint8_t **out)
{
	int32_t cp = hex_at(p, end, 4), low;

	if (cp < 0)
		return NULL;
	p += 4;
	if (cp >= 0xd800 && cp < 0xdc00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u' &&
	    (low = hex_at(p + 2, end, 4)) >= 0xdc00 && low < 0xe000) {
		cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
		p += 6;
	} else if (cp >= 0xd800 && cp < 0xe000) {
		j->raised |= EW_JSON_BIT(LONE_SURROGATE);
	} else if (cp == 0) {
		j->raised |= EW_JSON_BIT(NUL);
	}
	*out += ew_utf8_put(*out, (uint32_t)cp);
	return p;
}

/* An escape outside RFC 8259; `p` is at the byte after the backslash.  JavaScript's are undone as
 * JavaScript does, of any other the backslash falls, as in most readers that go on. */
static const uint8_t *relaxed_escape(struct ew_json *j, const uint8_t *p, const uint8_t *end,
                                     uint8_t **out)
{
	int32_t v;

	j->raised |= EW_JSON_BIT(RELAXED_JSON);
	switch (*p) {
	case 'v':
		*(*out)++ = '\v';
		return p + 1;
	case '0':
		j->raised |= EW_JSON_BIT(NUL);
		*(*out)++ = 0;
		return p + 1;
	case 'x':
		v = hex_at(p + 1, end, 2);
		if (v >= 0) {
			*out += ew_utf8_put(*out, (uint32_t)v);
			return p + 3;
		}
		break;
	case '\r':
		return end - p > 1 && p[1] == '\n' ? p + 2 : p + 1;
	case '\n':
		return p + 1;
	case 'u':
		*(*out)++ = '\\';
		break;
	default:
		break;
	}
	*(*out)++ = *p;
	return p + 1;
}

static const uint8_t *one_escape(struct ew_json *j, const uint8_t *p, const uint8_t *end, uint8_t **out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *known = *p ? strchr(from, *p) : NULL;
	const uint8_t *past;

	if (known) {
		*(*out)++ = (uint8_t)to[known - from];
		return p + 1;
	}
	if (*p == 'u' && (past = unicode_escape(j, p + 1, end, out)))
		return past;
	return relaxed_escape(j, p, end, out);
}

/* No memory: empty, and the arena's mark is found by the next emit. */
static struct ew_bytes unescape(struct ew_json *j, struct ew_bytes raw)
{
	uint8_t *base = ew_arena_alloc_raw(j->m->arena, raw.n), *out = base;
	const uint8_t *p = raw.p, *end = raw.p + raw.n;

	if (!base)
		return ew_bytes(NULL, 0);
	while (p < end) {
		const uint8_t *slash = memchr(p, '\\', (size_t)(end - p));
		size_t n = (size_t)((slash ? slash : end) - p);
		memcpy(out, p, n);
		out += n;
		p += n;
		if (!slash)
			break;
		p++;
		if (p == end)
			*out++ = '\\';
		else
			p = one_escape(j, p, end, &out);
	}
	ew_arena_shrink(j->m->arena, base, raw.n, (size_t)(out - base));
	return ew_bytes(base, (size_t)(out - base));
}

const uint8_t *ew_json_string(struct ew_json *j, const uint8_t *p, uint8_t quote,
                              struct ew_bytes *text_r)
{
	const uint8_t *start = p, *end = j->end;
	unsigned high = 0;
	bool escaped = false;

	for (;;) {
		p = string_stop(p, end, quote, &high);
		if (p == end || *p == quote)
			break;
		if (*p == '\\') {
			escaped = true;
			p += end - p > 1 ? 2 : 1;
			high |= p[-1] & 0x80;
		} else {
			j->raised |= *p ? EW_JSON_BIT(CTL_IN_STRING) :
			                  EW_JSON_BIT(CTL_IN_STRING) | EW_JSON_BIT(NUL);
			p++;
		}
	}
	*text_r = ew_bytes(start, (size_t)(p - start));
	if (high)
		j->raised |= ew_text_faults(*text_r);
	if (escaped)
		*text_r = unescape(j, *text_r);
	if (p == end) {
		ew_json_ends_early(j);
		return end;
	}
	return p + 1;
}
