/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A lexer for what values may be read as: expressions of scripts and of query languages.  It knows no
 * grammar. The trap is a text of nothing but quotes: only the first of each kind is a place to begin. */

#include "token.h"
#include "words.h"

/* Past the comment between slash-star and star-slash at `i`, which may lack its end. */
static size_t skip_comment(struct ew_bytes text, size_t i)
{
	size_t end = ew_bytes_find(text, i + 2, EW_LIT("*/"));
	return end == SIZE_MAX ? text.n : end + 2;
}

static size_t skip_gap(struct ew_bytes text, size_t i, unsigned how)
{
	for (;;) {
		while (i < text.n && text.p[i] <= ' ' && text.p[i] != 0)
			i++;
		if (!(how & EW_TOKEN_SLASHES) || ew_byte_at(text, i) != '/' || ew_byte_at(text, i + 1) != '*')
			return i;
		i = skip_comment(text, i);
	}
}

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool in_word(uint8_t c, unsigned how)
{
	return ew_word_byte(c) || (c == '$' && how & EW_TOKEN_DOLLAR) ||
	       ((c == '-' || c == '.') && how & EW_TOKEN_DASHES);
}

/* The closing quote, a backslash hides the byte after it; SIZE_MAX: there is none. */
static size_t end_of_string(struct ew_bytes text, size_t i)
{
	uint8_t quote = text.p[i++];

	for (; i < text.n && text.p[i] != quote; i++)
		if (text.p[i] == '\\')
			i++;
	return i < text.n ? i : SIZE_MAX;
}

static size_t sign_length(struct ew_bytes rest)
{
	static const char signs[][4] = {
		"===", "!==", "==", "!=", "<=", ">=", "<>", "||", "&&", "=>", "::", "=~", "..", "//",
	};

	if (rest.n < 2 || !memchr("=!<>|&:.~/", rest.p[1], 10))
		return 1;
	for (size_t i = 0; i < sizeof(signs) / sizeof(*signs); i++)
		if (ew_bytes_starts(rest, ew_bytes_str(signs[i])))
			return strlen(signs[i]);
	return 1;
}

static struct ew_token token_at(struct ew_bytes text, size_t i, unsigned how)
{
	struct ew_bytes rest = ew_bytes_from(text, i);
	struct ew_token t = { EW_TOKEN_SIGN, i, { rest.p, 1 } };
	uint8_t c = rest.p[0];
	size_t n = 1;

	if (c == '\'' || c == '"' || c == '`') {
		size_t end = end_of_string(rest, 0);
		t.kind = end == SIZE_MAX ? EW_TOKEN_OPEN : EW_TOKEN_STRING;
		n = end == SIZE_MAX ? rest.n : end + 1;
	} else if (c == 0) {
		t.kind = EW_TOKEN_COMMENT;
	} else if (how & EW_TOKEN_SLASHES && ew_bytes_starts(rest, EW_LIT("//"))) {
		const uint8_t *end = memchr(rest.p, '\n', rest.n);
		t.kind = EW_TOKEN_COMMENT;
		n = end ? (size_t)(end - rest.p) : rest.n;
	} else if (is_digit(c)) {
		t.kind = EW_TOKEN_NUMBER;
		while (n < rest.n &&
		       (is_digit(rest.p[n]) || (rest.p[n] == '.' && is_digit(ew_byte_at(rest, n + 1)))))
			n++;
	} else if (ew_word_byte(c) || (c == '$' && how & EW_TOKEN_DOLLAR)) {
		t.kind = EW_TOKEN_WORD;
		while (n < rest.n && in_word(rest.p[n], how))
			n++;
	} else {
		n = sign_length(rest);
	}
	t.text.n = n;
	return t;
}

void ew_tokens_read(struct ew_bytes text, struct ew_place place, unsigned how, size_t max,
		    struct ew_tokens *t_r)
{
	size_t i = place.code;

	t_r->place = place;
	t_r->n = 0;
	while (t_r->n < max && (i = skip_gap(text, i, how)) < text.n) {
		struct ew_token *t = &t_r->token[t_r->n++];
		*t = token_at(text, i, how);
		i += t->text.n;
	}
	t_r->token[t_r->n] = (struct ew_token){ EW_TOKEN_END, text.n, { NULL, 0 } };
}

/* The first quote; with `past_names` the first that does not stand within a name like O'Brien. */
static size_t first_quote(struct ew_bytes text, uint8_t quote, bool past_names)
{
	for (size_t i = 0; i < text.n; i++) {
		const uint8_t *p = memchr(text.p + i, quote, text.n - i);
		if (!p)
			return SIZE_MAX;
		i = (size_t)(p - text.p);
		if (!past_names || i == 0 || !ew_word_byte(text.p[i - 1]) ||
		    !ew_word_byte(ew_byte_at(text, i + 1)))
			return i;
	}
	return SIZE_MAX;
}

bool ew_place_find(struct ew_bytes text, unsigned which, struct ew_place *place_r)
{
	static const uint8_t quotes[] = { '\'', '"', '`' };

	if (which == 0) {
		*place_r = (struct ew_place){ 0, 0, 0 };
		return text.n > 0;
	}
	uint8_t quote = quotes[(which - 1) % 3];
	size_t at = first_quote(text, quote, false);
	if (which > 3 && at != SIZE_MAX) {
		size_t later = first_quote(text, quote, true);
		at = later == at ? SIZE_MAX : later;
	}
	if (at == SIZE_MAX)
		return false;
	*place_r = (struct ew_place){ quote, at, at + 1 };
	return true;
}

bool ew_token_compares(const struct ew_token *t)
{
	static const char *const signs[] = {
		"!=", "!==", "<", "<=", "<>", "=", "==", "===", "=~", ">", ">="
	};

	return t->kind == EW_TOKEN_SIGN && ew_word_in(signs, sizeof(signs) / sizeof(*signs), t->text);
}
