/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_PROTOCOLS_SPELL_H
#define EVENTWALL_PROTOCOLS_SPELL_H

/* Numbers of binary formats as text, which is what signatures match. */

#include "eventwall/arena.h"

/* Memory for the texts of one reading, taken from the arena in pieces.  {NULL, 0} as a text: no more memory, and
 * the arena says so. */
struct ew_speller {
	struct ew_arena *arena;
	uint8_t *room;
	size_t left;
};

struct ew_bytes ew_spell_u64(struct ew_speller *s, uint64_t v);
struct ew_bytes ew_spell_i64(struct ew_speller *s, int64_t v);

/* -1 - v, for which 64 bits need not be enough. */
struct ew_bytes ew_spell_below_zero(struct ew_speller *s, uint64_t v);

/* The shortest text that gives the number back, as long as it has no more than 15 digits; otherwise one that
 * gives it back.  "NaN", "Infinity", "-Infinity". */
struct ew_bytes ew_spell_double(struct ew_speller *s, double v);
struct ew_bytes ew_spell_float(struct ew_speller *s, float v);

/* IEEE 754 binary16, by its bits. */
struct ew_bytes ew_spell_half(struct ew_speller *s, uint16_t half);

/* IEEE 754 decimal128 in the binary integer form, as the to-scientific-string of General Decimal Arithmetic has
 * it: "-1.5", "1.5E+3", "NaN". */
struct ew_bytes ew_spell_decimal128(struct ew_speller *s, uint64_t high, uint64_t low);

/* Lower case digits. */
struct ew_bytes ew_spell_hex(struct ew_speller *s, struct ew_bytes b);

/* printf.  At most 64 bytes. */
__attribute__((format(printf, 2, 3)))
struct ew_bytes ew_spell_format(struct ew_speller *s, const char *format, ...);

#endif
