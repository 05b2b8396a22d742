/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* URLs that are programs, and programs without words.
 *
 * A browser drops blanks and controls before a scheme and tabs and line ends within it, and an attribute may
 * spell any of it with entities.  So the scheme is read letter by letter through all of these. */

#include "html_script.h"

#include "html_lexer.h"
#include "signatures/words.h"

uint32_t ew_script_reference(struct ew_bytes t, size_t i, size_t *next_r)
{
	static const struct {
		struct ew_bytes name;
		uint8_t c;
	} named[] = {
		{ { (const uint8_t *)"tab;", 4 }, '\t' },
		{ { (const uint8_t *)"newline;", 8 }, '\n' },
		{ { (const uint8_t *)"colon;", 6 }, ':' },
	};
	uint32_t cp = 0, base = 10;
	size_t k, digits;

	i++;
	for (k = 0; k < sizeof(named) / sizeof(*named); k++)
		if (ew_bytes_starts_nocase(ew_bytes_from(t, i), named[k].name)) {
			*next_r = i + named[k].name.n;
			return named[k].c;
		}
	if (i >= t.n || t.p[i++] != '#')
		return 0;
	if (i < t.n && (t.p[i] | 0x20) == 'x') {
		base = 16;
		i++;
	}
	for (digits = 0; i < t.n && digits < 12; i++, digits++) {
		uint8_t c = t.p[i] | 0x20;
		uint32_t v = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
		if (v >= base)
			break;
		cp = cp > 0xffff ? cp : cp * base + v;
	}
	*next_r = i + (i < t.n && t.p[i] == ';');
	return digits ? cp : 0;
}

/* The next byte at or after `*i` that a browser does not drop, lower case; 0 at the end. */
static uint8_t next_byte(struct ew_bytes t, size_t *i, size_t end)
{
	while (*i < end) {
		size_t next = *i + 1;
		uint32_t c = t.p[*i];
		if (c == '&') {
			uint32_t cp = ew_script_reference(t, *i, &next);
			c = cp ? cp : c;
		}
		*i = next;
		if (c > 0x20)
			return c > 0x7e ? 0x7f : c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : (uint8_t)c;
	}
	return 0;
}

/* The media types of documents and scripts; images run nothing where they are shown. */
static size_t data_scheme(struct ew_bytes t, size_t i, size_t end)
{
	char type[40];
	size_t k = 0;
	uint8_t c = 0;

	while (k < sizeof(type) - 1 && (c = next_byte(t, &i, end)) != 0 && c != ',' && c != ';')
		type[k++] = (char)c;
	type[k] = '\0';
	if ((c != ',' && c != ';') || (type[0] != 't' && type[0] != 'a'))
		return 0;
	return strcmp(type, "text/html") == 0 || strcmp(type, "text/xml") == 0 ||
			       strcmp(type, "application/xml") == 0 || strstr(type, "xhtml") ||
			       strstr(type, "script")
		       ? i
		       : 0;
}

size_t ew_script_scheme(struct ew_bytes t, size_t i, bool *sure_r)
{
	static const char *const schemes[] = { "data", "javascript", "livescript", "mocha", "vbscript" };
	size_t end = i < t.n && t.n - i > 400 ? i + 400 : t.n, k = 0;
	uint8_t name[12], c = 0;
	size_t first = i;

	while (first < end && ew_html_blank(t.p[first]))
		first++;
	while (k < sizeof(name) && (c = next_byte(t, &i, end)) != 0 && ew_html_letter(c))
		name[k++] = c;
	if (c != ':')
		return 0;
	size_t which = ew_word_find(schemes, sizeof(schemes) / sizeof(*schemes), ew_bytes(name, k));
	if (which == EW_WORD_NONE)
		return 0;
	/* A data URL of a document, or a scheme with something hidden in it. */
	*sure_r = which == 0 || i - first > k + 1;
	return which == 0 ? data_scheme(t, i, end) : i;
}

bool ew_script_does(struct ew_bytes code)
{
	size_t i;

	/* "JavaScript: The Good Parts (2nd edition)" */
	if (code.n && code.p[0] == ' ')
		return ew_script_calls(code);
	code = ew_bytes_trim(code, " \t\r\n");
	if (ew_bytes_starts_nocase(code, EW_LIT("void"))) {
		for (i = 4; i < code.n && strchr(" (0)", code.p[i]) && code.p[i]; i++)
			;
		if (i == code.n || ((code.p[i] == ';' || ew_html_blank(code.p[i])) && i + 1 == code.n))
			return false;
	}
	return ew_script_like(code);
}

bool ew_script_like(struct ew_bytes code)
{
	size_t n = code.n > 256 ? 256 : code.n;

	for (size_t i = 0; i < n; i++) {
		uint8_t c = code.p[i];
		if (c == '(' || c == '`' || c == '=' || c == '[' || c == '\\' || c == '<' || c == '{')
			return true;
		if ((c == '&' && i + 1 < n && (code.p[i + 1] == '#' || (code.p[i + 1] | 0x20) == 'l')) ||
		    (c == '%' && i + 1 < n && (code.p[i + 1] == '2' || code.p[i + 1] == '6')) ||
		    (c == '/' && i + 1 < n && code.p[i + 1] == '/') ||
		    (c == '.' && i + 1 < n && ew_html_letter(code.p[i + 1])))
			return true;
	}
	return false;
}

static size_t offset_of(struct ew_bytes t, const uint8_t *q)
{
	return (size_t)(q - t.p);
}

bool ew_script_brackets(struct ew_bytes t, struct ew_finding *f_r)
{
	size_t run = 0, kinds = 0, from = 0;

	/* $=~[];$={...}: names of nothing but underscores. */
	for (const uint8_t *q = t.p; t.n > 4 && (q = memchr(q, '~', t.n - offset_of(t, q))) != NULL; q++) {
		size_t i = offset_of(t, q);
		if (i > 0 && t.p[i - 1] == '=' && ew_bytes_starts(ew_bytes_from(t, i), EW_LIT("~[];"))) {
			*f_r = (struct ew_finding){ i - 1, i + 4, "a program without letters" };
			return true;
		}
	}
	if (t.n < 40 || !memchr(t.p, '!', t.n))
		return false;
	for (size_t i = 0; i <= t.n; i++) {
		const char *k = i < t.n && t.p[i] && t.p[i] <= ']' ? strchr("[]()!+", t.p[i]) : NULL;
		if (k) {
			from = run++ == 0 ? i : from;
			kinds |= 1u << *k % 31;
			continue;
		}
		/* All six of them: lists of brackets in prose and code lack the ! and the +. */
		if (run >= 40 && __builtin_popcountll(kinds) >= 6) {
			*f_r = (struct ew_finding){ from, i, "a program of brackets" };
			return true;
		}
		run = kinds = 0;
	}
	return false;
}
