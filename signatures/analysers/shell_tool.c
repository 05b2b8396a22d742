/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What the tools of builds are asked to do, and words of the shell that begin a construct.
 *
 * Both are what scripts consist of, so their names say nothing.  A tool says something by its verb
 * (get, exec, run), by what it asks for (secrets, tokens), or by a download from a place nobody
 * would name; a word of the shell by the shape of what follows.  The trap: "docker, run by us" and
 * "for you in the end" are prose. */

#include "shell_weight.h"
#include "shell_word.h"
#include "signatures/words.h"

#define SHELL_VERB(text) text,
static const char *const verbs[] = {
#include "shell_verbs.def"
};
#undef SHELL_VERB

enum { VERBS = sizeof(verbs) / sizeof(*verbs), VERB_ROOM = 48, NEAR = 120 };

const char *ew_shell_verb(size_t i)
{
	return i < VERBS ? verbs[i] : NULL;
}

static bool has_part(const struct shell_word *w, const char *const *part, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (ew_bytes_find(ew_bytes(w->s, w->n), 0, ew_bytes_str(part[i])) != SIZE_MAX)
			return true;
	return false;
}

void ew_shell_see_tool(struct ew_bytes tool, const struct shell_word *w, struct shell_command *c)
{
	static const char *const owned[] = { "access-token", "advfirewall",   "caller-identity",
					     "chroot",       "credential",    "identity",
					     "keyvault",     "passw",         "privileged",
					     "secret",       "security-cred", "state pull",
					     "user-data" };
	static const char *const runs[] = { "core.pager",     "core.editor",   "core.sshcommand",
					    "core.fsmonitor", "core.hook",     "=!",
					    "ext::",          "--upload-pack", "exec:",
					    "unconfined",     "/docker.sock",  "--pid=host" };
	uint8_t key[VERB_ROOM];

	if (has_part(w, runs, sizeof(runs) / sizeof(*runs)) ||
	    ((w->s[0] == '/' || w->s[0] == '.') && shell_word_ends(w, ".so")) ||
	    (w->n > 2 && memcmp(w->s, "/:/", 3) == 0))
		c->seen |= SHELL_SEEN_ATTACK;
	if (has_part(w, owned, sizeof(owned) / sizeof(*owned)))
		c->seen |= SHELL_SEEN_OWNED;
	if (c->args > 4 || tool.n + 1 + w->n > sizeof(key))
		return;
	memcpy(key, tool.p, tool.n);
	key[tool.n] = ' ';
	memcpy(key + tool.n + 1, w->s, w->n);
	if (ew_word_in(verbs, VERBS, ew_bytes(key, tool.n + 1 + w->n)))
		c->seen |= SHELL_SEEN_VERB;
}

enum shell_weight ew_shell_weigh_tool(const struct shell_command *c)
{
	unsigned s = c->seen;

	if (s & SHELL_SEEN_ATTACK)
		return SENSITIVE;
	if (s & SHELL_SEEN_PLAIN_HTTP && s & (SHELL_SEEN_URL | SHELL_SEEN_HOST))
		return SENSITIVE;
	if (s & SHELL_SEEN_VERB && s & SHELL_SEEN_OWNED && c->plain <= 5)
		return SENSITIVE;
	if (s & SHELL_SEEN_VERB &&
	    (c->plain <= 3 ||
	     (c->plain <= 5 && s & (SHELL_SEEN_OPTION | SHELL_SEEN_PATH | SHELL_SEEN_URL))))
		return PLAUSIBLE;
	if (s & (SHELL_SEEN_SECRET | SHELL_SEEN_INPUT) ||
	    (s & SHELL_SEEN_COMMAND && s & SHELL_SEEN_OPTION))
		return PLAUSIBLE;
	return COMPLETE;
}

/* ---- words of the shell ---- */

static uint8_t at(struct ew_bytes t, size_t i)
{
	return i < t.n ? t.p[i] : 0;
}

static size_t skip_blanks(struct ew_bytes t, size_t i)
{
	while (at(t, i) == ' ' || at(t, i) == '\t')
		i++;
	return i;
}

static size_t skip_word(struct ew_bytes t, size_t i)
{
	while (i < t.n && ew_word_byte(t.p[i]))
		i++;
	return i;
}

/* Past `word` at `i` and the blanks behind it; 0: it is not there. */
static size_t past(struct ew_bytes t, size_t i, const char *word)
{
	size_t n = strlen(word), k;

	if (!ew_bytes_starts(ew_bytes_from(t, i), ew_bytes_str(word)))
		return 0;
	k = skip_blanks(t, i + n);
	return k == i + n && ew_word_byte(at(t, k)) && ew_word_byte((uint8_t)word[n - 1]) ? 0 : k;
}

/* Where the statement at `i` ends, in the next bytes. */
static size_t statement(struct ew_bytes t, size_t i)
{
	size_t end = t.n - i < NEAR ? t.n : i + NEAR;

	while (i < end && !shell_is_one_of(t.p[i], ";\n|&"))
		i++;
	return i;
}

/* trap 'x' EXIT: a command, and the names of signals. */
static bool is_trap(struct ew_bytes t, size_t i)
{
	static const char *const signal[] = { "debug",  "err",     "exit",   "hup",     "int",
					      "return", "sigexit", "sigint", "sigterm", "term" };
	size_t end = i, from;

	if (at(t, i) == '\'' || at(t, i) == '"') {
		size_t room = t.n - i - 1 < NEAR ? t.n - i - 1 : NEAR;
		const uint8_t *close = room ? memchr(t.p + i + 1, t.p[i], room) : NULL;
		if (!close)
			return false;
		end = (size_t)(close - t.p) + 1;
	}
	end = statement(t, end);
	while (end > i && shell_is_one_of(t.p[end - 1], " \t'\""))
		end--;
	for (from = end; from > i && ew_word_byte(t.p[from - 1]);)
		from--;
	struct ew_bytes w = ew_bytes(t.p + from, end - from);
	return from > i && (ew_word_in(signal, sizeof(signal) / sizeof(*signal), w) ||
			    ew_bytes_eq_nocase(w, EW_LIT("0")));
}

/* Whether `word` stands in the next bytes behind ; or an end of line, or a blank. */
static bool follows(struct ew_bytes t, size_t i, const char *word)
{
	struct ew_bytes rest = ew_bytes_from(t, i);

	if (rest.n > NEAR)
		rest.n = NEAR;
	size_t k = ew_bytes_find(rest, 0, ew_bytes_str(word));
	return k != SIZE_MAX && k && shell_is_one_of(rest.p[k - 1], "; \n\t") &&
	       !ew_word_byte(at(rest, k + strlen(word)));
}

/* f(){ */
static enum shell_weight defines(struct ew_bytes t, size_t i)
{
	size_t n = t.n - i < 32 ? t.n : i + 32, k = skip_word(ew_bytes(t.p, n), i);

	if (k == i || at(t, k) != '(' || at(t, k + 1) != ')')
		return NO_WEIGHT;
	return at(t, skip_blanks(t, k + 2)) == '{' ? PLAUSIBLE : NO_WEIGHT;
}

enum shell_weight ew_shell_weigh_construct(struct ew_bytes t, size_t from)
{
	static const struct {
		const char *word, *needs, *and; /* NULL: nothing has to follow */
	} forms[] = {
		{ "case", "in", "esac" },       { "compgen -c", NULL, NULL },
		{ "complete -C", NULL, NULL },  { "declare -", NULL, NULL },
		{ "disown -", NULL, NULL },     { "enable -f", NULL, NULL },
		{ "export HIST", NULL, NULL },  { "export LD_", NULL, NULL },
		{ "for", "do", "done" },        { "hash -p", NULL, NULL },
		{ "history -c", NULL, NULL },   { "if", "then", "fi" },
		{ "mapfile -C", NULL, NULL },   { "printf -v", NULL, NULL },
		{ "readarray -C", NULL, NULL }, { "select", "do", "done" },
		{ "set -- ", NULL, NULL },      { "unset HIST", NULL, NULL },
		{ "until", "do", "done" },      { "while", "do", "done" },
	};
	size_t i = skip_blanks(t, from), k, n;
	uint8_t first = at(t, i);

	if (first == '[') /* [[ -f /etc/passwd ]]&&id */
		return at(t, i + 1) == '[' && at(t, i + 2) == ' ' && follows(t, i + 2, "]]")
			       ? TELLING
			       : NO_WEIGHT;
	if (first == ':') { /* :>/var/log/x */
		k = skip_blanks(t, i + 1);
		k += at(t, k) == '>';
		k += at(t, k) == '>';
		return t.p[k - 1] == '>' && at(t, skip_blanks(t, k)) == '/' ? PLAUSIBLE : NO_WEIGHT;
	}
	for (size_t f = 0; f < sizeof(forms) / sizeof(*forms); f++)
		if ((uint8_t)forms[f].word[0] == first && (k = past(t, i, forms[f].word)) &&
		    (!forms[f].needs ||
		     (follows(t, k, forms[f].needs) && follows(t, k, forms[f].and))))
			return PLAUSIBLE;
	if ((k = past(t, i, "trap")) && is_trap(t, k))
		return PLAUSIBLE;
	if ((k = past(t, i, "alias")) && (n = skip_word(t, k)) > k && at(t, n) == '=')
		return PLAUSIBLE;
	if ((k = past(t, i, "function")) && (n = skip_word(t, k)) > k &&
	    shell_is_one_of(at(t, skip_blanks(t, n)), "{("))
		return PLAUSIBLE;
	return defines(t, i);
}
