/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_TESTS_SECLANG_SHOWN_H
#define EVENTWALL_TESTS_SECLANG_SHOWN_H

/* A directive as one line, each part in brackets, so that tests compare what was read as text. */

#include "signatures/seclang/names.h"

#include <stdarg.h>
#include <stdio.h>

struct shown {
	char text[4096];
	size_t n;
};

__attribute__((format(printf, 2, 3), unused)) static void show(struct shown *s, const char *fmt,
							       ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(s->text + s->n, sizeof(s->text) - s->n, fmt, ap);
	va_end(ap);
	s->n = n < 0 || (size_t)n >= sizeof(s->text) - s->n ? sizeof(s->text) - 1
							    : s->n + (size_t)n;
}

#define SHOWN_BYTES(b) (int)(b).n, (const char *)(b).p

__attribute__((unused)) static void show_variables(struct shown *s,
						   const struct ew_seclang_variable *v)
{
	for (; v; v = v->next) {
		show(s, " %s%s",
		     v->count    ? "&"
		     : v->except ? "!"
				 : "",
		     ew_seclang_name(EW_TABLE_VARIABLE, v->id));
		if (v->select == EW_SELECT_KEY)
			show(s, "[%.*s]", SHOWN_BYTES(v->key));
		if (v->select == EW_SELECT_REGEX)
			show(s, "[/%.*s/]", SHOWN_BYTES(v->key));
	}
}

__attribute__((unused)) static void show_actions(struct shown *s, const struct ew_seclang_action *x)
{
	for (; x; x = x->next) {
		show(s, " %s", ew_seclang_name(EW_TABLE_ACTION, x->id));
		if (x->value.n)
			show(s, "[%.*s]", SHOWN_BYTES(x->value));
	}
}

__attribute__((unused)) static void show_directive(struct shown *s,
						   const struct ew_seclang_directive *d)
{
	show(s, "%s%u:%u %s", s->n ? "\n" : "", d->line, d->column,
	     ew_seclang_name(EW_TABLE_DIRECTIVE, d->id));
	show_variables(s, d->variables);
	if (d->operator.at)
		show(s, " %s@%s[%.*s]", d->operator.negated ? "!" : "",
		     ew_seclang_name(EW_TABLE_OPERATOR, d->operator.id),
		     SHOWN_BYTES(d->operator.argument));
	show_actions(s, d->actions);
	if (!d->variables && !d->actions)
		for (size_t i = 0; i < d->argument_count; i++)
			show(s, " [%.*s]", SHOWN_BYTES(d->argument[i]));
}

#endif
