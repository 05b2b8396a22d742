/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* References of markup in text that is no document (HTML, 13.5; XML, 4.1), undone once each: &#65; and &#x41;
 * with or without their semicolon, and the named ones that signatures care for: brackets, quotes, what separates
 * and what operates.  The other two thousand names are letters and ornaments and stay.
 *
 * Text about markup is written with these as well, and what it comes to is matched then: a reader who undoes them
 * once too often is what attacks with references aim at.  The trap: a name without its semicolon counts only where
 * browsers read it, too, or each query with &colon or &lt=5 would be one. */

#include "decoders.h"
#include "escape.h"

#define NAME_MOST 16
#define BARE_FIRST "AGLQaglnqs" /* with which a name begins that is read without semicolon */
#define BARE_LEAST 2
#define BARE_MOST 4

struct name_row {
	const char *name;
	uint16_t cp;
	bool bare; /* read without semicolon, too */
};

/* Sorted as memcmp() sorts. */
static const struct name_row names[] = {
	{ "AMP",            '&',    true },
	{ "GT",             '>',    true },
	{ "Hat",            '^',    false },
	{ "LT",             '<',    true },
	{ "NewLine",        '\n',   false },
	{ "NonBreakingSpace", 0xa0, false },
	{ "QUOT",           '"',    true },
	{ "Tab",            '\t',   false },
	{ "UnderBar",       '_',    false },
	{ "VerticalLine",   '|',    false },
	{ "ZeroWidthSpace", 0x200b, false },
	{ "amp",            '&',    true },
	{ "apos",           '\'',   false },
	{ "ast",            '*',    false },
	{ "bsol",           '\\',   false },
	{ "colon",          ':',    false },
	{ "comma",          ',',    false },
	{ "commat",         '@',    false },
	{ "dollar",         '$',    false },
	{ "equals",         '=',    false },
	{ "excl",           '!',    false },
	{ "grave",          '`',    false },
	{ "gt",             '>',    true },
	{ "lbrace",         '{',    false },
	{ "lbrack",         '[',    false },
	{ "lcub",           '{',    false },
	{ "lowbar",         '_',    false },
	{ "lpar",           '(',    false },
	{ "lsqb",           '[',    false },
	{ "lt",             '<',    true },
	{ "midast",         '*',    false },
	{ "nbsp",           0xa0,   true },
	{ "num",            '#',    false },
	{ "percnt",         '%',    false },
	{ "period",         '.',    false },
	{ "plus",           '+',    false },
	{ "quest",          '?',    false },
	{ "quot",           '"',    true },
	{ "rbrace",         '}',    false },
	{ "rbrack",         ']',    false },
	{ "rcub",           '}',    false },
	{ "rpar",           ')',    false },
	{ "rsqb",           ']',    false },
	{ "semi",           ';',    false },
	{ "shy",            0xad,   true },
	{ "sol",            '/',    false },
	{ "verbar",         '|',    false },
	{ "vert",           '|',    false },
};

static bool is_alnum(uint8_t c)
{
	return (uint8_t)((c | 0x20) - 'a') < 26 || (uint8_t)(c - '0') < 10;
}

static const struct name_row *row_of(struct ew_bytes name)
{
	size_t low = 0, high = sizeof(names) / sizeof(*names);

	while (low < high) {
		size_t mid = low + (high - low) / 2, n = strlen(names[mid].name);
		int order = memcmp(name.p, names[mid].name, name.n < n ? name.n : n);
		if (order == 0 && name.n == n)
			return &names[mid];
		if (order < 0 || (order == 0 && name.n < n))
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

static struct ew_spelt named_at(struct ew_bytes v)
{
	const struct name_row *row;
	size_t n = 0;

	while (1 + n < v.n && n <= NAME_MOST && is_alnum(v.p[1 + n]))
		n++;
	row = n && 1 + n < v.n && v.p[1 + n] == ';' ? row_of(ew_bytes(v.p + 1, n)) : NULL;
	if (row)
		return (struct ew_spelt){ row->cp, n + 2 };
	/* Browsers read &ltscript so, too.  Most ampersands begin the next field of a form. */
	if (!n || !strchr(BARE_FIRST, v.p[1]))
		return (struct ew_spelt){ 0, 0 };
	for (n = n < BARE_MOST ? n : BARE_MOST; n >= BARE_LEAST; n--) {
		row = row_of(ew_bytes(v.p + 1, n));
		if (row && row->bare && (1 + n == v.n || v.p[1 + n] != '='))
			return (struct ew_spelt){ row->cp, n + 1 };
	}
	return (struct ew_spelt){ 0, 0 };
}

static struct ew_spelt entity_at(struct ew_bytes v)
{
	struct ew_spelt s;

	if (v.n < 3 || v.p[1] != '#')
		return named_at(v);
	s = (v.p[2] | 0x20) == 'x' ? ew_spelt_number(v, 3, 16, 1, 16) : ew_spelt_number(v, 2, 10, 1, 16);
	if (s.size && s.size < v.n && v.p[s.size] == ';')
		s.size++;
	return s;
}

static const struct ew_spelling spelling = { &ew_decoder_entity, '&', entity_at };

static bool claims(const struct ew_field *f)
{
	return ew_spelling_found(&spelling, f->value);
}

static enum ew_status decode(struct ew_message *m, struct ew_field *f)
{
	return ew_spelling_undo(&spelling, m, f);
}

const struct ew_decoder ew_decoder_entity = { "entity", EW_DECODER_BY_AMPERSAND, claims, decode };
