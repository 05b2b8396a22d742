/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Arguments of commands: what a word looks like, which is what sets a command apart from prose. One
 * word may be several things; none of them alone decides. */

#include "shell_word.h"
#include "../words.h"

static bool has(const struct shell_word *w, const char *part)
{
	return ew_bytes_find(ew_bytes(w->s, w->n), 0, ew_bytes_str(part)) != SIZE_MAX;
}

/* Whether the pattern ? * [..] of a shell, [from, to), can mean `name`.  No backtracking past the
 * last star. */
static bool glob_means(const uint8_t *p, size_t n, const char *name)
{
	size_t i = 0, k = 0, m = strlen(name), star = SIZE_MAX, mark = 0;

	while (k < m) {
		if (i < n && p[i] == '[') {
			size_t close = i + 1;
			while (close < n && p[close] != ']')
				close++;
			if (close < n) {
				i = close + 1;
				k++;
				continue;
			}
		}
		if (i < n && p[i] == '*') {
			star = i++;
			mark = k;
		} else if (i < n && (p[i] == '?' || p[i] == (uint8_t)name[k])) {
			i++;
			k++;
		} else if (star != SIZE_MAX) {
			i = star + 1;
			k = ++mark;
		} else {
			return false;
		}
	}
	while (i < n && p[i] == '*')
		i++;
	return i == n;
}

bool ew_shell_word_is_riddle(const struct shell_word *w)
{
	static const char *const folder[] = { "bin",  "usr", "etc", "sbin", "dev",
					      "proc", "var", "tmp", "home", "root" };
	size_t n = 1;

	if (!w->glob || w->n < 5 || w->s[0] != '/')
		return false;
	while (n < w->n && w->s[n] != '/')
		n++;
	if (n == w->n)
		return false;
	/* any folder, and riddles below it */
	if (n < 3)
		return n == 2 && w->s[1] == '*' && memchr(w->s + 3, '?', w->n - 3) &&
		       memchr(w->s + 3, '/', w->n - 3);
	for (size_t i = 0; i < w->n; i++)
		if (!ew_word_byte(w->s[i]) && !strchr("/?*[].-", w->s[i]))
			return false;
	for (size_t i = 0; i < sizeof(folder) / sizeof(*folder); i++) {
		if (!glob_means(w->s + 1, n - 1, folder[i]))
			continue;
		/* /usr/lib/x*.so is common; a ? or [ between letters is not, nor is a folder that
		 * is a riddle */
		if (memchr(w->s, '?', w->n) || memchr(w->s, '[', w->n))
			return true;
		return memchr(w->s + 1, '*', n - 1) && n > 3;
	}
	return false;
}

static bool is_system_path(const struct shell_word *w)
{
	static const char *const folder[] = { "app",  "bin",     "boot", "dev",    "etc",
					      "home", "inetpub", "lib",  "mnt",    "opt",
					      "proc", "root",    "sbin", "srv",    "sys",
					      "tmp",  "usr",     "var",  "windows" };
	static const char *const drive[] = { "cert", "env",      "function", "hkcu",
					     "hklm", "variable", "wsman" };
	size_t n = 1;

	if (w->n > 2 && shell_is_letter(w->s[0]) && w->s[1] == ':' &&
	    (w->s[2] == '\\' || w->s[2] == '/'))
		return true;
	if (w->n >= 4 && w->s[w->n - 1] == ':' &&
	    ew_word_in(drive, sizeof(drive) / sizeof(*drive), ew_bytes(w->s, w->n - 1)))
		return true;
	if (w->n < 4 || w->s[0] != '/')
		return shell_word_starts(w, "~/.") || shell_word_starts(w, "../..");
	while (n < w->n && shell_is_letter(w->s[n]))
		n++;
	if (n < w->n && w->s[n] != '/' && w->s[n] != '*')
		return false;
	return ew_word_in(folder, sizeof(folder) / sizeof(*folder), ew_bytes(w->s + 1, n - 1));
}

static bool is_secret(const struct shell_word *w)
{
	static const char *const part[] = {
		"etc/passwd", "etc/shadow", "etc/group", "etc/sudoers", "proc/self",
		"proc/1/",    "id_rsa",     ".aws/cred", "win.ini",     "boot.ini",
		"/etc/hosts", "/etc/issue", "var/task",  "serviceacco", ".bash_hist",
		"/environ",   "/wp-config", "/.env",     ".ssh/",       "etc/hostname",
		"os-release", "etc\\hosts", "/flag",     "proc/version"
	};

	if (!memchr(w->s, '/', w->n) && !memchr(w->s, '.', w->n) && !memchr(w->s, '_', w->n) &&
	    !memchr(w->s, '\\', w->n))
		return false;
	for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++)
		if (has(w, part[i]))
			return true;
	return w->glob && ew_shell_word_is_riddle(w);
}

/* Text inside of an argument that a command for oneself has not. */
static bool is_attack(const struct shell_word *w)
{
	static const char *const part[] = { "import socket",    "import os",      "import pty",
					    "socket.socket",    "pty.spawn",      "os.system",
					    "use socket",       "fsockopen(",     "tcpsocket",
					    "io::socket",       "downloadstring", "downloadfile",
					    "frombase64string", "net.sockets",    "net.webclient",
					    "child_process",    "/bin/sh",        "/inet/tcp",
					    "system(",          "exec(",          "shell_exec",
					    "subprocess" };

	for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++)
		if (has(w, part[i]))
			return true;
	return false;
}

static void see_slash(const struct shell_word *w, struct shell_command *c)
{
	if (w->n == 1 || w->s[1] == '*') {
		c->seen |= SHELL_SEEN_ROOT;
	} else if (w->n == 2 && c->traits & SHELL_WINDOWS) {
		c->seen |= SHELL_SEEN_OPTION;
		if (w->s[1] == 'c' || w->s[1] == 'k' || w->s[1] == 'r')
			c->seen |= SHELL_SEEN_CODE_OPTION;
	} else if (w->n == 2 && c->traits & SHELL_WAITS) {
		c->seen |= SHELL_SEEN_OPTION;
	} else {
		c->seen |= SHELL_SEEN_PATH;
	}
}

static void see_option(const struct shell_word *w, struct shell_command *c)
{
	uint8_t second = w->n > 1 ? w->s[1] : 0;

	if (!shell_is_letter(second) && !shell_is_digit(second) && !(second == '-' && w->n > 2)) {
		c->plain += w->n > 1; /* a dash of prose is no argument */
		c->args -= w->n == 1;
		return;
	}
	c->seen |= SHELL_SEEN_OPTION;
	if (second == '-') {
		if (shell_word_starts(w, "--decode"))
			c->seen |= SHELL_SEEN_DECODE;
		if (shell_word_starts(w, "--eval") || shell_word_starts(w, "--command") ||
		    shell_word_starts(w, "--exec"))
			c->seen |= SHELL_SEEN_CODE_OPTION;
		return;
	}
	if (w->quoted && (second == 'c' || second == 'e' || second == 'r'))
		c->seen |= SHELL_SEEN_CODE_OPTION;
	if (w->n <= 5 &&
	    (memchr(w->s, 'c', w->n) || memchr(w->s, 'e', w->n) || memchr(w->s, 'r', w->n)))
		c->seen |= SHELL_SEEN_CODE_OPTION;
	if (shell_word_starts(w, "-enc") || shell_word_starts(w, "-exec") ||
	    shell_word_starts(w, "-com"))
		c->seen |= SHELL_SEEN_CODE_OPTION;
	if (w->n <= 3 && memchr(w->s, 'd', w->n))
		c->seen |= SHELL_SEEN_DECODE;
	if (w->n <= 4 && memchr(w->s, 'i', w->n))
		c->seen |= SHELL_SEEN_INTERACTIVE;
}

/* Digits and dots; letters and dots. */
static void see_name(const struct shell_word *w, struct shell_command *c)
{
	size_t digits = 0, dots = 0, letters = 0, i = 0;

	for (; i < w->n; i++) {
		digits += shell_is_digit(w->s[i]);
		letters += shell_is_letter(w->s[i]);
		dots += w->s[i] == '.' && i && i + 1 < w->n && ew_word_byte(w->s[i + 1]);
		if (!ew_word_byte(w->s[i]) && !strchr(".-:/@_%+=,?*~#[]", w->s[i]))
			break;
	}
	if (i < w->n && !w->quoted) {
		c->plain++;
		return;
	}
	if (digits && !letters && dots == 3) {
		c->seen |= SHELL_SEEN_HOST | SHELL_SEEN_PLAIN_HTTP;
	} else if (digits && !letters) {
		c->seen |= SHELL_SEEN_NUMBER;
	} else if (digits && letters == 1 && shell_is_digit(w->s[0])) {
		c->seen |= SHELL_SEEN_NUMBER;
	} else if ((dots || memchr(w->s, '@', w->n)) && (letters || digits)) {
		c->seen |= SHELL_SEEN_POINT;
	} else if (w->n && memchr(w->s, '/', w->n) && w->s[w->n - 1] != '/') {
		c->seen |= w->n > 3 ? SHELL_SEEN_POINT : 0;
		c->plain += w->n <= 3;
	} else if (w->glob && w->n < 4) {
		c->seen |= SHELL_SEEN_POINT;
	} else if (w->quoted) {
		c->seen |= SHELL_SEEN_QUOTED;
	} else if (w->n == 2 && w->s[0] == '+') {
		c->seen |= SHELL_SEEN_OPTION; /* chmod +x */
	} else if (w->n <= 5 && (shell_word_starts(w, "aux") || shell_word_starts(w, "axu") ||
				 shell_word_starts(w, "-ef"))) {
		c->seen |= SHELL_SEEN_OPTION; /* ps */
	} else {
		c->plain++;
	}
}

void ew_shell_see(const struct shell_word *w, struct shell_command *c)
{
	c->args++;
	if (w->quoted)
		c->seen |= SHELL_SEEN_QUOTED;
	if (w->escapes)
		c->seen |= SHELL_SEEN_ESCAPES;
	c->blank_hidden |= w->sliced;
	if (w->command)
		c->seen |= SHELL_SEEN_COMMAND;
	if (is_secret(w))
		c->seen |= SHELL_SEEN_SECRET;
	if (has(w, "etc/passwd") || has(w, "etc/shadow"))
		c->seen |= SHELL_SEEN_ACCOUNTS;
	if (has(w, "dev/tcp/") || has(w, "dev/udp/"))
		c->seen |= SHELL_SEEN_SOCKET;
	if (w->n > 8 && (w->quoted || memchr(w->s, '.', w->n) || memchr(w->s, '_', w->n)) &&
	    is_attack(w))
		c->seen |= SHELL_SEEN_ATTACK;
	if (shell_word_ends(w, "bin/sh") || shell_word_ends(w, "bin/bash") ||
	    shell_word_ends(w, "cmd.exe") || shell_word_ends(w, "bin/zsh") ||
	    shell_word_ends(w, "bin/ash") ||
	    (w->n <= 10 && ew_shell_traits(ew_bytes(w->s, w->n)) & SHELL_IS_SHELL))
		c->seen |= SHELL_SEEN_SHELL;
	if (is_system_path(w))
		c->seen |= SHELL_SEEN_SYSTEM | SHELL_SEEN_PATH;
	if (w->variables && w->n == 0)
		c->seen |= SHELL_SEEN_VALUE;
	else if (has(w, "://"))
		c->seen |= SHELL_SEEN_URL |
			   (has(w, "http://") || has(w, "ftp://") ? SHELL_SEEN_PLAIN_HTTP : 0);
	else if (w->n == 0)
		c->args -= !w->command;
	else if (w->s[0] == '-')
		see_option(w, c);
	else if (w->s[0] == '/')
		see_slash(w, c);
	else if (shell_word_starts(w, "./") || shell_word_starts(w, "../") ||
		 shell_word_starts(w, "~/") || shell_word_starts(w, ".\\") ||
		 shell_word_starts(w, "..\\"))
		c->seen |= SHELL_SEEN_PATH;
	else if (w->n == 1 && w->s[0] == '~')
		c->seen |= SHELL_SEEN_ROOT;
	else if (w->s[0] == '%' && w->n > 2 && w->s[w->n - 1] == '%')
		c->seen |= SHELL_SEEN_VALUE;
	else if (w->variables)
		c->seen |= SHELL_SEEN_VALUE;
	else if (!(c->seen & SHELL_SEEN_SYSTEM) || w->s[1] != ':')
		see_name(w, c);
}
