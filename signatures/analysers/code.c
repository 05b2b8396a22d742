/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Fragments of PHP, JavaScript, Python, Ruby, Perl, Lua and Java that are meant for an eval.
 *
 * Tickets, commits and bundles are full of code, so a call is no sign by itself.  Some shapes
 * nobody writes but to break out of something: those are found wherever they stand.  Calls that
 * start a process or read a file are found where the value is that call, or where something is
 * closed before it, and never behind a line of prose or in a text of many lines. */

#include "../analyser.h"
#include "../seen.h"
#include "../words.h"
#include "code_formula.h"
#include "code_shapes.h"

enum { NEAR = 120, BEFORE = 96 };

enum { SHAPES = sizeof(shapes) / sizeof(*shapes) };

static uint8_t at(struct ew_bytes t, size_t i)
{
	return i < t.n ? t.p[i] : 0;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_one_of(uint8_t c, const char *set)
{
	return c && strchr(set, c);
}

/* Past blanks and comments. */
static size_t skip_blanks(struct ew_bytes t, size_t i)
{
	size_t end = t.n - i < NEAR ? t.n : i + NEAR;

	while (i < end) {
		if (is_blank(t.p[i])) {
			i++;
		} else if (t.p[i] == '/' && at(t, i + 1) == '*') {
			for (i += 2; i < end && !(t.p[i] == '*' && at(t, i + 1) == '/'); i++)
				;
			i = i + 2 < end ? i + 2 : end;
		} else {
			break;
		}
	}
	return i;
}

static size_t near(struct ew_bytes t, size_t i, const char *part)
{
	struct ew_bytes rest = ew_bytes_from(t, i);
	size_t k;

	if (rest.n > NEAR)
		rest.n = NEAR;
	k = ew_bytes_find_nocase(rest, 0, ew_bytes_str(part));
	return k == SIZE_MAX ? 0 : i + k + strlen(part);
}

/* What stands at `i` where an argument begins: a string, a number, a value of the request, text
 * made by a call. */
static bool is_literal(struct ew_bytes t, size_t i)
{
	uint8_t c = at(t, i);
	struct ew_bytes rest = ew_bytes_from(t, i);

	return is_one_of(c, "'\"`[$\\") || (c >= '0' && c <= '9') ||
	       ew_bytes_starts_nocase(rest, EW_LIT("chr(")) ||
	       ew_bytes_starts_nocase(rest, EW_LIT("base64")) ||
	       ew_bytes_starts_nocase(rest, EW_LIT("hex2bin"));
}

/* Whether the argument behind a word fits; past it, else 0. */
static size_t has_argument(struct ew_bytes t, size_t i, enum argument want)
{
	size_t k = i;

	while (k < t.n && k < i + 9 && is_blank(t.p[k]))
		k++;
	if (k - i > 8 && want != ANY)
		return 0;
	k = skip_blanks(t, k);
	switch (want) {
	case ANY:
	case AT_ONCE:
		return i;
	case CALL:
		return at(t, k) == '(' ? k + 1 : 0;
	case EMPTY:
		return at(t, k) == '(' && at(t, skip_blanks(t, k + 1)) == ')'
			       ? skip_blanks(t, k + 1) + 1
			       : 0;
	case STRING:
		if (is_one_of(at(t, k), "'\"`") && k > i)
			return k + 1;
		/* fall through */
	case LITERAL:
		break;
	}
	if (at(t, k) != '(')
		return 0;
	k = skip_blanks(t, k + 1);
	return is_literal(t, k) ? k + 1 : 0;
}

/* Words of letters alone between blanks. */
static size_t prose_words(struct ew_bytes t)
{
	size_t words = 0, n = 0;
	bool letters = true;

	for (size_t i = 0; i <= t.n; i++) {
		uint8_t c = i < t.n ? t.p[i] : ' ';
		if (is_blank(c)) {
			words += letters && n > 1;
			n = 0;
			letters = true;
		} else {
			letters &= (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
			n++;
		}
	}
	return words;
}

/* Whether what is before `i` is nothing, or closes something, or is one word of data that an
 * operator follows. */
static bool is_placed(struct ew_bytes t, size_t i)
{
	static const char *const opener[] = {
		"return ",
		"print(",
		"print ",
		"echo ",
		"exec(",
		"eval(",
		"str(",
		"await ",
		"var_dump(",
		"die(",
		"console.log(",
		"(lambda",
		"[",
		"res.",
		"response.",
		"throw ",
		"import os",
		"import scala",
		"local ",
		"set o",
		"use posix",
		"const {",
		"import subprocess",
		"import socket",
		"@",
		"!",
		"new ",
		"raise ",
		"assert ",
		"not ",
		"(function(",
		"(()=>",
		"typeof ",
		"void ",
		"%{",
		"x=",
		"a=",
		"var x=",
		"ignore",
	};
	struct ew_bytes b = ew_bytes(t.p, i);
	size_t words = 0;
	bool closes;

	if (i > 4 * BEFORE || prose_words(b) >= 2)
		return false;
	while (b.n && is_blank(b.p[b.n - 1]))
		b.n--;
	if (b.n == 0)
		return true;
	closes = is_one_of(b.p[0], "'\"`)}];,.+-*/\\|&$#{<%(:~^=") &&
		 !(is_one_of(b.p[0], "-*+#>") && is_blank(at(t, 1)));
	for (size_t k = 0; k < sizeof(opener) / sizeof(*opener) && !closes; k++)
		closes = ew_bytes_starts_nocase(ew_bytes(t.p, i), ew_bytes_str(opener[k]));
	if (closes || memchr(b.p, '\n', b.n))
		return closes;
	for (size_t k = 0; k < b.n; k++) {
		if (is_one_of(b.p[k], "'\"`") && k + 1 < b.n &&
		    is_one_of(b.p[k + 1 + (b.p[k + 1] == ' ' && k + 2 < b.n)], ");.+,]}-*|&^"))
			return true;
		words += is_blank(b.p[k]);
	}
	return is_one_of(b.p[b.n - 1], ";'\"+.&|{(}-*/,<>!~@^?:") &&
	       words <= (b.p[b.n - 1] == ';' ? 2u : 0u);
}

static bool tell(struct ew_bytes t, struct ew_finding *f_r, size_t from, size_t to, const char *why)
{
	for (size_t i = from > 16 ? from - 16 : 0; i < to; i++)
		if (t.p[i] < ' ' && t.p[i] && !is_blank(t.p[i]))
			return false; /* no text */
	*f_r = (struct ew_finding){ from, to, why };
	return true;
}

/* A method of something of the text's own is no function of the language: regexp.exec("x"). */
static bool is_method(struct ew_bytes t, size_t i)
{
	if (i == 0 || (t.p[i - 1] != '.' && t.p[i - 1] != '>' && t.p[i - 1] != ':'))
		return false;
	return i > 1 && !is_one_of(t.p[i - 2], "'\"` ");
}

/* A call stands at once, and so does what is included; a word may stand a little further. */
static bool is_close(struct ew_bytes t, size_t end, const struct shape *s, const char *part,
		     size_t far)
{
	size_t n = strlen(part);

	if (s->argument == AT_ONCE)
		return far == n;
	if (n == 1)
		return far <= 2;
	for (size_t k = end; part[0] == '(' && far <= n + 2 && k < end + far - n; k++)
		if (!is_blank(t.p[k]))
			return false;
	return (!is_one_of((uint8_t)part[0], "( ") && !is_one_of((uint8_t)s->word[0], "ir")) ||
	       far <= n + 2;
}

/* Whether the text goes on as prose. */
static bool is_sentence(struct ew_bytes t, size_t i)
{
	struct ew_bytes rest = ew_bytes_from(t, i);

	if (rest.n > BEFORE)
		rest.n = BEFORE;
	return prose_words(rest) >= 3;
}

/* Index of the first shape whose word begins with `first`, or of the one that would be behind it.
 */
static size_t first_of(uint8_t first)
{
	size_t low = 0, high = SHAPES;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if ((uint8_t)shapes[mid].word[0] < first)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool look_at_word(struct ew_bytes t, size_t i, bool lines, size_t *looks,
			 struct ew_finding *f_r)
{
	uint8_t first = t.p[i] >= 'A' && t.p[i] <= 'Z' ? t.p[i] | 0x20 : t.p[i];
	int placed = -1;

	for (size_t k = first_of(first); k < SHAPES && (uint8_t)shapes[k].word[0] == first; k++) {
		const struct shape *s = &shapes[k];
		if (((s->word[1] ^ at(t, i + 1)) & 0xdf) ||
		    !ew_bytes_starts_nocase(ew_bytes_from(t, i), ew_bytes_str(s->word)))
			continue;
		size_t end = i + strlen(s->word);
		if (ew_word_byte(at(t, end)) && ew_word_byte(at(t, end - 1)) &&
		    (s->argument != ANY || !strpbrk(s->word, ". _")))
			continue;
		if (s->kind == PLACED) {
			if (lines)
				continue;
			if (placed < 0)
				placed = is_placed(t, i);
			if (!placed || (!strchr(s->word, '.') && is_method(t, i)))
				continue;
		}
		size_t to = has_argument(t, end, s->argument);
		if (!to)
			continue;
		if (!s->near[0] && (s->kind == ALWAYS || !is_sentence(t, to)))
			return tell(t, f_r, i, to < t.n ? to : t.n, s->why);
		for (size_t m = 0; m < sizeof(s->near) / sizeof(*s->near) && s->near[m] && *looks;
		     m++) {
			--*looks;
			size_t far = near(t, end, s->near[m]);
			if (far && is_close(t, end, s, s->near[m], far - end) &&
			    (s->kind == ALWAYS || !is_sentence(t, far)))
				return tell(t, f_r, i, far, s->why);
		}
	}
	return false;
}

static bool calls_at(struct ew_bytes t, size_t i)
{
	size_t k = i;

	while (k < t.n && k < i + 32 && (ew_word_byte(t.p[k]) || t.p[k] == '@'))
		k++;
	return k > i && at(t, k) == '(';
}

/* A function of PHP called by a text: ("system")("id"), (sy.(st).em)("id"), "sys"."tem"("id"). */
static size_t calls_by_text(struct ew_bytes t, size_t i)
{
	static const char *const name[] = { "assert",  "eval",  "exec",       "passthru",
					    "phpinfo", "popen", "shell_exec", "system" };
	uint8_t text[16], last = 0;
	size_t n = 0;

	for (size_t k = i; k < t.n && k < i + 48; k++) {
		uint8_t c = t.p[k];
		struct ew_bytes b = ew_bytes(text, n);
		if (c == '(' && is_one_of(last, ")'\"]}") &&
		    ew_word_in(name, sizeof(name) / sizeof(*name), b))
			return k + 1;
		if (c == ')' && ew_bytes_eq_nocase(b, EW_LIT("string")))
			n = 0; /* a cast */
		else if (ew_word_byte(c) && c > '9' && n < sizeof(text))
			text[n++] = c;
		else if (!is_blank(c) && !is_one_of(c, ".'\"()[]{}0"))
			return 0;
		if (!is_blank(c))
			last = c;
	}
	return 0;
}

/* "id".execute(), ['sh','-c','id'].execute(), "id".!!: a string that is run, by its last quote. */
static bool runs_string(struct ew_bytes t, size_t i)
{
	size_t k = i + 1 + (at(t, i + 1) == ']');
	struct ew_bytes rest = ew_bytes_from(t, k);

	return ew_bytes_starts(rest, EW_LIT(".execute()")) ||
	       ew_bytes_starts(rest, EW_LIT(".execute(null")) ||
	       (ew_bytes_starts(rest, EW_LIT(".!!")) && k == i + 1);
}

/* $_GET[0]($_GET[1]), {${..}}, ${@..}: what only PHP calls. */
static bool look_at_sign(struct ew_bytes t, size_t i, struct ew_finding *f_r)
{
	struct ew_bytes rest = ew_bytes_from(t, i);
	size_t k;

	/* (~%8C..)(~..): names turned over, bit by bit */
	if (t.p[i] == '(' && at(t, i + 1) == '~' && (at(t, i + 2) == '%' || at(t, i + 2) >= 0x80))
		return near(t, i, ")(") && tell(t, f_r, i, i + 3, php);
	if ((t.p[i] == '"' || t.p[i] == '\'') && runs_string(t, i))
		return tell(t, f_r, i, i + 2, rb);
	if (t.p[i] == '(' || t.p[i] == '"' || t.p[i] == '\'') {
		k = i && ew_word_byte(t.p[i - 1]) ? 0 : calls_by_text(t, i);
		return k && tell(t, f_r, i, k, php);
	}
	if (t.p[i] == '{')
		return ew_bytes_starts(rest, EW_LIT("{${")) && calls_at(t, i + 3) &&
		       tell(t, f_r, i, i + 3, php);
	if (ew_bytes_starts(rest, EW_LIT("${@")))
		return calls_at(t, i + 3) && tell(t, f_r, i, i + 3, php);
	/* ${'_'.'GET'}, $$_[0] */
	if (ew_bytes_starts(rest, EW_LIT("${'_")) || ew_bytes_starts(rest, EW_LIT("${\"_")) ||
	    ew_bytes_starts(rest, EW_LIT("$$_[")))
		return tell(t, f_r, i, i + 4, php);
	/* <?php $f('id') */
	if (t.p[0] == '<' && i <= 400 && rest.n > 3 && at(t, 1) == '?' && calls_at(t, i + 1) &&
	    rest.p[1] != '_')
		return tell(t, f_r, i, i + 2, php);
	if (rest.n < 3 || rest.p[1] != '_' || !is_one_of(rest.p[2], "GPRC"))
		return false;
	k = near(t, i, "](");
	return k && k - i < 40 && tell(t, f_r, i, k, php);
}

static bool find(const struct ew_operand *o, struct ew_finding *f_r)
{
	struct ew_bytes t = ew_bytes_trim(o->text, " \t\r\n");
	size_t base = t.n ? (size_t)(t.p - o->text.p) : 0, looks = 1024 + t.n / 16, lines = 0;

	if (ew_code_formula(o->text, f_r))
		return true;
	for (size_t i = 0; i < t.n; i++)
		lines += t.p[i] == '\n';
	for (size_t i = 0; i < t.n; i++) {
		uint8_t c = t.p[i];
		bool found = false;
		if (c == '(' || c == '{' || c == '$' || c == '"' || c == '\'')
			found = look_at_sign(t, i, f_r);
		if (!found &&
		    (c == '<' || c == '%' || c == '[' ||
		     (ew_word_byte(c) && c < 0x80 && (i == 0 || !ew_word_byte(t.p[i - 1])))))
			found = look_at_word(t, i, lines > 1, &looks, f_r);
		if (found) {
			f_r->from += base;
			f_r->to += base;
			return true;
		}
	}
	return false;
}

/* What no word tells: a text that is called.  ("system")("id") */
static bool may(struct ew_bytes t, const struct ew_seen *seen)
{
	const uint8_t *end = t.p + t.n, *p = t.p;

	if (!ew_seen_any(seen, ")'\"]})'\""))
		return false;
	while (p < end && (p = memchr(p, '(', (size_t)(end - p)))) {
		size_t i = (size_t)(p++ - t.p), k = i;
		while (k && i - k < 48 && is_blank(t.p[k - 1]))
			k--;
		if (k && is_one_of(t.p[k - 1], ")'\"]}"))
			return true;
	}
	return false;
}

static const char *const none[] = { NULL };

static const char *const always[] = {
	/* a call, and the like */
	"(?:array_map|assert|breakpoint|call_user_func|class_eval|const_get|create_function|die|"
	"erb\\.new|eval|exec|"
	"file_get_contents|file_put_contents|fopen|fsockopen|function|getattr|highlight_file|"
	"import|import_module)"
	"\\s{0,8}(?:[('\"`]|/\\*)",
	"(?:instance_eval|io\\.popen|io\\.read|loadstring|open|os\\.execute|passthru|pcntl_exec|"
	"phpinfo|popen|preg_replace|"
	"proc_open|readfile|require|scandir|send|setinterval|settimeout|shell_exec|show_source|"
	"spawn|system|unlink|usort|"
	"var_dump|processbuilder)\\s{0,8}(?:[('\"`]|/\\*)",
	"print.{0,2}[`(_]|echo[^\\w]|instance_eval |(?:include|require_once).{0,2}['\"$( "
	"]['\"$ph]|deno\\.\\w|bun\\.spawn",
	"__(?:import|class|subclasses|globals|builtins|reduce)__|pickle\\.loads|pty\\.spawn|"
	"commands\\.getoutput",
	"os\\.(?:exec|popen|spawn|system|environ|listdir|getcwd|remove|fork|kill)|subprocess\\.|"
	"globals\\(\\)",
	"import (?:os|subprocess|socket)|from os import|lambda|use socket",
	"child_process|constructor|process\\.|globalthis|global[.\\[]|this[.\\[]|reflect\\.|_\\$\\$"
	"nd_func|spawn_sync",
	"res\\.end|response\\.|fs\\.read|kernel[.:]|open3\\.|file\\.(?:read|open)|%x[({\\[|!]|qx[({"
	"/|!]",
	"<\\?(?:php|=|.{0,2} (?:system|eval|passthru|exec|phpinfo|echo|`|shell_exec))|<script "
	"language=|(?:php|expect|phar|glob|compress\\.zlib)://|data://text|ssh2\\.",
	"getruntime|java\\.(?:lang|io)\\.|class\\.forname|system\\.(?:exit|getenv)|"
	"scriptenginemanager",
	"\\$_[gprc]|\\{\\$\\{|\\$\\{@|\\$\\{['\"]_|\\$\\$_\\[|\\(~[%\\x80-\\xff]|<\\?.{0,400}\\$[a-"
	"z_0-9@\\x80-\\xff]{1,31}\\(",
	/* PHP, Python */
	"array_(?:diff_ukey|filter|intersect_ukey|reduce|udiff|walk)|call_user_func_array|expect_"
	"popen|"
	"forward_static_call|fpassthru|iterator_apply|mb_ereg_replace|ob_start|parse_ini_file|"
	"putenv|"
	"reflectionfunction|register_(?:shutdown|tick)_function|set_error_handler|spl_autoload_"
	"register|u[ak]sort",
	"(?:asyncio\\.create_sub|cloudpickle\\.l|code\\.interact|commands\\.getstatus|cprofile\\."
	"run|ctypes\\.cdll|"
	"dill\\.loads|execfile|joblib\\.load|jsonpickle\\.|marshal\\.load|numpy\\.load|np\\.load|"
	"os\\.(?:chmod|mkdir|"
	"posix_spawn|putenv|rename|rmdir|scandir|startfile|unlink|walk)|read_pickle|pdb\\.run|"
	"platform\\.popen|"
	"runpy\\.|shutil\\.rmtree|sys\\.modules|timeit\\.timeit|torch\\.load|webbrowser\\.open|"
	"yaml\\.unsafe_load|"
	"import builtins)",
	/* JavaScript, Ruby, Perl, Lua */
	"bun\\.[$fsw]|exec(?:file)?sync|spawnsync|module\\.(?:_load|constructor|require)|process\\["
	"|process\\._linked|"
	"require\\.(?:cache|main)|then\\(eval|v8\\.setflags|vm\\.runin|new "
	"vm\\.script|process\\.(?:abort|chdir|report|setuid)",
	"__send__|public_send|binding\\.eval|dir\\.(?:children|entries|glob)|file\\.(?:binread|"
	"delete|rm_rf|unlink|write)|"
	"io\\.(?:binread|foreach|lines|open|readlines|sysopen|write)|ipc::open3|posix::|uri\\.open|"
	"exec\\{['\"]",
	"debug\\.getregistry|dofile|loadfile|package\\.loadlib|rawset|string\\.dump|load "
	"?\\(|_g(?:\\[|\\.os|\\.io)",
	/* Groovy, Scala, Clojure, Lisp, Elixir, Erlang */
	"\\.execute\\((?:\\)|null)|['\"]\\.!|asttest|eval\\.[mx]|grab(?:config|resolver)?\\(|"
	"groovy(?:classloader|shell)|"
	"hudson\\.util|new (?:file|url|webclient)|java\\.nio\\.file|files\\.read|sys\\.process|"
	"clojure\\.java\\.shell|(?:call|start)-process|load-(?:file|string)|read-string|shell-"
	"command|slurp",
	"code\\.(?:compile_|eval_)|erl_eval:|erlang[.:](?:halt|open_port)|file:(?:consult|read_"
	"file)|file\\.(?:read|write)!|"
	"init:stop|objectspace\\.each|unserialize|os[:.]cmd|port\\.open|system\\.(?:cmd|get_env|"
	"halt|shell|stop|process\\.read)",
	/* .NET, VBScript, others */
	"activator\\.createinstance|activexobject|assembly\\.load|createobject|diagnostics\\."
	"process|file\\.readalltext|"
	"getobject|process\\.(?:start|run)|system\\.(?:io\\.file|net\\.webclient)|"
	"gettypefromprogid|<cfexecute|<%",
	"command::new|do\\.call|readlines|sys\\.getenv|system2|(?:read|readchomp|run)\\(`|exec\\."
	"command|syscall\\.exec|"
	"exec(?:cmd|l|shellcmd|ve|vp)\\s{0,8}[(/"
	"]|executeshell|sys\\.command|unix(?:\\.execv)?\\s{0,8}[(/]|os\\.(?:readfile|startprocess)|"
	"ioutil\\.|plugin\\.open|dlopen|winexec|createprocess|shellexecute",
	"write18|lstinputlisting|input[{|]|directlua|%pipe%|\\[(?:exec|open) "
	"|(?:caption|label):@/|text:/etc|msl:/",
	/* code_formula.c */
	"(?:bash|calc|certutil|cmd|cscript|dde|excel|exe|mshta|notepad|powershell|pwsh|regsvr32|"
	"rundll32|sh|winword|wmic|wscript)"
	"\\|[ \\t]*['\"/]",
	"(?:call|dde|ddeauto|exec|register|rtd|shell)\\([ "
	"\\t]*['\"]|import(?:data|feed|html|xml|range)\\(|webservice\\(|"
	"(?:hyperlink|image)\\(",
	NULL,
};

const struct ew_analyser ew_analyser_code = {
	.name = "code",
	.about = "fragments of PHP, JavaScript, Python, Ruby, Perl, Lua and Java that are meant "
		 "for an eval",
	.gate = none,
	.bytes = "(",
	.may = may,
	.always = always,
	.wants_folded = true,
	.find = find,
};
