/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The parts of XML that no parser is trusted with: the document type (XML 1.0, section 2.8), whose literals
 * become fields and are never expanded, and the text of damaged documents as lenient readers see it.
 *
 * The trap: a bracket or a quote inside a comment or a literal of the document type ends nothing, and a reader
 * who takes it for the end would see another document. */

#include "xml.h"

#define BLANKS " \t\r\n"

/* Past the next `mark` at or after `from`; the end of the text if there is none. */
static size_t past(struct ew_bytes v, size_t from, struct ew_bytes mark)
{
	size_t at = ew_bytes_find(v, from, mark);

	return at == SIZE_MAX ? v.n : at + mark.n;
}

static bool begins_at(struct ew_bytes v, size_t at, struct ew_bytes what)
{
	return ew_bytes_starts_nocase(ew_bytes_from(v, at), what);
}

/* Past what begins at `at` if it is an instruction or a comment, else `at`. */
static size_t past_aside(struct ew_bytes v, size_t at)
{
	if (begins_at(v, at, EW_LIT("<?")))
		return past(v, at + 2, EW_LIT("?>"));
	if (begins_at(v, at, EW_LIT("<!--")))
		return past(v, at + 4, EW_LIT("-->"));
	return at;
}

/* Offset past a literal at `at`, quotes and all. */
static size_t past_literal(struct ew_bytes v, size_t at)
{
	return past(v, at + 1, ew_bytes(v.p + at, 1));
}

struct ew_xml_doctype ew_xml_find_doctype(struct ew_bytes v)
{
	struct ew_xml_doctype d = { 0, 0, false };
	size_t i = 0, next;
	bool inside = false;

	for (;;) {
		while (i < v.n && memchr(BLANKS, v.p[i], 4))
			i++;
		next = past_aside(v, i);
		if (next == i)
			break;
		i = next;
	}
	if (!begins_at(v, i, EW_LIT("<!doctype")))
		return d;
	d.start = i;
	while (i < v.n && (inside || v.p[i] != '>')) {
		next = past_aside(v, i);
		if (v.p[i] == '"' || v.p[i] == '\'') {
			d.external = true;
			next = past_literal(v, i);
		} else if (v.p[i] == '[' || v.p[i] == ']') {
			inside = v.p[i] == '[';
			d.external |= inside;
		}
		i = next > i ? next : i + 1;
	}
	d.end = i < v.n ? i + 1 : v.n;
	return d;
}

static bool is_name(uint8_t c)
{
	return c > ' ' && !memchr("<>[]\"'%!", c, 8);
}

bool ew_xml_emit_doctype(struct ew_message *m, struct ew_field *layer, struct ew_bytes text,
                         const struct ew_xml_doctype *d)
{
	struct ew_bytes v = ew_bytes(text.p + d->start, d->end - d->start), word = { v.p, 0 };
	struct ew_field *to;

	if (v.n == 0)
		return true;
	to = ew_decode_emit(m, layer, EW_LIT("!DOCTYPE"), v, EW_KIND_OBJECT, 0);
	for (size_t i = 0, next; to && i < v.n; i = next) {
		next = past_aside(v, i);
		if (next > i) {
			if (!ew_decode_emit(m, to, EW_LIT("#aside"), ew_bytes(v.p + i, next - i), EW_KIND_TEXT, 0))
				return false;
		} else if (v.p[i] == '"' || v.p[i] == '\'') {
			next = past_literal(v, i);
			size_t n = next - i - 1;
			n -= n && v.p[next - 1] == v.p[i];
			if (word.n > m->limits->key)
				word.n = 0;
			if (!ew_decode_emit(m, to, word, ew_bytes(v.p + i + 1, n), EW_KIND_TEXT, EW_FIELD_NAMED))
				return false;
		} else if (is_name(v.p[i])) {
			for (next = i; next < v.n && is_name(v.p[next]); next++)
				;
			word = ew_bytes(v.p + i, next - i);
		} else {
			next = i + 1;
		}
	}
	return to != NULL;
}

/* Past a tag at `at`; a bracket within quotes ends no tag.  SIZE_MAX: the quotes do not end. */
static size_t past_tag(struct ew_bytes v, size_t at)
{
	uint8_t quote = 0;
	size_t i;

	for (i = at + 1; i < v.n; i++) {
		uint8_t c = v.p[i];
		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>')
			return i + 1;
	}
	return quote ? SIZE_MAX : v.n;
}

size_t ew_xml_strip(struct ew_bytes v, uint8_t *out)
{
	size_t i = 0, n = 0, next;
	bool quotes = true; /* none without an end was met yet: each would be looked for in vain */

	while (i < v.n) {
		const uint8_t *at = memchr(v.p + i, '<', v.n - i);
		size_t plain = at ? (size_t)(at - v.p) - i : v.n - i;
		memcpy(out + n, v.p + i, plain);
		n += plain;
		i += plain;
		if (i == v.n)
			break;
		uint8_t c = v.n - i > 1 ? v.p[i + 1] : 0;
		next = past_aside(v, i);
		if (next > i) {
			i = next;
		} else if (begins_at(v, i, EW_LIT("<![CDATA["))) {
			size_t end = ew_bytes_find(v, i + 9, EW_LIT("]]>"));
			plain = (end == SIZE_MAX ? v.n : end) - i - 9;
			memcpy(out + n, v.p + i + 9, plain);
			n += plain;
			i = end == SIZE_MAX ? v.n : end + 3;
		} else if (c == '/' || c == '!' || (uint8_t)((c | 0x20) - 'a') < 26) {
			next = quotes ? past_tag(v, i) : SIZE_MAX;
			quotes = next != SIZE_MAX;
			i = quotes ? next : past(v, i, EW_LIT(">"));
		} else {
			out[n++] = v.p[i++];
		}
	}
	return n;
}
