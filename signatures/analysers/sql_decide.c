/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Weighs what a walk over tokens met.  Behind a quote that closed, little is enough, but never what two words
 * of prose between apostrophes are; in the open only what no filter says. */

#include "sql_walk.h"

#include "../words.h"

enum { NAME_MOST = 64 }; /* bytes of a name that is compared with itself */

void ew_sql_end_condition(struct ew_sql_walk *w, bool at_end)
{
	struct ew_sql_condition *c = &w->c;
	bool constant = c->names == 0 && c->calls == 0 && c->consts > 0;

	if (c->joint == EW_SQL_NOT_JOINED && !w->first_over) {
		w->first_over = true;
		w->first_plain = c->names + c->consts <= 1 && c->compares == 0 && c->calls == 0;
		w->first_name = c->names > 0;
		w->first_constant = c->consts == 1;
		w->first_number = c->numbers > 0 && c->names == 0 && c->calls == 0;
		w->compared_first = c->compares > 0;
		w->matched_first = c->matches > 0;
		w->summed = c->signs > 0;
	}
	bool same = c->matches == 0 && c->name.n <= NAME_MOST && c->names == 2 && c->consts == 0 &&
		    c->calls == 0 && c->compares == 1 && c->same;
	bool fixed = c->joint >= EW_SQL_FILTERED && ((c->compares && constant) || same);
	if (c->joint == EW_SQL_ASKED && constant && c->compares == 0) {
		w->lone++;
		fixed = c->negated;
	}
	/* TRUE = 'x' and FALSE = 'y', 1=1 and x=2: who writes conditions of constants writes filters. */
	if (!w->place.quote && w->compared_first && !w->first_name && !(w->first_number && c->is_or))
		fixed = false;
	if (w->alone && !(c->joint == EW_SQL_ASKED && c->is_or))
		fixed = false;
	w->fixed |= fixed;
	w->fixed_early |= fixed && !at_end;
	w->asked |= c->joint == EW_SQL_ASKED && (c->compares || c->calls) && !w->alone;
	w->known |= c->joint >= EW_SQL_FILTERED && !(c->names && c->worded) && !w->alone &&
		    (c->soft || (c->common && w->first_constant));
	*c = (struct ew_sql_condition){ .joint = EW_SQL_NOT_JOINED };
}

/* Letters and digits behind the quote that opens it, or nothing. */
static bool is_plain(const struct ew_sql_walk *w, const struct ew_sql_token *open)
{
	size_t i = open->from + 1;

	while (i < open->to && (ew_word_byte(w->run.text.p[i]) || w->run.text.p[i] == '%'))
		i++;
	return i == open->to;
}

/* A quote closed and nothing but harmless words behind it decide nothing; constants, calls and brackets do. */
static bool decide_behind_quote(struct ew_sql_walk *w, const struct ew_sql_condition *c, enum ew_sql_tail tail,
				const struct ew_sql_token *last)
{
	const struct ew_sql_token *end = ew_sql_walk_token(w, w->i);
	bool cut = tail == EW_SQL_TAIL_NONE, open = last->kind == EW_SQL_OPEN;
	size_t content = open ? last->to - last->from - 1 : 0;

	if (w->fixed && (w->place.quote != ']' || !cut))
		return ew_sql_walk_found(w, "a condition that compares constants, behind a closed string");
	if (w->place.quote == ']' && (cut || w->run.n == 1))
		return false;
	if (w->asked || w->known || w->plain_query)
		return ew_sql_walk_found(w, "a condition behind a closed string");
	if (open && !content && (w->run.t[0].kind == EW_SQL_LOGIC || w->run.t[0].kind == EW_SQL_SIGN) &&
	    w->run.t[1].class == EW_SQL_THING)
		return ew_sql_walk_found(w, "strings joined behind a closed one");
	if (w->lone) {
		uint8_t digit = last->from < w->run.text.n ? w->run.text.p[last->from] : 0;
		bool digit_before = w->place.before >= '0' && w->place.before <= '9';
		if (!cut || (open && content && content <= 8 && !w->place.prose && is_plain(w, last)))
			return ew_sql_walk_found(w, "a constant as a condition, behind a closed string");
		if (open && content <= 1 && last->quote == w->place.quote && w->place.quote != '`' &&
		    is_plain(w, last) && (!last->glued || w->compared_first || c->signs || w->lone > 1))
			return ew_sql_walk_found(w, "a condition behind a closed string");
		if (!open && (!digit_before || digit == '0' || digit == '1' || last->kind == EW_SQL_WORD))
			return ew_sql_walk_found(w, "a constant as a condition, behind a closed string");
		return false;
	}
	if (w->place.first && w->place.quote == '`' && w->run.n == 1)
		return false;
	/* fill="#, and a heading behind a line that ends in a quote */
	if (w->run.n == 1 && !cut && !w->place.first && w->run.text.p[end->from] == '#' &&
	    (strchr("=([{:,", w->place.before) || w->run.text.p[end->from - 1] == '\n'))
		return false;
	if (w->run.n == 1 && tail == EW_SQL_TAIL_WORD &&
	    (w->place.first || w->place.before <= 0x20 || !w->run.t[0].glued))
		return false;
	if (!cut && (tail != EW_SQL_TAIL_TEXT || w->ordered) &&
	    (w->clause || w->closes || w->listed || w->summed || w->compared_first || w->run.n == 1))
		return ew_sql_walk_found(w, "a string closed and the rest commented out");
	bool plain = open && last->quote == w->place.quote && is_plain(w, last);
	if (w->listed && plain && (c->compares || w->compared_first) && (content || !w->place.first))
		return ew_sql_walk_found(w, "a string closed and another column set");
	if (w->matched_first && !w->first_name &&
	    ((plain && content) || (open && !w->place.prose && !ew_sql_walk_token(w, 0)->glued)))
		return ew_sql_walk_found(w, "a string closed and compared with a pattern");
	if (w->compared_first && plain && w->run.n > 3 && !w->place.prose && !w->first_name)
		return ew_sql_walk_found(w, "a string closed and compared");
	if (w->hard_alone || (w->summed && w->known))
		return ew_sql_walk_found(w, "a call joined to a closed string");
	return false;
}

static bool decide_sums(struct ew_sql_walk *w, const struct ew_sql_condition *c,
			const struct ew_sql_token *last)
{
	bool open = last->kind == EW_SQL_OPEN;
	size_t content = open ? last->to - last->from - 1 : 0;

	if (!open || c->joint != EW_SQL_NOT_JOINED || c->compares)
		return false;
	if (ew_sql_walk_opens_quote(w))
		return false;
	if (c->calls && c->signs && (c->soft || c->common))
		return ew_sql_walk_found(w, "a call joined to a closed string");
	if (w->place.prose || last->quote != w->place.quote || (c->names && w->run.t[1].class != EW_SQL_THING))
		return false;
	if (c->signs && (content || c->consts > 1 || c->names) && content <= 16 && is_plain(w, last))
		return ew_sql_walk_found(w, "strings joined behind a closed one");
	return false;
}

/* x'='x: compared with itself. */
static bool mirrors(const struct ew_sql_walk *w)
{
	const struct ew_sql_token *sign = ew_sql_walk_token(w, 0), *open = ew_sql_walk_token(w, 1);
	size_t n = w->run.t[0].from ? w->run.t[0].from - 1 : 0;

	return w->run.n == 2 && ew_sql_is(&w->run, sign, "=") && open->kind == EW_SQL_OPEN && n > 0 &&
	       open->quote == w->place.quote && open->to - open->from - 1 == n && sign->glued &&
	       memcmp(w->run.text.p, w->run.text.p + open->from + 1, n) == 0;
}

/* ' - ' and ' = ' are all of the text. */
static bool is_bare_sign(const struct ew_sql_walk *w)
{
	const struct ew_sql_token *sign = ew_sql_walk_token(w, 0), *empty = ew_sql_walk_token(w, 1);

	if (!w->place.first || sign->to - sign->from != 1 || w->run.n > 3)
		return false;
	return strchr("-=^&", w->run.text.p[sign->from]) &&
	       ((empty->kind == EW_SQL_OPEN && empty->to - empty->from == 1) ||
		(empty->kind == EW_SQL_STRING && empty->to - empty->from == 2));
}

/* Conditions behind a number, or behind one that is compared, that say nothing but true: 1 or true, -1 or id>0. */
static bool is_settled(const struct ew_sql_walk *w, const struct ew_sql_condition *c)
{
	const struct ew_sql_token *first = ew_sql_walk_token(w, 0), *last = ew_sql_walk_token(w, w->run.n - 2);
	bool negative = first->kind == EW_SQL_SIGN && w->run.text.p[first->from] == '-';

	if (!w->first_number || c->joint != EW_SQL_ASKED || !c->is_or || w->clause || w->listed)
		return false;
	if (negative && w->first_plain && w->asked && c->compares == 1)
		return true;
	if (w->lone != 1 || w->asked)
		return false;
	return w->compared_first || (w->run.n == 4 && ew_sql_is(&w->run, last, "true"));
}

/* A column by its name that nobody lists for others to see. */
static bool is_secret(struct ew_bytes name)
{
	static const char *const secrets[] = { "pass", "passwd", "password", "password_hash", "pw", "pwd" };
	const uint8_t *dot = name.n ? memchr(name.p, '.', name.n) : NULL;

	return ew_word_in(secrets, sizeof(secrets) / sizeof(*secrets),
			  dot ? ew_bytes_from(name, (size_t)(dot - name.p) + 1) : name);
}

static bool decide_in_the_open(struct ew_sql_walk *w, const struct ew_sql_condition *c, enum ew_sql_tail tail)
{
	if (w->fixed)
		return ew_sql_walk_found(w, "a condition that compares constants");
	if (tail == EW_SQL_TAIL_NONE && is_settled(w, c))
		return ew_sql_walk_found(w, "a condition that is true of everything");
	if (tail == EW_SQL_TAIL_EMPTY && w->compared_first && !w->first_name && !w->listed &&
	    ew_sql_walk_token(w, w->run.n - 1)->glued)
		return ew_sql_walk_found(w, "a comparison of constants, and the rest commented out");
	if (w->fragment && tail == EW_SQL_TAIL_EMPTY &&
	    (ew_sql_walk_token(w, 0)->kind == EW_SQL_SIGN || ew_sql_walk_token(w, 1)->kind == EW_SQL_LEFT ||
	     is_secret(ew_sql_walk_text(w, ew_sql_walk_token(w, 0)))))
		return ew_sql_walk_found(w, "a list of columns, and the rest commented out");
	if (w->narrowed && c->numbers == 2 && c->compares == 1 && c->names == 0 && w->first_name &&
	    w->first_plain && tail == EW_SQL_TAIL_EMPTY && !w->alone)
		return ew_sql_walk_found(w,
					 "a table with all its rows, and the rest commented out");
	if (w->narrowed && c->compares && w->listed && w->first_number && tail == EW_SQL_TAIL_EMPTY)
		return ew_sql_walk_found(w, "another column set, and the rest commented out");
	if (w->asks && (c->signs || w->summed) && ew_sql_walk_token(w, 0)->kind == EW_SQL_NUMBER)
		return ew_sql_walk_found(w, "a call that asks for the server, joined to a number");
	if (w->known && w->asks && w->branched)
		return ew_sql_walk_found(w, "a condition that asks a function of the database");
	if (w->plain_query && (w->first_plain || w->first_over))
		return ew_sql_walk_found(w, "a query inside of a value");
	if (w->first_plain && !w->first_name && w->known)
		return ew_sql_walk_found(w, "a condition that asks a function of the database");
	if (w->first_plain && (w->asked || w->lone) && tail == EW_SQL_TAIL_EMPTY)
		return ew_sql_walk_found(w, "a condition, and the rest commented out");
	if (w->spelt > 1 && !w->first_name)
		return ew_sql_walk_found(w, "characters spelt as numbers");
	if (w->hard_alone)
		return ew_sql_walk_found(w, "a call that delays, reads or connects");
	if (w->ordered && w->first_plain && !w->alone && !w->first_name &&
	    ew_sql_walk_token(w, w->run.n - 2)->kind == EW_SQL_NUMBER)
		return ew_sql_walk_found(w, "columns counted by ORDER BY");
	if (w->clause && w->first_plain && tail == EW_SQL_TAIL_EMPTY && !w->alone && !w->first_name)
		return ew_sql_walk_found(w, "a clause added, and the rest commented out");
	if (w->lone && w->run.n == 3 && w->first_plain && tail == EW_SQL_TAIL_NONE &&
	    ew_sql_walk_token(w, 0)->class == EW_SQL_LOGIC_WORD) {
		struct ew_bytes b = ew_sql_walk_text(w, ew_sql_walk_token(w, 1));
		if (ew_sql_walk_token(w, 1)->class == EW_SQL_CONST ||
		    (b.n == 1 && (b.p[0] == '0' || b.p[0] == '1')))
			return ew_sql_walk_found(w, "a constant as a condition");
	}
	return w->closes && tail == EW_SQL_TAIL_EMPTY && ew_sql_walk_token(w, w->run.n - 1)->glued &&
	       ew_sql_walk_found(w, "a bracket closed and the rest commented out");
}

bool ew_sql_decide(struct ew_sql_walk *w)
{
	const struct ew_sql_token *end = ew_sql_walk_token(w, w->i),
				  *last = w->i ? ew_sql_walk_token(w, w->i - 1) : end;
	enum ew_sql_tail tail = end->kind == EW_SQL_TAIL ? ew_sql_tail(&w->run, end) : EW_SQL_TAIL_NONE;
	struct ew_sql_condition c = w->c;

	if (w->want && w->i) {
		/* Left in the middle: what was complete before counts, and so does a comparison begun. */
		if (w->place.quote && tail == EW_SQL_TAIL_NONE && c.joint == EW_SQL_ASKED && c.compares &&
		    c.consts)
			return ew_sql_walk_found(w, "a condition behind a closed string");
		return w->fixed_early && ew_sql_walk_found(w, "a condition that compares constants");
	}
	ew_sql_end_condition(w, true);
	if (w->alone)
		return w->fixed && ew_sql_walk_found(w, "a condition that compares constants");
	if (!w->place.quote)
		return decide_in_the_open(w, &c, tail);
	if (is_bare_sign(w))
		return ew_sql_walk_found(w, "quotes around an operator");
	if (mirrors(w))
		return ew_sql_walk_found(w, "a string compared with itself");
	return decide_sums(w, &c, last) || decide_behind_quote(w, &c, tail, last);
}
