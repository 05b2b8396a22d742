/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The decoder `ndjson`: several JSON documents in one value, a line each (NDJSON, JSON lines) or a record
 * separator before each (RFC 7464).  They become elements of one array, so that a path has an index.
 *
 * Documents are read one after the other, not line by line: one that spans lines is one document, and
 * a line break that is missing between two is trailing data. */

#include "decoders.h"
#include "json.h"

#define SEPARATOR 0x1e

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* A guess: the first line ends in a closing bracket and the next one begins with an opening one.  In a
 * document that is merely laid out over lines a comma or a colon would stand there. */
static bool claims(const struct ew_field *f)
{
	struct ew_bytes v = f->value;
	size_t line, i;

	if (v.n < 5)
		return false;
	if (v.p[0] == SEPARATOR)
		return v.p[1] == '{' || v.p[1] == '[' || is_blank(v.p[1]);
	if (v.p[0] != '{' && v.p[0] != '[')
		return false;
	line = ew_bytes_find(v, 0, EW_LIT("\n"));
	if (line == SIZE_MAX)
		return false;
	for (i = line; i < v.n && is_blank(v.p[i]); i++)
		;
	if (i == v.n || (v.p[i] != '{' && v.p[i] != '['))
		return false;
	for (i = line; i > 0 && is_blank(v.p[i]); i--)
		;
	return v.p[i] == '}' || v.p[i] == ']';
}

/* To the next document.  False at the end. */
static bool next_document(struct ew_json *j, bool first)
{
	bool apart = first;

	for (;;) {
		for (; j->p < j->end && (is_blank(*j->p) || *j->p == SEPARATOR); j->p++)
			apart |= *j->p == '\n' || *j->p == SEPARATOR;
		const uint8_t *p = ew_json_blanks(j, j->p);
		if (p == j->p)
			break;
		j->p = p;
	}
	if (j->p == j->end)
		return false;
	if (!apart)
		j->raised |= EW_JSON_BIT(TRAILING_DATA);
	return true;
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	struct ew_decode_mark mark = ew_decode_mark(m, f);
	struct ew_json j = {
		.m = m,
		.holder = f,
		.p = f->value.p,
		.end = f->value.p + f->value.n,
		.declared = ew_field_declared(f, &ew_decoder_ndjson) && f->declared->expected,
	};

	if (ew_json_is_read(f))
		return EW_DECLINED;
	if (!ew_json_prepare(&j))
		return EW_LIMIT;
	j.holder = ew_decode_layer(m, f, &ew_decoder_ndjson, ew_bytes(j.p, (size_t)(j.end - j.p)),
	                           EW_KIND_ARRAY, j.fresh);
	if (!j.holder)
		return EW_LIMIT;
	for (bool first = true; next_document(&j, first) && ew_json_document(&j); first = false)
		;
	if (!j.spent && (j.given_up ? j.keys == 0 : !j.holder->child)) {
		ew_decode_retract(m, f, &mark);
		return EW_DECLINED;
	}
	m->anomalies |= j.raised;
	return ew_json_verdict(&j);
}

const struct ew_decoder ew_decoder_ndjson = {
	.name = "ndjson",
	.flags = EW_DECODER_STRUCTURAL | EW_DECODER_BY_HEAD,
	.claims = claims,
	.decode = decode,
};
