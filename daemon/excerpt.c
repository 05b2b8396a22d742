/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Writes bytes of events where people read them.  Redaction goes by the names of fields and by shapes of
 * text: long runs of letters with digits (keys, tokens, hashes) and card numbers that pass their check
 * digit.  It is a help against careless logs, not a promise: a password in free text under a harmless
 * name is not recognised. */

#include "daemon/excerpt.h"

#include "daemon/config_keys.h"
#include "eventwall/siphash.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define BEFORE 64 /* bytes shown before the end of a match, and after it */
#define AFTER 24
#define FULL_AROUND 512
#define TOKEN_LEAST 20
#define LOOK_AROUND 96 /* a run that is cut by the window is judged by more than what is shown */

void ew_text_raw(struct ew_text *t, const char *s)
{
	size_t n = strlen(s);

	if (t->full || n > t->cap - t->n) {
		t->full = true;
		return;
	}
	memcpy(t->p + t->n, s, n);
	t->n += n;
}

void ew_text_uint(struct ew_text *t, uint64_t n)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);
	ew_text_raw(t, digits);
}

void ew_text_int(struct ew_text *t, int64_t n)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%lld", (long long)n);
	ew_text_raw(t, digits);
}

/* Bytes of the well-formed character at the start of `b`; 0 if there is none. */
static size_t character(struct ew_bytes b)
{
	uint8_t c = b.p[0];
	size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

	return n <= b.n && ew_utf8_valid(ew_bytes(b.p, n)) ? n : 0;
}

/* Marks that reorder or hide the text around them, and line ends that are not ASCII. */
static uint32_t invisible(const uint8_t *p, size_t n)
{
	uint32_t cp = n == 3 ? (uint32_t)(p[0] & 15) << 12 | (uint32_t)(p[1] & 63) << 6 | (p[2] & 63) : 0;

	return (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202e) ||
	                       (cp >= 0x2066 && cp <= 0x2069) || cp == 0xfeff
	               ? cp
	               : 0;
}

static void put_character(struct ew_text *t, const uint8_t *p, size_t n)
{
	char out[8];

	if (n == 1 && (p[0] == '"' || p[0] == '\\'))
		snprintf(out, sizeof(out), "\\%c", p[0]);
	else if (n == 1 && (p[0] < 0x20 || p[0] == 0x7f))
		snprintf(out, sizeof(out), "\\u%04x", p[0]);
	else if (n == 2 && p[0] == 0xc2 && p[1] < 0xa0)
		snprintf(out, sizeof(out), "\\u%04x", p[1]);
	else if (n == 0)
		snprintf(out, sizeof(out), "\\u%04x", p[0]);
	else if (invisible(p, n))
		snprintf(out, sizeof(out), "\\u%04x", invisible(p, n));
	else
		snprintf(out, sizeof(out), "%.*s", (int)n, (const char *)p);
	ew_text_raw(t, out);
}

void ew_text_bytes(struct ew_text *t, struct ew_bytes b)
{
	for (size_t i = 0; i < b.n && !t->full;) {
		size_t n = character(ew_bytes_from(b, i));
		put_character(t, b.p + i, n);
		i += n ? n : 1;
	}
}

void ew_text_string(struct ew_text *t, struct ew_bytes b, size_t most)
{
	ew_text_raw(t, "\"");
	if (b.n > most) {
		ew_text_bytes(t, ew_bytes(b.p, most));
		ew_text_raw(t, "...");
	} else {
		ew_text_bytes(t, b);
	}
	ew_text_raw(t, "\"");
}

void ew_text_settle(struct ew_text *t, size_t mark)
{
	if (!t->full)
		return;
	t->n = mark;
	t->full = false;
	t->cut = true;
}

static bool name_is_secret(struct ew_bytes name)
{
	static const char *const within[] = { "password", "passwd", "passphrase", "secret", "token",
		                              "authorization", "cookie", "credential", "apikey",
		                              "api-key", "api_key", "private", "session", "signature" };
	static const char *const whole[] = { "pwd", "pass", "auth", "pin", "cvv", "cvc", "ssn", "otp" };

	for (size_t i = 0; i < sizeof(within) / sizeof(*within); i++) {
		if (ew_bytes_find_nocase(name, 0, ew_bytes_str(within[i])) != SIZE_MAX)
			return true;
	}
	for (size_t i = 0; i < sizeof(whole) / sizeof(*whole); i++) {
		if (ew_bytes_eq_nocase(name, ew_bytes_str(whole[i])))
			return true;
	}
	return false;
}

bool ew_secret_name(const struct ew_field *f)
{
	for (; f; f = f->parent) {
		if (f->name.n && name_is_secret(f->name))
			return true;
	}
	return false;
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_token_byte(uint8_t c)
{
	return is_letter(c) || is_digit(c) || c == '+' || c == '_' || c == '-' || c == '=';
}

/* Length of the run at `from` that looks like a key or a token; 0 if none does. */
static size_t token_at(struct ew_bytes b, size_t from)
{
	size_t i = from, letters = 0, digits = 0;

	for (; i < b.n && is_token_byte(b.p[i]); i++) {
		letters += is_letter(b.p[i]);
		digits += is_digit(b.p[i]);
	}
	return i - from >= TOKEN_LEAST && letters >= 2 && digits >= 2 ? i - from : 0;
}

/* Length of the card number at `from`: 13 to 19 digits, single blanks or dashes between them, with a
 * check digit that fits. */
static size_t card_at(struct ew_bytes b, size_t from)
{
	uint8_t digit[19];
	size_t n = 0, i = from, end = from;
	unsigned total = 0;

	for (; i < b.n && n < sizeof(digit); i++) {
		if (is_digit(b.p[i])) {
			digit[n++] = (uint8_t)(b.p[i] - '0');
			end = i + 1;
		} else if ((b.p[i] != ' ' && b.p[i] != '-') || end != i) {
			break;
		}
	}
	if (n < 13 || (end < b.n && is_digit(b.p[end])))
		return 0;
	for (size_t k = 0; k < n; k++) {
		unsigned d = digit[n - 1 - k];
		d = k & 1 ? d * 2 : d;
		total += d > 9 ? d - 9 : d;
	}
	return total % 10 == 0 ? end - from : 0;
}

/* [from, to) of `b`, with secrets that reach into it replaced. */
static void put_redacted(struct ew_text *t, struct ew_bytes b, size_t from, size_t to)
{
	size_t i = from > LOOK_AROUND ? from - LOOK_AROUND : 0;
	size_t last = to < b.n && b.n - to > LOOK_AROUND ? to + LOOK_AROUND : b.n;
	struct ew_bytes seen = ew_bytes(b.p, last);
	bool in_run = false;

	while (i < to) {
		/* Only the start of a run can be the start of a secret. */
		size_t card = in_run ? 0 : card_at(seen, i);
		size_t token = in_run || card ? 0 : token_at(seen, i);
		if (card || token) {
			i += card ? card : token;
			if (i > from)
				ew_text_raw(t, card ? "[card]" : "[token]");
			continue;
		}
		in_run = is_token_byte(b.p[i]);
		size_t n = character(ew_bytes_from(seen, i));
		if (i >= from)
			put_character(t, b.p + i, n);
		i += n ? n : 1;
	}
}

static uint8_t hash_key[EW_SIPHASH_KEY];

void ew_excerpt_key(void)
{
	if (getrandom(hash_key, sizeof(hash_key), 0) != (ssize_t)sizeof(hash_key))
		memcpy(hash_key, &(const void *){ hash_key }, sizeof(void *)); /* not the same everywhere */
}

/* Do not begin or end in the middle of a character. */
static size_t at_border(struct ew_bytes b, size_t at)
{
	for (int i = 0; i < 3 && at < b.n && at > 0 && (b.p[at] & 0xc0) == 0x80; i++)
		at--;
	return at;
}

void ew_text_excerpt(struct ew_text *t, enum ew_excerpt mode, const struct ew_field *f,
                     struct ew_bytes value, size_t end)
{
	char hex[24];
	size_t to = end < value.n ? end : value.n;

	if (mode == EW_EXCERPT_OFF)
		return;
	if (mode == EW_EXCERPT_HASH) {
		snprintf(hex, sizeof(hex), "\"%016llx\"", (unsigned long long)ew_siphash(hash_key, value));
		ew_text_raw(t, hex);
		return;
	}
	bool full = mode == EW_EXCERPT_FULL;
	size_t before = full ? FULL_AROUND : BEFORE;
	size_t after = full ? FULL_AROUND : AFTER;
	size_t lo = to > before ? to - before : 0;
	size_t hi = value.n - to > after ? to + after : value.n;
	lo = at_border(value, lo);
	hi = at_border(value, hi);
	ew_text_raw(t, "\"");
	if (!full && ew_secret_name(f)) {
		ew_text_raw(t, "[redacted]");
	} else {
		if (lo > 0)
			ew_text_raw(t, "...");
		if (full)
			ew_text_bytes(t, ew_bytes(value.p + lo, hi - lo));
		else
			put_redacted(t, value, lo, hi);
		if (hi < value.n)
			ew_text_raw(t, "...");
	}
	ew_text_raw(t, "\"");
}

const char *ew_excerpt_name(enum ew_excerpt mode)
{
	return ew_key_words(EW_TYPE_EXCERPT)[mode];
}
