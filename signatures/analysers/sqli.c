/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `sqli`: a value that, placed where a statement has a value, changes what the statement is.
 *
 * The value is read in each place where functions put values: in the open, as a number or a name of a column, and
 * within each kind of quotes, which its first quote of that kind closes.  Which quote is the first depends on the
 * database and on what the function escaped, so both readings of doubled quotes and of backslashes are tried;
 * no other quote can be the one, and that, not a list of harmless texts, is why O'Brien and 'a' or 'b' are left
 * alone.  What follows is for sql_shape.c. */

#include "../look.h"
#include "../seen.h"
#include "sql_look.h"
#include "sql_shape.h"

enum {
	WINDOW = 192,  /* tokens that are read in one place */
	TAG_MOST = 16, /* bytes between dollars */
};

/* What a place is read by. */
typedef bool (*read_fn)(struct ew_bytes text, size_t at, struct ew_sql_place place, struct ew_finding *f_r);

/* A bracket closes too much else: what follows must be a word, a comment, a semicolon, && or ||. */
static bool closes_name(struct ew_bytes text, size_t at)
{
	if (at >= text.n || ew_word_byte(text.p[at]))
		return true;
	uint8_t c = text.p[at], next = ew_byte_at(text, at + 1);
	if (c == ',')
		return next == '[';
	return strchr(";#&|-/)} \t\n", c) && (c != '-' || next == '-') && (c != '/' || next == '*');
}

static bool read_on(struct ew_bytes text, size_t at, struct ew_sql_place place, struct ew_finding *f_r)
{
	struct ew_sql_token t[WINDOW];

	if (place.quote == ']' && !closes_name(text, at))
		return false;
	/* Nothing that is not an operator follows a quote that closes: most texts end here. */
	if (place.quote && at < text.n && ew_word_byte(text.p[at]) && text.p[at] < 0x80 &&
	    !ew_sql_class_of(ew_look_word(text, at)))
		return false;
	return ew_sql_shape(text, t, ew_sql_lex(text, at, t, WINDOW), place, f_r);
}

static bool glance(struct ew_bytes text, size_t at, struct ew_sql_place place, struct ew_finding *f_r)
{
	(void)f_r;
	return (place.quote != ']' || closes_name(text, at)) && ew_sql_may(text, at, place.quote);
}

/* The quote that closes a string around the text, at or after `from`; the offset past it, 0 if there is none. */
static size_t past_close(struct ew_bytes text, uint8_t quote, bool doubled, bool escaped)
{
	size_t i = 0;

	while (i < text.n) {
		const uint8_t *p = text.p[i] == quote ? text.p + i : memchr(text.p + i, quote, text.n - i);
		if (!p)
			return 0;
		i = (size_t)(p - text.p) + 1;
		size_t slashes = 0;
		while (escaped && slashes < i - 1 && slashes < 16 && text.p[i - 2 - slashes] == '\\')
			slashes++;
		if (slashes % 2)
			continue;
		if (!doubled || i >= text.n || text.p[i] != quote)
			return i;
		i++;
	}
	return 0;
}

/* All readings of the quote are one where it is neither doubled nor escaped. */
static bool is_sure(struct ew_bytes text, size_t at)
{
	return ew_byte_at(text, at + 1) != text.p[at] && (at == 0 || text.p[at - 1] != '\\');
}

static bool read_behind_quote(struct ew_bytes text, uint8_t quote, read_fn read, struct ew_finding *f_r)
{
	const uint8_t *first = memchr(text.p, quote, text.n);
	size_t tried[4] = { 0 };

	if (!first)
		return false;
	unsigned readings = is_sure(text, (size_t)(first - text.p)) ? 1 : 4;
	for (unsigned reading = 0; reading < readings; reading++) {
		size_t at = past_close(text, quote, reading & 1, reading & 2);
		bool again = at == 0;
		for (unsigned i = 0; i < reading; i++)
			again |= tried[i] == at;
		tried[reading] = at;
		if (again)
			continue;
		struct ew_sql_place place = { .quote = quote, .first = at == 1 };
		if (quote == ']' && (memchr(text.p, '[', at) || (at > 1 && text.p[at - 2] == '\\')))
			continue;
		place.before = at > 1 ? text.p[at - 2] : 0;
		place.prose = memchr(text.p, ' ', at);
		if (read(text, at, place, f_r)) {
			f_r->from = at - 1;
			return true;
		}
	}
	return false;
}

/* $$ or $tag$ of PostgreSQL, which stands once: two are a string. */
static bool read_behind_dollars(struct ew_bytes text, read_fn read, struct ew_finding *f_r)
{
	const uint8_t *first = memchr(text.p, '$', text.n);
	size_t at = first ? (size_t)(first - text.p) : text.n, end = at + 1;

	while (end < text.n && end - at <= TAG_MOST && ew_word_byte(text.p[end]))
		end++;
	if (end >= text.n || text.p[end] != '$' || (text.p[at + 1] >= '0' && text.p[at + 1] <= '9'))
		return false;
	struct ew_bytes tag = { text.p + at, end + 1 - at };
	struct ew_sql_place place = { .quote = '$', .first = at == 0, .before = at ? text.p[at - 1] : 0 };
	place.prose = memchr(text.p, ' ', end);
	if (ew_bytes_find(text, end + 1, tag) != SIZE_MAX || !read(text, end + 1, place, f_r))
		return false;
	f_r->from = at;
	return true;
}

/* In the open.  A path is no statement, but its last step may be a value. */
static bool read_open(struct ew_bytes text, read_fn read, struct ew_finding *f_r)
{
	size_t at = 0;

	if (text.p[0] == '/') {
		const uint8_t *blank = memchr(text.p, ' ', text.n);
		at = blank ? (size_t)(blank - text.p) : text.n;
		while (at && text.p[at - 1] != '/')
			at--;
	}
	return read(text, at, (struct ew_sql_place){ .first = true }, f_r);
}

static bool find_sqli(const struct ew_operand *o, struct ew_finding *f_r)
{
	struct ew_bytes text = o->text;

	return text.n >= 3 &&
	       (read_open(text, read_on, f_r) || read_behind_quote(text, '\'', read_on, f_r) ||
	        read_behind_quote(text, '"', read_on, f_r) || read_behind_quote(text, '`', read_on, f_r) ||
	        read_behind_quote(text, ']', read_on, f_r) || read_behind_dollars(text, read_on, f_r));
}

static bool may_be_sqli(struct ew_bytes text, const struct ew_seen *seen)
{
	struct ew_finding none;
	unsigned met = 0;

	if (text.n < 3)
		return false;
	if (read_open(text, glance, &none))
		return true;
	if (!ew_seen_any(seen, "'\"`]$'\"`"))
		return false;
	for (size_t i = 0; met != 31 && (i = ew_look_for(text, i, "'\"`]$'\"`")) < text.n; i++) {
		uint8_t quote = text.p[i];
		unsigned kind = quote == '\'' ? 1 : quote == '"' ? 2 : quote == '`' ? 4 : quote == ']' ? 8 : 16;
		if (met & kind)
			continue;
		met |= kind;
		if (kind == 16 && read_behind_dollars(text, glance, &none))
			return true;
		if (kind == 16)
			continue;
		if (kind < 8 && is_sure(text, i) ? ew_sql_may(text, i + 1, quote)
						 : read_behind_quote(text, quote, glance, &none))
			return true;
	}
	return false;
}

#define JOINS "(?:or|and|having|when)"

/* Plain text has no quotes, brackets and signs of comparison: what is left are words. */
static const char *const gate[] = {
	/* A condition on constants. */
	JOINS " [ .-]*[0-9]",
	"[ 0-9](?:or|and|when)[.-]+[0-9]",
	"^(?:or|and|having)[.-]+[0-9]",
	"[0-9](?:or|and)[0-9]",
	JOINS " [ -]*(?:(?:all|any|binary|distinct|distinctrow|exists|high_priority|interval|not|prior|some"
	      "|sql_cache|sql_calc_found_rows|sql_no_cache|straight_join)[ .-]+)+"
	      "(?:[0-9]|current_|false|localtime|null|session_user|sysdat|system_user|true|unknown)",
	JOINS "[ -]+(?:current_|false|localtime|null|session_user|sysdat|system_user|true|unknown)",
	"^ *x?(?:or|and) +(?:0|1|current_[a-z]+|false|localtime|localtimestamp|null|session_user|sysdate"
	"|sysdatetime|system_user|true|unknown) *$",
	/* The rest commented out. */
	"--",
	/* Another query or statement. */
	"(?:union|except|intersect|minus).*(?:select|values|table)",
	"or select|and select|or  +select|and  +select",
	"order by|order  +by",
	"waitfor",
	"^ *drop +database +",
	"declare *[@:]",
	"exec(?:ute)?(?: *[@:]| +(?:xp_|sp_|master\\.|sys\\.|immediate))",
	"outfile|dumpfile",
	"@@[a-z]",
	/* The catalogue of a database. */
	"(?:from|into|join) +(?:all_|dba_|information_s|innodb_t|master|msdb|msys|mysql|performance_s|pg_"
	"|session_p|sqlite_|svv_|sys|user_)",
	NULL,
};

const struct ew_analyser ew_analyser_sqli = {
	.name = "sqli",
	.about = "a value that changes the shape of an SQL statement it is placed in",
	.gate = gate,
	.may = may_be_sqli,
	.wants_folded = true,
	.find = find_sqli,
};
