/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A rule for people: what is written in its file, and what became of it here.  Lines are cut, never
 * wrapped, and hold no control characters. */

#include "explain.h"

#include "names.h"

#include <stdarg.h>
#include <stdio.h>

struct line {
	char text[2048];
	size_t n;
};

__attribute__((format(printf, 2, 3))) static void put(struct line *l, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(l->text + l->n, sizeof(l->text) - l->n, fmt, ap);
	va_end(ap);
	l->n = n < 0 || (size_t)n >= sizeof(l->text) - l->n ? sizeof(l->text) - 1 : l->n + (size_t)n;
}

/* Control characters of a file do not reach a terminal. */
static void put_bytes(struct line *l, struct ew_bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		put(l, b.p[i] < 0x20 || b.p[i] == 0x7f ? "\\x%02x" : "%c", b.p[i]);
}

static void put_targets(struct line *l, const struct ew_target *t, const char *before)
{
	for (; t; t = t->next) {
		put(l, " %s%s%s", before, t->count ? "&" : "",
		    ew_seclang_name(EW_TABLE_VARIABLE, t->id));
		if (t->select == EW_SELECT_ALL)
			continue;
		put(l, t->select == EW_SELECT_REGEX ? ":/" : ":");
		put_bytes(l, t->key);
		put(l, t->select == EW_SELECT_REGEX ? "/" : "");
	}
}

struct telling {
	void (*say)(void *arg, const char *line);
	void *arg;
};

static void end_line(const struct telling *to, struct line *l)
{
	to->say(to->arg, l->text);
	*l = (struct line){ .n = 0 };
}

static void explain_link(const struct telling *to, const struct ew_link *l, bool chained)
{
	struct line out = { .n = 0 };
	const struct ew_seclang_directive *d = l->from;

	if (chained) {
		put(&out, "and (%s:%u)", d->file->path, d->line);
		end_line(to, &out);
	}
	if (!l->targets) {
		to->say(to->arg, "  always");
	} else {
		put(&out, "  targets         ");
		put_targets(&out, l->targets, "");
		put_targets(&out, l->except, "!");
		end_line(to, &out);
		put(&out, "  transformations ");
		for (size_t i = 0; i < l->transform_count; i++)
			put(&out, " %s", ew_transform_name(l->transforms[i]));
		put(&out, l->transform_count ? "%s" : " none%s", l->multi_match ? " (asked after each)" : "");
		end_line(to, &out);
		put(&out, "  operator         %s@%s ", d->operator.negated ? "!" : "",
		    ew_seclang_name(EW_TABLE_OPERATOR, d->operator.id));
		put_bytes(&out, d->operator.argument);
		put(&out, l->unable ? " (never matches here)" : "");
		end_line(to, &out);
	}
	for (const struct ew_seclang_action *x = d->actions; x; x = x->next) {
		if (x->id != EW_ACTION_SET_VAR && x->id != EW_ACTION_CTL)
			continue;
		put(&out, "  does             %s:", ew_seclang_name(EW_TABLE_ACTION, x->id));
		put_bytes(&out, x->value);
		end_line(to, &out);
	}
}

static bool names_rule(const struct ew_exemption *x, const struct ew_seclang_rule *r)
{
	for (const struct ew_id_range *i = x->ids; i; i = i->next)
		if (r->id >= i->from && r->id <= i->to)
			return true;
	for (const struct ew_tag *t = x->text.n ? r->tags : NULL; t; t = t->next)
		if (ew_bytes_eq(t->text, x->text))
			return true;
	return x->text.n && !x->ids && ew_bytes_eq(ew_seclang_written(r, EW_ACTION_MSG), x->text);
}

static void explain_exemptions(const struct telling *to, const struct ew_seclang_set *set,
			       const struct ew_seclang_rule *r)
{
	struct line out = { .n = 0 };

	for (const struct ew_exemption *x = set->exemptions; x; x = x->next) {
		if (!names_rule(x, r))
			continue;
		put(&out, "  %s", ew_seclang_name(EW_TABLE_DIRECTIVE, x->by));
		put_targets(&out, x->add, "");
		put_targets(&out, x->except, "!");
		end_line(to, &out);
	}
}

static void explain_gaps(const struct telling *to, const struct ew_seclang_set *set,
			 const struct ew_seclang_rule *r)
{
	struct line out = { .n = 0 };

	for (const struct ew_link *l = r->links; l; l = l->next) {
		uint32_t until = l->from->next && l->from->next->file == l->from->file
					 ? l->from->next->line
					 : UINT32_MAX;
		for (const struct ew_gap *g = set->gaps; g; g = g->next) {
			if (g->file != l->from->file || g->line < l->from->line || g->line >= until)
				continue;
			put(&out, "  not honoured     %s:%u:%u: %s", g->file->path, g->line, g->column,
			    g->text);
			end_line(to, &out);
		}
	}
}

static const struct ew_seclang_rule *rule_of(const struct ew_seclang_set *set, uint32_t id,
					     unsigned *phase_r)
{
	for (unsigned p = 0; p < EW_SECLANG_PHASES; p++)
		for (const struct ew_seclang_rule *r = set->phase[p]; r; r = r->next)
			if (r->links && r->id == id) {
				*phase_r = p + 1;
				return r;
			}
	return NULL;
}

bool ew_seclang_explain(const struct ew_seclang_set *set, uint32_t id,
			void (*say)(void *arg, const char *line), void *arg)
{
	static const char *const does[] = { "pass", "deny", "allow", "allow:phase", "allow:request" };
	const struct telling to = { say, arg };
	struct line out = { .n = 0 };
	unsigned phase = 0;
	const struct ew_seclang_rule *r = rule_of(set, id, &phase);

	if (!r)
		return false;
	put(&out, "rule %u (%s:%u) ", id, r->from->file->path, r->from->line);
	put_bytes(&out, ew_seclang_written(r, EW_ACTION_MSG));
	end_line(&to, &out);
	put(&out, "  phase            %u%s, %s%s", phase,
	    phase == 3 || phase == 4 ? " (never runs: replies are not judged)" : "", does[r->does],
	    r->log ? "" : ", not logged");
	end_line(&to, &out);
	for (const struct ew_tag *t = r->tags; t; t = t->next) {
		put(&out, "%s", t == r->tags ? "  tags            " : "");
		put(&out, " ");
		put_bytes(&out, t->text);
		if (!t->next)
			end_line(&to, &out);
	}
	for (const struct ew_link *l = r->links; l; l = l->next)
		explain_link(&to, l, l != r->links);
	explain_exemptions(&to, set, r);
	explain_gaps(&to, set, r);
	say(arg, "  engine           rule by rule, with a backtracking matcher");
	return true;
}
