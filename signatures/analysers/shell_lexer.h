/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_SHELL_LEXER_H
#define EVENTWALL_SIGNATURES_ANALYSERS_SHELL_LEXER_H

/* One simple command of a shell, as sh, cmd.exe or PowerShell would read it: its name after all
 * spellings that hide one are undone, and what kinds of arguments it has. */

#include "eventwall/bytes.h"

/* What a program is known for; bits. */
enum {
	SHELL_ORDINARY = 1,    /* also a word of prose, or a name of fields: says little */
	SHELL_DEVELOPS = 2,    /* what builds are made of: says nothing */
	SHELL_RECONS = 4,      /* tells who and where one is */
	SHELL_READS = 8,       /* shows or copies files */
	SHELL_FETCHES = 16,    /* talks with a host */
	SHELL_RUNS = 32,       /* runs what it is given */
	SHELL_HARMS = 64,      /* removes, stops, opens */
	SHELL_WAITS = 128,     /* takes time */
	SHELL_LEADS = 256,     /* a command follows */
	SHELL_WINDOWS = 512,   /* has options after a slash */
	SHELL_PRINTS = 1024,   /* shows its arguments */
	SHELL_DECODES = 2048,  /* turns what looks harmless into something else */
	SHELL_PLACES = 4096,   /* makes files */
	SHELL_IS_SHELL = 8192, /* runs lines of shell */
};

/* What was seen in a command; bits. */
enum {
	SHELL_SEEN_OPTION = 1,
	SHELL_SEEN_CODE_OPTION = 2, /* -c, -e, -r, -enc, /c */
	SHELL_SEEN_PATH = 4,        /* has a slash in front */
	SHELL_SEEN_SYSTEM = 8,      /* a path below /etc, /proc, C:\ ... */
	SHELL_SEEN_SECRET = 16,     /* /etc/passwd and the like */
	SHELL_SEEN_URL = 32,
	SHELL_SEEN_HOST = 64, /* a.b, 10.0.0.1 */
	SHELL_SEEN_NUMBER = 128,
	SHELL_SEEN_VALUE = 256,   /* $x, %x% */
	SHELL_SEEN_COMMAND = 512, /* $(..) or backticks */
	SHELL_SEEN_QUOTED = 1024,
	SHELL_SEEN_OUTPUT = 2048,  /* > file */
	SHELL_SEEN_SOCKET = 4096,  /* /dev/tcp/.. */
	SHELL_SEEN_ROOT = 8192,    /* / alone, /x, ~ */
	SHELL_SEEN_SHELL = 16384,  /* names a shell: /bin/sh, cmd.exe */
	SHELL_SEEN_ATTACK = 32768, /* text that only attacks give: socket code, DownloadString .. */
	SHELL_SEEN_PLAIN_HTTP = 65536,    /* http:, or a bare address */
	SHELL_SEEN_DECODE = 131072,       /* -d */
	SHELL_SEEN_ESCAPES = 262144,      /* \x69 */
	SHELL_SEEN_ACCOUNTS = 524288,     /* /etc/passwd and /etc/shadow themselves */
	SHELL_SEEN_INTERACTIVE = 1048576, /* -i */
	SHELL_SEEN_POINT = 2097152,       /* x.y with letters, file or host */
	SHELL_SEEN_INPUT = 4194304,       /* < or <<< */
	SHELL_SEEN_VERB = 8388608,        /* what a tool is asked to do: kubectl get */
	SHELL_SEEN_OWNED = 16777216,      /* and for what: secrets, tokens */
};

struct shell_command {
	size_t from, to;      /* bytes of the text */
	size_t code;          /* what is behind -c; 0: there is none */
	size_t name, name_to; /* bytes of the name in the text */
	unsigned traits;      /* of the name; 0: not known */
	unsigned seen;
	unsigned args;     /* how many */
	unsigned plain;    /* of them: words as in prose */
	bool known;        /* the name is in the table, or spelt as only a shell reads it */
	bool by_path;      /* /bin/x, C:\x.exe */
	bool hidden;       /* the name was broken up, globbed, or made from variables */
	bool blank_hidden; /* $IFS */
	bool braced;       /* {a,b} */
	bool led;          /* sudo, X=1 .. stood before */
	uint8_t end;       /* the byte that ended it; 0: the text did */
};

/* The command that begins at or after `from` (blanks are skipped), of which at most `room` bytes
 * are read. */
void ew_shell_command(struct ew_bytes text, size_t from, size_t room, struct shell_command *c_r);

/* Traits of a plain word; 0: no command. */
unsigned ew_shell_traits(struct ew_bytes word);

/* For tests of the tables: name of command `i`, tool and verb `i`; NULL past the last. */
const char *ew_shell_name(size_t i);
const char *ew_shell_verb(size_t i);

#endif
