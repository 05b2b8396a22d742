/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Lines and field lines of an HTTP/1 head (RFC 9112 sections 2.2 and 5, RFC 9110 section 5).
 *
 * Stricter than the RFC where it allows leniency: no bare LF, no folded line, no blank before the colon,
 * names that other readers fold into a protected one are refused.  What a field *means* is decided in
 * http1.c.  The trap: readers behind us turn names into variables (`-` and `_` become one, case is
 * lost, odd bytes are dropped), so a name is compared by its letters and digits first. */

#include "http1_fields.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

const struct http1_answer ew_http1_answers[] = {
	{ NULL, EW_OK, 0 },
#define HTTP1_REASON(id, cause, status, code, text) { cause, EW_##status, code },
#include "http1.def"
#undef HTTP1_REASON
};

#define A (HTTP1_TCHAR | HTTP1_TARGET | HTTP1_HOST)              /* letter, digit */
#define U (HTTP1_TCHAR | HTTP1_JUNK | HTTP1_UNDER | HTTP1_TARGET | HTTP1_HOST)
#define N (HTTP1_TCHAR | HTTP1_JUNK)                             /* # */
#define P (HTTP1_TCHAR | HTTP1_JUNK | HTTP1_TARGET | HTTP1_PERCENT)
#define J (HTTP1_TCHAR | HTTP1_JUNK | HTTP1_TARGET)              /* ^ ` | */
#define M (HTTP1_TCHAR | HTTP1_JUNK | HTTP1_TARGET | HTTP1_HOST) /* - . ~ ! $ & ' * + */
#define G HTTP1_TARGET
#define H (HTTP1_TARGET | HTTP1_HOST)                            /* ( ) ; = */
const uint8_t ew_http1_class[256] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, M, G, N, M, P, M, M, H, H, M, M, G, M, M, G, /*   ! " # $ % & ' ( ) * + , - . / */
	A, A, A, A, A, A, A, A, A, A, G, H, G, H, G, G, /* 0 to 9 : ; < = > ? */
	G, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, /* @ A to O */
	A, A, A, A, A, A, A, A, A, A, A, G, G, G, J, U, /* P to Z [ \ ] ^ _ */
	J, A, A, A, A, A, A, A, A, A, A, A, A, A, A, A, /* ` a to o */
	A, A, A, A, A, A, A, A, A, A, A, G, J, G, M, 0, /* p to z { | } ~ */
};
#undef A
#undef U
#undef N
#undef P
#undef J
#undef M
#undef G
#undef H

/* One bit a byte of a block of 64. */
struct marks {
	uint64_t cr, lf, control; /* control: neither of these, nor HTAB */
	uint64_t high;        /* not zero if there is a byte past 0x7f */
};

#if defined(__SSE2__)
static inline void mark_16(struct marks *m, const uint8_t *p, unsigned at)
{
	__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + at));
	__m128i low = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);
	__m128i tab = _mm_cmpeq_epi8(v, _mm_set1_epi8('\t'));
	__m128i del = _mm_cmpeq_epi8(v, _mm_set1_epi8(0x7f));
	__m128i odd = _mm_or_si128(_mm_andnot_si128(tab, low), del);

	m->cr |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('\r'))) << at;
	m->lf |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('\n'))) << at;
	m->control |= (uint64_t)(unsigned)_mm_movemask_epi8(odd) << at;
	m->high |= (unsigned)_mm_movemask_epi8(v);
}

static inline struct marks marks_of_block(const uint8_t *p)
{
	struct marks m = { 0 };

	mark_16(&m, p, 0);
	mark_16(&m, p, 16);
	mark_16(&m, p, 32);
	mark_16(&m, p, 48);
	m.control &= ~(m.cr | m.lf);
	return m;
}
#else
static inline struct marks marks_of_block(const uint8_t *p)
{
	struct marks m = { 0 };

	for (unsigned i = 0; i < 64; i++) {
		bool fine = p[i] == '\r' || p[i] == '\n' || p[i] == '\t';
		m.cr |= (uint64_t)(p[i] == '\r') << i;
		m.lf |= (uint64_t)(p[i] == '\n') << i;
		m.control |= (uint64_t)((p[i] < 0x20 && !fine) || p[i] == 0x7f) << i;
		m.high |= p[i] >> 7;
	}
	return m;
}
#endif

/* The last bytes p[from..n), fewer than a block. */
static struct marks marks_of_rest(const uint8_t *p, size_t from, size_t n)
{
	uint8_t block[64];

	if (n >= 64) { /* the block that ends there; what was seen before is shifted out */
		struct marks m = marks_of_block(p + n - 64);
		unsigned seen = (unsigned)(64 - (n - from));
		return (struct marks){ m.cr >> seen, m.lf >> seen, m.control >> seen, m.high };
	}
	memset(block, 'x', sizeof(block));
	memcpy(block, p + from, n - from);
	return marks_of_block(block);
}

/* Offset of the first byte of a block that breaks the order CR LF.  A CR at the end of the block is
 * judged with the next one; `after_cr` says that the block before ended so. */
static unsigned first_misplaced(struct marks m, bool after_cr)
{
	uint64_t lf_wanted = m.cr << 1 | after_cr;
	uint64_t lf_missing = lf_wanted & ~m.lf, lf_alone = m.lf & ~lf_wanted;
	uint64_t bad = m.control | lf_alone | lf_missing >> 1;

	return bad ? (unsigned)__builtin_ctzll(bad) : 64;
}

struct http1_scan ew_http1_scan(const uint8_t *p, size_t n, size_t start, size_t from,
                                struct http1_lines *lines)
{
	bool after_cr = false;
	uint64_t high = 0;
	size_t count = 0, last = from == start ? start : SIZE_MAX; /* where the line at hand begins */

	lines->count = 0;
	for (size_t i = from; i < n; i += 64) {
		struct marks m = n - i >= 64 ? marks_of_block(p + i) : marks_of_rest(p, i, n);
		if (after_cr && !(m.lf & 1)) {
			lines->count = count;
			return (struct http1_scan){ HTTP1_BAD, i - 1, false };
		}
		unsigned stop = 64;
		if (m.control || (m.cr << 1 | after_cr) != m.lf) {
			/* The last byte there is may be a CR whose LF is on its way. */
			if (n - i < 64 && m.cr >> (n - i - 1))
				m.lf |= UINT64_C(1) << (n - i);
			stop = first_misplaced(m, after_cr);
			if (n - i < 64)
				m.lf &= (UINT64_C(1) << (n - i)) - 1;
		}
		high |= m.high;
		for (uint64_t lf = m.lf; lf; lf &= lf - 1) {
			unsigned bit = (unsigned)__builtin_ctzll(lf);
			size_t at = i + bit;
			if (bit >= stop)
				break;
			if (last == SIZE_MAX ? p[at - 2] == '\n' : at - 1 == last) {
				lines->count = count;
				return (struct http1_scan){ HTTP1_END, at + 1, high != 0 };
			}
			if (count < HTTP1_LINES_KEPT)
				lines->end[count] = (uint32_t)(at - 1);
			count++;
			last = at + 1;
		}
		if (stop < 64 && i + stop < n) {
			lines->count = count;
			return (struct http1_scan){ HTTP1_BAD, i + stop, false };
		}
		after_cr = m.cr >> 63;
	}
	lines->count = count;
	return (struct http1_scan){ HTTP1_OPEN, n > from && p[n - 1] == '\r' ? n - 1 : n, high != 0 };
}

struct known {
	const char *name;
	uint8_t n;
	uint8_t bare; /* how many of its bytes are letters and digits */
	uint8_t traits;
};

#define OURS (HTTP1_PROTECTED | HTTP1_HOP)
#define PROXYS (HTTP1_PROTECTED | HTTP1_OF_PROXY | HTTP1_STAYS)
static const struct known known[HTTP1_OTHER] = {
	[HTTP1_AUTHORIZATION] =     { "authorization",     13, 13, HTTP1_SINGLE | HTTP1_STAYS },
	[HTTP1_CE] =                { "ce-",                3,  2, HTTP1_STAYS | HTTP1_PREFIX },
	[HTTP1_CONNECTION] =        { "connection",        10, 10, OURS | HTTP1_STAYS },
	[HTTP1_CONTENT_ENCODING] =  { "content-encoding",  16, 15, HTTP1_SINGLE | HTTP1_STAYS },
	[HTTP1_CONTENT_LENGTH] =    { "content-length",    14, 13, OURS | HTTP1_SINGLE | HTTP1_STAYS },
	[HTTP1_CONTENT_TYPE] =      { "content-type",      12, 11, HTTP1_SINGLE | HTTP1_STAYS },
	[HTTP1_COOKIE] =            { "cookie",             6,  6, HTTP1_STAYS },
	[HTTP1_EXPECT] =            { "expect",             6,  6, OURS | HTTP1_SINGLE | HTTP1_STAYS },
	[HTTP1_FORWARDED] =         { "forwarded",          9,  9, PROXYS },
	[HTTP1_HOST_NAME] =         { "host",               4,  4, OURS | HTTP1_SINGLE | HTTP1_STAYS },
	[HTTP1_HTTP2_SETTINGS] =    { "http2-settings",    14, 13, OURS },
	[HTTP1_KEEP_ALIVE] =        { "keep-alive",        10,  9, OURS },
	[HTTP1_PROXY] =             { "proxy",              5,  5, OURS },
	[HTTP1_PROXY_ANY] =         { "proxy-",             6,  5, OURS | HTTP1_PREFIX },
	[HTTP1_TE] =                { "te",                 2,  2, OURS },
	[HTTP1_TRAILER] =           { "trailer",            7,  7, OURS },
	[HTTP1_TRANSFER_ENCODING] = { "transfer-encoding", 17, 16, OURS | HTTP1_SINGLE | HTTP1_STAYS },
	[HTTP1_UPGRADE] =           { "upgrade",            7,  7, OURS | HTTP1_SINGLE },
	[HTTP1_X_EVENTWALL] =       { "x-eventwall",       11, 10, OURS | HTTP1_PREFIX | HTTP1_STAYS },
	[HTTP1_X_FORWARDED] =       { "x-forwarded",       11, 10, PROXYS | HTTP1_PREFIX },
	[HTTP1_X_REAL_IP] =         { "x-real-ip",          9,  7, PROXYS },
};
#undef OURS
#undef PROXYS

/* Which rows of the table begin with a letter. */
static const struct {
	uint8_t from, to;
} rows_of[26] = {
	['a' - 'a'] = { HTTP1_AUTHORIZATION, HTTP1_AUTHORIZATION + 1 },
	['c' - 'a'] = { HTTP1_CE, HTTP1_COOKIE + 1 },
	['e' - 'a'] = { HTTP1_EXPECT, HTTP1_EXPECT + 1 },
	['f' - 'a'] = { HTTP1_FORWARDED, HTTP1_FORWARDED + 1 },
	['h' - 'a'] = { HTTP1_HOST_NAME, HTTP1_HTTP2_SETTINGS + 1 },
	['k' - 'a'] = { HTTP1_KEEP_ALIVE, HTTP1_KEEP_ALIVE + 1 },
	['p' - 'a'] = { HTTP1_PROXY, HTTP1_PROXY_ANY + 1 },
	['t' - 'a'] = { HTTP1_TE, HTTP1_TRANSFER_ENCODING + 1 },
	['u' - 'a'] = { HTTP1_UPGRADE, HTTP1_UPGRADE + 1 },
	['x' - 'a'] = { HTTP1_X_EVENTWALL, HTTP1_X_REAL_IP + 1 },
};

static bool is_bare(uint8_t c)
{
	return !(ew_http1_class[c] & HTTP1_JUNK);
}

/* Do the letters and digits of `name` begin with those of `k`?  `*rest_r` is the offset after them. */
static bool begins_bare(struct ew_bytes name, const struct known *k, size_t *rest_r)
{
	size_t i = 0;

	for (size_t j = 0; j < k->n; j++) {
		if (k->name[j] == '-')
			continue;
		while (i < name.n && !is_bare(name.p[i]))
			i++;
		if (i == name.n || http1_fold(name.p[i]) != (uint8_t)k->name[j])
			return false;
		i++;
	}
	*rest_r = i;
	return true;
}

/* Is name[0..n) that text, case folded?  Bytes of a text with bit 6 are letters, and only those may differ in
 * bit 5: so the name need not be known to be a token. */
static inline bool is_exactly(const uint8_t *name, const char *text, size_t n)
{
	uint64_t a, b;
	uint32_t c, d;

	if (n < 4) {
		for (size_t i = 0; i < n; i++) {
			if ((name[i] | ((uint8_t)text[i] >> 1 & 0x20)) != (uint8_t)text[i])
				return false;
		}
		return true;
	}
	if (n < 8) {
		for (size_t i = 0; i < n; i += 4) {
			if (n - i < 4)
				i = n - 4; /* the last step overlaps */
			memcpy(&c, name + i, 4);
			memcpy(&d, text + i, 4);
			if ((c | (d >> 1 & UINT32_C(0x20202020))) != d)
				return false;
		}
		return true;
	}
	for (size_t i = 0; i < n; i += 8) {
		if (n - i < 8)
			i = n - 8;
		memcpy(&a, name + i, 8);
		memcpy(&b, text + i, 8);
		if ((a | (b >> 1 & UINT64_C(0x2020202020202020))) != b)
			return false;
	}
	return true;
}

static bool begins_exactly(struct ew_bytes name, const struct known *k)
{
	return name.n >= k->n && is_exactly(name.p, k->name, k->n);
}

/* `Proxy_X` may be read as `Proxy-X`; `ProxyX` may not, and `Certificate` is no `Ce-`. */
static bool needs_a_break(enum http1_name row)
{
	return row == HTTP1_PROXY_ANY || row == HTTP1_CE;
}

/* Which name is this?  `junk` is how many of its bytes are neither letter nor digit. */
static enum http1_name name_of(struct ew_bytes name, size_t junk)
{
	size_t bare = name.n - junk, first = 0, rest;

	if (bare == 0)
		return HTTP1_OTHER;
	while (!is_bare(name.p[first]))
		first++;
	uint8_t letter = (uint8_t)(http1_fold(name.p[first]) - 'a');
	if (letter >= 26)
		return HTTP1_OTHER;
	for (unsigned row = rows_of[letter].from; row < rows_of[letter].to; row++) {
		const struct known *k = &known[row];
		bool prefix = k->traits & HTTP1_PREFIX;
		if (prefix ? bare < k->bare : bare != k->bare)
			continue;
		if ((prefix || name.n == k->n) && begins_exactly(name, k))
			return (enum http1_name)row;
		if (!begins_bare(name, k, &rest))
			continue;
		if (needs_a_break(row) && (rest == name.n || is_bare(name.p[rest])))
			continue;
		if (k->traits & HTTP1_PROTECTED)
			return HTTP1_LOOKALIKE;
	}
	return HTTP1_OTHER;
}

/* Names that nearly every head has, each in the one place that its ends and its length lead to: found by one
 * comparison, where a walk over the bytes costs more than all the rest of a field.  Two that meet in a place do
 * not compile. */
#define PLACE(first, last, n) (((first) + (last) * 15u + (n) * 7u) % 128)
#define AT(first, last, text, name) \
	[PLACE(first, last, sizeof(text) - 1)] = { text, sizeof(text) - 1, HTTP1_##name }
static const struct {
	char text[18]; /* beside the rest, so that a look touches one line of the cache */
	uint8_t n, name;
} familiar[128] = {
	AT('a', 't', "accept", OTHER),
	AT('a', 'g', "accept-encoding", OTHER),
	AT('a', 'e', "accept-language", OTHER),
	AT('a', 's', "accept-ranges", OTHER),
	AT('a', 'e', "age", OTHER),
	AT('a', 'n', "authorization", AUTHORIZATION),
	AT('c', 'l', "cache-control", OTHER),
	AT('c', 'n', "connection", CONNECTION),
	AT('c', 'g', "content-encoding", CONTENT_ENCODING),
	AT('c', 'h', "content-length", CONTENT_LENGTH),
	AT('c', 'e', "content-type", CONTENT_TYPE),
	AT('c', 'e', "cookie", COOKIE),
	AT('d', 'e', "date", OTHER),
	AT('e', 'g', "etag", OTHER),
	AT('e', 't', "expect", EXPECT),
	AT('f', 'd', "forwarded", FORWARDED),
	AT('h', 't', "host", HOST_NAME),
	AT('k', 'e', "keep-alive", KEEP_ALIVE),
	AT('l', 'd', "last-modified", OTHER),
	AT('o', 'n', "origin", OTHER),
	AT('r', 'r', "referer", OTHER),
	AT('s', 'r', "server", OTHER),
	AT('s', 'e', "set-cookie", OTHER),
	AT('t', 'e', "te", TE),
	AT('t', 't', "traceparent", OTHER),
	AT('t', 'e', "tracestate", OTHER),
	AT('t', 'g', "transfer-encoding", TRANSFER_ENCODING),
	AT('u', 'e', "upgrade", UPGRADE),
	AT('u', 't', "user-agent", OTHER),
	AT('v', 'y', "vary", OTHER),
	AT('v', 'a', "via", OTHER),
	AT('x', 'd', "x-eventwall-id", X_EVENTWALL),
	AT('x', 'r', "x-forwarded-for", X_FORWARDED),
	AT('x', 't', "x-forwarded-host", X_FORWARDED),
	AT('x', 'o', "x-forwarded-proto", X_FORWARDED),
	AT('x', 'p', "x-real-ip", X_REAL_IP),
	AT('x', 'd', "x-request-id", OTHER),
};
#undef AT

static bool is_familiar(const uint8_t *name, size_t n, enum http1_name *name_r)
{
	unsigned place = PLACE(name[0] | 0x20u, name[n - 1] | 0x20u, n);

	if (familiar[place].n != n || !is_exactly(name, familiar[place].text, n))
		return false;
	*name_r = (enum http1_name)familiar[place].name;
	return true;
}

unsigned ew_http1_traits(enum http1_name name)
{
	return name < HTTP1_OTHER ? known[name].traits : 0;
}

/* The name that ends at the first byte that no token has, and what it means. */
static size_t walk_name(const uint8_t *p, size_t n, enum http1_name *name_r, bool *under_r)
{
	size_t i = 0, junk = 0;
	unsigned classes = 0;

	for (; i < n; i++) {
		unsigned c = ew_http1_class[p[i]];
		if (!(c & HTTP1_TCHAR))
			break;
		classes |= c;
		junk += c / HTTP1_JUNK & 1;
	}
	*under_r = classes & HTTP1_UNDER;
	*name_r = name_of(ew_bytes(p, i), junk);
	return i;
}

static inline enum http1_reason read_field(const uint8_t *p, size_t n, struct ew_pair *out,
                                           enum http1_name *name_r, bool *under_r)
{
	const uint8_t *colon = memchr(p, ':', n);
	size_t i = colon ? (size_t)(colon - p) : 0;

	if (n && (p[0] == ' ' || p[0] == '\t'))
		return HTTP1_H_FOLD;
	if (i == 0)
		return HTTP1_H_NAME;
	*under_r = false;
	if (!is_familiar(p, i, name_r) && walk_name(p, i, name_r, under_r) < i)
		return HTTP1_H_NAME;
	out->name = ew_bytes(p, i);
	for (i++; i < n && (p[i] == ' ' || p[i] == '\t'); i++)
		;
	while (n > i && (p[n - 1] == ' ' || p[n - 1] == '\t'))
		n--;
	out->value = ew_bytes(p + i, n - i);
	return HTTP1_FINE;
}

enum http1_reason ew_http1_field(const uint8_t *p, size_t n, struct ew_pair *out,
                                 enum http1_name *name_r, bool *under_r)
{
	return read_field(p, n, out, name_r, under_r);
}

static bool repeats_a_ce_name(const struct ew_http_head *head, const struct http1_seen *seen, size_t i)
{
	for (size_t j = seen->at[HTTP1_CE]; j < i; j++) {
		if (seen->name[j] == HTTP1_CE &&
		    ew_bytes_eq_nocase(head->header[j].name, head->header[i].name))
			return true;
	}
	return false;
}

static enum http1_reason repeated(enum http1_name name)
{
	if (name == HTTP1_HOST_NAME)
		return HTTP1_HOST_DUP;
	return name == HTTP1_CONTENT_LENGTH ? HTTP1_F_CL_DUP : HTTP1_H_DUP;
}

/* One element of Connection.  Whatever it names goes no further than us, so it must not name what the
 * function needs to see. */
static enum http1_reason apply_option(struct ew_http_head *head, struct ew_bytes option,
                                      bool *keep, bool *close)
{
	size_t junk = 0;

	for (size_t i = 0; i < option.n; i++) {
		unsigned c = ew_http1_class[option.p[i]];
		if (!(c & HTTP1_TCHAR))
			return HTTP1_K_ABUSE;
		junk += c / HTTP1_JUNK & 1;
	}
	enum http1_name name = name_of(option, junk);
	if (name == HTTP1_LOOKALIKE || ew_http1_traits(name) & HTTP1_STAYS)
		return HTTP1_K_ABUSE;
	if (name == HTTP1_KEEP_ALIVE)
		*keep = true;
	if (name != HTTP1_OTHER)
		return HTTP1_FINE; /* a hop-by-hop field is marked already */
	if (ew_bytes_eq_nocase(option, EW_LIT("close"))) {
		*close = true;
		return HTTP1_FINE;
	}
	for (size_t i = 0; i < head->header_count; i++) {
		if (ew_bytes_eq_nocase(head->header[i].name, option))
			head->hop[i] = true;
	}
	return HTTP1_FINE;
}

#define OPTIONS_MOST 32 /* each costs a walk over all fields */

/* The one word that is usually there. */
static bool is_usual_connection(struct ew_http_head *head, struct ew_bytes value)
{
	bool close = value.n == 5 && is_exactly(value.p, "close", 5);

	if (!close && !(value.n == 10 && is_exactly(value.p, "keep-alive", 10)))
		return false;
	head->keep_alive = !close;
	return true;
}

static enum http1_reason apply_connection(struct ew_http_head *head, const struct http1_seen *seen)
{
	bool keep = false, close = false;
	unsigned options = 0;

	if (seen->connections == 1 && is_usual_connection(head, head->header[seen->at[HTTP1_CONNECTION]].value))
		return HTTP1_FINE;
	for (size_t i = seen->at[HTTP1_CONNECTION]; i < head->header_count; i++) {
		if (seen->name[i] != HTTP1_CONNECTION)
			continue;
		struct ew_bytes rest = head->header[i].value;
		while (rest.n) {
			const uint8_t *comma = memchr(rest.p, ',', rest.n);
			size_t n = comma ? (size_t)(comma - rest.p) : rest.n;
			struct ew_bytes option = ew_bytes_trim(ew_bytes(rest.p, n), " \t");
			rest = ew_bytes_from(rest, comma ? n + 1 : n);
			if (++options > OPTIONS_MOST)
				return HTTP1_K_ABUSE;
			enum http1_reason bad = apply_option(head, option, &keep, &close);
			if (bad)
				return bad;
		}
	}
	if (close)
		head->keep_alive = false;
	else if (keep)
		head->keep_alive = true;
	return HTTP1_FINE;
}

enum http1_reason ew_http1_fields(struct ew_http_head *head, const uint8_t *p,
                                  const struct http1_lines *lines, bool request, bool high,
                                  struct http1_seen *seen)
{
	size_t count = lines->count - 1;

	seen->names = seen->connections = 0;
	head->keep_alive = head->minor > 0;
	for (size_t i = 0; i < count; i++) {
		struct ew_pair *field = &head->header[i];
		size_t from = lines->end[i] + 2;
		enum http1_name name;
		bool under;
		enum http1_reason bad =
			read_field(p + from, lines->end[i + 1] - from, field, &name, &under);
		if (bad)
			return bad;
		if (name == HTTP1_LOOKALIKE)
			return HTTP1_H_LOOK;
		unsigned traits = ew_http1_traits(name);
		head->hop[i] = traits & HTTP1_HOP || (request && under);
		head->proxy[i] = traits & HTTP1_OF_PROXY;
		seen->name[i] = (uint8_t)name;
		if (name != HTTP1_OTHER) {
			if (!http1_has(seen, name))
				seen->at[name] = (uint8_t)i;
			else if (traits & HTTP1_SINGLE)
				return repeated(name);
			if (name == HTTP1_CE && repeats_a_ce_name(head, seen, i))
				return HTTP1_H_DUP;
			seen->names |= UINT32_C(1) << name;
			seen->connections += name == HTTP1_CONNECTION;
		}
		if (high && !ew_utf8_valid(field->value))
			head->anomalies |= UINT64_C(1) << EW_ANOMALY_INVALID_UTF8;
	}
	head->header_count = count;
	head->type = http1_has(seen, HTTP1_CONTENT_TYPE) ? &head->header[seen->at[HTTP1_CONTENT_TYPE]] : NULL;
	return http1_has(seen, HTTP1_CONNECTION) ? apply_connection(head, seen) : HTTP1_FINE;
}
