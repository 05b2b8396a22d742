/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Loading sets: each mistake an operator can make is a sentence with file and line. */

#include "eventwall/ruleset.h"
#include "tap.h"

#include <stdlib.h>
#include <unistd.h>

static char path[2][64];

static const char *name_of(const char *p)
{
	return strrchr(p, '/') + 1;
}

static void write_file(int which, const char *text)
{
	FILE *f = fopen(path[which], "wb");

	if (!f || fputs(text, f) < 0 || fclose(f) != 0)
		abort();
}

static struct ew_ruleset *load(size_t n, bool allow_empty, char *said, size_t cap)
{
	const char *paths[] = { path[0], path[1] };
	struct ew_ruleset_options opt = { .allow_empty = allow_empty };
	struct ew_error e = { .line = 0 };
	struct ew_ruleset *rs = ew_ruleset_load(paths, n, &opt, &e);

	snprintf(said, cap, "%s:%u: %s", e.file[0] ? name_of(e.file) : "-", e.line, e.text);
	return rs;
}

/* The set `text` is refused at `line`, with `part` in the sentence. */
static void refused(const char *text, unsigned line, const char *part)
{
	char said[1100], begin[96];

	write_file(0, text);
	struct ew_ruleset *rs = load(1, false, said, sizeof(said));
	snprintf(begin, sizeof(begin), "%s:%u: ", name_of(path[0]), line);
	if (!ok(!rs && strncmp(said, begin, strlen(begin)) == 0 && strstr(said, part), "line %u: %s", line, part))
		printf("# said: %s\n", said);
	ew_ruleset_unref(&rs);
}

#define HEAD "{ \"set\": \"t\", \"version\": \"1\",\n  \"signatures\": [\n"
#define EX   ", \"hit\": [\"h\"], \"miss\": [\"m\"]"
#define OK1  "{ \"id\": 1, \"name\": \"n\", \"class\": \"c\", \"pattern\": \"abc\"" EX " }"
#define SIG(rest) HEAD OK1 ",\n{ \"id\": 2, \"name\": \"n\", \"class\": \"c\",\n  " rest "\n} ] }"
#define PAT "\"pattern\": \"x\", "
#define EXS "\"hit\": [\"h\"], \"miss\": [\"m\"]"

static void check_files(void)
{
	char said[1100];

	unlink(path[0]);
	ok(!load(1, false, said, sizeof(said)) && strstr(said, "cannot open"), "no such file: %s", said);
	refused("", 1, "not JSON");
	refused("{ \"set\":\n\"t\",\n oops }", 3, "not JSON");
	refused("[\n]", 1, "must be a JSON object");
	refused("{ \"set\": \"t\",\n \"version\": \"1\",\n \"set\": \"u\" }", 3, "duplicate object key");
	refused("{ \"version\": \"1\", \"signatures\": [] }", 1, "needs \"set\"");
	refused("{ \"set\": \"t\", \"signatures\": [] }", 1, "needs \"version\"");
	refused("{ \"set\": \"t\",\n \"version\": 1, \"signatures\": [] }", 2, "\"version\" must be a string");
	refused("{ \"set\": \"t\",\n \"version\": \"1\" }", 1, "needs \"signatures\"");
	refused("{ \"set\": \"t\", \"version\": \"1\",\n\n \"sigantures\": [] }", 3,
	        "unknown key \"sigantures\" in a signature set; did you mean \"signatures\"?");
	refused("{ \"set\": \"t\", \"version\": \"1\",\n\"signatures\": {} }", 2, "needs \"signatures\", a list");
	refused(HEAD OK1 ",\n7 ] }", 4, "must be an object");
}

static void check_members(void)
{
	refused(HEAD "{ \"name\": \"n\" } ] }", 3, "needs \"id\"");
	refused(HEAD "{\n\"id\": \"1\" } ] }", 4, "\"id\" must be an integer from 1");
	refused(HEAD "{\n\"id\": 0 } ] }", 4, "\"id\" must be an integer from 1");
	refused(HEAD "{ \"id\": 1,\n\"pattren\": \"x\" } ] }", 4, "did you mean \"pattern\"?");
	refused(HEAD "{ \"id\": 1,\n\"zzz\": \"x\" } ] }", 4, "unknown key \"zzz\" in a signature");
	refused(HEAD "{ \"id\": 1 } ] }", 3, "needs \"name\"");
	refused(HEAD "{ \"id\": 1,\n\"name\": \"\" } ] }", 4, "\"name\" must be a string that is not empty");
	refused(HEAD "{ \"id\": 1,\n\"name\": \"n\" } ] }", 3, "needs \"class\"");
	refused(SIG("\"hit\": [], \"miss\": []"), 4, "one of \"pattern\", \"operator\" and \"anomaly\"");
	refused(SIG(PAT "\"anomaly\": \"bom\""), 4, "one of \"pattern\", \"operator\" and \"anomaly\"");
	refused(SIG(EXS ",\n\"pattern\": 5"), 6, "\"pattern\" must be a string");
	refused(SIG("\"anomaly\": \"dup_kye\", " EXS), 5, "did you mean \"dup_key\"?");
	refused(SIG("\"anomaly\": \"bom\",\n\"target\": \"body\", " EXS), 6, "means nothing beside");
	refused(SIG(PAT "\"on\": \"key\", " EXS), 5, "\"on\" must be \"value\", \"name\" or \"both\"");
	refused(SIG(PAT "\"flags\": [\"i\"], " EXS), 5, "knows only \"exact_case\"");
	refused(SIG(PAT "\"flags\": \"i\", " EXS), 5, "must be a list");
	refused(SIG(PAT "\"action\": \"deny\", " EXS), 5, "\"action\" must be \"score\" or \"drop\"");
	refused(SIG(PAT "\"severity\": \"high\", " EXS), 5,
	        "\"severity\" must be \"notice\", \"warning\", \"error\" or \"critical\"");
	refused(SIG(PAT "\"score\": -1, " EXS), 5, "\"score\" must be an integer from 0");
	refused(SIG(PAT "\"revision\": 1.5, " EXS), 5, "\"revision\" must be an integer from 1");
	refused(SIG(PAT "\"target\": [], " EXS), 5, "a list of 1 to");
	refused(SIG(PAT "\"target\": 3, " EXS), 5, "\"target\" must be a path");
	refused(SIG(PAT "\"target\": [\"body.**\",\n\"a..b\"], " EXS), 5, "\"a..b\" is no path");
	refused(SIG(PAT "\"references\": \"x\", " EXS), 5, "list of strings");
	refused(SIG(PAT "\"references\": [1], " EXS), 5, "list of strings");
	refused(SIG(PAT "\"notes\": [], " EXS), 5, "\"notes\" must be a string");
	refused(SIG(PAT "\"miss\": [\"m\"]"), 4, "needs \"hit\"");
	refused(SIG(PAT "\"hit\": [\"h\"],\n\"miss\": []"), 6, "needs \"miss\"");
	refused(SIG(PAT "\"hit\": [{}], \"miss\": [\"m\"]"), 5, "are strings");
	refused(HEAD OK1 ",\n" OK1 " ] }", 4, "signature 1 already stands at");
}

static void check_patterns(void)
{
	refused(SIG("\"pattern\": \"a(b\", " EXS), 4, "pattern of signature 2 cannot be used: Missing close paren");
	refused(SIG("\"pattern\": \"ab**c\", " EXS), 4, "at index 3");
	refused(SIG("\"pattern\": \"x*\", " EXS), 4, "make at least one byte of it mandatory");
	refused(SIG("\"pattern\": \"^$\", " EXS), 4, "mandatory");
	refused(SIG("\"pattern\": \"\\\\bx*\\\\b\", " EXS), 4, "mandatory");
	refused(SIG("\"pattern\": \"(?=b)\", " EXS), 4, "guess everywhere");
	refused(SIG("\"pattern\": \"(a)(?1)\", " EXS), 4, "give the signature a \"gate\"");
	refused(SIG("\"anomaly\": \"bom\",\n\"gate\": [\"x\"], " EXS), 6, "means nothing beside");
	refused(SIG("\"operator\": \"sqli\",\n\"gate\": [\"x\"], " EXS), 6, "means nothing beside");
	refused(SIG("\"pattern\": \"a(?x) b\", " EXS), 4, "(?x) is not supported");
	refused(SIG("\"pattern\": \"(*UTF8)b\", " EXS), 4, "not");
	refused(SIG("\"pattern\": \"((a{1,300}b{1,300}){1,300}c){1,300}\", " EXS), 4, "too large");
}

static void check_sets(void)
{
	char said[1100];
	struct ew_ruleset *rs;

	write_file(0, "{ \"set\": \"t\", \"version\": \"1\", \"signatures\": [] }");
	ok(!load(1, false, said, sizeof(said)) && strstr(said, "no signature"), "no signature at all: %s", said);
	rs = load(1, true, said, sizeof(said));
	ok(rs && ew_ruleset_count(rs) == 0, "unless that is wanted");
	ew_ruleset_unref(&rs);
	rs = load(0, true, said, sizeof(said));
	ok(rs != NULL, "no file at all, wanted");
	ew_ruleset_unref(&rs);

	write_file(0, "\n\n{ \"$schema\": \"x\", \"set\": \"one\", \"version\": \"1\", \"description\": \"d\",\n"
	              "\"signatures\": [\n{ \"id\": 20, \"name\": \"n20\", \"class\": \"c\", \"pattern\": \"a\","
	              "\"action\": \"drop\", \"revision\": 4, \"references\": [\"r\"], \"notes\": \"n\","
	              "\"hit\": [\"1\", \"2\"], \"miss\": [\"3\"] } ] }");
	write_file(1, "{ \"set\": \"two\", \"version\": \"1\", \"signatures\": [\n"
	              "{ \"id\": 10, \"name\": \"n10\", \"class\": \"c\", \"anomaly\": \"bom\"" EX " },\n\n"
	              "{ \"id\": 30, \"name\": \"n30\", \"class\": \"c\", \"pattern\": \"a\", \"severity\": "
	              "\"notice\", \"score\": 7" EX " } ] }");
	rs = load(2, false, said, sizeof(said));
	ok(rs && ew_ruleset_count(rs) == 3, "two sets together: %s", said);
	const struct ew_signature *s = ew_ruleset_at(rs, 1);
	is_int(ew_ruleset_at(rs, 0)->id, 10, "by id");
	is_int(s->id, 20, "over files");
	ok(s->drop && s->severity == EW_SEVERITY_CRITICAL && s->score == 5 && s->revision == 4,
	   "a dropping one is critical");
	ok(strcmp(s->name, "n20") == 0 && strcmp(s->class_, "c") == 0 && strcmp(s->set, "one") == 0 &&
	           strcmp(s->file, path[0]) == 0 && s->line == 5,
	   "knows its place");
	s = ew_ruleset_at(rs, 0);
	ok(!s->drop && s->severity == EW_SEVERITY_WARNING && s->score == 3 && s->revision == 1, "defaults");
	s = ew_ruleset_at(rs, 2);
	ok(s->severity == EW_SEVERITY_NOTICE && s->score == 7 && s->line == 4, "a score of its own");
	ok(ew_ruleset_at(rs, 3) == NULL, "past the last");
	is_str(ew_ruleset_example(rs, 1, true, 1), "2", "examples");
	ok(!ew_ruleset_example(rs, 1, true, 2) && !ew_ruleset_example(rs, 1, false, 1) &&
	           !ew_ruleset_example(rs, 3, true, 0), "and their ends");
	ok(!ew_ruleset_from_cache(rs), "no cache");
	ew_ruleset_unref(&rs);

	write_file(1, "{ \"set\": \"two\", \"version\": \"1\", \"signatures\": [\n{ \"id\": 20, \"name\": \"n\","
	              "\"class\": \"c\", \"pattern\": \"a\"" EX " } ] }");
	ok(!load(2, false, said, sizeof(said)) && strstr(said, "signature 20 already stands at") &&
	           strstr(said, ":2: ") && strstr(said, ":5;"), "an id in two files: %s", said);
}

int main(void)
{
	for (int i = 0; i < 2; i++)
		snprintf(path[i], sizeof(path[i]), "/tmp/eventwall-test-load-%d-%d.json", (int)getpid(), i);
	check_files();
	check_members();
	check_patterns();
	check_sets();
	unlink(path[0]);
	unlink(path[1]);
	return done();
}
