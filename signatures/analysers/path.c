/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Paths that leave the folder they are put below, and paths of files that hold secrets.
 *
 * A text is read once, as pieces between slashes of either kind.  What counts is how often it
 * climbs, in which spelling, and what it ends in.  A climb of one or two is how relative links and
 * imports are written, and a document names many files, so neither is found by itself: the trap is
 * to find the README that explains /etc/hosts. */

#include "../analyser.h"
#include "../words.h"

enum {
	CLIMBS = 3,      /* in a row, where the value is a path: no link needs so many */
	CLIMBS_TEXT = 6, /* in a row, in text: some imports need so many */
	WHOLE_MOST = 1024,
};

static uint8_t at(struct ew_bytes t, size_t i)
{
	return i < t.n ? t.p[i] : 0;
}

static bool starts_at(struct ew_bytes t, size_t i, const char *part)
{
	return ew_bytes_starts_nocase(ew_bytes_from(t, i), ew_bytes_str(part));
}

/* ---- climbing ---- */

/* Length of a dot or a slash in the spellings that a lenient reader takes for one: percent once or
 * more, overlong UTF-8 (raw or in percent), %u.  `sign` is '.' or '/'. */
static size_t spelt_oddly(struct ew_bytes t, size_t i, char sign)
{
	static const char *const dot[] = { ".",        "2e",    "c0ae",  "c0%ae",  "c0%2e",
					   "e0%80%ae", "u002e", "uff0e", "e38082", NULL };
	static const char *const slash[] = { "/",     "2f",    "5c",       "c0%af", "c0%2f",
					     "c1%9c", "c1%1c", "e0%80%af", "u2215", "u2216",
					     "uff0f", "u002f", "u005c",    "c0%5c", "f0%80%80%af",
					     "bg%qf", "c1%af", "c0%9v",    "c1%8s", NULL };
	const char *const *part = sign == '.' ? dot : slash;
	size_t k = i;

	if (at(t, i) == 0xc0 || at(t, i) == 0xc1) {
		uint8_t second = at(t, i + 1);
		if (sign == '.' ? second == 0xae || second == 0x2e
				: second == 0xaf || second == 0x9c || second == 0x2f)
			return 2;
	}
	if (at(t, i) != '%')
		return 0;
	k++;
	while (at(t, k) == '2' && at(t, k + 1) == '5' && k < i + 9)
		k += 2;
	while (at(t, k) == '%' && at(t, k + 1) == '2' && at(t, k + 2) == '5' && k < i + 16)
		k += 3;
	for (part++; *part; part++)
		if (starts_at(t, k, *part))
			return k + strlen(*part) - i;
	return 0;
}

static inline size_t spelt(struct ew_bytes t, size_t i, char sign)
{
	uint8_t c = at(t, i);

	if (sign == '.' ? c == '.' : c == '/' || c == '\\')
		return 1;
	return c == '%' || c >= 0xc0 ? spelt_oddly(t, i, sign) : 0;
}

/* A step up that begins at `i`: past its slashes, 0 if it is none.  `*odd_r`: it is spelt so that a
 * filter overlooks it. */
static size_t step_up(struct ew_bytes t, size_t i, bool *odd_r)
{
	size_t dots = 0, k = i, n, slashes = 0;
	bool odd = false;

	while (dots < 6 && (n = spelt(t, k, '.')) != 0) {
		odd |= n > 1;
		k += n;
		dots++;
		if (dots == 1 && (at(t, k) == '"' || at(t, k) == '\'') && at(t, k + 1) == '.')
			k++;
		if (dots == 1 && at(t, k) == '\\' && at(t, k + 1) == '.')
			k++; /* \.\. */
	}
	if (dots < 2)
		return 0;
	if (at(t, k) == ';' || at(t, k) == 0 || at(t, k) == '?') {
		size_t m = k + 1;
		if (at(t, k) == ';')
			while (m < t.n && m < k + 24 && (ew_word_byte(t.p[m]) || t.p[m] == '='))
				m++;
		else if (k >= t.n)
			return 0;
		if (spelt(t, m, '/')) {
			odd = true;
			k = m;
		}
	}
	if (starts_at(t, k, "%00") && spelt(t, k + 3, '/')) {
		odd = true;
		k += 3;
	}
	while (slashes < 6 && (n = spelt(t, k, '/')) != 0) {
		odd |= n > 1 || slashes;
		slashes++;
		k += n;
	}
	if (!slashes)
		return 0;
	if (dots == 3 && slashes == 1 && at(t, k) == '.' && spelt(t, k + 1, '/')) {
		*odd_r = true; /* ..././ is ../ for a filter that takes one out */
		return k + 1 + spelt(t, k + 1, '/');
	}
	if (dots > 2 && slashes == 1)
		return 0; /* .../ is an ellipsis, ..../ nothing */
	while (at(t, k) == '.' && (at(t, k + 1) == '/' || at(t, k + 1) == '\\'))
		k += 2;
	odd |= dots > 2;
	*odd_r = odd;
	return k;
}

/* ---- what a path ends in ---- */

enum {
	AT_ROOT = 1, /* the first folder of the path, or the first after climbing */
	BELOW = 2,   /* any folder of a path that begins at a root or climbs */
	BARE = 4,    /* also where the value is this and nothing before it */
	CLIMBED = 8, /* only after climbing: by itself it is a path of logs and of mounts */
	FOLDER = 16, /* and all that is in it */
	PREFIX = 32, /* and all that begins so */
};

struct secret {
	const char *path; /* lower case, single forward slashes */
	unsigned how;
};

/* In the order of their first bytes. */
static const struct secret secrets[] = {
#include "path_secrets.def"
};

enum { SECRETS = sizeof(secrets) / sizeof(*secrets), NAME_ROOM = 64 };

/* The path from `i` in lower case and with single forward slashes, until something that is in no
 * such path. */
static size_t plain_path(struct ew_bytes t, size_t i, char *out)
{
	size_t n = 0, end = t.n - i < 4 * NAME_ROOM ? t.n : i + 4 * NAME_ROOM;

	while (i < end && n < NAME_ROOM) {
		uint8_t c = t.p[i];
		if (c == '/' || c == '\\') {
			if (n && out[n - 1] == '/') {
				i++;
				continue;
			}
			if (at(t, i + 1) == '.' && (at(t, i + 2) == '/' || at(t, i + 2) == '\\')) {
				i += 2;
				continue;
			}
			c = '/';
		} else if (!ew_word_byte(c) && c != '.' && c != '-') {
			break;
		}
		out[n++] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
		i++;
	}
	return n;
}

struct place {
	bool whole;  /* the text is this path */
	bool rooted; /* it begins with a slash, a drive, ~ or a scheme */
	bool first;  /* the first folder, or the first after climbing */
	bool climbed;
	size_t steps; /* up, so far */
	bool front;   /* nothing is before it */
};

/* The secret that the path from `i` is. */
static const struct secret *secret_at(struct ew_bytes t, size_t i, struct place p)
{
	char path[NAME_ROOM];
	size_t n = 0, low = 0, high = SECRETS;

	if (i < t.n && t.p[i] < 0x80 && (t.p[i] == '.' || ew_word_byte(t.p[i])))
		n = plain_path(t, i, path);
	while (n && low < high) {
		size_t mid = low + (high - low) / 2;
		if (secrets[mid].path[0] < path[0])
			low = mid + 1;
		else
			high = mid;
	}
	for (size_t k = low; n && k < SECRETS && secrets[k].path[0] == path[0]; k++) {
		const char *s = secrets[k].path;
		size_t m;
		unsigned how = secrets[k].how;
		if (n > 1 && s[1] != path[1])
			continue;
		m = strlen(s);
		if (n < m || memcmp(path, s, m) != 0)
			continue;
		if (!(how & PREFIX) &&
		    !(how & FOLDER ? n > m : n == m || (n > m && path[m] == '.' && p.climbed)))
			continue;
		if (how & CLIMBED ? !p.climbed || (!p.whole && p.steps < 2)
				  : !p.climbed && !p.whole)
			continue;
		if (how & AT_ROOT && !p.first)
			continue;
		if (!p.climbed && !p.rooted && !(how & BARE && p.front))
			continue;
		return &secrets[k];
	}
	return NULL;
}

/* ---- a token: what is between blanks and quotes ---- */

static bool ends_token(uint8_t c)
{
	switch (c) {
	case '"':
	case '\'':
	case '<':
	case '>':
	case '(':
	case ')':
	case '|':
	case ',':
	case '`':
	case '{':
	case '}':
		return true;
	default:
		return c <= ' ' && c != 0;
	}
}

static bool tell(struct ew_finding *f_r, size_t from, size_t to, const char *why)
{
	*f_r = (struct ew_finding){ from, to, why };
	return true;
}

/* /etc/x/../passwd */
static bool in_system(struct ew_bytes t, size_t i)
{
	static const char *const folder[] = { "etc/", "proc/", "root/" };

	for (size_t k = 0; k < sizeof(folder) / sizeof(*folder); k++)
		if (at(t, i) == '/' && starts_at(t, i + 1, folder[k]))
			return true;
	return false;
}

static bool look_at_token(struct ew_bytes t, size_t from, size_t to, bool whole,
			  struct ew_finding *f_r)
{
	struct ew_bytes token = ew_bytes(t.p, to);
	struct place p = { .whole = whole && to - from <= WHOLE_MOST,
			   .first = true,
			   .front = true };
	size_t run = 0, odd = 0, i = from, begun = from;
	long depth = 0;
	bool strange, scheme = false;

	p.rooted = spelt(token, i, '/') || at(token, i) == '~' ||
		   (to - i > 2 && token.p[i + 1] == ':' && spelt(token, i + 2, '/'));
	bool absolute = p.rooted, inside = in_system(token, i);
	while (i < to) {
		size_t k = step_up(token, i, &strange);
		if (k) {
			begun = run ? begun : i;
			run++;
			odd += strange;
			depth--;
			p.climbed = p.first = true;
			p.steps++;
			i = k;
			if ((run >= CLIMBS && p.whole) || run >= CLIMBS_TEXT)
				return tell(f_r, begun, k, "a climb out of the folder");
			if (odd > 1 || (odd && !starts_at(token, begun, "..//") &&
					!starts_at(token, begun, "..\\\\")))
				return tell(f_r, begun, k, "a climb spelt to be overlooked");
			if (absolute && p.whole && inside)
				return tell(f_r, begun, k,
					    "a climb inside the folders of the system");
			if (absolute && p.whole && depth < -1 && !scheme)
				return tell(f_r, begun, k, "a climb above the root");
			continue;
		}
		if (run && i + 2 == to && p.whole && run + 1 >= CLIMBS && token.p[i] == '.' &&
		    token.p[i + 1] == '.')
			return tell(f_r, begun, to, "a climb out of the folder");
		run = 0;
		const struct secret *s = secret_at(token, i, p);
		if (s)
			return tell(f_r, i, i + 1 < to ? to : i + 1,
				    p.climbed ? "a climb to a file of the system"
					      : "the path of a file that holds secrets");
		/* to the next folder */
		size_t begin = i;
		while (i < to && !spelt(token, i, '/') && token.p[i] != '=')
			i++;
		if (i > begin && !(i - begin == 1 && token.p[begin] == '.')) {
			p.first = i < to && token.p[i] == '=';
			p.first |= i - begin == 2 && token.p[begin + 1] == ':';
			p.first |= i - begin == 5 && starts_at(token, begin, "file:");
			/* /static../app, where a server maps /static to a folder */
			if (p.whole && absolute && i < to && token.p[i] != '=' && i - begin > 2 &&
			    token.p[i - 1] == '.' && token.p[i - 2] == '.' &&
			    ew_word_byte(token.p[i - 3]))
				return tell(f_r, begin, i, "a climb behind the name of a folder");
			p.front = false;
			depth += !p.first;
		}
		if (i < to && token.p[i] == '=') {
			p.rooted |= i + 1 < to && spelt(token, i + 1, '/');
			i++;
		} else if (i < to) {
			scheme |= i && token.p[i - 1] == ':' && at(token, i + 1) == '/';
			p.rooted |= scheme;
			i += spelt(token, i, '/');
		}
	}
	return false;
}

/* name.php NUL .jpg, raw or as %00. */
static bool look_at_nul(struct ew_bytes t, struct ew_finding *f_r)
{
	for (size_t i = 1; i < t.n; i++) {
		size_t n = t.p[i] == 0 ? 1 : t.p[i] == '%' && starts_at(t, i, "%00") ? 3 : 0;
		if (!n || at(t, i + n) != '.' || !ew_word_byte(t.p[i - 1]))
			continue;
		size_t k = i + n + 1, dot = i;
		while (k < t.n && k < i + n + 6 && ew_word_byte(t.p[k]) && t.p[k] < 0x80)
			k++;
		while (dot && i - dot < 6 && t.p[dot] != '.')
			dot--;
		if (k > i + n + 2 && (k == t.n || !ew_word_byte(t.p[k])) && t.p[dot] == '.')
			return tell(f_r, dot, k, "a name that ends at a NUL before its extension");
	}
	return false;
}

/* \\10.0.0.1\x, \\?\C:\x, \\.\GLOBALROOT. */
static bool look_at_unc(struct ew_bytes t, size_t i, struct ew_finding *f_r)
{
	size_t k = i + 2, dots = 0;

	if (at(t, i) != '\\' || at(t, i + 1) != '\\')
		return false;
	if ((at(t, k) == '?' || at(t, k) == '.') && at(t, k + 1) == '\\')
		return (starts_at(t, k + 2, "globalroot") || starts_at(t, k + 2, "physicaldrive") ||
			starts_at(t, k + 2, "unc\\") || (at(t, k) == '?' && at(t, k + 3) == ':')) &&
		       tell(f_r, i, k + 2, "a path of devices of Windows");
	while (k < t.n && k < i + 255 &&
	       (ew_word_byte(t.p[k]) || t.p[k] == '.' || t.p[k] == '-' || t.p[k] == '@')) {
		dots += t.p[k] == '.';
		k++;
	}
	return dots && at(t, k) == '\\' && k + 1 < t.n && ew_word_byte(t.p[k + 1]) &&
	       tell(f_r, i, k + 1, "a share of a foreign host");
}

/* jar:file:x!/y, where y holds settings */
static bool is_in_archive(struct ew_bytes t, size_t from)
{
	static const char *const inside[] = { "application", "bootstrap", "config",
					      "meta-inf/",   "secrets",   "web-inf/" };
	struct ew_bytes rest = ew_bytes_from(t, from);
	size_t bang = SIZE_MAX;

	if (rest.n > WHOLE_MOST)
		rest.n = WHOLE_MOST;
	if (starts_at(t, from, "jar:file:"))
		bang = ew_bytes_find(rest, 0, EW_LIT("!/"));
	for (size_t k = 0; bang != SIZE_MAX && k < sizeof(inside) / sizeof(*inside); k++)
		if (starts_at(rest, bang + 2, inside[k]))
			return true;
	return false;
}

/* x::$DATA, jar:file:x!/y, ~root/x */
static bool look_at_form(struct ew_bytes t, size_t from, size_t end, struct ew_finding *f_r)
{
	if (end - from > 7 && starts_at(t, end - 7, "::$data"))
		return tell(f_r, end - 7, end, "a stream of a file, which hides its extension");
	if (starts_at(t, from, "jar:http") || is_in_archive(t, from))
		return tell(f_r, from, from + 8, "a file inside of an archive");
	return starts_at(t, from, "~root/") && tell(f_r, from, from + 6, "the folder of root");
}

/* Past $HOME, %windir% and the like, where a path begins with one. */
static size_t past_variable(struct ew_bytes t, size_t from)
{
	static const char *const names[] = { "$env:appdata",
					     "$env:programdata",
					     "$env:systemroot",
					     "$env:userprofile",
					     "$env:windir",
					     "$home",
					     "$pwd",
					     "%appdata%",
					     "%homepath%",
					     "%localappdata%",
					     "%programdata%",
					     "%systemdrive%",
					     "%systemroot%",
					     "%userprofile%",
					     "%windir%" };

	if (starts_at(t, from, "${home}"))
		return from + 7;
	if (at(t, from) == '{' && from && starts_at(t, from - 1, "${home}"))
		return from + 6;
	if (starts_at(t, from, "home}") && from > 1 && t.p[from - 2] == '$')
		return from + 5;
	for (size_t k = 0; k < sizeof(names) / sizeof(*names); k++) {
		size_t to = from + strlen(names[k]);
		if (starts_at(t, from, names[k]) && (at(t, to) == '/' || at(t, to) == '\\'))
			return to;
	}
	return from;
}

static bool find(const struct ew_operand *o, struct ew_finding *f_r)
{
	struct ew_bytes t = o->text;
	size_t from = 0, end = t.n;

	while (from < t.n && ends_token(t.p[from]))
		from++;
	while (end > from && ends_token(t.p[end - 1]))
		end--;
	if (look_at_unc(t, from, f_r) || look_at_form(t, from, end, f_r))
		return true;
	from = past_variable(t, from);
	for (size_t i = from; i < end;) {
		size_t to = i;
		bool marked = false; /* no climb and no secret is without one of these */
		for (; to < end && !ends_token(t.p[to]); to++)
			marked |= t.p[to] == '.' || t.p[to] == '/' || t.p[to] == '\\' ||
				  t.p[to] == '%' || t.p[to] >= 0xc0;
		/* a path of Windows has blanks: ..\\..\\..\\Program Files */
		bool whole = i == from && (to == end || starts_at(t, from, "..\\"));
		if (marked && look_at_token(t, i, to, whole, f_r))
			return true;
		for (i = to; i < end && ends_token(t.p[i]);)
			i++;
	}
	return look_at_nul(t, f_r);
}

static const char *const gate[] = {
	/* climbs */
	"\\.[\"'\\\\.]{1,5}[/\\\\;%?\\x00\\xc0\\xc1.]",
	"%[25%]{0,16}(?:2e|c0|e0%80|u002e|uff0e|e38082)",
	"[\\xc0\\xc1][\\xae\\x2e]",
	/* secrets by their first folder */
	"(?:etc|proc|var|windows|\\.azure|\\.git|\\.ssh|\\.svn|\\.aws|\\.kube|\\.docker|web-inf|"
	"meta-inf)[/\\\\]",
	"\\.config[/\\\\]+(?:\\.[/\\\\]+)*gcloud|serviceaccount[/\\\\]+(?:\\.[/"
	"\\\\]+)*token|system32[/\\\\]",
	"\\.(?:[a-z_]{1,12}history|env|git-credentials|htaccess|htpasswd|netrc|npmrc|pgpass|"
	"boto|s3cfg|viminfo|lesshst|wget-hsts|pypirc|rhosts|my\\.cnf)",
	"(?:\\.(?:gnupg|hg|bzr|subversion|vnc|password-store|mozilla|gem|terraform\\.d|local|"
	"config)|dev|run|programdata|"
	"~root)[/\\\\]",
	"ntuser\\.dat|ntds\\.dit|pg_hba\\.conf|config\\.v2\\.json|hostconfig\\.json|tomcat-users|"
	"local\\.settings\\.json|"
	"applicationhost\\.config|sysprep\\.|unattended\\.xml|consolehost_history|winscp\\.ini|"
	"sitemanager\\.xml|"
	"recentservers\\.xml|pagefile\\.sys|hiberfil\\.sys|privkey\\.pem|credentials\\.xml|"
	"terraform\\.tfstate",
	"[/\\\\](?:environ|master\\.key|id_(?:rsa|dsa|ecdsa|ed25519))|repair[/\\\\]",
	"::\\$data|jar:(?:file:|http)|[a-z0-9_]\\.\\.[/\\\\]",
	"(?:boot|win)\\.ini|web\\.config|wp-config|autoexec\\.bat|unattend\\.xml|inetpub[/"
	"\\\\]|usr[/\\\\]",
	/* others */
	"\\.[^.]{0,5}(?:\\x00|%00)\\.[a-z0-9_]",
	"\\\\\\\\[^\\\\]{1,255}\\\\",
	NULL,
};

const struct ew_analyser ew_analyser_path = {
	.name = "path",
	.about = "paths that climb out of their folder, and paths of files that hold secrets",
	.gate = gate,
	.wants_folded = true,
	.find = find,
};
