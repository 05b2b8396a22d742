/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Objects written out by a language's own means, which run code when they are read again: Java, PHP, Python,
 * .NET, Ruby, YAML, Node.  Known by their first bytes, their names of classes (serialized_class.c), what they
 * call (serialized_pickle.c), and their tags (serialized_tag.c).
 *
 * Arrays and strings of PHP, a Rails session that is a hash, a ViewState: data without classes is left alone.
 */

#include "serialized.h"
#include "signatures/marks.h"
#include "signatures/token.h"
#include "signatures/words.h"

#define IN(table, w) ew_word_in(table, sizeof(table) / sizeof(*(table)), w)

static bool found(struct ew_finding *f_r, size_t from, size_t to, const char *why)
{
	*f_r = (struct ew_finding){ from, to, why };
	return true;
}

static bool base64_byte(uint8_t c)
{
	return (ew_word_byte(c) && c < 0x80) || c == '+' || c == '/' || c == '-' || c == '=';
}

static bool base64_run(struct ew_bytes t, size_t i, size_t n)
{
	while (n && i < t.n && base64_byte(t.p[i]))
		i++, n--;
	return n == 0;
}

/* Java: AC ED 00 05 and the first thing in it, as bytes, in base64, in hex. */
static bool java_stream(struct ew_bytes t, struct ew_finding *f_r)
{
	struct ew_bytes raw = { (const uint8_t *)"\xac\xed\x00\x05", 4 };
	size_t i = 0;

	for (; (i = ew_bytes_find(t, i, raw)) != SIZE_MAX; i++)
		if (ew_byte_at(t, i + 4) >= 0x70 && ew_byte_at(t, i + 4) <= 0x7e)
			return found(f_r, i, i + 5, "an object of Java");
	for (i = 0; (i = ew_bytes_find(t, i, EW_LIT("rO0AB"))) != SIZE_MAX; i++)
		if ((i == 0 || !base64_byte(t.p[i - 1]) || t.p[i - 1] == '=') && base64_run(t, i + 5, 4))
			return found(f_r, i, i + 9, "an object of Java in base64");
	i = ew_skip_blanks(t, 0);
	if (ew_bytes_starts_nocase(ew_bytes_from(t, i), EW_LIT("aced00057")))
		return found(f_r, i, i + 9, "an object of Java in hex");
	i = ew_bytes_find(t, 0, EW_LIT("$$BCEL$$$l$"));
	return i != SIZE_MAX && found(f_r, i, i + 11, "a class of Java as text");
}

/* .NET: BinaryFormatter; in LosFormatter (FF 01) an object of BinaryFormatter is 32. */
static bool dotnet_stream(struct ew_bytes t, struct ew_finding *f_r)
{
	struct ew_bytes raw = { (const uint8_t *)"\x00\x01\x00\x00\x00\xff\xff\xff\xff\x01\x00\x00\x00", 13 };
	size_t i = ew_bytes_find(t, 0, raw);

	if (i != SIZE_MAX)
		return found(f_r, i, i + raw.n, "an object of .NET");
	i = ew_skip_blanks(t, 0);
	struct ew_bytes rest = ew_bytes_from(t, i);
	if (ew_bytes_starts(rest, EW_LIT("AAEAAAD/////AQ")) ||
	    ew_bytes_starts(rest, EW_LIT("AAEAAAD_____AQ")))
		return found(f_r, i, i + 14, "an object of .NET in base64");
	if (ew_bytes_starts(rest, EW_LIT("/wEy")) && base64_run(t, i + 4, 12))
		return found(f_r, i, i + 16, "an object of .NET in a ViewState");
	if (ew_bytes_starts(t, EW_LIT("\xff\x01\x32")) && t.n > 16)
		return found(f_r, 0, 3, "an object of .NET in a ViewState");
	return ew_bytes_starts_nocase(rest, EW_LIT("0001000000ffffffff01")) &&
	       found(f_r, i, i + 20, "an object of .NET in hex");
}

static size_t skip_digits(struct ew_bytes t, size_t i)
{
	while (i < t.n && t.p[i] >= '0' && t.p[i] <= '9')
		i++;
	return i;
}

/* O:8:"ClassName":1:{   C:11:"ArrayObject":37:{   with a + before the number, and quotes escaped. */
static size_t php_object_at(struct ew_bytes t, size_t i)
{
	size_t k = i + 2, digits;

	k += ew_byte_at(t, k) == '+';
	digits = skip_digits(t, k);
	if (digits == k || digits - k > 9 || ew_byte_at(t, digits) != ':')
		return 0;
	k = digits + 1;
	k += ew_byte_at(t, k) == '\\';
	if (ew_byte_at(t, k++) != '"')
		return 0;
	size_t name = k;
	while (k < t.n && k - name < 200 &&
	       (ew_word_byte(t.p[k]) || (t.p[k] == '\\' && ew_byte_at(t, k + 1) != '"')))
		k++;
	k += ew_byte_at(t, k) == '\\';
	if (k == name || ew_byte_at(t, k) != '"' || ew_byte_at(t, k + 1) != ':')
		return 0;
	digits = skip_digits(t, k + 2);
	return digits > k + 2 && digits - k < 12 && ew_byte_at(t, digits) == ':' &&
			       ew_byte_at(t, digits + 1) == '{'
		       ? digits + 2 - i
		       : 0;
}

static bool php_object(struct ew_bytes t, struct ew_finding *f_r)
{
	const uint8_t *p;

	for (size_t i = 0; i < t.n && (p = memchr(t.p + i, ':', t.n - i)); i++) {
		i = (size_t)(p - t.p);
		if (i == 0 || (t.p[i - 1] != 'O' && t.p[i - 1] != 'C' && t.p[i - 1] != 'o') ||
		    (i > 1 && ew_word_byte(t.p[i - 2])))
			continue;
		size_t n = php_object_at(t, i - 1);
		if (n)
			return found(f_r, i - 1, i - 1 + n, "an object of PHP");
	}
	return false;
}

/* phar:// reads the objects that an archive holds. */
static bool php_archive(struct ew_bytes t, struct ew_finding *f_r)
{
	for (size_t i = 0; (i = ew_bytes_find(t, i, EW_LIT("://"))) != SIZE_MAX; i += 3) {
		if (i < 4 || !ew_bytes_eq_nocase(ew_bytes(t.p + i - 4, 4), EW_LIT("phar")))
			continue;
		uint8_t before = i > 4 ? t.p[i - 5] : '=';
		if ((memchr("=\"'/|,", before, 6) || i - 4 == ew_skip_blanks(t, 0)) &&
		    ew_byte_at(t, i + 3) > ' ')
			return found(f_r, i - 4, i + 3, "an archive of PHP that holds objects");
	}
	return false;
}

/* Ruby: 04 08, and somewhere an object: o, its class as : length name. */
static bool ruby_object(struct ew_bytes t, struct ew_finding *f_r)
{
	static const char *const base64[] = { "BAhvO", "BAhVO", "BAhlO" };
	size_t i = ew_skip_blanks(t, 0);

	for (size_t k = 0; k < 3; k++)
		if (ew_bytes_starts(ew_bytes_from(t, i), ew_bytes_str(base64[k])) && base64_run(t, i + 5, 8))
			return found(f_r, i, i + 13, "an object of Ruby in base64");
	if (!ew_bytes_starts(t, EW_LIT("\x04\x08")))
		return false;
	for (i = 2; i + 4 < t.n; i++) {
		size_t n = t.p[i + 2] > 5 && t.p[i + 2] < 128 ? t.p[i + 2] - 5u : 0, k = 0;
		if (t.p[i + 1] != ':' || !memchr("oUueC", t.p[i], 5) || n > t.n - i - 3 || n < 2)
			continue;
		while (k < n && (ew_word_byte(t.p[i + 3 + k]) || t.p[i + 3 + k] == ':'))
			k++;
		if (k == n && t.p[i + 3] >= 'A' && t.p[i + 3] <= 'Z')
			return found(f_r, i, i + 3 + n, "an object of Ruby");
	}
	return false;
}

/* Names that readers of JavaScript, Python and XML take for an order to build something that runs. */
static bool name_that_builds(struct ew_bytes t, struct ew_finding *f_r)
{
	static const char *const names[] = {
		"__cryo_type__", "__js_function", "dynamic-proxy", "objectdataprovider",
		"py/function",   "py/reduce",     "py/repr",
	};

	return IN(names, t) && found(f_r, 0, t.n, "a name that makes a reader build what runs");
}

/* Which bytes a text has: most kinds of objects need one that it has not. */
struct alphabet {
	bool has[256];
};

static struct alphabet alphabet_of(struct ew_bytes t)
{
	struct alphabet a = { { false } };

	for (size_t i = 0; i < t.n; i++)
		a.has[t.p[i]] = true;
	return a;
}

static bool find_serialized(const struct ew_operand *o, struct ew_finding *f_r)
{
	struct ew_bytes t = o->text;
	struct alphabet a = alphabet_of(t);

	if (o->on_name && name_that_builds(t, f_r))
		return true;
	if ((a.has[0xac] || a.has['0'] || a.has['$']) && java_stream(t, f_r))
		return true;
	if ((a.has[0xff] || a.has['/'] || a.has['_'] || a.has['1']) && dotnet_stream(t, f_r))
		return true;
	if (a.has[':'] && ((a.has['{'] && php_object(t, f_r)) || (a.has['/'] && php_archive(t, f_r))))
		return true;
	if ((a.has[8] || a.has['B']) && ruby_object(t, f_r))
		return true;
	if ((a.has['\n'] || a.has[0x80]) && ew_serialized_pickle(t, f_r))
		return true;
	if ((a.has['!'] || a.has[':'] || a.has['$']) && ew_serialized_tag(t, f_r))
		return true;
	return ew_serialized_class(t, f_r);
}

/* A quote at `i` behind a number and a colon begins the name of a class of PHP. */
static bool may_be_php(struct ew_bytes t, size_t i)
{
	i -= i && t.p[i - 1] == '\\';
	return i >= 4 && t.p[i - 1] == ':' && t.p[i - 2] >= '0' && t.p[i - 2] <= '9';
}

/* What no rare word tells: objects by their first bytes, and names behind quotes, brackets and ends of lines. */
static bool may(struct ew_bytes t, const struct ew_seen *seen)
{
	(void)seen;
	if (t.p[0] == 0x04 || ew_serialized_pickle_may(t, 0))
		return true;
	for (size_t i = 0; (i = ew_mark_next(t, i, "\"'<\n!")) < t.n; i++) {
		uint8_t c = t.p[i];
		if (c == '\n' ? ew_serialized_pickle_may(t, i)
		    : c == '!' ? ew_serialized_tag_may(t, i)
			       : (c == '"' && may_be_php(t, i)) || ew_serialized_class_may(t, i))
			return true;
	}
	return false;
}

/* Names of classes are common in what loggers write, so they count only as values; the look knows those in quotes
 * and brackets. */
#define TYPE "^[\\x00-\\x20\\[L]{0,40}"

static const char *const none[] = { NULL };

static const char *const always[] = {
	TYPE "(?:java\\.(?:beans|io|lang|net|rmi|security|util)|javax\\.(?:imageio|management|naming|script|swing)|"
	     "system\\.[acdimrsw]|microsoft\\.[iv]|subprocess\\.[cp]|(?:nt|posix)\\.system)",
	TYPE "(?:br\\.com\\.anteros|bsh\\.(?:interpreter|xthis)|ch\\.qos\\.logback|clojure\\.(?:inspector|lang)|"
	     "com\\.(?:caucho|ibatis|mchange|mysql|nqadmin|oracle|pastdev|rometools|sun|zaxxer)|"
	     "groovy\\.(?:lang|util)|jdk\\.nashorn|jodd\\.db|net\\.sf\\.ehcache|oracle\\.j(?:dbc|ms)|"
	     "sun\\.(?:misc|print|reflect|rmi))",
	TYPE "org\\.(?:apache|arrah|codehaus|docx4j|eclipse|h2|hibernate|jboss|jdom|jsecurity|mozilla|python|"
	     "quartz|slf4j|springframework)",
	"ro0ab[a-z0-9+/_=-]{4}",
	"\\xac\\xed\\x00\\x05[\\x70-\\x7e]",
	"aced00057",
	"\\$\\$bcel\\$\\$\\$l\\$",
	"\\x00\\x01\\x00\\x00\\x00\\xff\\xff\\xff\\xff\\x01\\x00\\x00\\x00",
	"aaeaaad(?://///|_____)aq",
	"/wey[a-z0-9+/_=-]{12}",
	"\\xff\\x01\\x32",
	"0001000000ffffffff01",
	"phar://[^\\x00-\\x20]",
	"bah[vel]o[a-z0-9+/_=-]{8}",
	"[!:](?:(?:python|ruby|perl|php)/[a-z]|js/function)",
	"tag:yaml\\.org,2002:",
	"_\\$\\$nd_func\\$\\$_",
	"activesupport::deprecation::",
	"gem::(?:installer|package::tarreader|requestset|requirement|source::|specfetcher|stubspec)",
	"__cryo_type__|__js_function|dynamic-proxy|objectdataprovider|py/(?:function|re(?:duce|pr))",
	NULL,
};

const struct ew_analyser ew_analyser_serialized = {
	.name = "serialized",
	.about = "objects of Java, PHP, Python, .NET, Ruby, YAML and Node that run code when they are read",
	.gate = none,
	.bytes = "\"'<\n!\x04\x80",
	.may = may,
	.always = always,
	.find = find_serialized,
};
