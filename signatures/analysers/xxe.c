/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* A document type with a public identifier, whose declaration a parser would fetch: <!DOCTYPE a
 * PUBLIC "b" "URL">.
 *
 * Entities and SYSTEM are told by patterns.  PUBLIC is not: HTML, property lists and configurations
 * of old have it. The trap is to look at the URL alone: what matters is who publishes it, and those
 * who do are few. */

#include "signatures/analyser.h"
#include "signatures/words.h"

enum { NAME = 128, IDENTIFIER = 512 }; /* bytes of them that are read */

/* Who publishes document types; a name before any of them is theirs, too. */
static const char *const publishers[] = {
	"adobe.com",
	"android.com",
	"apache.org",
	"apple.com",
	"bea.com",
	"borland.com",
	"castor.org",
	"caucho.com",
	"checkstyle.org",
	"crossref.org",
	"cxml.org",
	"daisy.org",
	"dita-ot.org",
	"docbook.org",
	"eclipse.org",
	"editeur.org",
	"evernote.com",
	"exolab.org",
	"exslt.org",
	"freedesktop.org",
	"gnome.org",
	"gnu.org",
	"google.com",
	"gwtproject.org",
	"hibernate.org",
	"ibatis.com",
	"ibm.com",
	"idpf.org",
	"ietf.org",
	"iptc.org",
	"java.com",
	"java.net",
	"jboss.com",
	"jboss.org",
	"jcp.org",
	"kde.org",
	"liferay.com",
	"loc.gov",
	"microsoft.com",
	"mortbay.org",
	"mozilla.org",
	"musicxml.org",
	"mybatis.org",
	"netbeans.org",
	"netscape.com",
	"nih.gov",
	"nlm.nih.gov",
	"oasis-open.org",
	"objectweb.org",
	"opengroup.org",
	"openmobilealliance.org",
	"openoffice.org",
	"opensymphony.com",
	"oracle.com",
	"ow2.org",
	"phpunit.de",
	"puppycrawl.com",
	"sourceforge.net",
	"springframework.org",
	"sun.com",
	"tei-c.org",
	"unicode.org",
	"voicexml.org",
	"w3.org",
	"wapforum.org",
	"worldpay.com",
	"xmlsoap.org",
	"zope.org",
};

static uint8_t at(struct ew_bytes t, size_t i)
{
	return i < t.n ? t.p[i] : 0;
}

static size_t skip(struct ew_bytes t, size_t i)
{
	size_t end = i < t.n && t.n - i > NAME ? i + NAME : t.n;

	while (i < end && t.p[i] <= ' ')
		i++;
	return i;
}

static bool starts(struct ew_bytes t, size_t i, const char *lower)
{
	return i <= t.n && ew_bytes_starts_nocase(ew_bytes_from(t, i), ew_bytes_str(lower));
}

/* The string at `i`: `*s_r` is what its quotes hold.  Answers where it ends, 0: there is none. */
static size_t string(struct ew_bytes t, size_t i, struct ew_bytes *s_r)
{
	uint8_t quote = at(t, i);
	size_t n = i < t.n ? t.n - i - 1 : 0;

	if (quote != '"' && quote != '\'')
		return 0;
	n = n > IDENTIFIER ? IDENTIFIER : n;
	const uint8_t *end = n ? memchr(t.p + i + 1, quote, n) : NULL;
	if (!end)
		return 0;
	*s_r = ew_bytes(t.p + i + 1, (size_t)(end - t.p) - i - 1);
	return (size_t)(end - t.p) + 1;
}

static bool is_published(struct ew_bytes host)
{
	for (size_t k = 0; k < sizeof(publishers) / sizeof(*publishers); k++) {
		struct ew_bytes p = ew_bytes_str(publishers[k]);
		if (host.n < p.n || !ew_bytes_eq_nocase(ew_bytes_from(host, host.n - p.n), p))
			continue;
		if (host.n == p.n || host.p[host.n - p.n - 1] == '.')
			return true;
	}
	return false;
}

/* Where the declaration is fetched from: any scheme but those of a publisher. */
static bool leads_elsewhere(struct ew_bytes url)
{
	size_t i = skip(url, 0), from;

	if (starts(url, i, "http://") || starts(url, i, "https://"))
		i += starts(url, i, "https") ? 8 : 7;
	else if (starts(url, i, "//"))
		i += 2;
	else /* file:, ftp:, jar:, and what a resolver makes of others; a path is a file beside the
		document */
		return starts(url, i, "file:") || starts(url, i, "ftp:") ||
		       starts(url, i, "jar:") || starts(url, i, "php:") ||
		       starts(url, i, "netdoc:") || starts(url, i, "gopher:") ||
		       starts(url, i, "expect:") || starts(url, i, "data:") ||
		       starts(url, i, "/etc/") || starts(url, i, "../");
	from = i;
	while (i < url.n && (ew_word_byte(url.p[i]) || url.p[i] == '.' || url.p[i] == '-'))
		i++;
	/* a user, an address in brackets, a port: no publisher */
	return i == from || (i < url.n && url.p[i] != '/') ||
	       !is_published(ew_bytes(url.p + from, i - from));
}

static bool find(const struct ew_operand *o, struct ew_finding *f_r)
{
	struct ew_bytes t = o->text, public, system;

	for (size_t i = 0; i < t.n;) {
		const uint8_t *mark = memchr(t.p + i, '<', t.n - i);
		if (!mark)
			return false;
		size_t from = (size_t)(mark - t.p);
		i = from + 1;
		if (!starts(t, i, "!doctype") || at(t, i + 8) > ' ')
			continue;
		size_t k = skip(t, i + 8), name = k;
		while (k < t.n && k - name < NAME && t.p[k] > ' ' && t.p[k] != '>' && t.p[k] != '[')
			k++;
		if (k == name || at(t, k) > ' ')
			continue;
		k = skip(t, k);
		if (!starts(t, k, "public"))
			continue;
		k = string(t, skip(t, k + 6), &public);
		if (!k || (k = string(t, skip(t, k), &system)) == 0)
			continue;
		i = k;
		if (leads_elsewhere(system)) {
			*f_r = (struct ew_finding){
				from, k, "a document type fetched from a host that publishes none"
			};
			return true;
		}
	}
	return false;
}

static const char *const gate[] = { "<!doctype[\\x00-\\x20]", NULL };

const struct ew_analyser ew_analyser_xxe = {
	.name = "xxe",
	.about = "a document type that is fetched from who knows where",
	.gate = gate,
	.wants_folded = false,
	.find = find,
};
