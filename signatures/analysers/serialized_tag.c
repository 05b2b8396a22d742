/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Tags that make a reader of YAML build an object of a class that the text names, and marks that make readers
 * of JavaScript build a function.  Tags of CloudFormation (!Ref, !GetAtt) and of plain types (!!binary,
 * !!python/tuple) build nothing that runs. */

#include "serialized.h"
#include "signatures/token.h"
#include "signatures/words.h"

static bool here(struct ew_bytes t, size_t i, const char *text)
{
	return ew_bytes_starts_nocase(ew_bytes_from(t, i), ew_bytes_str(text));
}

/* A name with at least `dots` dots at `i`: its length. */
static size_t dotted(struct ew_bytes t, size_t i, unsigned dots)
{
	size_t n = i;

	for (; n < t.n && (ew_word_byte(t.p[n]) || t.p[n] == '.' || t.p[n] == '$'); n++)
		dots -= t.p[n] == '.' && dots;
	return dots ? 0 : n - i;
}

/* `i` stands behind the ! or !! or the long form of a tag: its length, 0 if it builds nothing. */
static size_t building_tag(struct ew_bytes t, size_t i)
{
	static const char *const builders[] = {
		"python/object",   "python/name:", "python/module:", "ruby/object:",         "ruby/struct:",
		"ruby/exception:", "ruby/class",   "ruby/module",    "ruby/hash-with-ivars", "ruby/array:",
		"ruby/hash:",      "ruby/string:", "js/function",    "perl/hash:",           "perl/code",
		"perl/ref:",       "perl/scalar:", "perl/array:",    "php/object",
	};
	static const char *const plain[] = {
		"ruby/hash:ActiveSupport::HashWithIndifferentAccess",
		"ruby/object:BigDecimal",
		"ruby/object:Set",
		"ruby/object:ActiveSupport::TimeWithZone",
		"ruby/object:ActiveSupport::TimeZone",
		"ruby/object:Date",
	};

	for (size_t k = 0; k < sizeof(plain) / sizeof(*plain); k++)
		if (here(t, i, plain[k]) && !ew_word_byte(ew_byte_at(t, i + strlen(plain[k]))) &&
		    ew_byte_at(t, i + strlen(plain[k])) != ':')
			return 0;
	for (size_t k = 0; k < sizeof(builders) / sizeof(*builders); k++)
		if (here(t, i, builders[k])) {
			size_t n = strlen(builders[k]);
			bool python = k == 0;
			/* python/object:a.B, python/object/apply:, python/object/new: */
			if (python && ew_byte_at(t, i + n) == '/')
				while (i + n < t.n && t.p[i + n] != ':' && n < 24)
					n++;
			return python && ew_byte_at(t, i + n) != ':' ? 0 : n;
		}
	return 0;
}

static bool tag_of_yaml(struct ew_bytes t, struct ew_finding *f_r)
{
	struct ew_bytes prefix = EW_LIT("tag:yaml.org,2002:");
	bool renamed = here(t, 0, "%TAG ! tag:yaml.org,2002:"); /* and ! stands for it */
	const uint8_t *p;

	for (size_t i = 0; i < t.n && (p = memchr(t.p + i, '!', t.n - i)); i++) {
		i = (size_t)(p - t.p);
		bool doubled = ew_byte_at(t, i + 1) == '!';
		size_t name = i + 1 + doubled, n = building_tag(t, name);
		bool begins = i == 0 || !ew_word_byte(t.p[i - 1]);
		/* !!a.b.C [ ...: a class of Java, which has a capital letter behind its packages. */
		if (!n && (doubled || renamed) && begins && (n = dotted(t, name, 2))) {
			size_t last = name + n;
			while (last > name && t.p[last - 1] != '.')
				last--;
			uint8_t capital = ew_byte_at(t, last);
			if (capital < 'A' || capital > 'Z')
				n = 0;
		}
		if (n && begins) {
			*f_r = (struct ew_finding){ i, name + n, "a tag of YAML that builds an object" };
			return true;
		}
	}
	for (size_t i = 0; (i = ew_bytes_find(t, i, prefix)) != SIZE_MAX; i += prefix.n) {
		size_t name = i + prefix.n, n = building_tag(t, name);
		if (!n)
			n = dotted(t, name, 2);
		if (n) {
			*f_r = (struct ew_finding){ i, name + n, "a tag of YAML that builds an object" };
			return true;
		}
	}
	return false;
}

/* _$$ND_FUNC$$_function(){ ... }() */
static bool function_of_node(struct ew_bytes t, struct ew_finding *f_r)
{
	struct ew_bytes mark = EW_LIT("_$$ND_FUNC$$_");

	for (size_t i = 0; (i = ew_bytes_find(t, i, mark)) != SIZE_MAX; i += mark.n) {
		size_t k = ew_skip_blanks(t, i + mark.n);
		if (i && !here(t, k, "function") && !here(t, k, "async") && !here(t, k, "require") &&
		    ew_byte_at(t, k) != '(')
			continue;
		*f_r = (struct ew_finding){ i, i + mark.n, "a function in an object for Node" };
		return true;
	}
	return false;
}

bool ew_serialized_tag(struct ew_bytes t, struct ew_finding *f_r)
{
	return tag_of_yaml(t, f_r) || function_of_node(t, f_r);
}

bool ew_serialized_tag_may(struct ew_bytes t, size_t i)
{
	return ew_byte_at(t, i + 1) == '!' && dotted(t, i + 2, 2);
}
