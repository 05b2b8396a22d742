/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* URLs that lead a function to where its caller cannot go: the metadata service, the machine itself, the inside
 * of the network, other protocols, files.
 *
 * An address alone is none: events are full of them.  It counts behind a scheme; only addresses of metadata
 * services count as a whole value, too.  The trap is the authority: readers disagree about \, #, ? and blanks
 * in it, so every host that some reader sees is looked at: the first, and each behind an @. */

#include "signatures/analyser.h"
#include "signatures/words.h"
#include "url_host.h"
#include "url_inside.h"
#include "url_scheme.h"

enum { METADATA, PRIVATE };

static bool scheme_byte(uint8_t c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '+' ||
	       c == '-' || c == '.';
}

struct look {
	struct ew_bytes text;
	unsigned which;
	bool token;  /* no blank in the text: it is one thing */
	bool sloppy; /* the URL has fewer slashes than it should */
	const char *why;
	size_t to;
};

/* `leading`: the URL is what the value is, or begins with. */
static const char *judge(const struct look *l, struct ew_host h, bool confusing, bool leading)
{
	bool strange = h.odd || confusing;

	switch (h.place) {
	case EW_HOST_METADATA:
		return "the metadata service of a cloud";
	case EW_HOST_LINK_LOCAL:
		return "a link-local address";
	case EW_HOST_LOOPBACK:
		if (strange)
			return confusing ? "the machine itself behind another host"
					 : "the machine itself, spelt to hide";
		return l->which == PRIVATE && leading ? "the machine itself" : NULL;
	case EW_HOST_PRIVATE:
		if (strange)
			return confusing ? "a private address behind another host"
					 : "a private address, spelt to hide";
		return l->which == PRIVATE && leading ? "a private address or name" : NULL;
	case EW_HOST_ELSEWHERE:
		break;
	}
	return NULL;
}

/* The paths of metadata services and of the runtime of functions. */
static bool metadata_path(struct ew_bytes t, size_t i)
{
	static const char *const paths[] = {
		"/latest/meta-data",   "/latest/user-data",    "/latest/dynamic/",          "/latest/api/token",
		"/computemetadata/v1", "/metadata/instance",   "/metadata/identity/oauth2", "/opc/v1/instance",
		"/opc/v2/instance",    "/2018-06-01/runtime/", "/2020-01-01/extension/"
	};

	if (!memchr("2clmo", ew_url_at(t, i + 1) | 0x20, 5))
		return false;
	for (size_t k = 0; k < sizeof(paths) / sizeof(*paths); k++)
		if (ew_url_starts(t, i, paths[k]))
			return true;
	return false;
}

/* http://user@127.0.0.1/: who looks at the beginning sees another host. */
static const char *behind_user(const struct look *l, struct ew_bytes scheme, struct ew_host h,
			       struct ew_bytes user)
{
	return l->token && h.place == EW_HOST_LOOPBACK && user.n && !memchr(user.p, ':', user.n) &&
			       ew_bytes_starts_nocase(scheme, EW_LIT("http"))
		       ? "the machine itself behind a user"
		       : NULL;
}

/* The authority at `i`, behind the slashes.  Answers where to go on. */
static size_t authority(struct look *l, struct ew_bytes scheme, size_t i, bool leading)
{
	struct ew_bytes t = l->text;
	size_t end = t.n - i > EW_URL_AUTHORITY ? i + EW_URL_AUTHORITY : t.n, stop = i, first = i,
	       host;
	bool confusing = false;

	/* To the first / for the reader that sees most; a blank ends it unless an @ follows. */
	while (stop < end && t.p[stop] != '/' && t.p[stop] != '"' && t.p[stop] != '<' && t.p[stop] != '\n')
		stop++;
	host = i;
	for (unsigned hosts = 1;; hosts++) {
		size_t to = ew_url_host_end(t, host, stop);
		const uint8_t *next = to < stop ? memchr(t.p + to, '@', stop - to) : NULL;
		/* Readers take the first host or the last: of many, those between are passed over. */
		for (size_t k = stop; next && hosts >= 6 && k-- > to;)
			if (t.p[k] == '@') {
				next = t.p + k;
				break;
			}
		/* user:password@ is no host; good.example@ is meant to look like one */
		bool name = next && ew_url_at(t, to) == ':' && host == first;
		struct ew_host h = ew_host_look(ew_bytes(t.p + host, to - host));
		h.odd |= l->sloppy;
		bool between = next && (host != first || ew_url_at(t, to) != ':');
		const char *why = name ? NULL : judge(l, h, confusing || between, leading);
		if (!why && !next && leading)
			why = behind_user(l, scheme, h, ew_bytes(t.p + first, host - first));
		if (!why && !next && leading)
			why = ew_inside_asks(scheme, h, ew_bytes_from(t, to), l->token);
		if (why) {
			l->why = why;
			l->to = to;
			return to;
		}
		if (!next)
			break;
		struct ew_bytes user = ew_bytes(t.p + host, (size_t)(next - t.p) - host);
		for (size_t k = 0; k < user.n; k++) {
			uint8_t c = user.p[k];
			confusing |= c == '\\' || c == '#' || c == '?' || c == ' ' || c == '&' || c == '@';
		}
		confusing |= memchr(user.p, '.', user.n) && !memchr(user.p, ':', user.n);
		host = (size_t)(next - t.p) + 1;
		while (host < stop && t.p[host] == '@')
			host++;
	}
	/* http://good.example#@other.example/: no honest URL has an @ right behind one of these */
	for (size_t k = first; leading && k + 1 < stop; k++)
		if (t.p[k + 1] == '@' && (t.p[k] == '#' || t.p[k] == '\\')) {
			l->why = "a host that readers take apart differently";
			l->to = k + 2;
			return l->to;
		}
	if (leading && stop < t.n && t.p[stop] == '/' && metadata_path(t, stop)) {
		l->why = "a path of a metadata service or a runtime";
		l->to = stop + 1;
		return l->to;
	}
	/* Go on behind the first host: what was read past it may hold another URL. */
	size_t to = ew_url_host_end(t, first, stop);
	return to > first ? to : first;
}

/* The colon of a scheme stands at `colon`.  Answers where to go on. */
static size_t url(struct look *l, size_t colon, size_t start, struct ew_finding *f_r)
{
	static const char *const web[] = { "feed", "ftp",         "ftps", "http", "https",
					   "url",  "view-source", "ws",   "wss" };
	struct ew_bytes t = l->text;
	size_t from = colon, i = colon + 1, slashes;

	while (from > start && colon - from < 20 && (scheme_byte(t.p[from - 1]) || t.p[from - 1] == '_'))
		from--;
	struct ew_bytes scheme = ew_bytes(t.p + from, colon - from);
	if (scheme.n < 2)
		return i;
	bool leading = from == start || l->token;
	const char *why = leading ? ew_url_scheme(t, from, colon) : NULL;
	if (why) {
		*f_r = (struct ew_finding){ from, i + 1 < t.n ? i + 1 : t.n, why };
		return SIZE_MAX;
	}
	for (slashes = i; ew_url_slash(ew_url_at(t, i)); i++)
		;
	slashes = i - slashes;
	if (i == t.n || (slashes < 2 && !ew_word_in(web, sizeof(web) / sizeof(*web), scheme)))
		return i;
	/* http:x is a URL to browsers; a: b is prose. */
	if (slashes == 0 && (!leading || ew_bytes_eq_nocase(scheme, EW_LIT("url")) ||
			     ew_bytes_eq_nocase(scheme, EW_LIT("feed"))))
		return i;
	l->sloppy =
		l->token && (slashes < 2 ||
			     (slashes > 2 && ew_word_in(web, sizeof(web) / sizeof(*web), scheme)));
	i = authority(l, scheme, i, leading);
	if (!l->why)
		return i;
	*f_r = (struct ew_finding){ from, l->to, l->why };
	return SIZE_MAX;
}

static bool stop_at(struct ew_bytes t, size_t i)
{
	return ew_url_at(t, i) == '.' || ew_url_at(t, i) == 0xe3 || ew_url_at(t, i) == 0xef;
}

/* 169, 100, 192 and 168 in hexadecimal and octal, with any number of zeros before. */
static bool begins_odd(struct ew_bytes t, size_t i)
{
	bool hex = (ew_url_at(t, i + 1) | 0x20) == 'x';
	const char *const *parts = hex ? (const char *const[]){ "a9", "64", "c0", "a8" }
				       : (const char *const[]){ "251", "144", "300", "250" };

	for (i += hex ? 2 : 1; ew_url_at(t, i) == '0'; i++)
		;
	for (size_t k = 0; k < 4; k++)
		if (ew_url_starts(t, i, parts[k]) && stop_at(t, i + strlen(parts[k])))
			return true;
	return false;
}

/* How an address of a metadata service begins, however it is spelt: numbers alone are no hosts. */
static bool begins_address(struct ew_bytes t, size_t i)
{
	uint8_t c = ew_url_at(t, i), d = ew_url_at(t, i + 1);

	if (c >= 0x80)
		return (c == 0xe2 && d >= 0x91 && d <= 0x93) || (c == 0xef && d == 0xbc) ||
		       (c == 0xf0 && d == 0x9d);
	if (c == '[') {
		for (i++; ew_url_at(t, i) == '0'; i++)
			;
		return ew_url_starts(t, i, "fd00:") || ew_url_starts(t, i, "fd20:") ||
		       ew_url_at(t, i) == ':' || ew_url_starts(t, i, "2002:") ||
		       ew_url_starts(t, i, "2001:0") || ew_url_starts(t, i, "64:");
	}
	if (c == '0')
		return begins_odd(t, i);
	switch (c | 0x20) {
	case '1':
		return (ew_url_starts(t, i, "169") && stop_at(t, i + 3)) ||
		       ew_url_starts(t, i, "100.100.100.200") ||
		       ew_url_starts(t, i, "168.63.129.16") || ew_url_starts(t, i, "192.0.0.192");
	case 'f':
		return ew_url_starts(t, i, "fd00:") || ew_url_starts(t, i, "fd20:");
	case 'i':
		return ew_url_starts(t, i, "instance-data");
	case 'm':
		return ew_url_starts(t, i, "metadata");
	case 'r':
		return ew_url_starts(t, i, "rancher-metadata");
	default: return false;
	}
}

/* The whole value is a host: only metadata services count. */
static bool host_alone(struct look *l, size_t i, struct ew_finding *f_r)
{
	struct ew_bytes t = l->text;
	size_t to = ew_url_host_end(t, i, t.n), dots = 0;

	if (!begins_address(t, i))
		return false;
	/* fd00:ec2::254 without brackets */
	if (ew_url_at(t, to) == ':' && memchr(t.p + i, ':', to - i + 1) &&
	    (ew_url_at(t, i) | 0x20) == 'f')
		while (to < t.n && !ew_url_blank(t.p[to]) && t.p[to] != '/')
			to++;
	for (size_t k = i; k < to; k++)
		dots += t.p[k] == '.' || t.p[k] >= 0x80 || t.p[k] == ':';
	if (to == i || dots < 2 || to - i > 80 ||
	    !(to == t.n || t.p[to] == '/' || t.p[to] == ':' || t.p[to] == '\\'))
		return false;
	if (to < t.n && !l->token)
		return false;
	struct ew_host h = ew_host_look(ew_bytes(t.p + i, to - i));
	if (h.place != EW_HOST_METADATA)
		return false;
	*f_r = (struct ew_finding){ i, to, "the metadata service of a cloud" };
	return true;
}

/* Blanks, quotes and brackets before a value are none of it. */
static size_t start_of(struct ew_bytes t)
{
	size_t i = 0;

	while (i < t.n && (ew_url_blank(t.p[i]) || t.p[i] == '"' || t.p[i] == '\'' ||
			   t.p[i] == '<' || t.p[i] == '(' || t.p[i] == '`'))
		i++;
	return i;
}

static bool find(const struct ew_operand *o, struct ew_finding *f_r)
{
	struct look l = { .text = o->text, .which = o->which, .token = true };
	struct ew_bytes t = o->text;
	size_t i, start = start_of(t);

	while (t.n > start && (ew_url_blank(t.p[t.n - 1]) || memchr("\"'>)`", t.p[t.n - 1], 5)))
		t.n--;
	if (t.n - start < 3)
		return false;
	l.text = t;
	for (i = start; i < t.n && l.token; i++)
		l.token = !ew_url_blank(t.p[i]);
	if (ew_url_slash(t.p[start]) && ew_url_slash(t.p[start + 1])) {
		for (i = start; i < t.n && ew_url_slash(t.p[i]); i++)
			;
		if (i < t.n && l.token)
			authority(&l, EW_LIT(""), i, true);
		if (l.why) {
			*f_r = (struct ew_finding){ start, l.to, l.why };
			return true;
		}
	} else if (host_alone(&l, start, f_r)) {
		return true;
	}
	for (i = start; i < t.n;) {
		const uint8_t *colon = memchr(t.p + i, ':', t.n - i);
		if (!colon)
			return false;
		i = url(&l, (size_t)(colon - t.p), start, f_r);
		if (i == SIZE_MAX)
			return true;
	}
	return false;
}

/* The host at `i`, behind slashes, is the name of one that means nothing here, whoever reads it. */
static bool dull_host(struct ew_bytes t, size_t i)
{
	size_t end = t.n - i > EW_URL_AUTHORITY ? i + EW_URL_AUTHORITY : t.n, to = i, stop;

	if ((ew_url_at(t, i) | 0x20) < 'a' || (ew_url_at(t, i) | 0x20) > 'z')
		return false;
	while (to < end && ((t.p[to] | 0x20) >= 'a' ? (t.p[to] | 0x20) <= 'z'
						    : (t.p[to] >= '0' && t.p[to] <= '9') || t.p[to] == '.' ||
							      t.p[to] == '-'))
		to++;
	if (to < t.n && (to == end || ew_url_host_end(t, to, end) > to))
		return false;
	for (stop = to; stop < end && t.p[stop] != '/' && t.p[stop] != '"' && t.p[stop] != '<' && t.p[stop] != '\n';
	     stop++)
		if (t.p[stop] == '@')
			return false;
	return !(ew_url_at(t, stop) == '/' && metadata_path(t, stop)) &&
	       !ew_host_known(ew_bytes(t.p + i, to - i));
}

static bool before(struct ew_bytes t, size_t colon, const char *lower)
{
	size_t n = strlen(lower);

	return colon >= n && ew_url_starts(t, colon - n, lower);
}

/* Does a scheme that counts whatever it leads to end before the colon? */
static bool odd_scheme(struct ew_bytes t, size_t colon)
{
	switch (colon ? t.p[colon - 1] | 0x20 : 0) {
	case '2': return before(t, colon, "bzip2");
	case '3':
		return before(t, colon, "t3");
	case 'a': return before(t, colon, "data");
	case 'b':
		return before(t, colon, "zlib") || before(t, colon, "glob") ||
		       before(t, colon, "smb");
	case 'c': return before(t, colon, "exec") || before(t, colon, "netdoc");
	case 'e':
		return before(t, colon, "file") || before(t, colon, "iiopname");
	case 'i':
		return before(t, colon, "rmi") || before(t, colon, "ldapi");
	case 'l':
		return before(t, colon, "ssh2.shell") || before(t, colon, "ssh2.tunnel");
	case 'g': return before(t, colon, "ogg");
	case 'p':
		return before(t, colon, "php") || before(t, colon, "zip") ||
		       before(t, colon, "tftp") || before(t, colon, "sftp") ||
		       before(t, colon, "iiop") || before(t, colon, "jnp") ||
		       before(t, colon, "ldap");
	case 'r':
		return before(t, colon, "ar") || before(t, colon, "gopher") ||
		       before(t, colon, "finger");
	case 's':
		return before(t, colon, "gophers") || before(t, colon, "ldaps") ||
		       before(t, colon, "cifs") || before(t, colon, "smbs") ||
		       before(t, colon, "jnps") || before(t, colon, "t3s");
	case 't':
		return before(t, colon, "ms-msdt") || before(t, colon, "dict") ||
		       before(t, colon, "expect");
	case 'x': return before(t, colon, "unix");
	default: return false;
	}
}

/* http:x needs no slash; neither do archives and files. */
static bool slashless_scheme(struct ew_bytes t, size_t colon)
{
	switch (colon ? t.p[colon - 1] | 0x20 : 0) {
	case 'e': return before(t, colon, "view-source") || before(t, colon, "file");
	case 'p': return before(t, colon, "http") || before(t, colon, "ftp");
	case 'r': return before(t, colon, "jar");
	case 's':
		return before(t, colon, "https") || before(t, colon, "ftps") || before(t, colon, "ws") ||
		       before(t, colon, "wss");
	default: return false;
	}
}

static bool may(struct ew_bytes t, const struct ew_seen *seen)
{
	size_t start = start_of(t), i = start;
	const uint8_t *colon;

	(void)seen;
	if (ew_url_slash(ew_url_at(t, i)) && ew_url_slash(ew_url_at(t, i + 1))) {
		while (ew_url_slash(ew_url_at(t, i)))
			i++;
		if (!dull_host(t, i))
			return true;
	} else if (begins_address(t, start)) {
		return true;
	}
	for (i = start; i < t.n && (colon = memchr(t.p + i, ':', t.n - i)) != NULL;) {
		size_t at_colon = (size_t)(colon - t.p);
		i = at_colon + 1;
		if (!ew_url_slash(ew_url_at(t, i))) {
			if (slashless_scheme(t, at_colon))
				return true;
			continue;
		}
		while (ew_url_slash(ew_url_at(t, i)))
			i++;
		if (odd_scheme(t, at_colon) || !dull_host(t, i))
			return true;
	}
	return false;
}

/* Without a byte that is not plain there are no slashes. */
static const char *const gate[] = {
	"(?:ftps?|https?|wss?|view-source):",
	"jar:(?:http|ftp)",
	"(?:metadata|instance-data)\\.",
	"169\\.|168\\.63\\.129\\.16|100\\.100\\.100\\.200|192\\.0\\.0\\.192|fd[02]0:",
	"0(?:251|144|300|250)\\.|[x0](?:a9|64|c0|a8)\\.",
	NULL,
};

static const char *const arguments[] = { "metadata", "private", NULL };

const struct ew_analyser ew_analyser_url = {
	.name = "url",
	.about = "a URL that leads to a metadata service, the machine itself, a private network, another "
		 "protocol",
	.gate = gate,
	/* An address in the letters of another alphabet has none of the others. */
	.bytes = ":/\\.\xe2\xe3\xef\xf0",
	.may = may,
	.arguments = arguments,
	.wants_folded = true,
	.find = find,
};
