/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The decoder `json`: whether a value is JSON, and what to think of it once read.  json_read.c reads a
 * document, json_text.c its strings.
 *
 * A declared value is read whatever it holds: text before the first bracket is passed, further documents
 * become further layers, damage is EW_MALFORMED or EW_TRUNCATED.  A guess has to prove itself: if it is
 * damaged, or followed by something else, before one quoted name with its colon was seen, it was no JSON
 * ("[INFO] started", "{name}"), everything is taken back and nothing is raised.
 *
 * The trap: a guess that turns out wrong must leave no trace, since plain text is full of brackets. */

#include "decoders.h"
#include "json.h"

/* Wide text that begins with a bracket, a quote or a blank. */
static bool wide_bracket(struct ew_bytes v)
{
	struct ew_wide w = ew_wide_of(v);
	size_t at = w.bom + (w.big ? w.unit - 1u : 0u);

	return w.unit && at < v.n && v.p[at] && strchr("{[\" \t\r\n", v.p[at]);
}

static bool claims(const struct ew_field *f)
{
	struct ew_bytes v = f->value;
	size_t i = 0;

	if (v.n < 2)
		return false;
	if (v.p[0] == 0 || v.p[1] == 0 || v.p[0] >= 0xfe)
		return wide_bracket(v);
	if (v.n >= 3 && v.p[0] == 0xef && v.p[1] == 0xbb && v.p[2] == 0xbf)
		i = 3;
	/* However many: a reader passes them all. */
	while (i < v.n && (v.p[i] == ' ' || (v.p[i] >= '\t' && v.p[i] <= '\r')))
		i++;
	if (v.n - i < 2)
		return false;
	switch (v.p[i]) {
	case '{':
	case '[':
		return true;
	case '"':
		v = ew_bytes_trim(v, " \t\r\n");
		return v.p[v.n - 1] == '"';
	case '/':
		return v.p[i + 1] == '*' || v.p[i + 1] == '/';
	default:
		return false;
	}
}

bool ew_json_prepare(struct ew_json *j)
{
	struct ew_bytes text = ew_bytes(j->p, (size_t)(j->end - j->p));
	struct ew_wide w = ew_wide_of(text);

	if (w.unit) {
		j->spent = !ew_wide_narrow(j->m, j->holder, w, text, &j->raised, &text);
		j->fresh = text.n;
	} else if (ew_bytes_starts(text, EW_LIT("\xef\xbb\xbf"))) {
		j->raised |= EW_JSON_BIT(BOM);
		text = ew_bytes_from(text, 3);
	}
	j->p = text.p;
	j->end = text.p + text.n;
	return !j->spent;
}

bool ew_json_is_read(const struct ew_field *f)
{
	for (const struct ew_field *c = f->child; c; c = c->next) {
		if (c->via == &ew_decoder_json || c->via == &ew_decoder_ndjson)
			return true;
	}
	return false;
}

static bool begins_document(const struct ew_json *j, bool first)
{
	uint8_t c = *j->p;

	if (c == '{' || c == '[' || c == '"')
		return true;
	return first && j->declared && (c == '-' || c == '\'' || (uint8_t)(c - '0') < 10 ||
	                                (uint8_t)((c | 0x20) - 'a') < 26);
}

/* To the next bracket; false if there is none. */
static bool skip_to_bracket(struct ew_json *j)
{
	while (j->p < j->end && *j->p != '{' && *j->p != '[')
		j->p++;
	return j->p < j->end;
}

/* Whole words such as `callback(` or `)]}',` before the first bracket are damage; a lone word that is the
 * document is left to the reader. */
static bool is_lone_scalar(const struct ew_json *j)
{
	const uint8_t *p = j->p;

	while (p < j->end && *p != '{' && *p != '[')
		p++;
	return p == j->end;
}

static void read_all(struct ew_json *j)
{
	bool first = true;

	for (j->p = ew_json_blanks(j, j->p); j->p < j->end && !j->given_up && !j->spent;
	     j->p = ew_json_blanks(j, j->p)) {
		uint8_t c = *j->p;
		if (!first) {
			j->raised |= EW_JSON_BIT(TRAILING_DATA);
			if (!j->declared && j->keys == 0)
				j->given_up = true;
		}
		if (!begins_document(j, first) ||
		    (first && c != '{' && c != '[' && c != '"' && c != '\'' && !is_lone_scalar(j))) {
			if (first)
				ew_json_damage(j);
			if (j->given_up || !skip_to_bracket(j))
				break;
		}
		if (!j->given_up)
			ew_json_document(j);
		first = false;
	}
}

enum ew_status ew_json_verdict(const struct ew_json *j)
{
	if (j->spent)
		return EW_LIMIT;
	if (!j->declared || j->damages == 0)
		return EW_OK;
	if (j->truncated && j->damages == 1) {
		ew_message_fault(j->m, EW_TRUNCATED, "json.truncated", j->holder);
		return EW_TRUNCATED;
	}
	ew_message_fault(j->m, EW_MALFORMED, "json.syntax", j->holder);
	return EW_MALFORMED;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_json j = {
		.m = m,
		.holder = f,
		.via = &ew_decoder_json,
		.p = f->value.p,
		.end = f->value.p + f->value.n,
		.declared = ew_field_declared(f, &ew_decoder_json) && f->declared->expected,
	};
	struct ew_decode_mark mark = ew_decode_mark(m, f);

	if (ew_json_is_read(f))
		return EW_DECLINED;
	if (ew_json_prepare(&j))
		read_all(&j);
	if (!j.spent && (j.given_up ? j.keys == 0 : f->last == mark.last)) {
		ew_decode_retract(m, f, &mark);
		return EW_DECLINED;
	}
	m->anomalies |= j.raised;
	return ew_json_verdict(&j);
}

const struct ew_decoder ew_decoder_json = {
	.name = "json",
	.flags = EW_DECODER_STRUCTURAL | EW_DECODER_BY_HEAD,
	.claims = claims,
	.decode = decode,
};
