/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Values that leave their place in a filter of a directory (RFC 4515): a parenthesis that the value did not
 * open is closed, and another condition or the end of a C string follows; or * is followed by a condition.
 *
 * A whole filter, however long, is balanced and is left alone: configurations carry them.  The trap is prose:
 * "(a) (b)", ":) (x=1)", f(a)(b=1). */

#include "signatures/analyser.h"
#include "signatures/token.h"
#include "signatures/words.h"

enum { SIGNS_MOST = 16 }; /* before the = of a condition; gates know it, too */

static bool found(struct ew_finding *f_r, size_t from, size_t to, const char *why)
{
	*f_r = (struct ew_finding){ from, to, why };
	return true;
}

/* attribute =   attribute:oid:=   attribute~=   Length, 0: none. */
static size_t condition_at(struct ew_bytes t, size_t i)
{
	size_t from = i;

	while (i < t.n && i - from < 80 &&
	       ((ew_word_byte(t.p[i]) && t.p[i] < 0x80) || memchr("-.;:", t.p[i], 4)))
		i++;
	size_t name = i - from;
	i = ew_skip_blanks(t, i);
	for (size_t most = i + SIGNS_MOST; i < t.n && i < most && memchr("~<>:", t.p[i], 4);)
		i++;
	bool named = name > 1 && (ew_byte_at(t, from) | 0x20) >= 'a' && (ew_byte_at(t, from) | 0x20) <= 'z';
	bool number = name > 4 && t.p[from] >= '0' && t.p[from] <= '9' && memchr(t.p + from, '.', name);
	return (named || number) && ew_byte_at(t, i) == '=' && ew_byte_at(t, i + 1) != '=' ? i + 1 - from : 0;
}

/* Behind an opening parenthesis: & | ! and what they apply to, or a condition. */
static size_t filter_at(struct ew_bytes t, size_t i)
{
	size_t from = i, n;

	while (i < t.n && i - from < 16 && (t.p[i] == '(' || t.p[i] <= ' '))
		i++;
	if (memchr("&|!", ew_byte_at(t, i), 3) && i < t.n) {
		size_t next = ew_skip_blanks(t, i + 1);
		if (next == t.n || t.p[next] == '(' || t.p[next] == ')' || condition_at(t, next))
			return next - from + (next < t.n);
		return 0;
	}
	n = condition_at(t, i);
	return n ? i + n - from : 0;
}

/* Behind an opening parenthesis: a condition on what no filter of a configuration asks for.  Its
 * length, 0: none. */
static size_t secret_at(struct ew_bytes t, size_t i)
{
	static const char *const secrets[] = {
		"dbcspwd",         "krbprincipalkey",      "lmpwdhistory",
		"ms-mcs-admpwd",   "msds-managedpassword", "mslaps-encryptedpassword",
		"mslaps-password", "ntpwdhistory",         "olcrootpw",
		"sambalmpassword", "sambantpassword",      "supplementalcredentials",
		"unicodepwd",      "unixuserpassword",     "userpassword",
	};
	static const struct ew_bytes searches[] = {
		EW_LIT("admincount=1)"),
		EW_LIT("msds-allowedtoactonbehalfofotheridentity=*"),
		EW_LIT("msds-allowedtodelegateto=*"),
		EW_LIT("serviceprincipalname=*)"),
		EW_LIT("useraccountcontrol:1.2.840.113556.1.4.803:=4194304"),
		EW_LIT("useraccountcontrol:1.2.840.113556.1.4.803:=524288"),
	};
	size_t from = ew_skip_blanks(t, i), end = from;
	size_t n = condition_at(t, from);

	if (n == 0)
		return 0;
	while (end < from + n && (ew_word_byte(t.p[end]) || t.p[end] == '-'))
		end++;
	if (ew_word_in(secrets, sizeof(secrets) / sizeof(*secrets),
		       ew_bytes(t.p + from, end - from)))
		return from + n - i;
	for (size_t k = 0; k < sizeof(searches) / sizeof(*searches); k++)
		if (ew_bytes_starts_nocase(ew_bytes_from(t, from), searches[k]))
			return from + n - i;
	return 0;
}

/* )\0 and then nothing but text: the filter ends where the C string does. */
static bool ends_string(struct ew_bytes t, size_t i)
{
	size_t end = i;

	if (ew_bytes_starts(ew_bytes_from(t, i), EW_LIT("\\00")))
		return true;
	while (end < t.n && t.p[end] == 0)
		end++;
	if (end == i)
		return false;
	for (size_t k = 0; k < t.n; k++)
		if ((t.p[k] < ' ' && t.p[k] && t.p[k] != '\n' && t.p[k] != '\r' && t.p[k] != '\t') ||
		    t.p[k] >= 0x7f)
			return false;
	return true;
}

static bool find_ldap(const struct ew_operand *o, struct ew_finding *f_r)
{
	struct ew_bytes t = o->text;
	size_t depth = 0, escaped = 0, n;
	bool asked_end = false, asked_start = false;

	for (size_t i = 0; i < t.n; i++) {
		uint8_t c = t.p[i], before = i ? t.p[i - 1] : 0;
		if (c == '\\') {
			/* Of a regular expression, or of a path of Windows: \(x86) */
			i++;
			if (ew_byte_at(t, i) == '(')
				escaped++;
			else if (ew_byte_at(t, i) == ')')
				escaped -= escaped > 0;
			continue;
		}
		if (c == '*' && depth == 0) {
			/* *(|(mail=*))   *()|&   */
			size_t k = ew_skip_blanks(t, i + 1);
			size_t inner = ew_skip_blanks(t, k + 1);
			if (ew_byte_at(t, k) != '(' || k - i > 8)
				continue;
			if (ew_byte_at(t, inner) == ')' && inner - k < 8 &&
			    memchr("|&", ew_byte_at(t, inner + 1), 2) && inner + 1 < t.n)
				return found(f_r, i, inner + 2, "a list of conditions behind a wildcard");
			if (memchr("&|!", ew_byte_at(t, inner), 3) && inner < t.n && inner - k < 8 &&
			    ew_byte_at(t, ew_skip_blanks(t, inner + 1)) == '(' && (n = filter_at(t, k + 1)) &&
			    condition_at(t, ew_skip_blanks(t, ew_skip_blanks(t, inner + 1) + 1)))
				return found(f_r, i, k + 1 + n, "a list of conditions behind a wildcard");
			continue;
		}
		if (c == '(') {
			depth++;
			n = ew_word_byte(ew_byte_at(t, i + 1)) || ew_byte_at(t, i + 1) == ' '
				    ? secret_at(t, i + 1)
				    : 0;
			if (n)
				return found(f_r, i, i + 1 + n,
					     "a filter that asks for secrets or for their owners");
		}
		if (c != ')')
			continue;
		if (depth || escaped) {
			*(depth ? &depth : &escaped) -= 1;
			if (depth || asked_start || ew_byte_at(t, i + 1) != '(')
				continue;
			/* (uid=a)(cn=* : two filters are none, and were one with what stands around
			 * the value */
			asked_start = true;
			size_t first = ew_skip_blanks(t, 0);
			if (ew_byte_at(t, first) == '(' && filter_at(t, first + 1) &&
			    (n = filter_at(t, i + 2)) &&
			    ew_bytes_find(t, 0, EW_LIT("=*")) != SIZE_MAX)
				return found(f_r, i, i + 2 + n, "a filter behind a filter");
			continue;
		}
		if (memchr(":;=", before, 3) && i)
			continue; /* a face */
		size_t from = i;
		while (i + 1 < t.n && t.p[i + 1] == ')')
			i++;
		size_t next = i + 1;
		while (next < t.n && next - i < 8 && t.p[next] <= ' ' && t.p[next])
			next++;
		/* Blanks between belong to prose, unless a list of conditions follows. */
		bool apart = next > i + 1 && before != '*' && i == from;
		next += next < t.n && memchr("|&!", t.p[next], 3) && ew_byte_at(t, next + 1) == '(';
		if (ew_byte_at(t, next) == '(' && (n = filter_at(t, next + 1)) &&
		    (!apart || memchr("&|!", ew_byte_at(t, ew_skip_blanks(t, next + 1)), 3)))
			return found(f_r, from, next + 1 + n, "a parenthesis closed, and another condition");
		next = i + 1;
		if (!asked_end && (ew_byte_at(t, next) == '\\' || (next < t.n && t.p[next] == 0))) {
			asked_end = true; /* it reads the whole text */
			if (ends_string(t, next))
				return found(f_r, from, next + 1,
					     "a parenthesis closed, and the end of a string");
		}
	}
	return false;
}

#define BLANKS "[\\x00-\\x20]"

static const char *const gates[] = {
	"\\)" BLANKS "{0,8}[|&!]?\\([\\x00-\\x20(]{0,16}(?:[&|!]|[a-z0-9][a-z0-9_.;:-]{1,79}" BLANKS
	"*[~<>:]{0,16}=)",
	"\\)(?:\\x00|\\\\00)",
	"\\(" BLANKS "*(?:admincount|dbcspwd|krbprincipalkey|lmpwdhistory|ms-mcs-admpwd|msds-(?:"
	"allowedto|managedp)"
	"|mslaps-|ntpwdhistory|olcrootpw|samba[ln][mt]password|serviceprincipalname|"
	"supplementalcredentials|unicodepwd"
	"|unixuserpassword|useraccountcontrol|userpassword)",
	"\\*" BLANKS "{0,8}\\(" BLANKS "{0,8}(?:[&|!]" BLANKS "*\\(|\\)[|&])",
	NULL,
};

const struct ew_analyser ew_analyser_ldap = {
	.name = "ldap",
	.about = "values that leave their place in a filter of a directory",
	.gate = gates,
	.wants_folded = true,
	.find = find_ldap,
};
