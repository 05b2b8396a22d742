/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Words within the marks of an engine: which of them lead out of it, and what must stand around them.
 *
 * The trap is that all of them are words of honest text and honest code, too: `constructor.name`,
 * `process.env`, `config.title`, `matrix.os`. */

#include "template_expression.h"
#include "template_words.h"

/* The word at `from` is all of the expression. */
static bool is_whole(struct ew_bytes t, const struct ew_expression *x, size_t from, size_t to)
{
	uint8_t c = ew_template_at(t, ew_template_skip(t, to));

	return ew_template_before(t, from, x->inside) == 0 && (c == '}' || c == '|' || c == '%');
}

static bool reached(struct ew_bytes t, size_t to)
{
	uint8_t c = ew_template_at(t, ew_template_skip(t, to));

	return c == '.' || c == '[' || c == '(' || c == '|';
}

/* Behind the dots of `java.lang.Runtime` stands a class, or the package is that of the language. */
static bool java_class(struct ew_bytes t, size_t to)
{
	static const char *const packages[] = { "lang.", "naming.", "management.", "script.", "util.scanner" };

	if (ew_template_at(t, to) != '.')
		return false;
	for (size_t k = 0; k < sizeof(packages) / sizeof(*packages); k++)
		if (ew_template_starts(t, to + 1, packages[k]))
			return true;
	for (size_t i = to; i < t.n && i - to < EW_TEMPLATE_REACH && (t.p[i] == '.' || ew_word_byte(t.p[i]));
	     i++)
		if (t.p[i] == '.' && ew_template_at(t, i + 1) >= 'A' && ew_template_at(t, i + 1) <= 'Z')
			return true;
	return false;
}

static bool rule_holds(struct ew_bytes t, const struct ew_expression *x, size_t from, size_t to,
		       enum template_rule rule)
{
	static const char *const classes[] = { "com.", "file(", "freemarker",     "function(",    "groovy",
					       "java", "org.",  "processbuilder", "scriptengine", "url" };
	static const char *const of_env[] = { ".collect", ".each", ".inspect", ".keys",  ".map",
					      ".select",  ".sort", ".to_",     ".values" };
	static const char *const of_rails[] = { ".application.conf", ".application.cred",
						".application.secr" };
	static const char *const of_os[] = { "cmd(",  "environ", "exec",  "getenv", "listdir",
					     "popen", "read",    "spawn", "system" };
	static const char *const of_io[] = { "binread", "entries", "exec",  "foreach", "fork",   "glob", "open",
					     "popen",   "read",    "spawn", "sysopen", "system", "new(" };
	static const char *const known[] = {
		"system)", "runtime)", "class)", "thread)", "string)", "character)"
	};
	static const char *const secrets[] = { ".items", ".from_", ".secret", "['secret", "[\"secret" };
	size_t next = ew_template_skip(t, to);
	uint8_t c = ew_template_at(t, next), d = from > x->inside ? t.p[from - 1] : 0;

	switch (rule) {
	case ANY:
		return true;
	case APP:
		return ew_template_starts(t, to, ".request.server") ||
		       ew_template_starts(t, to, ".request.query.filter") ||
		       ew_template_starts(t, to, ".config.");
	case CODE:
		return ew_template_starts(t, to, ".eval_");
	case ENVIRONMENT:
		return t.p[from] == 'E' &&
		       (EW_TEMPLATE_ONE_OF(t, to, of_env) || is_whole(t, x, from, to));
	case HANDLER:
		return ew_template_starts(t, to, ".settings") ||
		       ew_template_starts(t, to, ".application");
	case PIPE:
		return ew_template_starts(t, to, "('pipe'") ||
		       ew_template_starts(t, to, "(\"pipe\"");
	case QUESTION:
		return d == '?';
	case QUOTED:
		return c == '(' &&
		       (ew_template_at(t, next + 1) == '"' || ew_template_at(t, next + 1) == '\'');
	case RAILS:
		return x->alone && EW_TEMPLATE_ONE_OF(t, to, of_rails);
	case READ:
		return next > to && (c == '"' || c == '`') &&
		       (ew_template_at(t, next + 1) == '/' ||
			ew_template_starts(t, next + 1, ".."));
	case SIGNER:
		return d == '.' && ew_template_starts(t, to, ".key");
	case CALL:
		return c == '(' && d != '>';
	case FREE:
		return c == '(' && d != '>' && d != '.';
	case MEMBER:
		return c == '.' || c == '[' || c == '|';
	case DOTTED:
		return d == '.';
	case FILTER:
		return c == '(' && ew_template_before(t, from, x->inside) == '|';
	case CONFIG:
		return is_whole(t, x, from, to) || EW_TEMPLATE_ONE_OF(t, to, secrets);
	case CONSTRUCTOR:
		if (c == '\'' || c == '"')
			return true;
		return reached(t, to) &&
		       !(ew_template_starts(t, to, ".name") && !ew_word_byte(ew_template_at(t, to + 5)));
	case INSPECT:
		return c == '(' && from >= 6 && ew_template_starts(t, from - 6, "class.");
	case JAVA:
		return java_class(t, to);
	case NEW:
		return next > to && EW_TEMPLATE_ONE_OF(t, next, classes);
	case OS:
		return (d != '.' || x->marks == EL) && c == '.' && EW_TEMPLATE_ONE_OF(t, to + 1, of_os);
	case PATH:
		return c == '(' &&
		       (ew_template_at(t, next + 1) == '"' || ew_template_at(t, next + 1) == '\'') &&
		       (ew_template_at(t, next + 2) == '/' || ew_template_starts(t, next + 2, ".."));
	case PROCESS:
		if (ew_template_starts(t, to, ".start("))
			return true;
		return d == '.' && from >= 5 &&
		       (ew_template_starts(t, from - 5, "root.") ||
			(from >= 7 && ew_template_starts(t, from - 7, "global.")) ||
			(from >= 11 && ew_template_starts(t, from - 11, "globalthis.")));
	case RUBYIO:
		return d != '.' && c == '.' && EW_TEMPLATE_ONE_OF(t, next + 1, of_io);
	case SELF:
		if (x->marks == DOUBLE)
			return is_whole(t, x, from, to) && !x->block;
		return ew_template_starts(t, to, ".module") || ew_template_starts(t, to, ".context") ||
		       ew_template_starts(t, to, ".template");
	case SETTINGS:
		return from >= 9 && ew_template_starts(t, from - 9, "settings.");
	case SYSTEM:
		if (ew_template_starts(t, to, ".diag") || ew_template_starts(t, to, ".io.") ||
		    ew_template_starts(t, to, ".refl"))
			return t.p[x->from] == '@';
		if (x->erb &&
		    (ew_template_starts(t, to, ".cmd(") || ew_template_starts(t, to, ".shell(")))
			return true;
		if (x->erb || t.p[x->from] == '#' ||
		    (d == '.' && ew_template_before(t, from - 1, x->inside) == 0 && c == '"'))
			return c == '(' || c == '\'' || c == '"' || c == '`';
		return c == '(' && next == to && d != '>' && d != '.';
	case TYPE:
		if (t.p[from] != 'T' || c != '(' || d == '.')
			return false;
		for (size_t i = next + 1; i < t.n && i - next < EW_TEMPLATE_REACH; i++) {
			if (t.p[i] == '.' && i > next + 1)
				return true;
			if (!ew_word_byte(t.p[i]) && t.p[i] != '$' && t.p[i] != '{')
				break;
		}
		return EW_TEMPLATE_ONE_OF(t, next + 1, known);
	}
	return false;
}

/* __class__, __globals__ and their kin.  Of single braces only what no format string asks for. */
static bool dunder(struct ew_bytes t, const struct ew_expression *x, size_t from, size_t to)
{
	static const char *const harmless[] = { "__all__",  "__dirname__", "__doc__",     "__file__",
						"__main__", "__name__",    "__package__", "__version__" };
	static const char *const inner[] = { "__base__",         "__bases__",   "__builtins__", "__code__",
					     "__getattribute__", "__getitem__", "__globals__",  "__import__",
					     "__init__",         "__mro__",     "__reduce__",   "__reduce_ex__",
					     "__subclasses__" };
	struct ew_bytes w = ew_bytes(t.p + from, to - from);

	if (w.n < 6 || w.p[0] != '_' || w.p[1] != '_' || w.p[w.n - 1] != '_' || w.p[w.n - 2] != '_' ||
	    !((w.p[2] | 0x20) >= 'a' && (w.p[2] | 0x20) <= 'z'))
		return false;
	if (t.p[x->from] == '@' || t.p[x->from] == '%' || t.p[x->from] == '*') /* Perl: @{__PACKAGE__} */
		return false;
	if (x->marks == SINGLE || x->marks == VREF)
		return ew_word_in(inner, sizeof(inner) / sizeof(*inner), w) &&
		       (t.p[from - 1] == '.' ||
			(ew_template_at(t, to) == '(' && ew_template_starts(t, from, "__import__")));
	if (ew_template_starts(t, to, ".__name__"))
		return false;
	return !ew_word_in(harmless, sizeof(harmless) / sizeof(*harmless), w);
}

const char *ew_template_word(struct ew_bytes t, const struct ew_expression *x, size_t from, size_t to)
{
	static const char *const filters[] = { "filter('", "filter(\"", "map('",      "map(\"",
					       "sort('",   "sort(\"",   "reduce('",   "reduce(\"",
					       "find('",   "find(\"",   "options':'", "options\":\"" };
	static const char *const functions[] = {
		"assert", "call_user_func", "eval",      "exec",     "file_get_contents", "passthru", "phpinfo",
		"popen",  "print_r",        "proc_open", "readfile", "shell_exec",        "system",   "var_dump"
	};
	struct ew_bytes w = ew_bytes(t.p + from, to - from);

	if (dunder(t, x, from, to))
		return "an attribute that leads out of the engine";
	if (x->marks == SINGLE)
		return NULL;
	size_t i = ew_word_find(template_words, sizeof(template_words) / sizeof(*template_words), w);
	unsigned marks = x->erb ? RUBY : t.p[x->from] == '#' ? (unsigned)(EL | RUBY) : (unsigned)x->marks;
	if (i != EW_WORD_NONE && (template_rules[i].marks & marks) &&
	    rule_holds(t, x, from, to, (enum template_rule)template_rules[i].rule))
		return "a word that leads out of the engine";
	if (x->block && x->word_to && from > x->word && ew_template_starts(t, x->word, "import")) {
		static const char *const modules[] = { "commands", "importlib",  "os",
						       "posix",    "subprocess", "sys" };
		return ew_word_in(modules, sizeof(modules) / sizeof(*modules), w) &&
				       ew_template_blank(t.p[from - 1])
			       ? "a module of the language imported"
			       : NULL;
	}
	if ((t.p[from - 1] == '\'' || t.p[from - 1] == '"') &&
	    ew_word_in(functions, sizeof(functions) / sizeof(*functions), w))
		for (size_t k = 0; k < sizeof(filters) / sizeof(*filters); k++) {
			size_t n = strlen(filters[k]);
			if (from >= n && from - n >= x->inside && ew_template_starts(t, from - n, filters[k]))
				return "a function of the language as a filter";
		}
	return NULL;
}
