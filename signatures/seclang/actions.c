/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Actions: what each asks for, checked and kept.  A value that cannot be read is an error; one that
 * is read and that we do not do is a gap, which an operator is told. */

#include "actions.h"

#include <stdlib.h>

#define SHOWN(b) (int)((b).n < 64 ? (b).n : 64), (const char *)(b).p

static const char *const ctl_names[] = {
#define EW_SECLANG_CTL(id, name, fate) name,
#include "ctl.def"
#undef EW_SECLANG_CTL
};

static const enum ew_seclang_fate ctl_fates[] = {
#define EW_SECLANG_CTL(id, name, fate) EW_FATE_##fate,
#include "ctl.def"
#undef EW_SECLANG_CTL
};

struct taker {
	struct ew_understanding *u;
	const struct ew_seclang_file *file;
	struct ew_said *s;
	struct ew_setvar **setvar;
	struct ew_control **control;
	struct ew_tag **tag;
	enum ew_transform transform[64];
	size_t transforms;
};

static bool wrong(struct taker *k, const struct ew_seclang_action *x, const char *expected)
{
	return ew_seclang_wrong(k->u->e, k->file, x->at, "%s:%.*s: expected %s",
				ew_seclang_name(EW_TABLE_ACTION, x->id), SHOWN(x->value), expected);
}

static bool take_number(struct taker *k, const struct ew_seclang_action *x, uint32_t most,
			uint32_t *n_r)
{
	uint64_t n;

	if (!ew_bytes_u64(x->value, &n) || n > most)
		return wrong(k, x, "a number");
	*n_r = (uint32_t)n;
	return true;
}

static bool take_phase(struct taker *k, const struct ew_seclang_action *x)
{
	static const struct {
		struct ew_bytes name;
		unsigned phase;
	} named[] = { { EW_LIT("request"), 2 },
		      { EW_LIT("response"), 4 },
		      { EW_LIT("logging"), 5 } };
	uint32_t n = 0;

	for (size_t i = 0; i < sizeof(named) / sizeof(*named); i++)
		if (ew_bytes_eq_nocase(x->value, named[i].name))
			n = named[i].phase;
	if (n == 0 && (!take_number(k, x, EW_SECLANG_PHASES, &n) || n == 0))
		return wrong(k, x, "1 to 5, request, response or logging");
	k->s->phase = n;
	return true;
}

static bool take_severity(struct taker *k, const struct ew_seclang_action *x)
{
	static const char *const names[] = { "EMERGENCY", "ALERT",  "CRITICAL", "ERROR",
					     "WARNING",   "NOTICE", "INFO",     "DEBUG" };
	uint32_t n;

	for (n = 0; n < 8; n++)
		if (ew_bytes_eq_nocase(x->value, ew_bytes_str(names[n])))
			break;
	if (n == 8 && !take_number(k, x, 7, &n))
		return wrong(k, x, "0 to 7 or a name, as CRITICAL");
	k->s->rule.severity = n;
	return true;
}

/* [!]tx.NAME[=[+|-]VALUE] */
static bool take_setvar(struct taker *k, const struct ew_seclang_action *x)
{
	struct ew_bytes text = x->value, value = { NULL, 0 };
	struct ew_setvar *v = ew_understanding_alloc(k->u, sizeof(*v));
	bool gone = text.n > 0 && text.p[0] == '!';
	size_t cut;

	if (!v)
		return false;
	text = ew_bytes_from(text, gone);
	cut = ew_bytes_find(text, 0, EW_LIT("="));
	if (cut != SIZE_MAX) {
		value = ew_bytes_from(text, cut + 1);
		text.n = cut;
		bool sign = value.n > 0 && (value.p[0] == '+' || value.p[0] == '-');
		v->how = !sign ? EW_SET_TO : value.p[0] == '+' ? EW_SET_ADD : EW_SET_SUBTRACT;
		value = ew_bytes_from(value, sign);
	}
	if (gone)
		v->how = EW_SET_NOT;
	size_t dot = ew_bytes_find(text, 0, EW_LIT("."));
	if (dot == SIZE_MAX || dot + 1 == text.n)
		return wrong(k, x, "a collection, a dot and a name, as tx.score");
	if (!ew_bytes_eq_nocase(ew_bytes(text.p, dot), EW_LIT("tx")))
		return ew_gap_note(k->u, k->file, x->at,
				   "setvar:%.*s is not done: there is no store for it but tx",
				   SHOWN(text));
	if (!ew_macro_read(k->u->set->source.arena, k->file, ew_bytes_from(text, dot + 1), &v->name,
			   k->u->e) ||
	    !ew_macro_read(k->u->set->source.arena, k->file, value, &v->value, k->u->e))
		return false;
	*k->setvar = v;
	k->setvar = &v->next;
	return true;
}

static bool takes_targets(enum ew_ctl id)
{
	return id == EW_CTL_REMOVE_TARGET_BY_ID || id == EW_CTL_REMOVE_TARGET_BY_MSG ||
	       id == EW_CTL_REMOVE_TARGET_BY_TAG;
}

static bool take_control(struct taker *k, const struct ew_seclang_action *x)
{
	struct ew_control *c = ew_understanding_alloc(k->u, sizeof(*c));
	size_t cut = ew_bytes_find(x->value, 0, EW_LIT("=")), i;

	if (!c)
		return false;
	if (cut == SIZE_MAX)
		return wrong(k, x, "a name, = and a value");
	for (i = 0; i < EW_CTL_COUNT; i++)
		if (ew_bytes_eq_nocase(ew_bytes(x->value.p, cut), ew_bytes_str(ctl_names[i])))
			break;
	if (i == EW_CTL_COUNT)
		return wrong(k, x, "something that ctl knows, as ruleRemoveById");
	c->id = (enum ew_ctl)i;
	c->value = ew_bytes_from(x->value, cut + 1);
	if (ctl_fates[i] == EW_FATE_UNABLE)
		return ew_gap_note(k->u, k->file, x->at, "ctl:%s is not done", ctl_names[i]);
	if (ctl_fates[i] == EW_FATE_ELSEWHERE)
		return true;
	if (takes_targets(c->id)) {
		struct ew_seclang_variable *v = NULL;
		struct ew_target *except = NULL;
		size_t semicolon = ew_bytes_find(c->value, 0, EW_LIT(";"));
		if (semicolon == SIZE_MAX)
			return wrong(k, x,
				     "a semicolon and a variable behind what names the rules");
		if (!ew_seclang_variables(k->u->set->source.arena, k->file,
					  ew_bytes_from(c->value, semicolon + 1), &v, k->u->e) ||
		    !ew_targets_take(k->u, k->file, v, &c->targets, &except))
			return false;
		c->value.n = semicolon;
	}
	if ((c->id == EW_CTL_REMOVE_BY_ID || c->id == EW_CTL_REMOVE_TARGET_BY_ID) &&
	    !ew_ids_take(k->u, k->file, c->value, &c->ids))
		return false;
	*k->control = c;
	k->control = &c->next;
	return true;
}

static bool take_tag(struct taker *k, const struct ew_seclang_action *x)
{
	struct ew_tag *t = ew_understanding_alloc(k->u, sizeof(*t));

	if (!t)
		return false;
	t->text = x->value;
	*k->tag = t;
	k->tag = &t->next;
	return true;
}

static bool take_transform(struct taker *k, const struct ew_seclang_action *x)
{
	const char *near = NULL;
	enum ew_transform t = ew_transform_named(x->value, &near);

	if (t == EW_TRANSFORM_COUNT)
		return ew_seclang_wrong(k->u->e, k->file, x->at,
					"\"%.*s\" is not a transformation%s%s%s", SHOWN(x->value),
					near ? "; did you mean " : "", near ? near : "",
					near ? "?" : "");
	k->s->none |= t == EW_TRANSFORM_NONE;
	if (t == EW_TRANSFORM_NONE)
		k->transforms = 0;
	else if (k->transforms == sizeof(k->transform) / sizeof(*k->transform))
		return wrong(k, x, "at most 64 transformations");
	else
		k->transform[k->transforms++] = t;
	return true;
}

static bool disrupt(struct taker *k, enum ew_disruption does)
{
	k->s->rule.does = does;
	k->s->disrupts = true;
	return true;
}

static bool take_allow(struct taker *k, const struct ew_seclang_action *x)
{
	if (x->value.n == 0)
		return disrupt(k, EW_DISRUPT_ALLOW);
	if (ew_bytes_eq_nocase(x->value, EW_LIT("phase")))
		return disrupt(k, EW_DISRUPT_ALLOW_PHASE);
	if (ew_bytes_eq_nocase(x->value, EW_LIT("request")))
		return disrupt(k, EW_DISRUPT_ALLOW_REQUEST);
	return wrong(k, x, "phase or request");
}

static bool take_one(struct taker *k, const struct ew_seclang_action *x)
{
	struct ew_seclang_rule *r = &k->s->rule;
	struct ew_arena *a = k->u->set->source.arena;

	if (ew_action_facts(x->id)->fate == EW_FATE_UNABLE)
		return ew_gap_note(k->u, k->file, x->at, "the action %s is not done",
				   ew_seclang_name(EW_TABLE_ACTION, x->id));
	switch (x->id) {
	case EW_ACTION_ID:
		return take_number(k, x, UINT32_MAX, &r->id) &&
		       (r->id > 0 || wrong(k, x, "a number above 0"));
	case EW_ACTION_PHASE:
		return take_phase(k, x);
	case EW_ACTION_SEVERITY:
		return take_severity(k, x);
	case EW_ACTION_STATUS:
		return take_number(k, x, 599, &r->status);
	case EW_ACTION_SKIP:
		return take_number(k, x, UINT16_MAX, &r->skip);
	case EW_ACTION_SKIP_AFTER:
		r->skip_after = x->value;
		return true;
	case EW_ACTION_MSG:
		return ew_macro_read(a, k->file, x->value, &r->msg, k->u->e);
	case EW_ACTION_LOG_DATA:
		return ew_macro_read(a, k->file, x->value, &r->logdata, k->u->e);
	case EW_ACTION_VER:
		r->ver = x->value;
		return true;
	case EW_ACTION_REV:
		r->rev = x->value;
		return true;
	case EW_ACTION_TAG:
		return take_tag(k, x);
	case EW_ACTION_TRANSFORM:
		return take_transform(k, x);
	case EW_ACTION_SET_VAR:
		return take_setvar(k, x);
	case EW_ACTION_CTL:
		return take_control(k, x);
	case EW_ACTION_CAPTURE:
		return k->s->link.capture = true;
	case EW_ACTION_MULTI_MATCH:
		return k->s->link.multi_match = true;
	case EW_ACTION_CHAIN:
		return k->s->chain = true;
	case EW_ACTION_BLOCK:
		return k->s->block = true;
	case EW_ACTION_DENY:
	case EW_ACTION_DROP:
	case EW_ACTION_REDIRECT:
		return disrupt(k, EW_DISRUPT_DENY);
	case EW_ACTION_PASS:
		return disrupt(k, EW_DISRUPT_PASS);
	case EW_ACTION_ALLOW:
		return take_allow(k, x);
	case EW_ACTION_LOG:
	case EW_ACTION_NO_LOG:
		r->log = x->id == EW_ACTION_LOG;
		return k->s->logs = true;
	default:
		return true; /* it is meant for people, or for a log that has its own configuration
			      */
	}
}

bool ew_actions_take(struct ew_understanding *u, const struct ew_seclang_directive *d,
		     const struct ew_seclang_action *first, struct ew_said *s_r)
{
	struct taker k = { .u = u, .file = d->file, .s = s_r };

	memset(s_r, 0, sizeof(*s_r));
	s_r->rule.severity = 255;
	s_r->rule.log = true;
	k.setvar = &s_r->link.setvars;
	k.control = &s_r->link.controls;
	k.tag = &s_r->rule.tags;
	for (const struct ew_seclang_action *x = first; x; x = x->next)
		if (!take_one(&k, x))
			return false;
	s_r->link.transforms =
		ew_understanding_alloc(u, (k.transforms + 1) * sizeof(*s_r->link.transforms));
	if (!s_r->link.transforms)
		return false;
	memcpy(s_r->link.transforms, k.transform, k.transforms * sizeof(*k.transform));
	s_r->link.transform_count = k.transforms;
	return true;
}
