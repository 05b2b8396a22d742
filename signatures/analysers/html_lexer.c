/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The tokenizer of the HTML standard (13.2.5), as far as tags go.
 *
 * Not done: the text of <script>, <title> and the like is read as markup, too, since a text may stand in a
 * document that has left them.  The trap is the quote that never ends: the strict reading swallows the rest, so
 * the loose one goes on at each <.  Both move `at` forward with each token and never back. */

#include "html_lexer.h"

static bool begins_tag(const struct ew_html_lexer *l, size_t i)
{
	if (l->text.p[i] != '<' || l->text.n - i < 2)
		return false;
	uint8_t c = l->text.p[i + 1];
	return ew_html_letter(c) || c == '/' || c == '!' || c == '?';
}

static bool breaks(const struct ew_html_lexer *l, size_t i)
{
	return l->loose && begins_tag(l, i);
}

/* Behind the comment that begins at `i`, which is at its "<!--". */
static size_t behind_comment(const struct ew_html_lexer *l, size_t i)
{
	const uint8_t *p = l->text.p;

	for (i += 4; i < l->text.n; i++) {
		if (p[i] == '>' && p[i - 1] == '-' && p[i - 2] == '-')
			return i + 1;
	}
	return l->text.n;
}

static enum ew_html_token open_tag(struct ew_html_lexer *l)
{
	const uint8_t *p = l->text.p;
	size_t n = l->text.n, i = l->at, name;

	for (;;) {
		const uint8_t *lt = i < n ? memchr(p + i, '<', n - i) : NULL;
		if (!lt) {
			l->at = n;
			return EW_HTML_END;
		}
		i = (size_t)(lt - p);
		if (!begins_tag(l, i)) {
			i++;
		} else if (!l->loose && n - i >= 4 && memcmp(p + i, "<!--", 4) == 0) {
			i = behind_comment(l, i);
		} else if (p[i + 1] == '/' && (n - i < 3 || !ew_html_letter(p[i + 2]))) {
			i += 2;
		} else {
			break;
		}
	}
	l->from = i;
	l->end_tag = p[++i] == '/';
	i += l->end_tag;
	for (name = i;
	     i < n && !ew_html_blank(p[i]) && p[i] != '/' && p[i] != '>' && (i == name || !breaks(l, i)); i++)
		if (p[i] == ':')
			name = i + 1;
	l->name = ew_bytes(p + name, i - name);
	l->in_tag = true;
	l->at = i;
	return EW_HTML_TAG;
}

static size_t skip_blanks(const struct ew_html_lexer *l, size_t i)
{
	while (i < l->text.n && ew_html_blank(l->text.p[i]))
		i++;
	return i;
}

/* src=x/onerror=: within a value to the standard, and two attributes to readers that split at each /. */
static bool splits(const struct ew_html_lexer *l, size_t i)
{
	const uint8_t *p = l->text.p + i;

	return l->loose && *p == '/' && l->text.n - i > 3 && (p[1] | 0x20) == 'o' && (p[2] | 0x20) == 'n' &&
	       ew_html_letter(p[3]);
}

static void read_value(struct ew_html_lexer *l)
{
	const uint8_t *p = l->text.p;
	size_t n = l->text.n, i = skip_blanks(l, l->at), from;

	if (i < n && (p[i] == '"' || p[i] == '\'' || (l->loose && p[i] == '`')))
		l->quote = p[i++];
	for (from = i; i < n; i++) {
		if (l->quote ? p[i] == l->quote : ew_html_blank(p[i]) || p[i] == '>' || splits(l, i))
			break;
		if (breaks(l, i))
			break;
	}
	l->value = ew_bytes(p + from, i - from);
	l->unclosed = l->quote && (i == n || p[i] != l->quote);
	l->at = i + (l->quote && !l->unclosed);
}

enum ew_html_token ew_html_next(struct ew_html_lexer *l)
{
	const uint8_t *p = l->text.p;
	size_t n = l->text.n, i;

	if (!l->in_tag)
		return open_tag(l);
	for (i = l->at; i < n && (ew_html_blank(p[i]) || p[i] == '/'); i++)
		;
	l->from = i;
	if (i == n || p[i] == '>' || breaks(l, i)) {
		l->at = i + (i < n && p[i] == '>');
		l->in_tag = false;
		return EW_HTML_CLOSE;
	}
	size_t name = i++;
	while (i < n && !ew_html_blank(p[i]) && p[i] != '/' && p[i] != '>' && p[i] != '=' && !breaks(l, i))
		i++;
	l->name = ew_bytes(p + name, i - name);
	l->value = ew_bytes(p + i, 0);
	l->quote = 0;
	l->unclosed = false;
	l->at = i;
	i = skip_blanks(l, i);
	l->has_value = i < n && p[i] == '=';
	if (l->has_value) {
		l->at = i + 1;
		read_value(l);
	}
	return EW_HTML_ATTRIBUTE;
}
