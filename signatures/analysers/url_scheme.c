/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Schemes that speak other protocols to other services, fetch objects, or read files of the system.
 *
 * The trap is that ldap:, smb: and file: have honest uses: a directory is asked for an entry, a
 * share belongs to the house, a file to a project. */

#include "url_scheme.h"

#include "signatures/words.h"
#include "url_host.h"

size_t ew_url_host_end(struct ew_bytes t, size_t i, size_t end)
{
	if (ew_url_at(t, i) == '[') {
		while (i < end && t.p[i] != ']' && !ew_url_slash(t.p[i]) && !ew_url_blank(t.p[i]))
			i++;
		return i < end && t.p[i] == ']' ? i + 1 : i;
	}
	while (i < end && !ew_url_blank(t.p[i]) && !memchr("/\\?#@:,;&|\"'<>()`{}^", t.p[i], 21))
		i++;
	return i;
}

/* The host at `i` is an address of the world, or has a name there. */
static bool abroad(struct ew_bytes t, size_t i, size_t *to_r)
{
	size_t to = ew_url_host_end(t, i, t.n - i > EW_URL_AUTHORITY ? i + EW_URL_AUTHORITY : t.n);

	*to_r = to;
	return memchr(t.p + i, '.', to - i) != NULL &&
	       ew_host_look(ew_bytes(t.p + i, to - i)).place == EW_HOST_ELSEWHERE;
}

/* ldap://dc.example.com:389/dc=example is a directory; with another port, or with a path that names
 * no entry, it is where a lookup fetches an object. */
static bool ldap_object(struct ew_bytes t, size_t i)
{
	static const char *const ports[] = { "10389", "10636", "3268", "3269", "389", "636" };
	static const char *const names[] = { "c", "cn", "dc", "l", "o", "ou", "st", "uid" };
	size_t to, from;

	if (!abroad(t, i, &to))
		return false;
	if (ew_url_at(t, to) == ':') {
		for (from = ++to; ew_url_at(t, to) >= '0' && ew_url_at(t, to) <= '9'; to++)
			;
		if (!ew_word_in(ports, sizeof(ports) / sizeof(*ports),
				ew_bytes(t.p + from, to - from)))
			return to > from;
	}
	if (ew_url_at(t, to) != '/' || to + 1 >= t.n || t.p[to + 1] == '?')
		return false;
	for (from = ++to; to < t.n && (t.p[to] | 0x20) >= 'a' && (t.p[to] | 0x20) <= 'z'; to++)
		;
	return ew_url_at(t, to) == '=' || ew_url_at(t, to) == '%' || ew_url_blank(ew_url_at(t, to))
		       ? !ew_word_in(names, sizeof(names) / sizeof(*names),
				     ew_bytes(t.p + from, to - from)) &&
				 ew_url_at(t, to) != '%'
		       : true;
}

/* Schemes that speak other protocols to other services, or read files, when the URL begins at
 * `from`. */
static const char *scheme_alone(struct ew_bytes t, struct ew_bytes scheme, size_t rest)
{
	static const char *const always[] = {
		"compress.bzip2",
		"compress.zlib",
		"dict",
		"expect",
		"finger",
		"glob",
		"gopher",
		"gophers",
		"iiop",
		"iiopname",
		"jnp",
		"jnps",
		"ldapi",
		"local_file",
		"netdoc",
		"ogg",
		"phar",
		"rar",
		"rmi",
		"ssh2.exec",
		"ssh2.sftp",
		"ssh2.shell",
		"ssh2.tunnel",
		"t3",
		"t3s",
		"tftp",
		"zip",
	};
	uint8_t before = scheme.p > t.p ? scheme.p[-1] : 0;

	/* service:jmx:rmi:///jndi/rmi://host is how Java names what it measures */
	if (before == ':' || before == '/') {
		if (ew_bytes_eq_nocase(scheme, EW_LIT("rmi")) ||
		    ew_bytes_eq_nocase(scheme, EW_LIT("iiop")))
			return NULL;
	} else if (ew_url_slash(ew_url_at(t, rest)) && ew_url_slash(ew_url_at(t, rest + 1))) {
		size_t to;
		if ((ew_bytes_eq_nocase(scheme, EW_LIT("ldap")) ||
		     ew_bytes_eq_nocase(scheme, EW_LIT("ldaps"))) &&
		    ldap_object(t, rest + 2))
			return "an object fetched from a directory";
		if ((ew_bytes_eq_nocase(scheme, EW_LIT("smb")) ||
		     ew_bytes_eq_nocase(scheme, EW_LIT("smbs")) ||
		     ew_bytes_eq_nocase(scheme, EW_LIT("cifs"))) &&
		    abroad(t, rest + 2, &to))
			return "a share of a host of the world";
	}

	if (ew_word_in(always, sizeof(always) / sizeof(*always), scheme))
		return ew_url_slash(ew_url_at(t, rest)) && ew_url_slash(ew_url_at(t, rest + 1)) &&
				       rest + 2 < t.n
			       ? "a scheme of another protocol"
			       : NULL;
	if (ew_bytes_eq_nocase(scheme, EW_LIT("ms-msdt")))
		return ew_url_at(t, rest) == '/' ? "a program started by a scheme" : NULL;
	if (ew_bytes_eq_nocase(scheme, EW_LIT("php")))
		return ew_url_starts(t, rest, "//filter") || ew_url_starts(t, rest, "//input") ||
				       ew_url_starts(t, rest, "//fd")
			       ? "a stream of PHP"
			       : NULL;
	if (ew_bytes_eq_nocase(scheme, EW_LIT("data")))
		return ew_url_starts(t, rest, "//") ? "a data stream of PHP" : NULL;
	if (ew_bytes_eq_nocase(scheme, EW_LIT("jar")))
		return ew_url_starts(t, rest, "http") || ew_url_starts(t, rest, "ftp")
			       ? "an archive fetched from a URL"
			       : NULL;
	if (ew_bytes_eq_nocase(scheme, EW_LIT("unix")) ||
	    ew_bytes_eq_nocase(scheme, EW_LIT("http+unix")))
		return ew_url_slash(ew_url_at(t, rest)) ? "a socket of the machine" : NULL;
	return NULL;
}

/* file: with a path that no honest event names. */
static const char *file_path(struct ew_bytes t, size_t i)
{
	static const char *const places[] = {
		"boot",    "c:/boot",   "c:/inetpub", "c:/win",   "c:\\win", "c|",       "dev/",
		"etc",     "proc/",     "root/",      "run/",     "sys/",    "var/lib/", "var/log",
		"var/run", "var/spool", "var/www",    "windows/", "winnt/",
	};
	size_t slashes = i;

	while (ew_url_slash(ew_url_at(t, i)))
		i++;
	slashes = i - slashes;
	if (slashes == 2) { /* a host: file://localhost/etc/passwd, file://attacker/share */
		size_t to = ew_url_host_end(
			t, i, t.n - i > EW_URL_AUTHORITY ? i + EW_URL_AUTHORITY : t.n);
		struct ew_host h = ew_host_look(ew_bytes(t.p + i, to - i));
		if (h.place != EW_HOST_ELSEWHERE && ew_url_slash(ew_url_at(t, to)))
			for (i = to; ew_url_slash(ew_url_at(t, i)); i++)
				;
	}
	if (slashes == 2 || slashes == 4) { /* a share of an address of the world */
		size_t to;
		if (ew_url_at(t, i) >= '1' && ew_url_at(t, i) <= '9' && abroad(t, i, &to) &&
		    ew_url_slash(ew_url_at(t, to)) && ew_host_is_address(ew_bytes(t.p + i, to - i)))
			return "a file of another host";
	}
	while (ew_url_starts(t, i, "./"))
		i += 2;
	if (!slashes) /* file:x is a package beside this one */
		return ew_url_starts(t, i, "etc/") ? "a file of the system" : NULL;
	if (i >= t.n || ew_url_blank(t.p[i]))
		return slashes >= 3 ? "the root of the file system" : NULL;
	if (ew_url_starts(t, i, "../"))
		return "a file outside of its folder";
	if ((ew_url_starts(t, i, "var/task/") || ew_url_starts(t, i, "var/runtime/")) &&
	    t.p[t.n - 1] > '9')
		return "the code of a function"; /* file:///var/task/a.js:3:11 is a line of a stack
						    trace */
	for (size_t k = 0; k < sizeof(places) / sizeof(*places); k++)
		if (ew_url_starts(t, i, places[k]))
			return "a file of the system";
	struct ew_bytes rest = ew_bytes_from(t, i);
	rest.n = rest.n > EW_URL_AUTHORITY ? EW_URL_AUTHORITY : rest.n;
	return ew_bytes_find(rest, 0, EW_LIT("/../")) != SIZE_MAX ||
			       ew_bytes_find_nocase(rest, 0, EW_LIT("/.ssh/")) != SIZE_MAX ||
			       ew_bytes_find_nocase(rest, 0, EW_LIT("/.aws/")) != SIZE_MAX ||
			       ew_bytes_find_nocase(rest, 0, EW_LIT("/.kube/")) != SIZE_MAX ||
			       ew_bytes_find_nocase(rest, 0, EW_LIT("/.docker/")) != SIZE_MAX
		       ? "a file of the system"
		       : NULL;
}

const char *ew_url_scheme(struct ew_bytes t, size_t from, size_t colon)
{
	struct ew_bytes scheme = ew_bytes(t.p + from, colon - from);
	const char *why = scheme_alone(t, scheme, colon + 1);

	return !why && ew_bytes_eq_nocase(scheme, EW_LIT("file")) ? file_path(t, colon + 1) : why;
}
