/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Injection into stores that are not SQL: operators of MongoDB by name and in text, code of their conditions
 * (nosqli_script.c), lines smuggled to Redis and memcached, documents of CouchDB and Elasticsearch.
 *
 * The trap is MongoDB's own data: change events carry $oid, $date, $set and the like in names.  They select
 * nothing and are not in the table of operators. */

#include "nosqli_script.h"
#include "signatures/look.h"
#include "signatures/token.h"
#include "signatures/words.h"

#define IN(table, w) ew_word_in(table, sizeof(table) / sizeof(*(table)), w)

/* Left out on purpose: extended JSON (oid, date, type, code ...), changes (set, unset, v), JSON Schema (id,
 * ref, schema, comment), OData (filter, top, skip, select, count), and names that analytics use (group,
 * text). */
static const char *const operators[] = {
	"accumulator",  "addfields",   "addtoset",     "all",
	"and",          "any",         "between",      "bit",
	"bitsallclear", "bitsallset",  "bitsanyclear", "bitsanyset",
	"col",          "collstats",   "contained",    "contains",
	"currentdate",  "currentop",   "elemmatch",    "endswith",
	"eq",           "exists",      "expr",         "facet",
	"fn",           "func",        "function",     "geointersects",
	"geowithin",    "graphlookup", "gt",           "gte",
	"ilike",        "in",          "inc",          "indexstats",
	"iregexp",      "jsonschema",  "like",         "listlocalsessions",
	"listsessions", "literal",     "lookup",       "lt",
	"lte",          "match",       "merge",        "mod",
	"mul",          "natural",     "ne",           "near",
	"nearsphere",   "nin",         "nor",          "not",
	"notbetween",   "notilike",    "notin",        "notiregexp",
	"notlike",      "notregexp",   "or",           "out",
	"overlap",      "pop",         "pull",         "pullall",
	"push",         "raw",         "regex",        "regexp",
	"rename",       "replaceroot", "replacewith",  "setoninsert",
	"size",         "startswith",  "substring",    "unionwith",
	"unwind",       "where",
};

bool ew_nosqli_operator(struct ew_bytes w)
{
	return IN(operators, w);
}

bool ew_nosqli_view(struct ew_bytes w)
{
	static const char *const views[] = { "_all_dbs", "_all_docs", "_temp_view" };

	return IN(views, w);
}

static struct ew_bytes word_at(struct ew_bytes t, size_t i)
{
	size_t end = i;

	while (end < t.n && ew_word_byte(t.p[end]))
		end++;
	return ew_bytes(t.p + i, end - i);
}

static bool find(struct ew_finding *f_r, size_t from, size_t to, const char *why)
{
	*f_r = (struct ew_finding){ from, to, why };
	return true;
}

/* $ne   user[$ne]   a.b.$where   a[$in][] */
static bool operator_in_name(struct ew_bytes t, struct ew_finding *f_r)
{
	for (size_t i = 0; i < t.n; i++) {
		if (t.p[i] != '$')
			continue;
		struct ew_bytes w = word_at(t, i + 1);
		uint8_t before = i ? t.p[i - 1] : '.', after = ew_byte_at(t, i + 1 + w.n);
		bool alone = i + 1 + w.n == t.n || memchr("[].\"' \t\r\n", after, 10);
		if (memchr("[.\"' ,{", before, 7) && alone && ew_nosqli_operator(w))
			return find(f_r, i, i + 1 + w.n, "an operator of MongoDB as a name");
		i += w.n;
	}
	return false;
}

/* Two words beside each other tell prose from data and code. */
struct prose {
	bool word; /* a word ended, blanks may have followed */
	bool seen;
	size_t read;
};

static bool prose_before(struct prose *s, struct ew_bytes t, size_t end)
{
	while (s->read < end) {
		uint8_t c = t.p[s->read];
		if (ew_word_byte(c)) {
			struct ew_bytes w = word_at(t, s->read);
			s->seen |= s->word;
			s->word = w.n > 1;
			s->read += w.n;
			continue;
		}
		if (c > ' ')
			s->word = false;
		s->read++;
	}
	return s->seen;
}

/* {"$ne": 1}   , $where: '1'   [$ne]=1   in a text that no decoder opens. */
static bool operator_in_text(struct ew_bytes t, struct ew_finding *f_r)
{
	struct prose prose = { false, false, 0 };
	const uint8_t *p;

	for (size_t i = 0; i < t.n && (p = memchr(t.p + i, '$', t.n - i)); i++) {
		i = (size_t)(p - t.p);
		if (prose_before(&prose, t, i))
			return false;
		struct ew_bytes w = word_at(t, i + 1);
		size_t before = i, after = i + 1 + w.n;
		if (!ew_nosqli_operator(w))
			continue;
		if (before && t.p[before - 1] == '[' && ew_byte_at(t, after) == ']') {
			uint8_t next = ew_byte_at(t, after + 1);
			if (next == '=' || next == '[' || after + 1 == t.n)
				return find(f_r, i - 1, after + 1, "an operator of MongoDB in brackets");
			continue;
		}
		if (before && memchr("'\"\\", t.p[before - 1], 3)) {
			after += ew_byte_at(t, after) == '\\';
			after += ew_byte_at(t, after) == '\'' || ew_byte_at(t, after) == '"';
			before--;
			before -= before && t.p[before - 1] == '\\';
		}
		while (before && t.p[before - 1] <= ' ')
			before--;
		after = ew_skip_blanks(t, after);
		bool begins = before == 0 || memchr("{,[", t.p[before - 1], 3);
		if (begins && ew_byte_at(t, after) == ':')
			return find(f_r, i, after + 1, "an operator of MongoDB in a text");
	}
	return false;
}

/* What a line of a text says to a store that takes commands by line. */
struct line {
	struct ew_bytes word[6];
	size_t words; /* also counts those that have no room */
};

static struct line split_line(struct ew_bytes l)
{
	struct line s = { .words = 0 };

	for (size_t i = ew_skip_blanks(l, 0); i < l.n; i = ew_skip_blanks(l, i)) {
		size_t from = i;
		while (i < l.n && l.p[i] > ' ')
			i++;
		if (s.words < 6)
			s.word[s.words] = ew_bytes(l.p + from, i - from);
		s.words++;
	}
	return s;
}

static bool is(struct ew_bytes w, const char *text)
{
	return ew_bytes_eq_nocase(w, ew_bytes_str(text));
}

static bool all_digits(struct ew_bytes w)
{
	size_t i = 0;

	while (i < w.n && w.p[i] >= '0' && w.p[i] <= '9')
		i++;
	return w.n && i == w.n;
}

/* Commands that read like nothing else. */
static bool command_alone(const struct line *l)
{
	static const char *const stores[] = { "add", "append", "cas", "prepend", "replace", "set" };
	static const char *const parts[] = { "cachedump", "conns", "items", "reset",
					     "settings",  "sizes", "slabs" };
	static const char *const single[] = { "bgrewriteaof", "bgsave", "flush_all", "flushall", "flushdb" };

	if (l->words == 0)
		return false;
	if (l->words == 1 || (l->words == 2 && (is(l->word[1], "async") || all_digits(l->word[1]))))
		return IN(single, l->word[0]) ||
		       (l->words == 1 && l->word[0].n > 1 && l->word[0].p[0] == '*' &&
			all_digits(ew_bytes_from(l->word[0], 1)));
	if (IN(stores, l->word[0]) &&
	    (l->words == 5 || (l->words == 6 && (is(l->word[5], "noreply") || all_digits(l->word[5])))))
		return all_digits(l->word[2]) && all_digits(l->word[3]) && all_digits(l->word[4]);
	if (is(l->word[0], "stats"))
		return l->words < 5 && IN(parts, l->word[1]);
	if (is(l->word[0], "config") && is(l->word[1], "set"))
		return l->words >= 4;
	if (is(l->word[0], "slaveof") || is(l->word[0], "replicaof"))
		return l->words == 3 && (all_digits(l->word[2]) || is(l->word[2], "one"));
	if (is(l->word[0], "module"))
		return l->words >= 3 && is(l->word[1], "load") && l->word[2].p[0] == '/';
	return is(l->word[0], "eval") && l->words >= 3 && (l->word[1].p[0] == '"' || l->word[1].p[0] == '\'');
}

/* Commands that also are words; they count behind a line that is a single word, the key, and CR LF. */
static bool command_behind_key(const struct line *l)
{
	static const char *const one[] = { "dbsize", "info",     "monitor", "quit",
					   "save",   "shutdown", "stats",   "version" };
	static const char *const two[] = { "auth", "debug", "decr", "del",    "delete", "get",
					   "gets", "incr",  "keys", "lrange", "touch" };
	static const char *const three[] = { "append",  "decr",  "getset", "hget", "hset",  "incr", "lpush",
					     "publish", "rpush", "sadd",   "set",  "setex", "setnx" };

	return (l->words == 1 && IN(one, l->word[0])) || (l->words == 2 && IN(two, l->word[0])) ||
	       (l->words >= 3 && l->words <= 6 && IN(three, l->word[0]));
}

static bool command_line(struct ew_bytes t, struct ew_finding *f_r)
{
	size_t at = 0;
	bool key = false, resp = false;

	if (!t.n || (!memchr(t.p, '\n', t.n) && !memchr(t.p, '\r', t.n)))
		return false;
	while (at < t.n) {
		size_t end = ew_look_for(t, at, "\n\r\n\r\n\r\n\r");
		struct line l = split_line(ew_bytes(t.p + at, end - at));
		/* *3 CR LF $3: an array of strings as Redis writes it. */
		if (resp && l.words == 1 && l.word[0].n > 1 && l.word[0].p[0] == '$' &&
		    all_digits(ew_bytes_from(l.word[0], 1)))
			return find(f_r, at, end, "a command to Redis in a line of its own");
		if (l.words)
			resp = l.words == 1 && l.word[0].p[0] == '*' && command_alone(&l);
		bool ended = end + 1 < t.n && t.p[end] == '\r' && t.p[end + 1] == '\n';
		if ((at || ended) && !resp && (command_alone(&l) || (key && command_behind_key(&l))))
			return find(f_r, at, end, "a command to a key-value store in a line of its own");
		if (at == 0)
			key = l.words <= 1 && ended;
		at = end + 1;
	}
	return false;
}

/* EVAL "return redis.call('keys', '*')" 0 */
static bool redis_script(struct ew_bytes t, struct ew_finding *f_r)
{
	size_t i = ew_skip_blanks(t, 0), call;
	struct ew_bytes first = word_at(t, i);

	if (!is(first, "eval") && !is(first, "fcall") && !is(first, "script"))
		return false;
	call = ew_bytes_find_nocase(t, i, EW_LIT("redis.call("));
	if (call == SIZE_MAX)
		call = ew_bytes_find_nocase(t, i, EW_LIT("redis.pcall("));
	return call != SIZE_MAX && find(f_r, call, call + 10, "a script for Redis");
}

bool ew_nosqli_parser(struct ew_bytes t)
{
	static const char *const parsers[] = { "boost",    "child",  "collapse", "dismax",
					       "edismax",  "frange", "func",     "graph",
					       "join",     "lucene", "parent",   "prefix",
					       "query",    "raw",    "surround", "terms",
					       "xmlparser" };

	if (t.n < 4 || t.p[0] != '{' || t.p[1] != '!')
		return false;
	struct ew_bytes w = word_at(t, 2);
	uint8_t next = ew_byte_at(t, 2 + w.n);
	if (next == '=') /* of a parameter: type=func */
		return is(w, "type") || is(w, "q.op") || is(w, "df") || is(w, "v") ||
		       is(w, "cache");
	return (next == ' ' || next == '}') && IN(parsers, w);
}

bool ew_nosqli_commands(struct ew_bytes w)
{
	static const char *const words[] = { "acl",    "client",    "config",  "debug",
					     "eval",   "flushall",  "flushdb", "migrate",
					     "module", "replicaof", "script",  "slaveof" };

	return IN(words, w);
}

/* EVAL "return 1" 0   CONFIG SET dir /var/www   SLAVEOF x 6379 */
bool ew_nosqli_command(struct ew_bytes t)
{
	static const char *const settings[] = { "bind",        "dbfilename", "dir",
						"logfile",     "masterauth", "protected-mode",
						"requirepass", "save",       "slave-read-only" };
	static const char *const of_clients[] = { "addr", "id", "laddr", "type", "user" };
	struct line l = split_line(t);
	size_t n = l.words < 6 ? l.words : 6;

	if (n == 0 || memchr(t.p, '\n', t.n) || !ew_nosqli_commands(l.word[0]))
		return false;
	struct ew_bytes second = n > 1 ? l.word[1] : l.word[0];
	if (is(l.word[0], "flushall") || is(l.word[0], "flushdb"))
		return n == 1 || (n == 2 && (is(second, "async") || is(second, "sync")));
	if (is(l.word[0], "config"))
		return l.words == 4 && is(second, "set") && IN(settings, l.word[2]);
	if (is(l.word[0], "slaveof") || is(l.word[0], "replicaof"))
		return n == 3 && (all_digits(l.word[2]) || is(l.word[2], "one"));
	if (is(l.word[0], "module"))
		return n >= 3 && is(second, "load") && l.word[2].p[0] == '/';
	if (is(l.word[0], "debug"))
		return (n == 3 && is(second, "sleep") && all_digits(l.word[2])) ||
		       (n == 2 && is(second, "segfault"));
	if (is(l.word[0], "acl"))
		return n >= 4 && is(second, "setuser");
	if (is(l.word[0], "script"))
		return n >= 3 && is(second, "load") && memchr("'\"", l.word[2].p[0], 2);
	if (is(l.word[0], "client"))
		return n >= 3 && is(second, "kill") &&
		       (memchr(l.word[2].p, ':', l.word[2].n) || IN(of_clients, l.word[2]));
	if (is(l.word[0], "migrate"))
		return n == 6 && all_digits(l.word[2]);
	/* eval "$(x)" of a shell has no number behind it */
	size_t open = (size_t)(second.p - t.p), i = open + 1;
	if (n < 3 || !memchr("'\"", second.p[0], 2))
		return false;
	while (i < t.n && t.p[i] != t.p[open])
		i += t.p[i] == '\\' ? 2 : 1;
	size_t keys = i < t.n ? ew_skip_blanks(t, i + 1) : t.n, end = keys;
	while (end < t.n && t.p[end] >= '0' && t.p[end] <= '9')
		end++;
	return end > keys && (end == t.n || t.p[end] <= ' ');
}

/* OR *:*    ../_all_docs    {!xmlparser v=... */
static bool document_query(struct ew_bytes t, struct ew_finding *f_r)
{
	size_t i = ew_bytes_find(t, 0, EW_LIT("*:*"));

	if (i != SIZE_MAX && i >= 4) {
		size_t end = i;
		while (end && (t.p[end - 1] <= ' ' || t.p[end - 1] == '('))
			end--;
		if (end >= 3 && end < i && t.p[end - 3] <= ' ' && is(ew_bytes(t.p + end - 2, 2), "or"))
			return find(f_r, end - 2, i + 3, "a query for all documents behind a value");
	}
	if (i == 0 && is(word_at(t, ew_skip_blanks(t, 3)), "or"))
		return find(f_r, 0, 3, "a query for all documents");
	i = ew_bytes_find(t, 0, EW_LIT("_query_:"));
	i = i == SIZE_MAX ? ew_skip_blanks(t, 0) : i + 8 + (ew_byte_at(t, i + 8) == '"');
	if (ew_nosqli_parser(ew_bytes_from(t, i)))
		return find(f_r, i, i + 2, "a parser of Solr chosen by the value");
	for (size_t k = 0; k < t.n; k++) {
		if (t.p[k] <= ' ')
			return false; /* a path has no blanks, prose has */
		if (t.p[k] != '_' || (k && t.p[k - 1] != '/'))
			continue;
		struct ew_bytes w = word_at(t, k);
		if (ew_nosqli_view(w))
			return find(f_r, k, k + w.n, "a view of all documents of CouchDB");
	}
	return false;
}

static bool find_nosqli(const struct ew_operand *o, struct ew_finding *f_r)
{
	static const char *const names[] = { "attributevaluelist", "script_fields", "script_score",
					     "scripted_metric" };

	if (o->on_name && operator_in_name(o->text, f_r))
		return true;
	if (o->on_name && IN(names, o->text))
		return find(f_r, 0, o->text.n, "a condition or script as a part of a query");
	if (ew_nosqli_command(o->text))
		return find(f_r, 0, o->text.n, "a command to Redis");
	return operator_in_text(o->text, f_r) || ew_nosqli_script(o->text, f_r) ||
	       command_line(o->text, f_r) || redis_script(o->text, f_r) || document_query(o->text, f_r);
}

static const char *const gates[] = {
	"this *\\. *[a-z0-9_]+ *\\.",
	"return +(?:false|function|new|null|this|true|[0-9])",
	"load +csv +(?:from|with)",
	"call +(?:apoc|db|dbms|gds|tx) *\\.",
	"detach +delete",
	"allow +filtering",
	"_(?:all_d|temp_v)",
	"script(?:_fields|_score|ed_metric)",
	"attributevaluelist",
	"^[ \t]*(?:acl +setuser|client +kill|config +set|debug "
	"+se?[gl]|flushall|flushdb|migrate|(?:replica|slave)of) *",
	NULL,
};

const struct ew_analyser ew_analyser_nosqli = {
	.name = "nosqli",
	.about = "operators and code of document, graph and key-value stores",
	.gate = gates,
	.may = ew_nosqli_may,
	.wants_folded = true,
	.find = find_nosqli,
};
