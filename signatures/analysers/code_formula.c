/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Formulas of spreadsheets, in values that end up in a table which somebody opens.
 *
 * A value that begins with = + - or @ is read as a formula.  Most are: sums, look-ups, links.  What
 * starts a program (cmd|'/c calc'!A0, CALL, EXEC) or sends what cells hold to an address is found.
 * The trap: a link to a page, =HYPERLINK("https://..","site"), is what people write. */

#include "code_formula.h"
#include "signatures/token.h"
#include "signatures/words.h"

enum { ROOM = 512 };

/* Where a formula begins; SIZE_MAX: nowhere. */
static size_t formula(struct ew_bytes t)
{
	size_t i = 0;

	while (i < t.n && i < 8 && memchr(" \t\r\n\"';,", t.p[i], 8))
		i++;
	return i < t.n && memchr("=+-@", t.p[i], 4) ? i : SIZE_MAX;
}

static size_t skip(struct ew_bytes t, size_t i)
{
	while (i < t.n && (t.p[i] == ' ' || t.p[i] == '\t'))
		i++;
	return i;
}

/* cmd|'/c calc'!A0: a program, what it is asked, a cell. */
static bool asks_program(struct ew_bytes t, size_t i)
{
	static const char *const programs[] = { "bash",     "calc",     "certutil",   "cmd",
						"cscript",  "dde",      "excel",      "msexcel",
						"mshta",    "notepad",  "powershell", "pwsh",
						"regsvr32", "rundll32", "sh",         "winword",
						"wmic",     "wscript" };
	size_t from = i, k = skip(t, i + 1);

	while (from && i - from < 16 && (ew_word_byte(t.p[from - 1]) || t.p[from - 1] == '.'))
		from--;
	struct ew_bytes name = ew_bytes(t.p + from, i - from);
	if (name.n > 4 && ew_bytes_eq_nocase(ew_bytes_from(name, name.n - 4), EW_LIT(".exe")))
		name.n -= 4;
	if (!ew_word_in(programs, sizeof(programs) / sizeof(*programs), name) ||
	    (ew_byte_at(t, k) != '\'' && ew_byte_at(t, k) != '"' && ew_byte_at(t, k) != '/'))
		return false;
	return memchr(t.p + k, '!', t.n - k) != NULL;
}

/* Whether the arguments from `i` are put together from cells. */
static bool tells_cells(struct ew_bytes t, size_t i)
{
	const uint8_t *close = i < t.n ? memchr(t.p + i, ')', t.n - i) : NULL;
	struct ew_bytes all = ew_bytes(t.p + i, close ? (size_t)(close - t.p) - i : t.n - i);
	bool quoted = false;

	if (ew_bytes_find_nocase(all, 0, EW_LIT("://")) == SIZE_MAX)
		return false;
	if (ew_bytes_find_nocase(all, 0, EW_LIT("concat")) != SIZE_MAX)
		return true;
	for (size_t k = 0; k < all.n; k++) {
		quoted ^= all.p[k] == '"';
		if (all.p[k] == '&' && !quoted)
			return true;
	}
	return false;
}

static bool calls(struct ew_bytes t, size_t from, size_t i, uint8_t sign)
{
	static const char *const runs[] = { "call",     "dde", "ddeauto", "exec",
					    "register", "rtd", "shell" };
	static const char *const fetches[] = { "importdata", "importfeed", "importhtml",
					       "importxml", "webservice" };
	static const char *const links[] = { "hyperlink", "image", "importrange" };
	struct ew_bytes name = ew_bytes(t.p + from, i - from);
	size_t k = skip(t, i + 1);

	if (sign != '-' && ew_word_in(runs, sizeof(runs) / sizeof(*runs), name))
		return ew_byte_at(t, k) == '"' || ew_byte_at(t, k) == '\'';
	if (ew_word_in(fetches, sizeof(fetches) / sizeof(*fetches), name))
		return ew_byte_at(t, k) == '"' || tells_cells(t, k);
	return ew_word_in(links, sizeof(links) / sizeof(*links), name) && tells_cells(t, k);
}

bool ew_code_formula(struct ew_bytes text, struct ew_finding *f_r)
{
	size_t i = formula(text), begin = i;
	unsigned looks = 16;

	if (i == SIZE_MAX)
		return false;
	struct ew_bytes t = ew_bytes(text.p, text.n < ROOM ? text.n : ROOM);
	for (; i < t.n && looks; i++) {
		size_t from = i;
		if (t.p[i] == '|' && asks_program(t, i)) {
			*f_r = (struct ew_finding){ begin, i + 1,
						    "a formula that starts a program" };
			return true;
		}
		if (t.p[i] != '(')
			continue;
		looks--;
		while (from > begin && i - from < 12 && ew_word_byte(t.p[from - 1]))
			from--;
		if (calls(t, from, i, t.p[begin])) {
			*f_r = (struct ew_finding){
				begin, i + 1, "a formula that starts a program or sends cells away"
			};
			return true;
		}
	}
	return false;
}
