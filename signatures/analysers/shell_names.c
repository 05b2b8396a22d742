/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Names of commands and what they say.  Most words that are asked for are none, so the table is
 * searched by the first four letters as a number.  The trap: a name that is also a word of prose
 * (wish, host) must be marked so. */

#include "shell_word.h"
#include "../words.h"

#define SHELL_COMMAND(name, traits) name,
static const char *const names[] = {
#include "shell_commands.def"
};
#undef SHELL_COMMAND
#define SHELL_COMMAND(name, traits) traits,
static const uint16_t traits_of[] = {
#include "shell_commands.def"
};
#undef SHELL_COMMAND
/* The first four letters as a number, in the same order: most words have those of no name. */
#define LETTER(name, i) (sizeof(name) > (i) ? (uint32_t)(name)[sizeof(name) > (i) ? (i) : 0] : 0)
#define SHELL_COMMAND(name, traits)                                                                \
	LETTER(name, 0) << 24 | LETTER(name, 1) << 16 | LETTER(name, 2) << 8 | LETTER(name, 3),
static const uint32_t key_of[] = {
#include "shell_commands.def"
};
#undef SHELL_COMMAND

enum { NAMES = sizeof(names) / sizeof(*names) };

const char *ew_shell_name(size_t i)
{
	return i < NAMES ? names[i] : NULL;
}

/* Traits of a name in the table; 0: it is not there. */
static unsigned traits_in_table(struct ew_bytes w)
{
	size_t base = 0, n = NAMES;
	uint32_t key;

	if (w.n >= 4)
		key = (uint32_t)w.p[0] << 24 | w.p[1] << 16 | w.p[2] << 8 | w.p[3];
	else
		key = (uint32_t)w.p[0] << 24 | (w.n > 1 ? w.p[1] : 0) << 16 |
		      (w.n > 2 ? w.p[2] : 0) << 8;
	key |= ((key + 0x3f3f3f3f) & ~(key + 0x25252525) & 0x80808080) >> 2; /* A to Z */
	while (n > 1) {
		size_t half = n / 2;
		base += key_of[base + half - 1] < key ? half : 0;
		n -= half;
	}
	for (; base < NAMES && key_of[base] <= key; base++)
		if (key_of[base] == key && ew_bytes_eq_nocase(w, ew_bytes_str(names[base])))
			return traits_of[base];
	return 0;
}

/* Traits of a name of PowerShell, verb-noun, of which there are too many for a table; 0: it is
 * none. */
static unsigned traits_of_cmdlet(struct ew_bytes w)
{
	static const char *const verb[] = {
		"add",      "clear",   "convertfrom", "convertto", "copy",    "disable", "enable",
		"enter",    "expand",  "export",      "find",      "foreach", "format",  "get",
		"import",   "install", "invoke",      "move",      "new",     "out",     "read",
		"register", "remove",  "rename",      "restart",   "select",  "send",    "set",
		"start",    "stop",    "test",        "update",    "where",   "write"
	};
	static const char *const noun[] = {
		"acl",
		"adcomputer",
		"addomain",
		"adforest",
		"adgroup",
		"adgroupmember",
		"aduser",
		"alias",
		"archive",
		"childitem",
		"ciminstance",
		"cimmethod",
		"cimsession",
		"clipboard",
		"command",
		"computer",
		"computerinfo",
		"content",
		"credential",
		"csv",
		"date",
		"disk",
		"dnsclientcache",
		"event",
		"eventlog",
		"executionpolicy",
		"expression",
		"file",
		"hotfix",
		"item",
		"itemproperty",
		"job",
		"json",
		"localgroup",
		"localgroupmember",
		"localuser",
		"location",
		"mailbox",
		"mailmessage",
		"module",
		"mpcomputerstatus",
		"mppreference",
		"mpthreat",
		"netadapter",
		"netconnectionprofile",
		"netfirewallprofile",
		"netfirewallrule",
		"netipaddress",
		"netipconfiguration",
		"netneighbor",
		"netroute",
		"nettcpconnection",
		"null",
		"object",
		"package",
		"partition",
		"process",
		"psdrive",
		"psreadlineoption",
		"pssession",
		"restmethod",
		"scheduledtask",
		"scheduledtaskaction",
		"scheduledtasktrigger",
		"securestring",
		"service",
		"sleep",
		"smbmapping",
		"smbshare",
		"string",
		"transcript",
		"variable",
		"volume",
		"webrequest",
		"windowsfeature",
		"winevent",
		"wmievent",
		"wmiobject",
		"wsmaninstance",
	};
	const uint8_t *dash = memchr(w.p, '-', w.n);
	size_t n = dash ? (size_t)(dash - w.p) : 0;

	if (n < 3 || !ew_word_in(noun, sizeof(noun) / sizeof(*noun), ew_bytes_from(w, n + 1)) ||
	    !ew_word_in(verb, sizeof(verb) / sizeof(*verb), ew_bytes(w.p, n)))
		return 0;
	switch (w.p[0] | 0x20) {
	case 'g':
	case 't':
		return SHELL_RECONS;
	case 'o':
	case 'n':
		return SHELL_PLACES | SHELL_HARMS;
	case 'i':
		return SHELL_RUNS;
	default:
		return SHELL_HARMS;
	}
}

unsigned ew_shell_traits(struct ew_bytes word)
{
	unsigned traits;

	if (word.n == 0 || word.n > 24)
		return 0;
	traits = traits_in_table(word);
	if (traits)
		return traits;
	if (word.n > 4 && word.p[word.n - 4] == '.' && (word.p[word.n - 1] | 0x20) != 'h') {
		struct ew_bytes tail = ew_bytes(word.p + word.n - 3, 3);
		if (ew_bytes_eq_nocase(tail, EW_LIT("exe")) ||
		    ew_bytes_eq_nocase(tail, EW_LIT("com")))
			return traits_in_table(ew_bytes(word.p, word.n - 4));
	}
	/* python3.11, perl5 */
	size_t n = word.n;
	while (n && (shell_is_digit(word.p[n - 1]) || word.p[n - 1] == '.'))
		n--;
	if (n == word.n)
		return traits_of_cmdlet(word);
	traits = n < 3 ? 0 : traits_in_table(ew_bytes(word.p, n));
	return traits & SHELL_RUNS ? traits : 0;
}
