/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Lookups as loggers and text expanders follow them: ${jndi:...}, also when its letters are lookups themselves.
 *
 * Nested lookups are resolved from within into a fixed buffer, as far as they have a default or only change
 * letters.  The trap is the shell, which writes ${A:-${B}}: what comes out must be a lookup that harms. */

#include "template_lookup.h"

enum { ROOM = 160, DEEPEST = 12 };

static bool starts(struct ew_bytes t, size_t i, const char *lower)
{
	return i <= t.n && ew_bytes_starts_nocase(ew_bytes_from(t, i), ew_bytes_str(lower));
}

static bool letter(uint8_t c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* jndi: and a scheme, in what a lookup came to. */
static bool is_jndi(struct ew_bytes b)
{
	size_t i = ew_bytes_find_nocase(b, 0, EW_LIT("jndi"));

	if (i == SIZE_MAX)
		return false;
	for (i += 4; i < b.n && b.p[i] <= ' '; i++)
		;
	return i < b.n && b.p[i] == ':';
}

/* The value of the lookup whose inside is out[from..n): kept in its place, its length is answered. */
static size_t resolve(uint8_t *out, size_t from, size_t n, bool *letters_r, bool *jndi_r)
{
	struct ew_bytes in = ew_bytes(out + from, n - from);
	size_t keep = SIZE_MAX;
	*jndi_r |= is_jndi(in);

	for (size_t i = in.n; i >= 2 && keep == SIZE_MAX; i--)
		if (in.p[i - 2] == ':' && in.p[i - 1] == '-')
			keep = i;
	/* ${lower:j}, ${::-j}, ${date:'j'}: nobody needs those for words of their own */
	if (starts(in, 0, "lower:") || starts(in, 0, "upper:") || starts(in, 0, "date:'")) {
		keep = keep == SIZE_MAX ? 6 - (in.p[0] == 'd' || in.p[0] == 'D') : keep;
		*letters_r = true;
	} else if (keep != SIZE_MAX && in.n - keep <= 2 && memchr(in.p, ':', keep - 2)) {
		*letters_r = true;
	}
	if (keep == SIZE_MAX) { /* a name: nobody knows what it comes to, and unknown it stays as it is */
		out[from] = '?';
		return 1;
	}
	size_t k = 0;
	for (size_t i = keep; i < in.n; i++)
		if (in.p[i] != '\'')
			out[from + k++] = in.p[i];
	return k;
}

static const char *lookup_alone(struct ew_bytes t, size_t i)
{
	static const char *const of_logger[] = {
		"bundle:",     "ctx:",    "docker:", "event:", "map:",  "java:",
		"jvmrunargs:", "k8s:",    "log4j:",  "lower:", "main:", "marker:",
		"sd:",         "spring:", "sys:",    "upper:", "web:"
	};
	static const char *const of_expander[] = {
		"base64:",      "base64decoder:", "base64encoder:",  "urlencoder:", "xmldecoder:",
		"xmlencoder:",  "loopback:",      "const:java",      "dns:address", "dns:canonical",
		"dns:name",     "file:utf-8",     "resourcebundle:", "script:",     "url:iso",
		"url:us-ascii", "url:utf-8",      "urldecoder:",     "xml:"
	};
	static const char expander[] = "a lookup of a text expander";
	static const char *const secret[] = { "aws_", "azure_", "database", "db_",  "google_",
					      "key",  "passw",  "secret",   "token" };

	for (size_t k = 0; k < sizeof(of_logger) / sizeof(*of_logger); k++)
		if (starts(t, i, of_logger[k]) && i + strlen(of_logger[k]) < t.n &&
		    t.p[i + strlen(of_logger[k])] > ' ')
			return "a lookup of a logger";
	for (size_t k = 0; k < sizeof(of_expander) / sizeof(*of_expander); k++)
		if (starts(t, i, of_expander[k]))
			return expander;
	/* ${dns:x.example}, ${properties:/a.properties::b}, ${localhost:canonical-name} */
	if (starts(t, i, "dns:") || starts(t, i, "properties:") || starts(t, i, "localhost:")) {
		struct ew_bytes name = ew_bytes_from(t, i);
		for (name.n = name.n > ROOM ? ROOM : name.n, i = 0;
		     i < name.n && name.p[i] != '}' && name.p[i] > ' '; i++)
			;
		name.n = i;
		bool dotted = memchr(name.p, '.', name.n) != NULL;
		return (name.p[0] | 0x20) == 'p'
			       ? (ew_bytes_find(name, 0, EW_LIT("::")) != SIZE_MAX ? expander
										   : NULL)
		       : (name.p[0] | 0x20) == 'd' ? (dotted ? expander : NULL)
		       : starts(name, 10, "name") || starts(name, 10, "address") ||
				       starts(name, 10, "canonical")
			       ? expander
			       : NULL;
	}
	if (!starts(t, i, "env:"))
		return NULL;
	struct ew_bytes name = ew_bytes_from(t, i + 4);
	for (name.n = name.n > 40 ? 40 : name.n, i = 0; i < name.n && name.p[i] != '}' && name.p[i] > ' '; i++)
		;
	name.n = i;
	for (size_t k = 0; k < sizeof(secret) / sizeof(*secret); k++)
		if (ew_bytes_find_nocase(name, 0, ew_bytes_str(secret[k])) != SIZE_MAX)
			return "a secret of the environment";
	return NULL;
}

const char *ew_template_lookup(struct ew_bytes t, size_t at, size_t *to_r)
{
	uint8_t out[ROOM];
	size_t begin[DEEPEST], depth = 0, n = 0, i = at + 2;
	bool letters = false, jndi = false;
	const char *why = NULL;

	while (i < t.n && t.p[i] <= ' ')
		i++;
	*to_r = i < t.n ? i + 1 : t.n;
	why = lookup_alone(t, i);
	if (why || starts(t, i, "::-"))
		return why ? why : "a lookup spelt with lookups";
	for (; i < t.n && n + 2 < ROOM && i - at < 4 * ROOM; i++) {
		uint8_t c = t.p[i];
		if (c == '$' && i + 1 < t.n && t.p[i + 1] == '{' && depth < DEEPEST) {
			begin[depth++] = n;
			i++;
		} else if (c == '}' && depth) {
			size_t from = begin[--depth];
			n = from + resolve(out, from, n, &letters, &jndi);
		} else if (c == '}') {
			break;
		} else if (c == 0xc4 && i + 1 < t.n && (t.p[i + 1] == 0xb1 || t.p[i + 1] == 0xb0)) {
			out[n++] = 'i'; /* dotless i, which becomes one by changing its case */
			i++;
		} else {
			out[n++] = c;
		}
	}
	*to_r = i < t.n ? i + 1 : t.n;
	if (depth) /* what is not closed comes to nothing */
		n = begin[0];
	if (jndi || is_jndi(ew_bytes(out, n)))
		return letters ? "a lookup of JNDI spelt with lookups" : "a lookup of JNDI";
	return letters && n && letter(out[0]) ? "a lookup spelt with lookups" : NULL;
}

const char *ew_template_jndi(struct ew_bytes t, size_t at, size_t *to_r)
{
	static const char *const schemes[] = { "corba", "dns",   "http", "https", "iiop",
					       "ldap",  "ldaps", "nds",  "nis",   "rmi" };
	size_t i = at + 5, k = i;

	while (k < t.n && k - i < 6 && letter(t.p[k]))
		k++;
	*to_r = k < t.n ? k + 1 : t.n;
	if (k >= t.n || t.p[k] != ':')
		return NULL;
	for (size_t s = 0; s < sizeof(schemes) / sizeof(*schemes); s++)
		if (ew_bytes_eq_nocase(ew_bytes(t.p + i, k - i), ew_bytes_str(schemes[s])))
			return "a name of JNDI";
	return NULL;
}
