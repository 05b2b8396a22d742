/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Fields to hits.  All values of a message are laid out in one buffer and scanned by one call; what is
 * found there only names candidates, which are then scanned alone.  Values of plain text, mostly most of them,
 * have a buffer of their own, since few patterns can match there (plain.h), and so have bytes that are no text,
 * which are shown only to rules that ask for such.  What opens a gate of an analyser, or
 * what it wants to see after a look of its own, is shown to it.  What a part of a rule asks for (part.h) is
 * looked for once the candidate was scanned.
 *
 * The gathered patterns find at least what the single ones find (anchor.c), with an end offset between
 * the first byte of the value and the separator after it, so a value that is not a candidate has no
 * match.  That is what makes the result equal to scanning each value alone, for any bytes in it.  The
 * trap: never trust a gathered match itself; it may begin in one value and end in another. */

#include "found.h"
#include "gather.h"
#include "regex.h"
#include "seen.h"

#include <hs.h>
#include <stdlib.h>

/* Past this many gathered matches, one a value and one in some bytes, it is cheaper to scan every value, and to ask
 * every analyser about it, than to listen on. */
enum { GATHER_CALLS_MAX = 1000, BYTES_A_CALL = 8, LEAF_CALLS_MAX = 10000 };

/* What looking at single values may cost in all: bytes shown to the engine or to an analyser, and some for the
 * call.  Ordinary events spend next to nothing.  A text of attacks from end to end spends two hundred for each of
 * its bytes, and no more than this for all of them, whatever decoders made of it. */
enum {
	CALL_COST = 64,
	LOOKS_A_BYTE = 4, /* of four analysers together */
	WORK_LEAST = 1 << 22,
	WORK_PER_BYTE = 32,
	WORK_PER_OUTPUT = 4,
};

/* What patterns that backtrack may do for one message (regex.h), and for each byte of it, in all. */
enum { TRIES_MOST = 500000, TRIES_A_BYTE = 32 };

/* Buffers grown past this by one large message are given back after it. */
static const size_t keep_max = (size_t)4 << 20;

enum tier { PLAIN, OTHER, NOISE, TIERS };

struct ew_scanner {
	hs_scratch_t *scratch;
	struct ew_gather gather[EW_SUBJECT_COUNT][TIERS];
	struct ew_founds founds;
	size_t calls; /* of the phase that runs */
	size_t work, work_most; /* of the message */
	uint64_t tries;         /* of patterns that backtrack, that are left */
	bool namesakes;         /* it has names that were not laid out, being those of fields before */
	struct ew_arena *rules; /* what rule files make of a message; NULL: none was adopted */
	/* Rules whose whole pattern was asked for in the value that is being scanned, and which those are. */
	uint32_t *ask;
	bool *asked;
	size_t asks, ask_room;
};

struct ew_scanner *ew_scanner_new(void)
{
	return calloc(1, sizeof(struct ew_scanner));
}

/* Buffers of one large message, or all of them. */
static void give_back(struct ew_scanner *s, size_t above)
{
	for (int i = 0; i < EW_SUBJECT_COUNT * TIERS; i++)
		if (s->gather[i / TIERS][i % TIERS].cap > above)
			ew_gather_free(&s->gather[i / TIERS][i % TIERS]);
}

void ew_scanner_free(struct ew_scanner **s)
{
	if (*s) {
		hs_free_scratch((*s)->scratch);
		give_back(*s, 0);
		ew_founds_free(&(*s)->founds);
		ew_arena_free(&(*s)->rules);
		free((*s)->ask);
		free((*s)->asked);
	}
	free(*s);
	*s = NULL;
}

static bool make_room_to_ask(struct ew_scanner *s, size_t rules)
{
	if (rules <= s->ask_room)
		return true;
	free(s->ask);
	free(s->asked);
	s->ask = calloc(rules, sizeof(*s->ask));
	s->asked = calloc(rules, sizeof(*s->asked));
	s->ask_room = s->ask && s->asked ? rules : 0;
	return s->ask_room > 0;
}

bool ew_scanner_adopt(struct ew_scanner *s, const struct ew_ruleset *rs)
{
	if (!make_room_to_ask(s, rs->rules.count))
		return false;
	for (int i = 0; i < EW_SUBJECT_COUNT; i++) {
		for (int of = 0; of < EW_SCAN_COUNT; of++) {
			const hs_database_t *db = rs->matcher[i].db[of];
			if (db && hs_alloc_scratch(db, &s->scratch) != HS_SUCCESS)
				return false;
		}
	}
	if (rs->judge && !s->rules)
		s->rules = ew_arena_new(0);
	return !rs->judge || s->rules;
}

/* To where its kind of text is gathered, if any pattern could match there.  Plain text has no view but one in
 * which its blanks are squeezed. */
static inline bool lay_out(struct ew_gather g[TIERS], const struct ew_matcher *m, const struct ew_field *f,
                           struct ew_bytes b)
{
	enum ew_gathered done = EW_GATHER_ODD;

	if (b.n == 0)
		return true;
	if (!(m->views & EW_VIEW_BIT(EW_VIEW_SQUEEZED)) || !ew_view_may_differ(b, EW_VIEW_BIT(EW_VIEW_SQUEEZED)))
		done = ew_gather_plain(&g[PLAIN], f, b);
	return done == EW_GATHERED || (done == EW_GATHER_ODD && ew_gather_add(&g[OTHER], f, b, m->views));
}

/* In these, rules about text look at the runs of text, which are fields of their own. */
static bool lay_out_value(struct ew_gather g[TIERS], const struct ew_matcher *m, const struct ew_field *f)
{
	if (!ew_field_is_noise(f))
		return lay_out(g, m, f, f->value);
	return !m->binary || ew_gather_add(&g[NOISE], f, f->value, 0);
}

static bool is_used(const struct ew_matcher *m)
{
	return m->db[EW_SCAN_GATHER] || m->looks;
}

static bool lay_out_all(struct ew_scanner *s, const struct ew_ruleset *rs, const struct ew_message *m)
{
	const struct ew_matcher *value = &rs->matcher[EW_SUBJECT_VALUE], *name = &rs->matcher[EW_SUBJECT_NAME];
	const unsigned silent = EW_FIELD_COVERED | EW_FIELD_QUIET;
	const unsigned unnamed = EW_FIELD_QUIET | EW_FIELD_SAME_NAME;
	struct ew_field_place all = { m->fields, 0 };
	const struct ew_field *f;

	s->namesakes = false;
	while ((f = ew_message_next_field(&all))) {
		s->namesakes |= (f->flags & EW_FIELD_SAME_NAME) != 0;
		if (f->layers == 0) /* as it came */
			s->work_most += WORK_PER_BYTE * (f->value.n + f->name.n);
		if (is_used(name) && (f->flags & (EW_FIELD_NAMED | unnamed)) == EW_FIELD_NAMED &&
		    !lay_out(s->gather[EW_SUBJECT_NAME], name, f, f->name))
			return false;
		if (is_used(value) && ew_field_is_leaf(f) && !(f->flags & silent) &&
		    !lay_out_value(s->gather[EW_SUBJECT_VALUE], value, f))
			return false;
	}
	return true;
}

/* False: it has cost enough. */
static bool charge(struct ew_scanner *s, size_t work)
{
	if (work > s->work_most - s->work) {
		s->work = s->work_most;
		return false;
	}
	s->work += work;
	return true;
}

struct gather_call {
	struct ew_scanner *s;
	struct ew_gather *g;
	const struct ew_rules *rules;
};

static int mark_candidate(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                          void *arg)
{
	struct gather_call *c = arg;
	struct ew_slot *slot = &c->g->slot[ew_gather_slot_at(c->g, to ? (size_t)to - 1 : 0)];

	(void)from, (void)flags;
	if (++c->s->calls > GATHER_CALLS_MAX + c->g->slots + c->g->len / BYTES_A_CALL)
		return 1;
	if (id < c->rules->count || id >= ew_rules_asked_from(c->rules))
		slot->candidate = true;
	else
		slot->gates |= (uint16_t)(1u << (id - c->rules->count));
	return 0;
}

/* What the bytes of the text call for, by `at_byte`.  Of letters and digits, most of all bytes, none does. */
static unsigned call_for(const struct ew_matcher *m, struct ew_bytes text, struct ew_seen *seen_r)
{
	struct ew_marks marks = { .text = text };
	struct ew_seen seen = ew_seen_blank(text);
	unsigned want = ew_seen_byte(&seen, ' ') ? m->at_byte[' '] : 0;

	for (size_t i; (i = ew_marks_next(&marks)) < text.n;) {
		want |= m->at_byte[text.p[i]];
		ew_seen_add(&seen, text.p[i]);
	}
	*seen_r = seen;
	return want;
}

/* Which analysers among `of` that look themselves want to see the text.  A view may be plain though its text is
 * not, and then there are no gates to open. */
static uint16_t look(struct ew_scanner *s, const struct ew_matcher *m, struct ew_bytes text, unsigned of)
{
	struct ew_seen seen;
	unsigned want = call_for(m, text, &seen);

	if (!(want & EW_BYTE_ODD))
		return (uint16_t)(m->looks & of);
	want = (want | m->always) & of;
	if (!charge(s, text.n / LOOKS_A_BYTE * (size_t)__builtin_popcount(want)))
		return 0;
	for (unsigned left = want; left; left &= left - 1) {
		unsigned at = (unsigned)__builtin_ctz(left);
		if (!ew_analyser_at(at)->may(text, &seen))
			want &= ~(1u << at);
	}
	return (uint16_t)want;
}

/* One candidate. */
struct leaf_call {
	struct ew_scanner *s;
	const struct ew_ruleset *rs;
	struct ew_message *m;
	const struct ew_slot *slot;
	struct ew_bytes text; /* in the gathered text */
	struct ew_bytes kept; /* the same where it stays, once it is needed */
	bool on_name, noise;
};

static bool is_targeted(const struct ew_rule *r, const struct ew_field *f)
{
	for (size_t i = 0; i < r->target_count; i++)
		if (ew_path_selects(&r->targets[i], f))
			return true;
	return r->target_count == 0;
}

/* What hits point to: gathered text does not stay. */
static bool keep_text(struct leaf_call *c)
{
	const struct ew_field *f = c->slot->field;

	if (c->kept.p)
		return true;
	c->kept = c->slot->views & EW_VIEW_BIT(EW_VIEW_RAW) ? (c->on_name ? f->name : f->value)
	                                                    : ew_arena_dup(c->m->arena, c->text);
	return c->kept.p != NULL;
}

/* One field that the rule is about; false: no memory. */
static bool take_field(struct leaf_call *c, unsigned id, const struct ew_field *f, const struct ew_finding *at)
{
	unsigned seen_in = c->rs->rules.rule[id]->views & c->slot->views;

	if (!is_targeted(c->rs->rules.rule[id], f))
		return true;
	return keep_text(c) &&
	       ew_founds_add(&c->s->founds, (struct ew_found){ id, 0, f, c->kept, at->from, at->to, at->why,
	                                                       c->on_name, (uint8_t)__builtin_ctz(seen_in) });
}

/* A name may be that of fields behind it as well, which were not laid out. */
static bool take_namesakes(struct leaf_call *c, unsigned id, const struct ew_finding *at)
{
	struct ew_field_place all = { c->m->fields, 0 };
	const struct ew_field *f, *first = c->slot->field;

	if (!c->s->namesakes)
		return true;
	if (!charge(c->s, c->m->used_fields))
		return false;
	while ((f = ew_message_next_field(&all))) {
		if ((f->flags & (EW_FIELD_SAME_NAME | EW_FIELD_QUIET)) == EW_FIELD_SAME_NAME &&
		    f->name.p == first->name.p &&
		    (++c->s->calls > LEAF_CALLS_MAX || !take_field(c, id, f, at)))
			return false;
	}
	return true;
}

/* Is the rule looked for in this view of the text? */
static bool is_about(const struct leaf_call *c, const struct ew_rule *r)
{
	return r->views & c->slot->views && (!c->noise || r->binary);
}

/* False: stop, there are too many or there is no memory. */
static bool take(struct leaf_call *c, unsigned id, const struct ew_finding *at)
{
	if (!is_about(c, c->rs->rules.rule[id]))
		return true;
	return ++c->s->calls <= LEAF_CALLS_MAX && take_field(c, id, c->slot->field, at) &&
	       (!c->on_name || take_namesakes(c, id, at));
}

static int take_match(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                      void *arg)
{
	struct leaf_call *c = arg;
	struct ew_scanner *s = c->s;
	size_t asked = ew_rules_asked_from(&c->rs->rules);

	(void)from, (void)flags;
	if (id < asked)
		return !take(c, id, &(struct ew_finding){ SIZE_MAX, (size_t)to, NULL });
	id -= (unsigned)asked;
	const struct ew_rule *r = c->rs->rules.rule[id];
	if (s->asked[id] || !is_about(c, r) || (!c->on_name && !is_targeted(r, c->slot->field)))
		return 0;
	s->asked[id] = true;
	s->ask[s->asks++] = id;
	return 0;
}

static int take_whole(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *arg)
{
	struct leaf_call *c = arg;

	(void)from, (void)flags;
	return c->s->asked[id] && !take(c, id, &(struct ew_finding){ SIZE_MAX, (size_t)to, NULL });
}

/* False: stop. */
static bool confirm(struct leaf_call *c, unsigned id)
{
	struct ew_finding at = { 0, 0, NULL };

	switch (ew_regex_judge(c->rs->rules.rule[id]->regex, c->text, &c->s->tries, &at.from, &at.to)) {
	case EW_REGEX_NONE:
		return true;
	case EW_REGEX_GAVE_UP:
		at.why = "it takes too much work to see whether the pattern matches";
		c->m->unjudged++;
		break;
	case EW_REGEX_FOUND:
		break;
	}
	return take(c, id, &at);
}

/* Look for the whole patterns that were asked for. */
static hs_error_t answer(struct leaf_call *c)
{
	const struct ew_matcher *m = &c->rs->matcher[c->on_name ? EW_SUBJECT_NAME : EW_SUBJECT_VALUE];
	struct ew_rule *const *rule = c->rs->rules.rule;
	struct ew_scanner *s = c->s;
	hs_error_t e = HS_SUCCESS;
	bool behind = false;

	for (size_t k = 0; k < s->asks; k++)
		behind |= rule[s->ask[k]]->behind;
	if (behind)
		e = hs_scan(m->db[EW_SCAN_BEHIND], (const char *)c->text.p, (unsigned)c->text.n, 0, s->scratch,
		            take_whole, c);
	for (size_t k = 0; e == HS_SUCCESS && k < s->asks; k++)
		if (rule[s->ask[k]]->regex && !confirm(c, s->ask[k]))
			e = HS_SCAN_TERMINATED;
	return e;
}

/* All that the engine finds in one candidate. */
static hs_error_t scan_alone(struct leaf_call *c, const hs_database_t *db)
{
	struct ew_scanner *s = c->s;
	hs_error_t e = hs_scan(db, (const char *)c->text.p, (unsigned)c->text.n, 0, s->scratch, take_match, c);

	if (e == HS_SUCCESS && s->asks > 0)
		e = answer(c);
	while (s->asks > 0)
		s->asked[s->ask[--s->asks]] = false;
	return e;
}

/* Ask the analysers whose gate is open for the rules that name them, which is not asked twice
 * in a row. */
static bool analyse(struct leaf_call *c)
{
	const struct ew_matcher *m = &c->rs->matcher[c->on_name ? EW_SUBJECT_NAME : EW_SUBJECT_VALUE];
	const struct ew_rule *asked = NULL;
	struct ew_finding at = { 0, 0, NULL };
	bool found = false;

	for (size_t i = 0; i < m->analysed_count; i++) {
		const struct ew_rule *r = c->rs->rules.rule[m->analysed[i]];
		if (!(c->slot->gates >> r->analyser_at & 1) || !is_about(c, r))
			continue;
		if (!asked || asked->analyser != r->analyser || asked->which != r->which ||
		    asked->limit != r->limit) {
			if (!charge(c->s, c->text.n + CALL_COST))
				return false;
			struct ew_operand o = { c->text, c->on_name, r->which, r->limit };
			found = r->analyser->find(&o, &at);
			asked = r;
		}
		if (found && !take(c, m->analysed[i], &at))
			return false;
	}
	return true;
}

static enum ew_status fault(struct ew_message *m, enum ew_status s, const char *reason)
{
	ew_message_fault(m, s, reason, NULL);
	return s;
}

/* What is in slot `i`, looked at alone. */
static enum ew_status scan_slot(struct ew_scanner *s, const struct ew_ruleset *rs, enum ew_subject subject,
                                enum tier tier, size_t i, struct ew_message *m)
{
	const struct ew_gather *g = &s->gather[subject][tier];
	struct leaf_call c = { .s = s, .rs = rs, .m = m, .slot = &g->slot[i], .text = ew_gather_text(g, i),
		               .on_name = subject == EW_SUBJECT_NAME, .noise = tier == NOISE };
	const hs_database_t *db = rs->matcher[subject].db[EW_SCAN_LEAF];
	hs_error_t e = HS_SUCCESS;

	if (g->slot[i].candidate && db && charge(s, c.text.n + CALL_COST))
		e = scan_alone(&c, db);
	bool good = e == HS_SUCCESS && (g->slot[i].gates == 0 || analyse(&c));

	if (e != HS_SUCCESS && e != HS_SCAN_TERMINATED)
		return fault(m, EW_ENGINE, "scan");
	if (s->work == s->work_most)
		return fault(m, EW_LIMIT, "scan");
	if (!good)
		return s->calls > LEAF_CALLS_MAX ? fault(m, EW_LIMIT, "matches") : fault(m, EW_LIMIT, "arena");
	return EW_OK;
}

static enum ew_status scan_tier(struct ew_scanner *s, const struct ew_ruleset *rs, enum ew_subject subject,
                                enum tier tier, struct ew_message *m)
{
	const hs_database_t *db = rs->matcher[subject].db[tier == PLAIN ? EW_SCAN_PLAIN : EW_SCAN_GATHER];
	struct ew_gather *g = &s->gather[subject][tier];
	struct gather_call gc = { s, g, &rs->rules };
	const struct ew_matcher *by = &rs->matcher[subject];
	enum ew_status st = EW_OK;
	hs_error_t e = HS_SUCCESS;

	if (g->slots == 0)
		return EW_OK;
	s->calls = 0;
	if (db)
		e = hs_scan(db, (const char *)g->buf, (unsigned)g->len, 0, s->scratch, mark_candidate, &gc);
	if (e != HS_SUCCESS && e != HS_SCAN_TERMINATED)
		return fault(m, EW_ENGINE, "scan");
	if (s->calls == 0 && (tier == PLAIN || !by->looks))
		return EW_OK;
	s->calls = 0;
	for (size_t i = 0; st == EW_OK && i < g->slots; i++) {
		struct ew_slot *slot = &g->slot[i];
		if (e == HS_SCAN_TERMINATED) {
			slot->candidate = true;
			slot->gates = UINT16_MAX;
		} else if (tier == OTHER && by->looks) {
			slot->gates |= look(s, by, ew_gather_text(g, i), by->looks);
		}
		if (slot->candidate || slot->gates || s->work == s->work_most)
			st = scan_slot(s, rs, subject, tier, i, m);
	}
	return st;
}

/* Few values of few messages: they are not scanned together first.  An analyser with a gate is asked. */
static enum ew_status scan_noise(struct ew_scanner *s, const struct ew_ruleset *rs, enum ew_subject subject,
                                 struct ew_message *m)
{
	const struct ew_matcher *by = &rs->matcher[subject];
	struct ew_gather *g = &s->gather[subject][NOISE];
	enum ew_status st = EW_OK;

	s->calls = 0;
	for (size_t i = 0; st == EW_OK && i < g->slots; i++) {
		struct ew_slot *slot = &g->slot[i];
		slot->candidate = true;
		slot->gates = by->binary_looks & (uint16_t)~by->looks;
		slot->gates |= look(s, by, ew_gather_text(g, i), by->binary_looks);
		st = scan_slot(s, rs, subject, NOISE, i, m);
	}
	return st;
}

enum ew_status ew_scan(struct ew_scanner *s, const struct ew_ruleset *rs, struct ew_message *m)
{
	enum ew_status st = EW_OK;

	m->hits = m->hits_tail = NULL;
	m->hit_count = 0;
	m->unjudged = 0;
	m->score = m->shadow_score = 0;
	s->founds.n = 0;
	s->work = 0;
	s->work_most = WORK_LEAST + WORK_PER_OUTPUT * m->used_output;
	if (!m->root)
		return fault(m, EW_ENGINE, "no fields");
	for (int i = 0; i < EW_SUBJECT_COUNT * TIERS; i++)
		ew_gather_begin(&s->gather[i / TIERS][i % TIERS]);
	if (!lay_out_all(s, rs, m))
		st = fault(m, EW_ENGINE, "memory");
	s->tries = TRIES_MOST;
	for (int i = 0; i < EW_SUBJECT_COUNT * TIERS; i++)
		s->tries += s->gather[i / TIERS][i % TIERS].len * TRIES_A_BYTE;
	for (int i = 0; st == EW_OK && i < EW_SUBJECT_COUNT * TIERS; i++)
		st = i % TIERS == NOISE ? scan_noise(s, rs, (enum ew_subject)(i / TIERS), m) :
		                          scan_tier(s, rs, (enum ew_subject)(i / TIERS), (enum tier)(i % TIERS), m);
	/* What was found before a failure is still worth telling. */
	enum ew_status told = ew_founds_tell(&s->founds, rs, m);
	give_back(s, keep_max);
	if (rs->judge) {
		enum ew_status ruled = ew_seclang_judge_run(rs->judge, s->rules, m);
		told = told != EW_OK ? told : ruled;
	}
	return st != EW_OK ? st : told;
}
