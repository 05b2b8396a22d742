/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* `sqli`: a value that, placed where a statement has a value, changes what the statement is.
 *
 * The value is read in each place where functions put values: in the open, as a number or a name of a column, and
 * within each kind of quotes, which its first quote of that kind closes.  Which quote is the first depends on the
 * database and on what the function escaped, so both readings of doubled quotes and of backslashes are tried;
 * no other quote can be the one, and that, not a list of harmless texts, is why O'Brien and 'a' or 'b' are left
 * alone.  What follows is for sql_shape.c. */

#include "../words.h"
#include "sql_shape.h"

enum { WINDOW = 192 }; /* tokens that are read in one place */

static bool read_on(struct ew_bytes text, size_t at, struct ew_sql_place place, struct ew_finding *f_r)
{
	struct ew_sql_token t[WINDOW];

	/* A bracket closes too much else: what follows must be a word, a comment, a semicolon, && or ||. */
	if (place.quote == ']' && at < text.n && !ew_word_byte(text.p[at])) {
		uint8_t c = text.p[at], next = at + 1 < text.n ? text.p[at + 1] : 0;
		if (!strchr(";#&|-/)} \t\n", c) || (c == '-' && next != '-') || (c == '/' && next != '*'))
			return false;
	}
	/* Nothing that is not an operator follows a quote that closes: most texts end here. */
	if (place.quote) {
		if (at < text.n && ew_word_byte(text.p[at]) && text.p[at] < 0x80) {
			size_t n = 1;
			while (n < text.n - at && ew_word_byte(text.p[at + n]))
				n++;
			if (!ew_sql_class_of(ew_bytes(text.p + at, n)))
				return false;
		}
	}
	return ew_sql_shape(text, t, ew_sql_lex(text, at, t, WINDOW), place, f_r);
}

/* The quote that closes a string around the text, at or after `from`; the offset past it, 0 if there is none. */
static size_t past_close(struct ew_bytes text, uint8_t quote, bool doubled, bool escaped)
{
	size_t i = 0;

	while (i < text.n) {
		const uint8_t *p = text.p[i] == quote ? text.p + i : memchr(text.p + i, quote, text.n - i);
		if (!p)
			return 0;
		i = (size_t)(p - text.p) + 1;
		size_t slashes = 0;
		while (escaped && slashes < i - 1 && slashes < 16 && text.p[i - 2 - slashes] == '\\')
			slashes++;
		if (slashes % 2)
			continue;
		if (!doubled || i >= text.n || text.p[i] != quote)
			return i;
		i++;
	}
	return 0;
}

static bool find_behind_quote(struct ew_bytes text, uint8_t quote, struct ew_finding *f_r)
{
	size_t tried[4] = { 0 };

	if (!memchr(text.p, quote, text.n))
		return false;
	for (unsigned reading = 0; reading < 4; reading++) {
		size_t at = past_close(text, quote, reading & 1, reading & 2);
		bool again = at == 0;
		for (unsigned i = 0; i < reading; i++)
			again |= tried[i] == at;
		tried[reading] = at;
		if (again)
			continue;
		struct ew_sql_place place = { .quote = quote, .first = at == 1 };
		if (quote == ']' && (memchr(text.p, '[', at) || at < 2 || text.p[at - 2] == '\\'))
			continue;
		place.before = at > 1 ? text.p[at - 2] : 0;
		place.prose = memchr(text.p, ' ', at);
		if (read_on(text, at, place, f_r)) {
			f_r->from = at - 1;
			return true;
		}
	}
	return false;
}

static bool find_sqli(const struct ew_operand *o, struct ew_finding *f_r)
{
	struct ew_bytes text = o->text;
	size_t at = 0;

	if (text.n < 3)
		return false;
	/* A path is no statement, but its last step may be a value. */
	if (text.p[0] == '/') {
		const uint8_t *blank = memchr(text.p, ' ', text.n);
		at = blank ? (size_t)(blank - text.p) : text.n;
		while (at && text.p[at - 1] != '/')
			at--;
	}
	return read_on(text, at, (struct ew_sql_place){ .first = true }, f_r) ||
	       find_behind_quote(text, '\'', f_r) || find_behind_quote(text, '"', f_r) ||
	       find_behind_quote(text, '`', f_r) || find_behind_quote(text, ']', f_r);
}

/* Pieces of the gates.  What the lexer skips or may find between two words: BLANK; in front of an operand, SIGNS.
 * Whatever may follow: NEXT ends a word.  */
#define BLANK "\\x00-\\x20\\x7f\\xa0\\xc2"
#define NEXT "[^a-z0-9_$]"
#define COMMENT "(?:/\\*|\\*/|--|#)"
#define SIGNS "[" BLANK "()+~!@:.*/{-]*"
#define CLOSED "[\\x27\"`][" BLANK ")}]*"
/* Words behind which a condition or an operand begins, not at the end of a longer one. */
#define ASKS \
	"(?:(?:(?:^|[^a-z_]|\\\\n)(?:x?or|and|not|having|when|if|elt|make_set|all|any|binary|distinct" \
	"|interval|prior|some))|&&|\\|\\|)" SIGNS
#define VERBS \
	"(?:alter|analyze|attach|backup|begin|bulk|call|commit|copy|create|dbcc|deallocate|declare" \
	"|delete|deny|desc(?:ribe)?|do|drop|exec(?:ute)?|explain|flush|grant|handler|import|insert" \
	"|kill|listen|load|lock|merge|notify|optimize|pragma|prepare|print|raiserror|reconfigure" \
	"|rename|replace|reset|restore|revoke|rollback|select|set|show|shutdown|truncate|update|use" \
	"|vacuum|waitfor|while|with)"

#define CLAUSES \
	"(?:" VERBS \
	"|and|as|asc|at|between|collate|contains|cross|div|else|end|escape|except|fetch|for|from" \
	"|glob|group|having|ilike|in|inner|intersect|into|is|isnull|join|left|like|limit|match" \
	"|minus|mod|natural|not|notnull|nulls|offset|on|or|order|outer|overlaps|procedure|qualify" \
	"|regexp|returning|right|rlike|similar|sounds|then|to|union|using|when|where|window|xor)" NEXT

static const char *const gate[] = {
	/* A quote, then an operator, a comment, */
	CLOSED "[-+*/%^&|<>=!~,:;#?@(]",
	/* or a word that is one, or begins a clause or a statement. */
	CLOSED CLAUSES,
	"\\][" BLANK ")}]*(?:[;#&|]|" COMMENT "|" CLAUSES ")",
	/* A condition: an operand that is a constant, */
	ASKS "(?:(?:_[a-z0-9]{1,16}|[benqx]{1,2})?[\\x27\"]|[0-9$\\\\`\\[]|\\{[a-z]|" COMMENT ")",
	ASKS "(?:true|false|null|unknown|(?:current|session|system)_|sysdate|localtime|case" NEXT ""
	"|select" NEXT
	     "|(?:if|exists)[" BLANK "]*(?:\\(|" COMMENT "))",
	/* or a name that is compared or called. */
	ASKS "[\\w.$\\x80-\\xff]{1,64}[" BLANK ")}]*[-=<>!~(+*%^|&/\\[#?@:{.`\"]",
	/* The rest commented out. */
	COMMENT "[" BLANK "+#/*-]*$",
	";\\x00",
	/* Another query or statement. */
	"(?:union|except|intersect|minus)" NEXT ".*(?:select|values|table)",
	";[" BLANK "}]*(?:" COMMENT "|sleep|" VERBS "(?:" NEXT "|$))",
	"\\([" BLANK "+()]*(?:select" NEXT "|" COMMENT ".*select)",
	"(?:order|group)[" BLANK "+]*(?:" COMMENT "|by" NEXT ")",
	"waitfor" NEXT,
	"declare[" BLANK "]*(?:[@:$]|" COMMENT ")",
	"exec(?:ute)?[" BLANK "]*(?:[(@:$]|" COMMENT "|[" BLANK "](?:xp_|sp_|master\\.|sys\\.|immediate))",
	"(?:into|from|to)[" BLANK "+]*(?:" COMMENT "|(?:outfile|dumpfile|program)" NEXT ")",
	"procedure" NEXT ".*analyse",
	/* Calls and names that only databases have. */
	"(?:benchmark|database_to_xml|dblink|dblink_connect|dblink_exec|dblink_send_query|extractvalue"
	"|fn_trace_gettable|fn_varbintohexstr|fn_xe_file_target_read_file|gtid_subset|gtid_subtract"
	"|httpuritype|lo_export|lo_from_bytea|lo_get|lo_import|load_extension|load_file|opendatasource"
	"|openquery|openrowset|pg_ls_dir|pg_read_binary_file|pg_read_file|pg_sleep|pg_sleep_for"
	"|pg_sleep_until|pg_stat_file|query_to_xml|randomblob|st_latfromgeohash|st_longfromgeohash"
	"|st_pointfromgeohash|sys_eval|sys_exec|sys_get|table_to_xml|updatexml|xmltype)[" BLANK "/({#-]",
	"(?:dbms_|utl_|ctxsys\\.|user_lock\\.)[\\w.$\\x80-\\xff]{1,64}[" BLANK "/({#-]",
	"(?:^|[^a-z_])sleep[" BLANK "]*(?:[({]|" COMMENT ")",
	"cha?r[" BLANK "]*(?:[({]|" COMMENT ")",
	"concat[" BLANK "]*(?:\\([" BLANK "]*(?:0x|" COMMENT ")|" COMMENT ")",
	"@@[a-z]",
	"[0-9]\\.e[({]",
	"(?:all_(?:cons_columns|constraints|objects|tab_cols|tab_columns|tab_privs|tables|users|views)"
	"|dba_[a-z]{4}|innodb_table_stats|information_schema|msys(?:access)?(?:ac|ob|qu|re)[a-z]"
	"|performance_schema|pg_(?:attribute|authid|catalog|class|database|group|namespace|proc|roles"
	"|settings|shadow|stat_activity|tables|user|views)|rdb\\$|session_privs|sqlite_(?:master"
	"|schema|sequence|temp_master)|svv_tables|sys(?:adm|cat|columns|comments|databases|dummy1|ibm"
	"|logins|master|objects|processes|tables|users|xlogins)|user_(?:catalog|cons_columns"
	"|constraints|objects|password_history|tab_cols|tab_columns|tables|users|views)"
	"|g?v\\$[a-z])(?:" NEXT "|[a-z$_]|$)",
	"(?:master|msdb|mysql|sys)[`\"\\]]?[" BLANK "]*(?:\\.|" COMMENT ")",
	NULL,
};

const struct ew_analyser ew_analyser_sqli = {
	.name = "sqli",
	.about = "a value that changes the shape of an SQL statement it is placed in",
	.gate = gate,
	.wants_folded = true,
	.find = find_sqli,
};
