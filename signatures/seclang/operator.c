/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Operators: what each says of a value.  The words of ModSecurity are kept where they surprise:
 * @within asks whether the value is in the argument, the validations hold for what is not valid,
 * what is no number counts as 0. */

#include "operator.h"

#include "../analyser.h"
#include "../file.h"
#include "eventwall/codec.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c + 0x20 : c;
}

static bool no_memory(const struct ew_seclang_file *file, const uint8_t *at, struct ew_error *e)
{
	return ew_seclang_wrong(e, file, at, "the rules take more memory than is allowed for them");
}

static bool add_phrase(struct ew_test *t, struct ew_arena *a, struct ew_bytes text)
{
	struct ew_phrase *p = ew_arena_alloc(a, sizeof(*p)), **link;

	if (!p)
		return false;
	p->text = text;
	link = &t->phrase[lower(text.p[0])];
	while (*link && (*link)->text.n > text.n)
		link = &(*link)->next;
	p->next = *link;
	*link = p;
	return true;
}

/* The next piece up to a byte of `ends`; `*rest` is behind it. */
static struct ew_bytes take_word(struct ew_bytes *rest, const char *ends)
{
	size_t from = 0, to;

	while (from < rest->n && rest->p[from] && strchr(ends, rest->p[from]))
		from++;
	for (to = from; to < rest->n && !(rest->p[to] && strchr(ends, rest->p[to])); to++)
		;
	struct ew_bytes word = ew_bytes(rest->p + from, to - from);
	*rest = ew_bytes_from(*rest, to);
	return word;
}

static bool read_phrases(struct ew_test *t, struct ew_arena *a, struct ew_bytes text, bool lines)
{
	while (text.n) {
		struct ew_bytes word = take_word(&text, lines ? "\r\n" : " \t\r\n");
		if (word.n && !(lines && word.p[0] == '#') && !add_phrase(t, a, word))
			return false;
	}
	return true;
}

static bool read_address(struct ew_test *t, struct ew_arena *a, struct ew_bytes word, bool *known_r)
{
	struct ew_address_range *r = ew_arena_alloc(a, sizeof(*r));
	char text[64];
	uint64_t bits;

	*known_r = false;
	if (!r)
		return false;
	size_t slash = ew_bytes_find(word, 0, EW_LIT("/"));
	size_t n = slash == SIZE_MAX ? word.n : slash;
	if (n >= sizeof(text) || memchr(word.p, 0, n))
		return true;
	memcpy(text, word.p, n);
	text[n] = 0;
	r->six = strchr(text, ':') != NULL;
	bits = r->six ? 128 : 32;
	if (slash != SIZE_MAX &&
	    (!ew_bytes_u64(ew_bytes_from(word, slash + 1), &bits) || bits > (r->six ? 128u : 32u)))
		return true;
	r->bits = (unsigned)bits;
	*known_r = inet_pton(r->six ? AF_INET6 : AF_INET, text, r->address) == 1;
	r->next = t->addresses;
	t->addresses = r;
	return true;
}

static bool read_addresses(struct ew_test *t, struct ew_arena *a,
			   const struct ew_seclang_file *file, struct ew_bytes text, bool lines,
			   const uint8_t *at, struct ew_error *e)
{
	while (text.n) {
		struct ew_bytes line =
			lines ? take_word(&text, "\r\n") : take_word(&text, ", \t\r\n");
		struct ew_bytes rest = line, word = take_word(&rest, " \t");
		bool known = true;
		if (word.n == 0 || (lines && word.p[0] == '#'))
			continue;
		if (!read_address(t, a, word, &known))
			return no_memory(file, at, e);
		if (!known)
			return ew_seclang_wrong(
				e, file, at,
				"\"%.*s\" is not an address or network, as 192.0.2.0/24",
				(int)(word.n < 64 ? word.n : 64), (const char *)word.p);
	}
	return true;
}

/* "1-255,10": bytes of which a value may consist. */
static bool read_range(struct ew_test *t, const struct ew_seclang_file *file, struct ew_bytes text,
		       struct ew_error *e)
{
	while (text.n) {
		struct ew_bytes piece = take_word(&text, ", \t");
		if (piece.n == 0)
			continue;
		size_t dash = ew_bytes_find(piece, 0, EW_LIT("-"));
		uint64_t from, to;
		struct ew_bytes low = ew_bytes(piece.p, dash == SIZE_MAX ? piece.n : dash);
		struct ew_bytes high = dash == SIZE_MAX ? low : ew_bytes_from(piece, dash + 1);
		if (!ew_bytes_u64(low, &from) || !ew_bytes_u64(high, &to) || from > to || to > 255)
			return ew_seclang_wrong(e, file, piece.p,
						"expected bytes, as 32-126 or 10, at most 255");
		for (; from <= to; from++)
			t->byte_allowed[from] = true;
	}
	return true;
}

/* The file that the argument names, in the arena. */
static bool read_beside(struct ew_arena *a, const struct ew_seclang_file *file,
			struct ew_bytes name, struct ew_bytes *text_r, struct ew_error *e)
{
	const char *slash = strrchr(file->path, '/');
	int beside = slash && name.p[0] != '/' ? (int)(slash - file->path) + 1 : 0;
	char path[4096];
	struct ew_error inner = { .line = 0 };

	if (name.n >= sizeof(path) - (size_t)beside || memchr(name.p, 0, name.n))
		return ew_seclang_wrong(e, file, name.p, "this name of a file is too long");
	snprintf(path, sizeof(path), "%.*s%.*s", beside, file->path, (int)name.n,
		 (const char *)name.p);
	text_r->n = 0;
	uint8_t *heap = ew_file_read(path, "list", &text_r->n, &inner);
	if (!heap)
		return ew_seclang_wrong(e, file, name.p, "%.200s: %.256s", path, inner.text);
	*text_r = ew_arena_dup(a, ew_bytes(heap, text_r->n));
	free(heap);
	return !ew_arena_spent(a) || no_memory(file, name.p, e);
}

static bool read_regex(struct ew_test *t, const struct ew_seclang_file *file,
		       struct ew_bytes pattern, struct ew_error *e)
{
	char why[EW_REGEX_WHY];
	size_t at;

	t->regex = ew_regex_new(pattern, EW_REGEX_LINES, &at, why);
	return t->regex || ew_seclang_wrong(e, file, pattern.p + at, "this is no pattern: %s", why);
}

bool ew_test_init(struct ew_test *t_r, struct ew_arena *a, const struct ew_seclang_file *file,
		  const struct ew_seclang_operator *o, struct ew_error *e)
{
	struct ew_bytes text = o->argument;

	memset(t_r, 0, sizeof(*t_r));
	t_r->id = o->id;
	t_r->negated = o->negated;
	switch (o->id) {
	case EW_OPERATOR_RX:
	case EW_OPERATOR_RX_GLOBAL:
		return ew_macro_read(a, file, text, &t_r->argument, e) &&
		       (t_r->argument.varies || read_regex(t_r, file, text, e));
	case EW_OPERATOR_VERIFY_CC:
		return read_regex(t_r, file, text, e);
	case EW_OPERATOR_PM:
		return read_phrases(t_r, a, text, false) || no_memory(file, text.p, e);
	case EW_OPERATOR_PM_F:
	case EW_OPERATOR_PM_FROM_FILE:
		return read_beside(a, file, text, &text, e) &&
		       (read_phrases(t_r, a, text, true) || no_memory(file, o->argument.p, e));
	case EW_OPERATOR_IP_MATCH:
		return read_addresses(t_r, a, file, text, false, o->argument.p, e);
	case EW_OPERATOR_IP_MATCH_F:
	case EW_OPERATOR_IP_MATCH_FROM_FILE:
		return read_beside(a, file, text, &text, e) &&
		       read_addresses(t_r, a, file, text, true, o->argument.p, e);
	case EW_OPERATOR_VALIDATE_BYTE_RANGE:
		return read_range(t_r, file, text, e);
	default:
		return ew_macro_read(a, file, text, &t_r->argument, e);
	}
}

void ew_test_fini(struct ew_test *t)
{
	ew_regex_free(&t->regex);
}

int64_t ew_seclang_number(struct ew_bytes b)
{
	char text[24];
	size_t n = b.n < sizeof(text) ? b.n : sizeof(text) - 1;

	if (n)
		memcpy(text, b.p, n);
	text[n] = 0;
	return strtoll(text, NULL, 10);
}

static bool finds_phrase(const struct ew_test *t, struct ew_bytes value, struct ew_bytes *where_r)
{
	for (size_t i = 0; i < value.n; i++) {
		struct ew_bytes rest = ew_bytes_from(value, i);
		for (const struct ew_phrase *p = t->phrase[lower(value.p[i])]; p; p = p->next)
			if (ew_bytes_starts_nocase(rest, p->text)) {
				*where_r = ew_bytes(rest.p, p->text.n);
				return true;
			}
	}
	return false;
}

static bool in_range(const struct ew_address_range *r, const uint8_t address[16], bool six)
{
	unsigned whole = r->bits / 8, rest = r->bits % 8;

	return r->six == six && memcmp(r->address, address, whole) == 0 &&
	       (rest == 0 || (r->address[whole] ^ address[whole]) >> (8 - rest) == 0);
}

static bool is_address_of(const struct ew_test *t, struct ew_bytes value)
{
	uint8_t address[16] = { 0 };
	char text[64];

	if (value.n >= sizeof(text) || value.n == 0 || memchr(value.p, 0, value.n))
		return false;
	memcpy(text, value.p, value.n);
	text[value.n] = 0;
	bool six = strchr(text, ':') != NULL;
	if (inet_pton(six ? AF_INET6 : AF_INET, text, address) != 1)
		return false;
	for (const struct ew_address_range *r = t->addresses; r; r = r->next)
		if (in_range(r, address, six))
			return true;
	return false;
}

static bool is_letter(struct ew_bytes b, size_t i)
{
	return i < b.n && lower(b.p[i]) >= 'a' && lower(b.p[i]) <= 'z';
}

static bool contains_word(struct ew_bytes value, struct ew_bytes word)
{
	if (word.n == 0)
		return true;
	for (size_t at = 0; (at = ew_bytes_find(value, at, word)) != SIZE_MAX; at++)
		if ((at == 0 || !is_letter(value, at - 1)) && !is_letter(value, at + word.n))
			return true;
	return false;
}

static bool bad_escape(struct ew_bytes value)
{
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] != '%')
			continue;
		if (value.n - i < 3 || ew_hex_digit(value.p[i + 1]) < 0 ||
		    ew_hex_digit(value.p[i + 2]) < 0)
			return true;
		i += 2;
	}
	return false;
}

static bool outside(const struct ew_test *t, struct ew_bytes value)
{
	for (size_t i = 0; i < value.n; i++)
		if (!t->byte_allowed[value.p[i]])
			return true;
	return false;
}

static bool analysed(const struct ew_analyser *a, struct ew_bytes value, bool on_name,
		     struct ew_bytes *where_r)
{
	struct ew_operand o = { .text = value, .on_name = on_name };
	struct ew_finding f = { 0, 0, NULL };

	if (!a->find(&o, &f))
		return false;
	*where_r = ew_bytes(value.p + f.from, f.to - f.from);
	return true;
}

/* Every second digit from the right counts double, the sum ends in 0. */
static bool is_card(struct ew_bytes value)
{
	unsigned sum = 0, digits = 0;

	for (size_t i = value.n; i-- > 0;) {
		if (value.p[i] < '0' || value.p[i] > '9')
			continue;
		unsigned d = (value.p[i] - (unsigned)'0') << (digits++ & 1);
		sum += d > 9 ? d - 9 : d;
	}
	return digits > 0 && sum % 10 == 0;
}

static bool is_found(const struct ew_regex *r, struct ew_bytes value, size_t from,
		     struct ew_test_found *f)
{
	enum ew_regex_answer answer = ew_regex_find(r, value, from, f->group);

	f->gave_up |= answer == EW_REGEX_GAVE_UP;
	return answer != EW_REGEX_NONE;
}

static bool has_card(const struct ew_test *t, struct ew_bytes value, struct ew_test_found *f)
{
	for (size_t i = 0; i < value.n && is_found(t->regex, value, i, f); i++) {
		if (f->gave_up || is_card(f->group[0]))
			return true;
		i = (size_t)(f->group[0].p - value.p);
	}
	return false;
}

static bool matches(const struct ew_test *t, struct ew_bytes argument, struct ew_bytes value,
		    struct ew_test_found *f)
{
	char why[EW_REGEX_WHY];
	size_t at;

	if (t->regex)
		return is_found(t->regex, value, 0, f);
	struct ew_regex *r = ew_regex_new(argument, EW_REGEX_LINES, &at, why);
	bool found = r && is_found(r, value, 0, f);
	ew_regex_free(&r);
	return found;
}

bool ew_test_holds(const struct ew_test *t, struct ew_bytes argument, struct ew_bytes value,
		   bool on_name, struct ew_test_found *found_r)
{
	struct ew_bytes *where = &found_r->group[0];

	memset(found_r, 0, sizeof(*found_r));
	switch (t->id) {
	case EW_OPERATOR_RX:
	case EW_OPERATOR_RX_GLOBAL:
		return matches(t, argument, value, found_r);
	case EW_OPERATOR_PM:
	case EW_OPERATOR_PM_F:
	case EW_OPERATOR_PM_FROM_FILE:
		return finds_phrase(t, value, where);
	case EW_OPERATOR_DETECT_SQLI:
		return analysed(&ew_analyser_sqli, value, on_name, where);
	case EW_OPERATOR_DETECT_XSS:
		return analysed(&ew_analyser_html, value, on_name, where);
	case EW_OPERATOR_BEGINS_WITH:
		return ew_bytes_starts(value, argument);
	case EW_OPERATOR_ENDS_WITH:
		return value.n >= argument.n &&
		       ew_bytes_eq(ew_bytes_from(value, value.n - argument.n), argument);
	case EW_OPERATOR_CONTAINS:
	case EW_OPERATOR_STR_MATCH:
		return argument.n == 0 || ew_bytes_find(value, 0, argument) != SIZE_MAX;
	case EW_OPERATOR_CONTAINS_WORD:
		return contains_word(value, argument);
	case EW_OPERATOR_WITHIN:
		return value.n == 0 || ew_bytes_find(argument, 0, value) != SIZE_MAX;
	case EW_OPERATOR_STR_EQ:
		return ew_bytes_eq(value, argument);
	case EW_OPERATOR_EQ:
		return ew_seclang_number(value) == ew_seclang_number(argument);
	case EW_OPERATOR_GE:
		return ew_seclang_number(value) >= ew_seclang_number(argument);
	case EW_OPERATOR_GT:
		return ew_seclang_number(value) > ew_seclang_number(argument);
	case EW_OPERATOR_LE:
		return ew_seclang_number(value) <= ew_seclang_number(argument);
	case EW_OPERATOR_LT:
		return ew_seclang_number(value) < ew_seclang_number(argument);
	case EW_OPERATOR_IP_MATCH:
	case EW_OPERATOR_IP_MATCH_F:
	case EW_OPERATOR_IP_MATCH_FROM_FILE:
		return is_address_of(t, value);
	case EW_OPERATOR_VALIDATE_BYTE_RANGE:
		return outside(t, value);
	case EW_OPERATOR_VALIDATE_URL_ENCODING:
		return bad_escape(value);
	case EW_OPERATOR_VALIDATE_UTF8:
		return !ew_utf8_valid(value);
	case EW_OPERATOR_VERIFY_CC:
		return has_card(t, value, found_r);
	default:
		return t->id == EW_OPERATOR_UNCONDITIONAL_MATCH;
	}
}
