/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Shows a message: the decoded tree with its layers and, if it was judged, what was found where, the verdict and
 * why.  Everything of the message goes through ew_text_bytes(), so a hostile event cannot drive a terminal. */

#include "daemon/explain.h"

#include "daemon/excerpt.h"
#include "daemon/policy.h"
#include "eventwall/protocol.h"
#include "eventwall/ruleset.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define VALUE_MOST 160  /* bytes of a value in text */
#define AROUND 48       /* bytes around a match */
#define JSON_MOST 4096  /* bytes of a value in JSON */
#define INDENT_MOST 40
#define PATH_MOST 2048

enum ink { PLAIN, FAINT, NAME, LAYER, ALARM, GOOD, WARN };

struct pen {
	FILE *out;
	bool colour;
};

static void ink(const struct pen *p, enum ink i)
{
	static const char *const codes[] = { "\033[0m", "\033[2m", "\033[1m", "\033[36m", "\033[1;31m",
		                             "\033[1;32m", "\033[1;33m" };

	if (p->colour)
		fputs(codes[i], p->out);
}

static void put_safe(const struct pen *p, struct ew_bytes b)
{
	for (size_t i = 0; i < b.n;) {
		char piece[1024];
		struct ew_text t = { .p = piece, .cap = sizeof(piece) };
		size_t n = b.n - i < 100 ? b.n - i : 100;
		/* Not in the middle of a character. */
		for (size_t k = 0; k < 3 && i + n < b.n && (b.p[i + n] & 0xc0) == 0x80; k++)
			n--;
		ew_text_bytes(&t, ew_bytes(b.p + i, n));
		fwrite(piece, 1, t.n, p->out);
		i += n;
	}
}

static void put_value(const struct pen *p, struct ew_bytes b, size_t most)
{
	fputc('"', p->out);
	put_safe(p, ew_bytes(b.p, b.n < most ? b.n : most));
	fputc('"', p->out);
	if (b.n > most)
		fprintf(p->out, "... (%zu bytes)", b.n);
}

static const char *kind_name(uint8_t kind)
{
	static const char *const names[] = { "bytes", "text", "number", "bool", "null", "object", "array" };

	return kind < sizeof(names) / sizeof(*names) ? names[kind] : "?";
}

static void put_node(const struct pen *p, const struct ew_field *f, unsigned deep)
{
	fprintf(p->out, "  %*s", (int)(2 * (deep < INDENT_MOST ? deep : INDENT_MOST)), "");
	if (f->via) {
		ink(p, LAYER);
		fprintf(p->out, "|%s", f->via->name);
	} else if (f->parent && f->parent->kind == EW_KIND_ARRAY) {
		ink(p, NAME);
		fprintf(p->out, "[%u]", f->index);
	} else {
		ink(p, NAME);
		put_safe(p, f->name);
	}
	ink(p, PLAIN);
	if (ew_field_is_leaf(f)) {
		fputs(" = ", p->out);
		if (f->flags & EW_FIELD_QUIET)
			ink(p, FAINT);
		put_value(p, f->value, VALUE_MOST);
		ink(p, PLAIN);
	}
	fputc('\n', p->out);
}

static void put_tree(const struct pen *p, const struct ew_message *m)
{
	fputs("decoded\n", p->out);
	for (const struct ew_field *f = ew_field_next(m->root, m->root); f; f = ew_field_next(f, m->root)) {
		unsigned deep = 0;
		for (const struct ew_field *up = f->parent; up && up != m->root; up = up->parent)
			deep++;
		put_node(p, f, deep);
	}
}

static void put_path(const struct pen *p, const struct ew_field *f)
{
	char path[PATH_MOST];
	size_t n = ew_field_path(f, path, sizeof(path));

	put_safe(p, ew_bytes(path, n < sizeof(path) ? n : sizeof(path) - 1));
}

static const char *severity_name(uint8_t s)
{
	static const char *const names[] = { "notice", "warning", "error", "critical" };

	return names[s & 3];
}

/* Where the match is; false if only its end is known. */
static bool locate(const struct ew_explained *x, const struct ew_hit *h, size_t *from_r, size_t *to_r)
{
	struct ew_bytes b = h->text;

	if (!x->route->rules || !ew_ruleset_locate(x->route->rules, h, from_r, to_r) || *to_r > b.n ||
	    *from_r > *to_r) {
		*to_r = h->end < b.n ? h->end : b.n;
		*from_r = *to_r;
		return false;
	}
	return true;
}

static void put_match(const struct pen *p, const struct ew_explained *x, const struct ew_hit *h)
{
	struct ew_bytes b = h->text;
	size_t from, to;
	bool known = locate(x, h, &from, &to);
	size_t lo = from > AROUND ? from - AROUND : 0;
	size_t hi = b.n - to > AROUND ? to + AROUND : b.n;

	fputs("       in ", p->out);
	put_path(p, h->field);
	fputs(h->on_name ? " (its name)" : "", p->out);
	if (h->view != EW_VIEW_RAW)
		fprintf(p->out, " (%s)", ew_view_name((enum ew_view)h->view));
	if (h->why)
		fprintf(p->out, ": %s", h->why);
	fputs("\n       ", p->out);
	fputs(lo > 0 ? "..." : "", p->out);
	put_safe(p, ew_bytes(b.p + lo, from - lo));
	if (known && !p->colour)
		fputs(">>", p->out);
	ink(p, ALARM);
	put_safe(p, ew_bytes(b.p + from, to - from));
	ink(p, PLAIN);
	if (known && !p->colour)
		fputs("<<", p->out);
	put_safe(p, ew_bytes(b.p + to, hi - to));
	fputs(hi < b.n ? "...\n" : "\n", p->out);
}

/* What a rule of a rule file says of itself. */
static void put_told(const struct pen *p, const struct ew_told *t)
{
	const struct {
		const char *name;
		struct ew_bytes text;
	} all[] = { { "msg", t->msg }, { "data", t->data }, { "variable", t->variable } };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (all[i].text.n == 0)
			continue;
		fprintf(p->out, "       %s ", all[i].name);
		put_value(p, all[i].text, VALUE_MOST);
		fputc('\n', p->out);
	}
}

static const char *const standings[] = { "", "; in shadow", "; only noted", "; excluded here" };

static void put_hits(const struct pen *p, const struct ew_explained *x)
{
	if (!x->m->hits)
		return;
	fputs("found\n", p->out);
	for (const struct ew_hit *h = x->m->hits; h; h = h->next) {
		const struct ew_signature *s = h->signature;
		ink(p, ALARM);
		fprintf(p->out, "  %u", s->id);
		ink(p, PLAIN);
		fprintf(p->out, " %s (%s, %s, score %u%s%s)\n", s->name, s->class_, severity_name(s->severity),
		        h->score, h->drop ? ", decides alone" : "", standings[h->standing]);
		if (h->told)
			put_told(p, h->told);
		if (h->field)
			put_match(p, x, h);
	}
}

static void put_exception(const struct pen *p, const struct ew_explained *x)
{
	const struct ew_message *m = x->m;

	if (m->status == EW_OK)
		return;
	ink(p, WARN);
	fprintf(p->out, "exception %s", ew_status_name(m->status));
	ink(p, PLAIN);
	fprintf(p->out, ": %s", ew_status_text(m->status));
	if (m->reason)
		fprintf(p->out, " (%s)", m->reason);
	if (m->culprit) {
		fputs("\n  in ", p->out);
		put_path(p, m->culprit);
	}
	fputc('\n', p->out);
}

/* The sentence that explains the verdict. */
static void say_why(const struct ew_explained *x, char *out, size_t cap)
{
	const struct ew_message *m = x->m;
	const struct ew_route_config *c = x->route->config;
	const struct ew_hit *h = x->deciding;
	bool decisive = h && ew_hit_decides(h, m, c->threshold);

	if (c->mode == EW_MODE_OFF && m->status == EW_OK)
		snprintf(out, cap, "the route does not look (mode off)");
	else if (x->verdict == EW_VERDICT_FORWARD && decisive)
		snprintf(out, cap, "signature %u would drop it, and the route only detects", h->signature->id);
	else if (decisive && h->standing == EW_STANDING_SHADOW)
		snprintf(out, cap, "signature %u would drop it if it were not in shadow", h->signature->id);
	else if (decisive && h->drop)
		snprintf(out, cap, "signature %u decides alone", h->signature->id);
	else if (decisive)
		snprintf(out, cap, "the score %u reaches the threshold %u", m->score, c->threshold);
	else if (m->status != EW_OK && x->passed)
		snprintf(out, cap, "it could not be read whole (%s), and the route %s", ew_status_name(m->status),
		         c->on_exception[m->status] == EW_EXCEPTION_PASS ? "lets that pass"
		                                                         : "does not drop");
	else if (m->status != EW_OK)
		snprintf(out, cap, "it could not be read whole (%s)", ew_status_name(m->status));
	else if (h && h->standing >= EW_STANDING_NOTED)
		snprintf(out, cap, "what was found does not count on this route");
	else if (h)
		snprintf(out, cap, "the score %u is below the threshold %u", m->score, c->threshold);
	else if (!x->route->rules)
		snprintf(out, cap, "the route has no signatures");
	else
		snprintf(out, cap, "no signature was found");
}

static const char *const verdicts[EW_VERDICT_COUNT] = { "forward", "drop", "shadow" };

static void put_anomalies(const struct pen *p, const struct ew_message *m)
{
	for (uint64_t bits = m->anomalies; bits; bits &= bits - 1) {
		enum ew_anomaly a = (enum ew_anomaly)__builtin_ctzll(bits);
		ink(p, WARN);
		fprintf(p->out, "anomaly %s", ew_anomaly_name(a));
		ink(p, PLAIN);
		fprintf(p->out, ": %s\n", ew_anomaly_text(a));
	}
}

static void put_envelopes(const struct pen *p, const struct ew_message *m)
{
	for (size_t i = 0; i < m->envelope_count; i++) {
		fputs(i ? ", " : "envelopes ", p->out);
		ink(p, LAYER);
		fputs(m->envelopes[i], p->out);
		ink(p, PLAIN);
	}
	if (m->envelope_count)
		fputc('\n', p->out);
}

/* What to write if the field is meant to hold that. */
static void put_remedy(const struct pen *p, const struct ew_hit *h)
{
	char path[PATH_MOST];
	size_t n = ew_field_path(h->field, path, sizeof(path));
	json_t *o = json_pack("{s:[s],s:[o],s:s}", "signatures", "", "paths",
	                      json_stringn(path, n < sizeof(path) ? n : sizeof(path) - 1), "reason", "...");
	char id[16];

	snprintf(id, sizeof(id), "%u", h->signature->id);
	json_array_set_new(json_object_get(o, "signatures"), 0, json_string(id));
	char *text = json_dumps(o, JSON_ENSURE_ASCII);
	if (text && n < sizeof(path))
		fprintf(p->out, "if that field is meant to hold it, add to \"exclusions\" of the route: %s\n",
		        text);
	free(text);
	json_decref(o);
}

/* The same of a rule that has a name for what it matched. */
static void put_rule_remedy(const struct pen *p, const struct ew_explained *x)
{
	for (const struct ew_hit *h = x->m->hits; h; h = h->next) {
		if (!h->told || !h->field || h->told->variable.n == 0)
			continue;
		fprintf(p->out, "if that is meant to be there, add to a rule file behind the others: "
		                "SecRuleUpdateTargetById %u \"!", h->signature->id);
		put_safe(p, h->told->variable);
		fputs("\"\n", p->out);
		return;
	}
}

static void put_verdict(const struct pen *p, const struct ew_explained *x)
{
	char why[256];

	put_hits(p, x);
	say_why(x, why, sizeof(why));
	ink(p, x->verdict == EW_VERDICT_FORWARD ? GOOD : x->verdict == EW_VERDICT_DROP ? ALARM : WARN);
	fputs(verdicts[x->verdict], p->out);
	ink(p, PLAIN);
	fprintf(p->out, ": %s\n", why);
	if (x->deciding && x->deciding->told)
		put_rule_remedy(p, x);
	else if (x->deciding && x->deciding->field &&
	         ew_hit_decides(x->deciding, x->m, x->route->config->threshold))
		put_remedy(p, x->deciding);
}

void ew_explain_text(const struct ew_explained *x, FILE *out, bool colour)
{
	struct pen p = { out, colour };

	put_tree(&p, x->m);
	put_envelopes(&p, x->m);
	put_anomalies(&p, x->m);
	put_exception(&p, x);
	if (x->route)
		put_verdict(&p, x);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static json_t *bytes_as_json(struct ew_bytes b, size_t most)
{
	size_t len = b.n < most ? b.n : most, n = 0;
	uint8_t *text = malloc(2 * len + 1);

	if (!text)
		return NULL;
	for (size_t i = 0; i < len;) {
		uint8_t c = b.p[i];
		size_t chars = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
		if (chars <= len - i && ew_utf8_valid(ew_bytes(b.p + i, chars))) {
			memcpy(text + n, b.p + i, chars);
			n += chars;
			i += chars;
		} else {
			n += ew_utf8_put(text + n, c);
			i++;
		}
	}
	json_t *s = json_stringn((const char *)text, n);
	free(text);
	return s;
}

static json_t *path_as_json(const struct ew_field *f)
{
	char path[PATH_MOST];
	size_t n = ew_field_path(f, path, sizeof(path));

	return bytes_as_json(ew_bytes(path, n < sizeof(path) ? n : sizeof(path) - 1), PATH_MOST);
}

static json_t *field_as_json(const struct ew_field *f)
{
	json_t *o = json_object(), *layers = json_array();

	json_object_set_new(o, "path", path_as_json(f));
	json_object_set_new(o, "kind", json_string(kind_name(f->kind)));
	for (const struct ew_field *up = f; up; up = up->parent) {
		if (up->via)
			json_array_insert_new(layers, 0, json_string(up->via->name));
	}
	json_object_set_new(o, "layers", layers);
	json_object_set_new(o, "value", bytes_as_json(f->value, JSON_MOST));
	json_object_set_new(o, "bytes", json_integer((json_int_t)f->value.n));
	return o;
}

static void add_told(json_t *o, const struct ew_hit *h)
{
	json_t *tags = json_array();

	json_object_set_new(o, "msg", bytes_as_json(h->told->msg, JSON_MOST));
	json_object_set_new(o, "data", bytes_as_json(h->told->data, JSON_MOST));
	json_object_set_new(o, "variable", bytes_as_json(h->told->variable, JSON_MOST));
	for (const char *const *tag = h->signature->tags; tag && *tag; tag++)
		json_array_append_new(tags, bytes_as_json(ew_bytes_str(*tag), JSON_MOST));
	json_object_set_new(o, "tags", tags);
	if (h->signature->version)
		json_object_set_new(o, "version", bytes_as_json(ew_bytes_str(h->signature->version), JSON_MOST));
}

static json_t *hit_as_json(const struct ew_explained *x, const struct ew_hit *h)
{
	const struct ew_signature *s = h->signature;
	json_t *o = json_pack("{s:I,s:I,s:s,s:s,s:s,s:I,s:b,s:s,s:s,s:I}", "signature_id", (json_int_t)s->id, "rev",
	                      (json_int_t)s->revision, "signature", s->name, "class", s->class_, "severity",
	                      severity_name(s->severity), "score", (json_int_t)h->score, "drop", h->drop, "set",
	                      s->set, "file", s->file, "line", (json_int_t)s->line);
	size_t from, to;

	json_object_set_new(o, "standing", json_string(ew_standing_name((enum ew_standing)h->standing)));
	if (h->told)
		add_told(o, h);
	if (!h->field)
		return o;
	bool known = locate(x, h, &from, &to);
	json_object_set_new(o, "path", path_as_json(h->field));
	json_object_set_new(o, "on", json_string(h->on_name ? "name" : "value"));
	if (h->view != EW_VIEW_RAW)
		json_object_set_new(o, "view", json_string(ew_view_name((enum ew_view)h->view)));
	if (h->why)
		json_object_set_new(o, "why", json_string(h->why));
	if (known) {
		json_object_set_new(o, "from", json_integer((json_int_t)from));
		json_object_set_new(o, "matched", bytes_as_json(ew_bytes(h->text.p + from, to - from),
		                                                JSON_MOST));
	}
	json_object_set_new(o, "to", json_integer((json_int_t)to));
	return o;
}

static void add_verdict(json_t *o, const struct ew_explained *x)
{
	json_t *hits = json_array();
	char why[256];

	say_why(x, why, sizeof(why));
	json_object_set_new(o, "verdict", json_string(verdicts[x->verdict]));
	json_object_set_new(o, "why", json_string(why));
	json_object_set_new(o, "route", json_string(x->route->config->name));
	json_object_set_new(o, "mode", json_string(ew_mode_name(x->route->config->mode)));
	json_object_set_new(o, "score", json_integer(x->m->score));
	json_object_set_new(o, "threshold", json_integer(x->route->config->threshold));
	for (const struct ew_hit *h = x->m->hits; h; h = h->next)
		json_array_append_new(hits, hit_as_json(x, h));
	json_object_set_new(o, "hits", hits);
}

void ew_explain_json(const struct ew_explained *x, FILE *out)
{
	const struct ew_message *m = x->m;
	json_t *o = json_object(), *fields = json_array(), *anomalies = json_array(), *envelopes = json_array();

	if (x->route)
		add_verdict(o, x);
	json_object_set_new(o, "source", json_string(ew_transport_name(x->source)));
	json_object_set_new(o, "bytes", json_integer((json_int_t)m->raw.n));
	json_object_set_new(o, "status", json_string(ew_status_name(m->status)));
	if (m->status != EW_OK && m->reason)
		json_object_set_new(o, "reason", json_string(m->reason));
	if (m->status != EW_OK && m->culprit)
		json_object_set_new(o, "culprit", path_as_json(m->culprit));
	for (size_t i = 0; i < m->envelope_count; i++)
		json_array_append_new(envelopes, json_string(m->envelopes[i]));
	for (uint64_t bits = m->anomalies; bits; bits &= bits - 1)
		json_array_append_new(anomalies,
		                      json_string(ew_anomaly_name((enum ew_anomaly)__builtin_ctzll(bits))));
	for (const struct ew_field *f = ew_field_next(m->root, m->root); f; f = ew_field_next(f, m->root)) {
		if (ew_field_is_leaf(f))
			json_array_append_new(fields, field_as_json(f));
	}
	json_object_set_new(o, "envelopes", envelopes);
	json_object_set_new(o, "anomalies", anomalies);
	json_object_set_new(o, "fields", fields);
	json_dumpf(o, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(o);
}
