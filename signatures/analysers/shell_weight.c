/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Weights of commands and places of data.  A weight never rises by words of prose, and falls by
 * them: the more plain words an "argument" list has, the more it is a sentence. */

#include "shell_weight.h"
#include "../words.h"

bool ew_shell_is_complete(const struct shell_command *c)
{
	return c->args == 0 && c->end != '(' &&
	       !(c->seen & (SHELL_SEEN_INPUT | SHELL_SEEN_COMMAND));
}

static bool is_decisive(const struct shell_command *c)
{
	unsigned s = c->seen, t = c->traits;

	if (s & SHELL_SEEN_SOCKET && s & SHELL_SEEN_INTERACTIVE)
		return true;
	if (t & SHELL_FETCHES && s & SHELL_SEEN_SHELL && s & SHELL_SEEN_CODE_OPTION &&
	    s & (SHELL_SEEN_HOST | SHELL_SEEN_POINT | SHELL_SEEN_NUMBER | SHELL_SEEN_VALUE))
		return true;
	if (t & SHELL_RUNS && s & SHELL_SEEN_ATTACK && s & SHELL_SEEN_CODE_OPTION)
		return true;
	if (t & (SHELL_READS | SHELL_HARMS) && s & SHELL_SEEN_ACCOUNTS &&
	    !(s & SHELL_SEEN_OUTPUT && t & SHELL_PRINTS))
		return true;
	if (t & SHELL_HARMS && s & SHELL_SEEN_ROOT && s & SHELL_SEEN_OPTION &&
	    !(s & SHELL_SEEN_SYSTEM))
		return true;
	if (c->known && c->blank_hidden && (c->traits || c->hidden))
		return true;
	if (c->known && c->braced &&
	    s & (SHELL_SEEN_OPTION | SHELL_SEEN_PATH | SHELL_SEEN_SYSTEM | SHELL_SEEN_SECRET |
		 SHELL_SEEN_URL | SHELL_SEEN_HOST))
		return true;
	return c->hidden && (c->by_path || s & (SHELL_SEEN_SECRET | SHELL_SEEN_ROOT));
}

static enum shell_weight weigh_arguments(const struct shell_command *c)
{
	unsigned s = c->seen, t = c->traits;

	if (s & SHELL_SEEN_SOCKET)
		return SENSITIVE;
	if (t & SHELL_FETCHES && s & (SHELL_SEEN_URL | SHELL_SEEN_HOST | SHELL_SEEN_COMMAND))
		return SENSITIVE;
	if (t & SHELL_FETCHES && s & (SHELL_SEEN_POINT | SHELL_SEEN_VALUE | SHELL_SEEN_OPTION))
		return t & SHELL_ORDINARY && !(s & SHELL_SEEN_OPTION) ? PLAUSIBLE : SENSITIVE;
	if (t & SHELL_WAITS && s & SHELL_SEEN_NUMBER && c->plain == 0)
		return SENSITIVE;
	if (t & SHELL_RUNS && s & (SHELL_SEEN_CODE_OPTION | SHELL_SEEN_PATH | SHELL_SEEN_URL))
		return t & SHELL_ORDINARY && !(s & (SHELL_SEEN_CODE_OPTION | SHELL_SEEN_PATH))
			       ? PLAUSIBLE
			       : SENSITIVE;
	if (t & SHELL_READS && s & (SHELL_SEEN_SECRET | SHELL_SEEN_SYSTEM))
		return SENSITIVE;
	if (t & SHELL_RECONS && s & (SHELL_SEEN_OPTION | SHELL_SEEN_PATH))
		return t & SHELL_ORDINARY ? PLAUSIBLE : SENSITIVE;
	if (t & SHELL_HARMS &&
	    s & (SHELL_SEEN_OPTION | SHELL_SEEN_PATH | SHELL_SEEN_ROOT | SHELL_SEEN_NUMBER))
		return SENSITIVE;
	if (t & SHELL_PLACES && s & (SHELL_SEEN_PATH | SHELL_SEEN_SYSTEM))
		return SENSITIVE;
	if (t & (SHELL_PRINTS | SHELL_READS) && s & SHELL_SEEN_ESCAPES)
		return SENSITIVE;
	if (t & (SHELL_PRINTS | SHELL_DECODES) && s & SHELL_SEEN_OUTPUT &&
	    s & (SHELL_SEEN_PATH | SHELL_SEEN_POINT))
		return SENSITIVE;
	if (t & SHELL_PRINTS && (c->args == 1 || s & (SHELL_SEEN_COMMAND | SHELL_SEEN_VALUE |
						      SHELL_SEEN_QUOTED | SHELL_SEEN_NUMBER)))
		return PLAUSIBLE;
	if (s & (SHELL_SEEN_OPTION | SHELL_SEEN_PATH | SHELL_SEEN_SYSTEM | SHELL_SEEN_ROOT |
		 SHELL_SEEN_VALUE | SHELL_SEEN_COMMAND | SHELL_SEEN_INPUT))
		return PLAUSIBLE;
	if (s & (SHELL_SEEN_POINT | SHELL_SEEN_QUOTED))
		return t & SHELL_ORDINARY ? TELLING : PLAUSIBLE;
	if (t & SHELL_RECONS && t & SHELL_WINDOWS && c->args <= 3)
		return TELLING;
	if (!(t & SHELL_ORDINARY) && t & (SHELL_HARMS | SHELL_READS | SHELL_FETCHES | SHELL_RUNS) &&
	    c->args <= (t & SHELL_HARMS ? 2u : 1u))
		return TELLING;
	return NO_WEIGHT;
}

enum shell_weight ew_shell_weigh(const struct shell_command *c)
{
	enum shell_weight w;

	if (!c->known)
		return NO_WEIGHT;
	if (is_decisive(c))
		return DECISIVE;
	if (c->hidden)
		return SENSITIVE;
	if (c->traits & SHELL_DEVELOPS && !c->by_path)
		return ew_shell_weigh_tool(c);
	if (c->by_path)
		return c->plain > 2 ? PLAUSIBLE : SENSITIVE;
	if (ew_shell_is_complete(c)) {
		/* w>/tmp/x */
		if (c->seen & SHELL_SEEN_OUTPUT && c->seen & (SHELL_SEEN_SYSTEM | SHELL_SEEN_PATH))
			return SENSITIVE;
		if (c->traits & SHELL_RECONS)
			return c->traits & SHELL_ORDINARY ? TELLING : SENSITIVE;
		if (c->traits & (SHELL_FETCHES | SHELL_PRINTS) || c->traits & SHELL_ORDINARY)
			return COMPLETE;
		return TELLING;
	}
	if (c->traits & SHELL_ORDINARY && c->seen & SHELL_SEEN_VERB && c->plain <= 2)
		return PLAUSIBLE; /* ip addr */
	w = weigh_arguments(c);
	if (c->traits & SHELL_ORDINARY && c->plain &&
	    !(c->traits & SHELL_RECONS && c->traits & SHELL_WINDOWS) &&
	    !(c->seen & (SHELL_SEEN_OPTION | SHELL_SEEN_SYSTEM | SHELL_SEEN_SECRET)))
		return w <= PLAUSIBLE ? NO_WEIGHT : w - 1;
	/* "; curl https://a.b is slow" */
	if (w > NO_WEIGHT && c->plain > (c->traits & (SHELL_WINDOWS | SHELL_HARMS) ? 2u : 1u) &&
	    !(c->seen & (SHELL_SEEN_OPTION | SHELL_SEEN_SECRET)))
		w = c->plain > 3 ? NO_WEIGHT : w - 1;
	return w;
}

enum shell_weight ew_shell_weigh_inside(const struct shell_command *c)
{
	enum shell_weight w = ew_shell_weigh(c);

	if (w < TELLING && c->known && c->args && c->plain <= 2 &&
	    c->traits & (SHELL_HARMS | SHELL_PLACES | SHELL_FETCHES | SHELL_WAITS))
		return TELLING; /* $(touch x) */
	return w;
}

bool ew_shell_is_column(struct ew_bytes w)
{
	static const char *const name[] = {
		"account", "address", "age",     "amount",   "category", "city",   "code",
		"column",  "country", "created", "customer", "date",     "email",  "field",
		"first",   "group",   "host",    "id",       "index",    "item",   "key",
		"label",   "last",    "level",   "link",     "method",   "mode",   "name",
		"number",  "order",   "owner",   "parent",   "path",     "phone",  "price",
		"product", "project", "role",    "row",      "size",     "sort",   "source",
		"state",   "status",  "table",   "tag",      "text",     "time",   "title",
		"token",   "type",    "unit",    "url",      "user",     "userid", "username",
		"uuid",    "value",   "version", "year",
	};

	return ew_word_in(name, sizeof(name) / sizeof(*name), w);
}

/* [ -f x ]   [[ "$a" = b ]]   $a = Get-Date */
static bool tests_or_assigns(struct ew_bytes t)
{
	size_t i = 1;

	if (t.n < 4 || (t.p[0] != '[' && t.p[0] != '$'))
		return false;
	if (t.p[0] == '[') {
		i += t.p[i] == '[';
		return t.p[i] == ' ' && (t.p[i + 1] == '-' || t.p[i + 1] == '$' ||
					 (t.n > i + 2 && t.p[i + 1] == '"' && t.p[i + 2] == '$'));
	}
	while (i < t.n && ew_word_byte(t.p[i]))
		i++;
	return i > 1 && t.n - i > 3 && t.p[i] == ' ' && t.p[i + 1] == '=' && t.p[i + 2] == ' ';
}

bool ew_shell_begins_script(struct ew_bytes t)
{
	struct shell_command c;
	size_t i = 0;

	if (t.n > 256)
		t.n = 256;
	if (tests_or_assigns(t))
		return true;
	while (i < t.n && (shell_is_blank(t.p[i]) || shell_is_one_of(t.p[i], "$>-#@+")))
		i++;
	size_t upper = i;
	while (upper < t.n && t.p[upper] >= 'A' && t.p[upper] <= 'Z')
		upper++;
	if (upper - i >= 3 && upper < t.n &&
	    (t.p[upper] == ' ' || t.p[upper] == '=' || t.p[upper] == '_'))
		return true; /* RUN, ENV X=, PATH= */
	if (i + 1 < t.n && t.p[i] == '.' && t.p[i + 1] == '/')
		return true;
	ew_shell_command(t, i, 256, &c);
	if (!c.known || !c.traits)
		return c.led && c.to < t.n;
	if (c.traits & SHELL_ORDINARY)
		return c.args > 0 &&
		       (c.traits & SHELL_DEVELOPS || c.led || weigh_arguments(&c) >= TELLING) &&
		       c.plain <= c.args / 2 + 1;
	return true;
}

enum shell_place ew_shell_place_behind(struct ew_bytes t)
{
	size_t n = t.n, words = 0, from = 0;
	bool quote = false, script = false;

	while (n && (shell_is_blank(t.p[n - 1]) || shell_is_one_of(t.p[n - 1], ")]}'\"`\\"))) {
		quote |= shell_is_one_of(t.p[n - 1], "'\"");
		n--;
	}
	while (from < n && (shell_is_blank(t.p[from]) ||
			    shell_is_one_of(t.p[from], "'\"`()[]{}<>.,:;!?*%$&|#-_+=\\/")))
		from++;
	if (from == n)
		return BEHIND_NOTHING;
	t = ew_bytes(t.p, n < 4096 ? n : 4096);
	if (ew_shell_begins_script(t))
		return BEHIND_COMMAND;
	for (size_t i = from; i < t.n;) {
		size_t start = i;
		while (i < t.n && !shell_is_blank(t.p[i]))
			i++;
		words++;
		unsigned traits = words < 24 && words > 1
					  ? ew_shell_traits(ew_bytes(t.p + start, i - start))
					  : 0;
		script |= traits && (!(traits & SHELL_ORDINARY) || traits & SHELL_DEVELOPS);
		while (i < t.n && shell_is_blank(t.p[i]))
			i++;
	}
	if (n > 4096)
		return BEHIND_DOCUMENT;
	if (script)
		return BEHIND_COMMAND;
	if (words == 1) {
		for (size_t i = from; i < n; i++)
			if (!ew_word_byte(t.p[i]) || (t.p[i] >= '0' && t.p[i] <= '9'))
				return quote ? BEHIND_QUOTE : BEHIND_DATA;
		return quote ? BEHIND_QUOTE : n - from == 1 ? BEHIND_DATA : BEHIND_WORD;
	}
	if (memchr(t.p, '\n', t.n))
		return BEHIND_DOCUMENT;
	return quote && words <= 8 ? BEHIND_QUOTE : words <= 4 ? BEHIND_WORDS : BEHIND_PROSE;
}

static bool is_word_near(struct ew_bytes t, size_t i, size_t room, const char *set)
{
	for (size_t k = i; k < t.n && k < i + room; k++) {
		if (shell_is_one_of(t.p[k] | 0x20, set))
			return true;
		if (!ew_word_byte(t.p[k]))
			return false;
	}
	return false;
}

/* Whether byte `i` begins one of the things of which a command without separators needs one to be
 * found. */
static bool is_reason(struct ew_bytes t, size_t i)
{
	struct ew_bytes rest = ew_bytes_from(t, i);
	uint8_t c = t.p[i], next = rest.n > 1 ? rest.p[1] : 0;
	size_t k = i + 1;

	switch (c) {
	case '$':
		if (next == '{' && rest.n > 2 && rest.p[2] != '!')
			while (++k < t.n && k < i + 18 && ew_word_byte(t.p[k]) && t.p[k] < 0x80)
				;
		return next == '\'' || (k > i + 2 && k < t.n && t.p[k] == ':') ||
		       ew_bytes_starts_nocase(rest, EW_LIT("$ifs")) ||
		       ew_bytes_starts_nocase(rest, EW_LIT("${ifs")) ||
		       ew_bytes_starts_nocase(rest, EW_LIT("${!ifs"));
	case '/':
		while (k < t.n && k < i + 17 && t.p[k] != '/' && !shell_is_blank(t.p[k]) &&
		       !shell_is_one_of(t.p[k], "?*["))
			k++;
		return (k < t.n && shell_is_one_of(t.p[k], "?*[")) ||
		       ew_bytes_starts_nocase(rest, EW_LIT("/dev/tcp/")) ||
		       ew_bytes_starts_nocase(rest, EW_LIT("/dev/udp/"));
	case '{':
		while (k < t.n && k < i + 17 &&
		       ((ew_word_byte(t.p[k]) && t.p[k] < 0x80) || t.p[k] == '/'))
			k++;
		return k > i + 1 && k < t.n && t.p[k] == ',';
	case '-':
		return i && !ew_word_byte(t.p[i - 1]) &&
		       is_word_near(t, i + 1 + (next == '-'), 4, "cer");
	case 'e':
	case 'E':
		for (k = 4; k < 7; k++)
			if (ew_bytes_starts_nocase(rest, EW_LIT("etc")) &&
			    (ew_bytes_starts_nocase(ew_bytes_from(rest, k), EW_LIT("passwd")) ||
			     ew_bytes_starts_nocase(ew_bytes_from(rest, k), EW_LIT("shadow"))))
				return true;
		return false;
	default:
		if (!shell_is_blank(c) || (next != '/' && next != '~'))
			return false;
		if (next == '/' && rest.n > 3 && shell_is_one_of(rest.p[2] | 0x20, "ckr") &&
		    shell_is_blank(rest.p[3]))
			return true;
		return rest.n == 2 || shell_is_blank(rest.p[2]) || rest.p[2] == '*';
	}
}

bool ew_shell_shows_reason(struct ew_bytes t, size_t to)
{
	size_t k = 0;

	while (k < t.n && k < 8 && shell_is_blank(t.p[k]))
		k++;
	for (size_t i = k; i < t.n && i <= k + 12; i++) {
		if (i > k && shell_is_one_of(t.p[i], "'\"\\^$"))
			return true;
		if (!(ew_word_byte(t.p[i]) && t.p[i] < 0x80) && t.p[i] != '/' && t.p[i] != '.')
			break;
	}
	for (size_t i = 0; i < t.n && i < to; i++)
		if (shell_is_one_of(t.p[i], ";|&\n\r`") || is_reason(t, i))
			return true;
	return false;
}
