/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* One pass over a leaf that answers which decoders, if any, need to see it.  Most leaves of most messages
 * are plain, and asking a dozen decoders about each of them would cost more than reading the document.
 * The trap: what this calls plain is never opened, so it errs towards asking. */

#include "sniff.h"

#include "eventwall/codec.h"
#include "inflate.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define ALPHABET_LEAST 8
#define SHORT_MOST 64 /* bytes of a value whose places fit into a word */

enum { MARK = 1, OTHER = 2 }; /* of % & + = and the backslash; outside the alphabet of base64 and blanks */

/* Places in a short value.  Whatever is in neither `run` nor `edge` is outside the alphabet. */
struct places {
	uint64_t run;   /* letters, digits and  + / - _ */
	uint64_t joint; /* of them  / - _ */
	uint64_t edge;  /* blanks and = */
	uint64_t mark;  /* % & + = and the backslash */
};

#ifdef __SSE2__
static inline unsigned marks_of(__m128i c)
{
	__m128i mark = _mm_or_si128(_mm_cmpeq_epi8(c, _mm_set1_epi8('%')),
	                            _mm_cmpeq_epi8(c, _mm_set1_epi8('&')));

	mark = _mm_or_si128(mark, _mm_cmpeq_epi8(c, _mm_set1_epi8('+')));
	mark = _mm_or_si128(mark, _mm_cmpeq_epi8(c, _mm_set1_epi8('=')));
	mark = _mm_or_si128(mark, _mm_cmpeq_epi8(c, _mm_set1_epi8('\\')));
	return _mm_movemask_epi8(mark) ? MARK : 0;
}

static inline unsigned others_of(__m128i c)
{
	__m128i alpha = _mm_sub_epi8(_mm_or_si128(c, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
	__m128i digit = _mm_sub_epi8(c, _mm_set1_epi8('/')); /* the slash comes just before 0 */
	__m128i blank = _mm_sub_epi8(c, _mm_set1_epi8('\t'));
	__m128i known;

	known = _mm_cmpeq_epi8(_mm_min_epu8(alpha, _mm_set1_epi8(25)), alpha);
	known = _mm_or_si128(known, _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(10)), digit));
	known = _mm_or_si128(known, _mm_cmpeq_epi8(_mm_min_epu8(blank, _mm_set1_epi8(1)), blank));
	known = _mm_or_si128(known, _mm_cmpeq_epi8(c, _mm_set1_epi8('\r')));
	known = _mm_or_si128(known, _mm_cmpeq_epi8(c, _mm_set1_epi8('-')));
	known = _mm_or_si128(known, _mm_cmpeq_epi8(c, _mm_set1_epi8('_')));
	known = _mm_or_si128(known, _mm_cmpeq_epi8(c, _mm_set1_epi8(' ')));
	known = _mm_or_si128(known, _mm_cmpeq_epi8(c, _mm_set1_epi8('+')));
	known = _mm_or_si128(known, _mm_cmpeq_epi8(c, _mm_set1_epi8('=')));
	return _mm_movemask_epi8(known) != 0xffff ? OTHER : 0;
}

static inline unsigned classes_of(__m128i c)
{
	__m128i alpha = _mm_sub_epi8(_mm_or_si128(c, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
	__m128i digit = _mm_sub_epi8(c, _mm_set1_epi8('0'));
	__m128i word = _mm_cmpeq_epi8(_mm_min_epu8(alpha, _mm_set1_epi8(25)), alpha);

	word = _mm_or_si128(word, _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit));
	word = _mm_or_si128(word, _mm_cmpeq_epi8(c, _mm_set1_epi8(' ')));
	word = _mm_or_si128(word, _mm_cmpeq_epi8(c, _mm_set1_epi8('-')));
	/* Most values are words throughout. */
	return _mm_movemask_epi8(word) == 0xffff ? 0 : marks_of(c) | others_of(c);
}

/* Four to eight bytes from both ends, twice: the middle may come double. */
static inline __m128i both_ends(const uint8_t *p, size_t n)
{
	uint32_t first, last;

	memcpy(&first, p, 4);
	memcpy(&last, p + n - 4, 4);
	return _mm_set1_epi64x((long long)((uint64_t)first << 32 | last));
}

static inline __m128i sixteen(const uint8_t *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

/* Eight to fifteen bytes, letters behind them. */
static inline __m128i some_of_sixteen(const uint8_t *p, size_t n)
{
	uint64_t first, last;

	memcpy(&first, p, 8);
	memcpy(&last, p + n - 8, 8);
	last = n == 8 ? UINT64_C(0x6161616161616161) :
	                last >> (16 - n) * 8 | UINT64_C(0x6161616161616161) << (n - 8) * 8;
	return _mm_set_epi64x((long long)last, (long long)first);
}

static inline uint64_t set_of(__m128i these, size_t at)
{
	return (uint64_t)(unsigned)_mm_movemask_epi8(these) << at;
}

static inline void sort(struct places *s, __m128i c, size_t at)
{
	__m128i alpha = _mm_sub_epi8(_mm_or_si128(c, _mm_set1_epi8(0x20)), _mm_set1_epi8('a'));
	__m128i digit = _mm_sub_epi8(c, _mm_set1_epi8('0'));
	__m128i run = _mm_or_si128(_mm_cmpeq_epi8(_mm_min_epu8(alpha, _mm_set1_epi8(25)), alpha),
	                           _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit));
	__m128i joint = _mm_cmpeq_epi8(c, _mm_set1_epi8('-'));
	__m128i edge = _mm_cmpeq_epi8(c, _mm_set1_epi8(' '));

	run = _mm_or_si128(run, joint);
	/* Most values are words throughout. */
	if (_mm_movemask_epi8(_mm_or_si128(run, edge)) != 0xffff) {
		__m128i plus = _mm_cmpeq_epi8(c, _mm_set1_epi8('+'));
		__m128i equal = _mm_cmpeq_epi8(c, _mm_set1_epi8('='));
		__m128i line = _mm_sub_epi8(c, _mm_set1_epi8('\t'));
		joint = _mm_or_si128(joint, _mm_cmpeq_epi8(c, _mm_set1_epi8('/')));
		joint = _mm_or_si128(joint, _mm_cmpeq_epi8(c, _mm_set1_epi8('_')));
		run = _mm_or_si128(run, _mm_or_si128(joint, plus));
		edge = _mm_or_si128(edge, equal);
		edge = _mm_or_si128(edge, _mm_cmpeq_epi8(_mm_min_epu8(line, _mm_set1_epi8(1)), line));
		edge = _mm_or_si128(edge, _mm_cmpeq_epi8(c, _mm_set1_epi8('\r')));
		__m128i mark = _mm_or_si128(plus, equal);
		mark = _mm_or_si128(mark, _mm_cmpeq_epi8(c, _mm_set1_epi8('%')));
		mark = _mm_or_si128(mark, _mm_cmpeq_epi8(c, _mm_set1_epi8('&')));
		mark = _mm_or_si128(mark, _mm_cmpeq_epi8(c, _mm_set1_epi8('\\')));
		s->mark |= set_of(mark, at);
	}
	s->run |= set_of(run, at);
	s->joint |= set_of(joint, at);
	s->edge |= set_of(edge, at);
}

static inline struct places places_of(struct ew_bytes v)
{
	struct places s = { 0, 0, 0, 0 };
	size_t i = 0;

	if (v.n < 16) {
		sort(&s, some_of_sixteen(v.p, v.n), 0);
		return s;
	}
	for (; v.n - i >= 16; i += 16)
		sort(&s, sixteen(v.p + i), i);
	if (i < v.n)
		sort(&s, sixteen(v.p + v.n - 16), v.n - 16);
	return s;
}

static unsigned classes(struct ew_bytes v)
{
	unsigned seen = 0;
	size_t i = 0;

	if (v.n < 4) {
		for (; i < v.n; i++)
			seen |= marks_of(_mm_set1_epi8((char)v.p[i]));
		return seen | OTHER;
	}
	if (v.n < ALPHABET_LEAST)
		return OTHER | marks_of(both_ends(v.p, v.n));
	for (; v.n - i >= 16 && seen != (MARK | OTHER); i += 16)
		seen |= classes_of(sixteen(v.p + i));
	if (i < v.n && seen != (MARK | OTHER))
		seen |= classes_of(sixteen(v.p + v.n - 16));
	return seen;
}

/* Is there a run of EW_RUN_LEAST bytes at all that are neither blanks, controls, nor most of what punctuates?
 * Prose has none, and one comparison tells.
 *
 *     |...committee.met|.on.Thursday....|      carry: bytes behind the last break so far */
static bool could_have_run(struct ew_bytes v)
{
	const __m128i least = _mm_set1_epi8('+');
	unsigned carry = 0;
	size_t i = 0;

	for (; v.n - i >= 16; i += 16) {
		unsigned breaks = (unsigned)_mm_movemask_epi8(_mm_cmplt_epi8(sixteen(v.p + i), least));
		/* Also between two breaks at both ends. */
		if (!(breaks & 0x7ffe) || carry + (unsigned)__builtin_ctz(breaks) >= EW_RUN_LEAST)
			return true;
		carry = (unsigned)__builtin_clz(breaks) - 16;
	}
	if (i == v.n)
		return carry >= EW_RUN_LEAST;
	/* The last few, as the upper bits of the last sixteen. */
	unsigned rest = (unsigned)(v.n - i);
	unsigned breaks = (unsigned)_mm_movemask_epi8(_mm_cmplt_epi8(sixteen(v.p + v.n - 16), least));
	breaks >>= 16 - rest;
	carry += breaks ? (unsigned)__builtin_ctz(breaks) : rest;
	return carry >= EW_RUN_LEAST || rest >= EW_RUN_LEAST;
}
#else
static bool could_have_run(struct ew_bytes v)
{
	return v.n >= EW_RUN_LEAST;
}

static inline bool is_mark(uint8_t c)
{
	return c == '%' || c == '&' || c == '\\' || c == '+' || c == '=';
}

static inline bool is_edge(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '=';
}

static struct places places_of(struct ew_bytes v)
{
	struct places s = { 0, 0, 0, 0 };

	for (size_t i = 0; i < v.n; i++) {
		uint8_t c = v.p[i];
		s.run |= (uint64_t)(ew_base64_values[c] < 64) << i;
		s.joint |= (uint64_t)(c == '/' || c == '-' || c == '_') << i;
		s.edge |= (uint64_t)is_edge(c) << i;
		s.mark |= (uint64_t)is_mark(c) << i;
	}
	return s;
}

static unsigned classes(struct ew_bytes v)
{
	unsigned seen = v.n < ALPHABET_LEAST ? OTHER : 0;

	for (size_t i = 0; i < v.n && seen != (MARK | OTHER); i++) {
		seen |= is_mark(v.p[i]) ? MARK : 0;
		seen |= ew_base64_values[v.p[i]] < 64 || is_edge(v.p[i]) ? 0 : OTHER;
	}
	return seen;
}
#endif

/* None if it is no mark. */
static inline unsigned look_of_mark(uint8_t c)
{
	switch (c) {
	case '%':
		return EW_DECODER_BY_PERCENT;
	case '&':
		return EW_DECODER_BY_AMPERSAND;
	case '+':
		return EW_DECODER_BY_PLUS;
	case '=':
		return EW_DECODER_BY_EQUALS;
	case '\\':
		return EW_DECODER_BY_BACKSLASH;
	default:
		return 0;
	}
}

static unsigned looks_of_places(struct ew_bytes v, uint64_t marks)
{
	unsigned looks = 0;

	for (; marks; marks &= marks - 1)
		looks |= look_of_mark(v.p[__builtin_ctzll(marks)]);
	return looks;
}

/* Of a value that has marks. */
static unsigned looks_of_marks(struct ew_bytes v)
{
	static const uint8_t marks[] = { '%', '&', '+', '=', '\\' };
	unsigned looks = 0;

	for (size_t i = 0; i < sizeof(marks); i++)
		looks |= memchr(v.p, marks[i], v.n) ? look_of_mark(marks[i]) : 0;
	return looks;
}

/* Two digits at the front, or what stands before such. */
static bool begins_like_hex(struct ew_bytes v)
{
	return ew_hex_digit(v.p[0]) >= 0 && (ew_hex_digit(v.p[1]) >= 0 || (v.p[1] | 0x20) == 'x');
}

/* A run that long holds the last byte of some window of its length, so a window that ends outside of a run is
 * left at once, and the next one begins behind the byte that broke it. */
static bool has_run(struct ew_bytes v)
{
	size_t end = EW_RUN_LEAST - 1, i;

	if (!could_have_run(v))
		return false;
	while (end < v.n) {
		for (i = end; ew_base64_values[v.p[i]] < 64; i--) {
			if (end - i == EW_RUN_LEAST - 1)
				return true;
		}
		end = i + EW_RUN_LEAST;
	}
	return false;
}

/* Of a value that is one run: is there a part of it between marks? */
static bool has_segment(struct ew_bytes v)
{
	size_t segment = 0;

	for (size_t i = 0; i < v.n; i++) {
		bool mark = v.p[i] == '/' || v.p[i] == '-' || v.p[i] == '_';
		if (mark && segment >= EW_RUN_LEAST)
			return true;
		segment = mark ? 0 : segment + 1;
	}
	return segment >= EW_RUN_LEAST && segment < v.n;
}

static bool has_long_piece(struct ew_bytes v)
{
	if (!has_run(v))
		return false;
	v = ew_bytes_trim(v, "= \t\r\n");
	for (size_t i = 0, end; i < v.n; i = end + 1) {
		for (end = i; end < v.n && ew_base64_values[v.p[end]] < 64; end++)
			;
		if (end - i == v.n)
			return has_segment(v);
		if (end - i >= EW_RUN_LEAST)
			return true;
	}
	return false;
}

/* Are so many neighbours in the set? */
static inline bool has_many(uint64_t set)
{
	_Static_assert(EW_RUN_LEAST == 14, "two, four, eight, and six more");
	set &= set >> 1;
	set &= set >> 2;
	set &= set >> 4;
	return set & set >> 6;
}

static inline bool has_short_piece(const struct places *s, uint64_t all)
{
	uint64_t inner = all & ~s->edge;

	if (!has_many(s->run & all))
		return false;
	inner = ~UINT64_C(0) >> __builtin_clzll(inner) & ~UINT64_C(0) << __builtin_ctzll(inner);
	return inner & ~s->run || (inner & s->joint && has_many(s->run & ~s->joint & inner));
}

static inline uint64_t first_places(size_t n)
{
	return ~UINT64_C(0) >> (SHORT_MOST - n);
}

bool ew_value_has_piece(struct ew_bytes v)
{
	struct places s;

	if (v.n < EW_RUN_LEAST)
		return false;
	if (v.n > SHORT_MOST)
		return has_long_piece(v);
	s = places_of(v);
	return has_short_piece(&s, first_places(v.n));
}

/* Of a value that holds nothing else. */
static inline unsigned looks_of_alphabet(struct ew_bytes v, bool mark)
{
	return (mark || !ew_base64_dull(v) || ew_length_in_base64(v) ? EW_DECODER_BY_ALPHABET : 0u) |
	       (begins_like_hex(v) ? EW_DECODER_BY_HEX : 0u) | (ew_base32_begins(v) ? EW_DECODER_BY_BASE32 : 0u);
}

/* Of a value that holds something else. */
static inline unsigned looks_of_others(struct ew_bytes v)
{
	return (ew_base64_strayed(v) ? EW_DECODER_BY_STRAY : 0u) |
	       (ew_base85_begins(v) ? EW_DECODER_BY_BASE85 : 0u);
}

static unsigned looks_of_short(struct ew_bytes v)
{
	struct places s = places_of(v);
	uint64_t all = first_places(v.n);
	unsigned looks = looks_of_places(v, s.mark);

	if (v.n >= EW_RUN_LEAST && has_short_piece(&s, all))
		looks |= EW_DECODER_BY_RUN;
	if (all & ~(s.run | s.edge))
		return looks | looks_of_others(v);
	return looks | looks_of_alphabet(v, s.mark);
}

unsigned ew_value_looks(struct ew_bytes v)
{
	if (v.n - ALPHABET_LEAST <= SHORT_MOST - ALPHABET_LEAST)
		return looks_of_short(v);
	unsigned seen = classes(v);
	unsigned looks = seen & MARK ? looks_of_marks(v) : 0;
	if (v.n < ALPHABET_LEAST)
		return looks;
	if (has_long_piece(v))
		looks |= EW_DECODER_BY_RUN;
	if (seen & OTHER)
		return looks | looks_of_others(v);
	return looks | looks_of_alphabet(v, seen & MARK);
}

/* Pairs of something with something else between them, such as 41:42:43:44. */
static inline bool has_pairs(struct ew_bytes v)
{
	return v.n >= 11 && v.p[2] == v.p[5] && v.p[2] == v.p[8] && memchr(":-,;._", v.p[2], 6) &&
	       ew_hex_digit(v.p[0]) >= 0 && ew_hex_digit(v.p[1]) >= 0;
}

/* The second character has the last bits of the first byte and the first ones of a blank or a brace. */
bool ew_base64_object_begins(struct ew_bytes v)
{
	if (v.n < 2 || !v.p[1])
		return false;
	switch (v.p[0]) {
	case 'e': /* { */
		return memchr("wy", v.p[1], 2);
	case 'I': /* a space */
		return memchr("ACH", v.p[1], 3);
	case 'C': /* a tab or a line feed */
		return memchr("QSXgin", v.p[1], 6);
	case 'D': /* a carriage return */
		return memchr("QSX", v.p[1], 3);
	default:
		return false;
	}
}

/* With a blank before the brace it begins like a word. */
static bool begins_like_token(struct ew_bytes v)
{
	return ew_base64_object_begins(v) && memchr(v.p, '.', v.n);
}

bool ew_value_has_head(struct ew_bytes v)
{
	uint32_t four = 0;

	if (v.n < 2)
		return false;
	if (v.n >= 4)
		memcpy(&four, v.p, 4);
	else
		four = v.p[0] | (uint32_t)v.p[1] << 8 | (uint32_t)v.p[v.n - 1] << 16 | UINT32_C(0x20) << 24;
	/* A byte below 0x20 borrows, one past 0x7e carries: either sets its top bit. */
	if (((four - UINT32_C(0x20202020)) | (four + UINT32_C(0x01010101)) | four) & UINT32_C(0x80808080))
		return true;
	switch (v.p[0]) {
	case ' ':
	case '"':
	case '\'':
	case '(':
	case '<':
	case '[':
	case '{':
		return true;
	case '-':
		return v.p[1] == '-';
	case '\\':
		return true;
	case 'b':
	case 'B':
		return ew_bytes_starts_nocase(v, EW_LIT("bearer ")) ||
		       ew_bytes_starts(v, EW_LIT("begin ")) || has_pairs(v);
	case '/':
		return v.p[1] == '/' || v.p[1] == '*';
	case 'd':
	case 'D':
		return ew_bytes_starts_nocase(v, EW_LIT("data:")) || begins_like_token(v) || has_pairs(v);
	case 'C':
	case 'I':
		return begins_like_token(v) || has_pairs(v);
	case 'e':
		return ew_base64_object_begins(v) || has_pairs(v);
	case 'x':
		return v.p[1] == '^';
	case '0':
		return (v.p[1] | 0x20) == 'x' || has_pairs(v);
	default:
		return has_pairs(v);
	}
}
