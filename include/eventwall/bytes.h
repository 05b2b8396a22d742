/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_BYTES_H
#define EVENTWALL_BYTES_H

/* A borrowed view of bytes and a bounded reader over one.  Nothing here owns memory and nothing
 * here is NUL terminated: event content may hold any byte, so lengths are carried, always. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define EW_MUSTCHECK __attribute__((warn_unused_result))

struct ew_bytes {
	const uint8_t *p;
	size_t n;
};

/* View of a string literal, without its NUL. */
#define EW_LIT(s) ((struct ew_bytes){ (const uint8_t *)("" s), sizeof(s) - 1 })

static inline struct ew_bytes ew_bytes(const void *p, size_t n)
{
	return (struct ew_bytes){ p, n };
}

/* View of a C string that outlives the view. */
static inline struct ew_bytes ew_bytes_str(const char *s)
{
	return (struct ew_bytes){ (const uint8_t *)s, strlen(s) };
}

static inline bool ew_bytes_eq(struct ew_bytes a, struct ew_bytes b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool ew_bytes_starts(struct ew_bytes a, struct ew_bytes prefix)
{
	return a.n >= prefix.n && (prefix.n == 0 || memcmp(a.p, prefix.p, prefix.n) == 0);
}

/* The rest of `a` from offset `from`; empty when `from` is past the end. */
static inline struct ew_bytes ew_bytes_from(struct ew_bytes a, size_t from)
{
	if (from < a.n)
		return ew_bytes(a.p + from, a.n - from);
	return ew_bytes(a.n ? a.p + a.n : a.p, 0);
}

/* ASCII case folded, no locale. */
bool ew_bytes_same_folded(const uint8_t *a, const uint8_t *b, size_t n);

/* Most names that are compared differ in length, first or last letter, and that is seen without a call. */
static inline bool ew_bytes_eq_nocase(struct ew_bytes a, struct ew_bytes b)
{
	if (a.n != b.n || a.n == 0)
		return a.n == b.n;
	return ((a.p[0] ^ b.p[0]) & 0xdf) == 0 && ((a.p[a.n - 1] ^ b.p[a.n - 1]) & 0xdf) == 0 &&
	       ew_bytes_same_folded(a.p, b.p, a.n);
}

bool ew_bytes_starts_nocase(struct ew_bytes a, struct ew_bytes prefix);

/* Offset of `needle` in `a` at or after `from`; SIZE_MAX if it is not there. */
size_t ew_bytes_find(struct ew_bytes a, size_t from, struct ew_bytes needle);
size_t ew_bytes_find_nocase(struct ew_bytes a, size_t from, struct ew_bytes needle);

/* Without leading and trailing bytes of `set` (a C string). */
struct ew_bytes ew_bytes_trim(struct ew_bytes a, const char *set);

/* Decimal digits only, no sign, no blank, no overflow.  False: `*value_r` is untouched. */
EW_MUSTCHECK bool ew_bytes_u64(struct ew_bytes a, uint64_t *value_r);

/* True if the whole view is well-formed UTF-8 (no overlong form, no surrogate, at most U+10FFFF). */
bool ew_utf8_valid(struct ew_bytes a);

/* Append the UTF-8 form of `cp` (surrogates become their three byte WTF-8 form, since a lone one in
 * hostile input must stay visible) to `out`, which has room for four bytes.  Returns bytes written. */
size_t ew_utf8_put(uint8_t *out, uint32_t cp);

/* Bounded reader with a sticky short mark: read straight down, ask `short_read` once at the end.
 * Reads past the end give zero and empty views and never touch memory. */
struct ew_reader {
	const uint8_t *p;
	size_t n;
	bool short_read;
};

static inline struct ew_reader ew_reader(struct ew_bytes b)
{
	return (struct ew_reader){ b.p, b.n, false };
}

static inline struct ew_bytes ew_read_bytes(struct ew_reader *r, size_t n)
{
	if (n > r->n) {
		r->short_read = true;
		r->n = 0;
		return (struct ew_bytes){ r->p, 0 };
	}
	struct ew_bytes b = { r->p, n };
	r->p += n;
	r->n -= n;
	return b;
}

static inline uint8_t ew_read_u8(struct ew_reader *r)
{
	struct ew_bytes b = ew_read_bytes(r, 1);
	return b.n ? b.p[0] : 0;
}

static inline uint16_t ew_read_be16(struct ew_reader *r)
{
	struct ew_bytes b = ew_read_bytes(r, 2);
	return b.n ? (uint16_t)(b.p[0] << 8 | b.p[1]) : 0;
}

static inline uint32_t ew_read_be32(struct ew_reader *r)
{
	struct ew_bytes b = ew_read_bytes(r, 4);
	return b.n ? (uint32_t)b.p[0] << 24 | (uint32_t)b.p[1] << 16 | (uint32_t)b.p[2] << 8 | b.p[3]
	           : 0;
}

#endif
