/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Pickles of Python: a program for a machine with a stack, which names functions and calls them.
 *
 * The program is read without running it: each operation has a length that is known.  Since protocol 2 a
 * pickle begins with its version; the first protocols are lines of text, and are found by the two lines that
 * name a function (`cos`, `system`).  The trap is a dictionary of English: lists of words have lines `cos`
 * and `sin`, so both lines must be known there. */

#include "serialized.h"
#include "signatures/token.h"
#include "signatures/words.h"

#define IN(table, w) ew_word_in(table, sizeof(table) / sizeof(*(table)), w)

static const char *const modules[] = {
	"__builtin__",
	"_posixsubprocess",
	"asyncio.subprocess",
	"bdb",
	"builtins",
	"code",
	"codeop",
	"commands",
	"ctypes",
	"distutils.file_util",
	"functools",
	"httplib",
	"imp",
	"importlib",
	"marshal",
	"multiprocessing",
	"nt",
	"numpy.testing._private.utils",
	"operator",
	"os",
	"pdb",
	"pickle",
	"pip",
	"platform",
	"popen2",
	"posix",
	"profile",
	"pty",
	"pydoc",
	"requests.api",
	"runpy",
	"shutil",
	"socket",
	"subprocess",
	"sys",
	"tempfile",
	"timeit",
	"torch.hub",
	"types",
	"urllib",
	"urllib.request",
	"webbrowser",
};
static const char *const functions[] = {
	"__import__", "_spawnvef",     "apply",        "attrgetter", "call",
	"check_call", "check_output",  "compile",      "delattr",    "eval",
	"exec",       "execfile",      "execl",        "execle",     "execlp",
	"execv",      "execve",        "execvp",       "exit",       "fdopen",
	"file",       "functiontype",  "getattr",      "getoutput",  "getstatusoutput",
	"globals",    "import_module", "input",        "interact",   "kill",
	"load",       "loads",         "methodcaller", "move",       "open",
	"partial",    "popen",         "popen2",       "popen3",     "putenv",
	"reduce",     "remove",        "rmtree",       "run",        "run_module",
	"run_path",   "runcode",       "runsource",    "runstring",  "setattr",
	"socket",     "spawn",         "spawnl",       "spawnlp",    "spawnv",
	"spawnvp",    "startfile",     "system",       "timeit",     "unlink",
	"urlopen",    "urlretrieve",   "vars",
};
/* What ordinary data of programs consists of. */
static const char *const harmless[] = {
	"_codecs", "collections", "datetime", "decimal", "fractions", "uuid"
};

static struct ew_bytes identifier_at(struct ew_bytes t, size_t i)
{
	size_t end = i;

	while (end < t.n && (ew_word_byte(t.p[end]) || t.p[end] == '.'))
		end++;
	return ew_bytes(t.p + i, end - i);
}

/* `cos`, `system`: two lines, c or i before the first. */
static bool text_pickle(struct ew_bytes t, struct ew_finding *f_r)
{
	const uint8_t *p;

	for (size_t at = 0; at < t.n && (p = memchr(t.p + at, '\n', t.n - at)); at++) {
		at = (size_t)(p - t.p);
		size_t from = at;
		while (from && at - from < 40 && (ew_word_byte(t.p[from - 1]) || t.p[from - 1] == '.'))
			from--;
		/* Operations of one letter may stand before (Rcos); lower case ones would make a macos of it.
		 */
		for (size_t k = from; k + 1 < at && k - from < 8; k++) {
			if ((t.p[k] != 'c' && t.p[k] != 'i') || (k > from && !memchr("RN012", t.p[k - 1], 5)))
				continue;
			struct ew_bytes name = identifier_at(t, at + 1);
			if (!IN(modules, ew_bytes(t.p + k + 1, at - k - 1)) || !IN(functions, name) ||
			    (ew_byte_at(t, at + 1 + name.n) != '\n' &&
			     ew_byte_at(t, at + 1 + name.n) != '\r'))
				continue;
			*f_r = (struct ew_finding){ k, at + 1 + name.n,
						    "a pickle that names a function to call" };
			return true;
		}
	}
	return false;
}

/* Bytes of the argument of operation `op`, which begins at `i`; SIZE_MAX: not an operation, or cut off. */
static size_t argument(struct ew_bytes t, size_t i, uint8_t op)
{
	static const char none[] =
		"().012NabdelostuRo]}\x81\x85\x86\x87\x88\x89\x8f\x90\x91\x92\x93\x94\x97\x98";
	size_t width = 0, rest = t.n - i;
	uint64_t n = 0;

	if (op && memchr(none, op, sizeof(none) - 1))
		return 0;
	if (op == 'h' || op == 'q' || op == 'K' || op == 0x80 || op == 0x82)
		return rest >= 1 ? 1 : SIZE_MAX;
	if (op == 'M' || op == 0x83)
		return rest >= 2 ? 2 : SIZE_MAX;
	if (op == 'J' || op == 'j' || op == 'r' || op == 0x84)
		return rest >= 4 ? 4 : SIZE_MAX;
	if (op == 'G' || op == 0x95)
		return rest >= 8 ? 8 : SIZE_MAX;
	if (op && memchr("FILSVPgpci", op, 10)) {
		const uint8_t *end = rest ? memchr(t.p + i, '\n', rest) : NULL;
		if (end && (op == 'c' || op == 'i'))
			end = memchr(end + 1, '\n', (size_t)(t.p + t.n - end - 1));
		return end ? (size_t)(end + 1 - t.p) - i : SIZE_MAX;
	}
	if (op == 'U' || op == 'C' || op == 0x8a || op == 0x8c)
		width = 1;
	else if (op == 'T' || op == 'X' || op == 'B' || op == 0x8b)
		width = 4;
	else if (op == 0x8d || op == 0x8e || op == 0x96)
		width = 8;
	if (!width || width > rest)
		return SIZE_MAX;
	for (size_t k = width; k--;)
		n = n << 8 | t.p[i + k];
	return n > rest - width ? SIZE_MAX : width + (size_t)n;
}

/* Begins with c and two lines of plain names, as text of protocol 0 does. */
static bool begins_with_name(struct ew_bytes t)
{
	size_t i = t.n && t.p[0] == '(';

	if (ew_byte_at(t, i++) != 'c')
		return false;
	for (unsigned lines = 0; lines < 2; lines++) {
		while (i < t.n && t.p[i] < 0x80 && (ew_word_byte(t.p[i]) || t.p[i] == '.'))
			i++;
		if (ew_byte_at(t, i++) != '\n')
			return false;
	}
	return true;
}

bool ew_serialized_pickle(struct ew_bytes t, struct ew_finding *f_r)
{
	struct ew_bytes last[2] = { { NULL, 0 }, { NULL, 0 } }; /* strings on the stack, the newest first */
	size_t i = 2, from = SIZE_MAX, n;
	bool head = t.n >= 3 && t.p[0] == 0x80 && t.p[1] >= 2 && t.p[1] <= 5;

	if (text_pickle(t, f_r))
		return true;
	if (!head && !begins_with_name(t))
		return false;
	/* Text counts only if all of it is a program: it ends in the operation that ends one. */
	if (!head && t.p[ew_bytes_trim(t, "\r\n ").n - 1] != '.')
		return false;
	i = head ? 2 : 0;
	bool calls = false;
	while (i < t.n) {
		uint8_t op = t.p[i];
		size_t at = i++;
		if ((n = argument(t, i, op)) == SIZE_MAX)
			break;
		struct ew_bytes module = { NULL, 0 };
		if (op == 'c' || op == 'i')
			module = identifier_at(ew_bytes(t.p, i + n), i);
		if (op == 0x93)
			module = last[1];
		if (op == 0x8c || op == 'U' || op == 'X' || op == 'V' || op == 'S') {
			size_t width = op == 'X' ? 4 : op == 'V' || op == 'S' ? 0 : 1;
			last[1] = last[0];
			last[0] = ew_bytes(t.p + i + width, n - width);
		}
		bool names = op == 'c' || op == 'i' || op == 0x93;
		if (names && head && IN(modules, module)) {
			*f_r = (struct ew_finding){ at, i + n, "a pickle that names a function to call" };
			return true;
		}
		if (names && from == SIZE_MAX && !IN(harmless, module))
			from = at;
		calls |= from != SIZE_MAX && op && memchr("Ro\x81\x92i", op, 5);
		if (calls && (head || op == '.')) {
			*f_r = (struct ew_finding){ from, i + n, "a pickle that calls what it names" };
			return true;
		}
		if (op == '.')
			break;
		i += n;
	}
	return false;
}

bool ew_serialized_pickle_may(struct ew_bytes t, size_t i)
{
	if (i == 0 && ((t.n >= 2 && t.p[0] == 0x80 && t.p[1] >= 2 && t.p[1] <= 5) || begins_with_name(t)))
		return true;
	/* Three letters before the end of a line, and a line of one word behind it. */
	if (i < 3 || t.p[i] != '\n' || !ew_word_byte(t.p[i - 1]) || !ew_word_byte(ew_byte_at(t, i + 1)))
		return false;
	struct ew_bytes name = identifier_at(t, i + 1);
	uint8_t after = ew_byte_at(t, i + 1 + name.n);
	return (after == '\n' || after == '\r') && IN(functions, name);
}
