/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The analyser `sqli`: what it leaves alone.  With $EW_SUITES also the values of events of others. */

#include "analysed.h"
#include "suites.h"

#include <dirent.h>
#include <stdlib.h>

static const char *const left[] = {
	"O'Brien", "D'Arcy and sons", "it's or isn't", "It's 5 o'clock and we're late", "rock 'n' roll",
	"rock'n'roll", "5' 10\" tall", "about 5' or 6'", "about 5' or 6", "12\" or larger", "6' x 4' -- approx",
	"5\" x 7\"", "24\" - 36\"", "6'-7\"", "5'-6'", "Tom's -- and Ann's", "the boys' and girls' room",
	"the boys' or the girls' room", "the boys' and girls", "students' union",
	"the students' union select committee", "parents' and teachers' evening -- all welcome",
	"the dogs' and cats -- both", "'a' or 'b'", "\"yes\" or \"no\"", "'yes' and 'no' are both fine",
	"choose \"x\" or 1", "the keywords 'and', 'or' and 'not' are reserved", "use 'or' instead of 'and'",
	"use '-' for stdin", "the '+' sign", "unexpected token '='", "unexpected token '=' at line 3",
	"press '#'", "channel '#general'", "glob '/*' matches all", "use '--' to end options",
	"words such as 'like' and 'unlike'", "he said 'like' a lot", "she 'is' the one", "'in' and 'out'",
	"select one from the list", "please select (all) that apply", "(select one from the list below)",
	"(select one)", "(see 'x') or (y)", "select the union members from the list; drop us a line -- thanks",
	"The European Union select committee met today", "credit union select committee", "Union Select Hotel",
	"A credit union select list, with many members from France", "union of select items",
	"the union of all select lists", "Student Union", "drop table reservations by Friday",
	"Move the chairs; drop table reservations by Friday", "Thanks; select one from the list",
	"first do this; drop table reservations after that", "5 items; drop off at noon", "buy 2; update us soon",
	"insert coin; delete nothing", "1 or 2 = maybe", "1 or 2", "1 and 1", "5 or 6 # roughly",
	"5 or 6 -- roughly", "version 1 or 2", "10 and 20 = too many", "and 1 = one", "and 7 oranges", "or else",
	"or 5", "and so on", "-- signature", "# heading", "# Heading\n\nSome text, it's \"quoted\" -- and more",
	"x = 1 and y = 2", "WHERE id = 1", "where status = 'open' and id = 3", "a=1&b=2", "a=1&&b=2",
	"region = \"eu\" and price > 5", "type = 'order' or type = 'refund'", "name eq 'x' or price gt 3",
	"$filter=Name eq 'Milk' or Price gt 3", "Name eq 'Milk' and Price lt 2.55",
	"contains(Name,'or') and Price gt 3", "status:open OR title:\"x\"",
	"status:open AND (author:bob OR author:\"ann lee\")",
	"project = ABC AND status = \"In Progress\" ORDER BY created DESC",
	"assignee in (a, b) and status != Done order by updated", "{ $.errorCode = \"*Unauthorized\" }",
	"{ ($.eventName = ConsoleLogin) && ($.errorMessage = \"Failed\") }",
	"input.method == \"GET\"; input.path == \"/\"",
	"request.auth.claims.role == 'admin' && resource.type == 'x'", "x > 0 && y < 5",
	"github.ref == 'refs/heads/main' && github.event_name == 'push'",
	"${{ github.event_name == 'push' || github.ref == 'x' }}", "${{ secrets.TOKEN }}",
	"always() && (needs.a.result == 'success' || needs.b.result == 'skipped')", "success() || failure()",
	"if (x == 'a' || y == 'b') return 1;", "if (a == 1 and b == 2):", "const a = b || 'default';",
	"let x = y && z;", "x = foo('a', b='c')", "' or '.join(parts)", "\" and \".join(conds)",
	"' AND '.join(where) + ';'", "\"SELECT * FROM t WHERE \" + ' and '.join(x)",
	"mysql_query('x') or die('err')", "fopen(\"f\") or die(\"x\")", "name = '' or y = ''",
	"key=\"\" and other=\"x\"", "foo('') or bar('')", "time.sleep(5)", "await sleep(1000)", "r = sleep(5)",
	"call sleep(5) here", "load_file('config.json')", "user = load_file(path)", "run the benchmark (twice)",
	"I sleep well!", "I like you!", "like this", "like 5 of them", "having fun", "having 1 = one",
	"in case (abc)", "in (0,1)", "case closed", "if (abc) then", "=IF(A1=1,\"yes\",\"no\")", "=SUM(A1:A5)",
	"IF(a=1,b,c)", "SELECT name FROM users WHERE id = 3", "SELECT a, b FROM t ORDER BY a LIMIT 10",
	"SELECT * FROM t WHERE 1=1 AND x = 2", "select count(*) from orders where status = 'open'",
	"SELECT a FROM x UNION SELECT a FROM y", "we ran SELECT name FROM users WHERE id=3; and it was slow",
	"Query failed: SELECT * FROM orders WHERE id = 7 -- timeout",
	"LOG:  duration: 12.3 ms  statement: SELECT id FROM t WHERE a = $1 AND b = 'x'",
	"CREATE TABLE a (id int);", "CREATE TABLE a (id int); INSERT INTO a VALUES (1);",
	"ALTER TABLE users ADD COLUMN age int;\nUPDATE users SET age = 1;",
	"INSERT INTO t (a, b) VALUES (1, 'x')", "UPDATE t SET a = 1 WHERE id = 2", "DELETE FROM t WHERE id = 4",
	"DROP TABLE users", "drop table users in the migration", "Drop table users",
	"BEGIN; UPDATE a SET b = 1; COMMIT;", "WHERE 1=1 AND active = true", "ORDER BY name", "order by 10 pm",
	"99 order by 5 people", "created_at desc", "name asc, id desc", "id,name,price", "51--ZfvVzOI", "!@#",
	"!@#$%^&*()", "a--b", "foo -- bar", "5--3", "1-1", "1+1=2", "2+2=4", "1 < 2", "1=1", "a=a",
	"x^2 + y^2 = r^2", "f'(x) = 0", "f'=0", "y' = 2x", "e = mc^2", "[^']*", "'[^']*'", "\"[^\"]*\"",
	"^(?:'|\")or$", "/\\*.*?\\*/", "a or b", "true or false", "0 or 1", "yes or true", "x || 1",
	"timeout || 5000 // default", "a || b || 'c'", "npm ci && npm test", "make && make install",
	"cd /tmp && ls -la | grep 'x' || true", "grep -v '#' file | sort", "echo \"#\" > x", "cut -d'=' -f2 file",
	"tr ',' '\\n'", "sed 's/a/b/' file", "awk '{print $1}' file", "IFS='-' read -r a b",
	"git commit -m 'fix: it' -- src", "git rebase -i HEAD~3", "docker run --rm -it alpine sh -c 'echo 1'",
	"curl -X POST -d '{\"a\":1}' http://localhost/", "psql -c \"SELECT 1\"", "mysql -e 'show tables'",
	"default-src 'self'; script-src 'self' 'unsafe-inline'", "default-src 'none'",
	"Content-Type: text/html; charset=\"utf-8\"", "theme=dark; update=2; select=x",
	"color: red; background: url('x.png')", "a { color: '#fff' } /* x */", "<a href=\"x\" class='y'>it's</a>",
	"<p>Don't \"quote\" -- me</p>", "{\"a\": \"b\", \"c\": [1, 2]}", "[\"a\",\"b\"]", "\"a\",\"b\",\"c\"",
	"\"\",\"x\"", "1,\"x\",\"y\"", "'a','b'", "x','y", "5\",6\",7\"", "','", "'; '", "\"; \"", "' '", "'%'",
	"'*'", "'=='", "''", "\"\"", "'", "\"", "`x`", "`or`", "`--`", "use `a` or `b`",
	"run `make; make install` first", "try `; drop table users` in the console", "| a | b |", "|---|---|",
	"- item -- note", "* item 'x' or \"y\"", "1) first", "1) first or second", "a) or b)", "(1) or (2)",
	"2020-01-01", "2020-01-01 or later", "550e8400-e29b-41d4-a716-446655440000", "10.0.0.1", "::1",
	"http://example.com/a?b=1&c='x'", "https://example.com/search?q=union+select+committee", "/usr/bin/env",
	"/a/b/c or /d/e", "C:\\Program Files\\x", "user@example.com", "\"Ann Lee\" <ann@example.com>",
	"\"O'Brien, Pat\" <pat@example.com>",
	"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/1.0 Safari/537.36",
	"text/html,application/xhtml+xml,*/*;q=0.8", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
	"YWJjIG9yIDE9MQ==", "SGVsbG8+d29ybGQ/",
	"Traceback (most recent call last):\n  File \"x.py\", line 3, in <module>\n    raise KeyError('id')",
	"java.sql.SQLException: ORA-00933: SQL command not properly ended",
	"ERROR: syntax error at or near \"from\" LINE 1: select a from",
	"You have an error in your SQL syntax near '' at line 1", "ERROR 1064 (42000): near '--' at line 1",
	"near \"or\": syntax error", "Unknown column 'x' in 'where clause'",
	"can't open 'a' or 'b': No such file", "key 'a' = 'b' is set", "level=info msg=\"it's done\" id=5 and=6",
	"set 'a' to 'b' and 'c' to 'd'", "the value '1' and '2'", "'1' or '2'", "the '90s and 80s",
	"in the '80s or '90s", "'tis the season", "rock 'n roll' and pop", "l'\xc3\xa9t\xc3\xa9 et l'hiver",
	"aujourd'hui", "qu'il or qu'elle", "'Twas \"nice\" or \"fine\"", "100% cotton", "50% or more", "Q&A",
	"R&D && more", "AT&T", "C'est la vie -- n'est-ce pas", "don't--just don't", "I'd say 2 and 2 = 4",
	"we know that 2 and 2 = 4", "either a = b or c = d", "x = y or y = x", "if a = b then c = d",
	"let x = 1 and y = 2", "user=admin and role=root", "price between 5 and 10", "quantity in (1,2,3)",
	"name like 'A%'", "created > '2020-01-01' and created < '2021-01-01'", "a is null or b is not null",
	"not a and not b", "id = 5 and length(name) > 3", "round(x) > 5 and abs(y) < 2",
	"tag in ('a','b') or tag = 'c'", "resource.labels.x=\"y\" AND severity>=ERROR",
	"fields @timestamp, @message | filter @message like /ERROR/ | sort @timestamp desc",
	"sum(rate(http_requests_total{job=\"x\"}[5m])) by (code) > 0 and on() vector(1)",
	"up == 1 and on(job) x > 0", "T1.id = T2.id", "a.b.c", "1.2.3", "v1.2.3 -- stable", "10 -- ten",
	"1 -- one", "1 #1", "item #5", "#5", "C# or F#", "issue 'a' or #5", "sorry; my bad", "yes; set it to 5",
	"Note; use master branch", "hello; call me (later)", "ok; commit", "done; exit", "ready; begin",
	"stop; shutdown the server", "1; 2; 3", "a;b;c", "name;age;city", "x;y,z;1",
	"Hi; insert into the form your name", "Mr. Smith; update the set please",
	"lorem ipsum' dolor -- sit amet", "He said \"no\" --", "\"Quote\" -- Author", "'Quote' -- Author",
	"\"-- text --\"", "'-- text --'", "'/* comment */'", "/* comment */", "/* it's */ x", "// it's \"x\"",
	"<!-- it's -->", "a /* b */ c", "@version", "@media (min-width: 5px) and (max-width: 10px)",
	"@@ -1,5 +1,6 @@", "diff --git a/x b/x", "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-it's\n+its", "x@@y",
	/* more prose */
	"The company's \"union\" and the workers' council", "She said: 'or maybe not' -- and left",
	"It's 50% off -- today only; drop by!", "Don't select 'all' or 'none'", "order by 5pm, collect tomorrow",
	"Please order by 3", "group by age", "We'll call; update you later; delete nothing",
	"Insert the key; select reverse; drop the clutch", "from here to there",
	"Where there's a will, there's a way", "having said that, 1 = 1 is true",
	"One plus one = two, and two = 2", "Is 1 = 1 or 2 = 2 true?", "He's 6'2\" and she's 5'7\"",
	"6'2\" or 6'3\"", "Screen 15.6\" - 1920x1080", "The '80s' best -- and worst", "Jack's, Jill's or Bob's",
	"the authors' names, not the editors'", "the players' or coaches' decision",
	"Dogs' breakfast; cats' dinner", "Q1'24 vs Q1'23", "FY'24 or FY'25", "'24 or '25", "class of '99 and '00",
	"McDonald's or Wendy's -- whichever is open", "\"Don't\"--she said", "\"Stop!\"; \"Go!\"",
	"\"A\" -- \"B\"", "\"a\" > \"b\"", "\"1\" or \"2\"", "'1','2','3'", "'a', 'b' and 'c'",
	"(\"a\" or \"b\") and \"c\"", "(\"x\", \"y\")", "('x', 'y')", "(\"a\", 1, 2)",
	"title: \"x\" or \"y\" -- z", "<b>\"x\"</b> or 'y'", "He typed ' and then \"",
	"quote ' or double quote \"", "the ' character", "the \" and ' characters", "use ' or \"",
	"either ' or \" works", "a ' b \" c", "' and \"", "a single ' here", "trailing '", "trailing \"",
	"' leading", "\" leading", "'t Hof", "'s-Hertogenbosch", "Rock & Roll's #1 hit", "Top #1 or #2",
	"C#, F# and J#", "#1", "#hashtag or #other", "-- ", "---", "----", "--x", "-- x", "# x", "/* x */", "/*",
	"*/", "; ", ";;", "a; b", "a;", "1;", "1--", "5 - 3", "5 -- 3", "1#",
	/* queries and filters of others */
	"SELECT * FROM c WHERE c.type = 'x' AND c.age > 5",
	"SELECT temperature FROM 'iot/+/data' WHERE temperature > 50",
	"SELECT * FROM 'a/b' WHERE x = 'y' or z = 1", "SELECT a.b AS c FROM d",
	"select * from orders o join items i on o.id = i.id where o.total > 10 order by o.id desc limit 5",
	"INSERT INTO users (name) VALUES ('O''Brien')", "UPDATE users SET name = 'x', age = 3 WHERE id = 4",
	"DELETE FROM sessions WHERE expires < now()", "CREATE INDEX i ON t (a, b)",
	"ALTER TABLE t ADD COLUMN c int", "GRANT SELECT ON t TO u", "BEGIN", "COMMIT", "SHOW TABLES",
	"USE master", "EXPLAIN SELECT 1", "SELECT 1", "SELECT now()", "select version", "select count(*) from t",
	"SELECT COUNT(*) FROM t WHERE a IS NOT NULL AND b LIKE 'x%'",
	"SELECT CASE WHEN a > 1 THEN 'x' ELSE 'y' END FROM t", "SELECT id FROM a WHERE id IN (SELECT id FROM b)",
	"WITH x AS (SELECT 1) SELECT * FROM x", "SELECT * FROM a; SELECT * FROM b;",
	"INSERT INTO a VALUES (1); INSERT INTO a VALUES (2);",
	"DROP TABLE IF EXISTS tmp; CREATE TABLE tmp (id int);",
	"statement: UPDATE t SET a = 1 WHERE b = 'x' and c = 1",
	"2024-01-01 00:00:00 UTC LOG: statement: SELECT 1; ",
	"# Query_time: 1.2 Lock_time: 0 Rows_sent: 1\nSELECT * FROM t WHERE id = 1;",
	"pq: syntax error at or near \"or\"", "duplicate key value violates unique constraint \"users_pkey\"",
	"Incorrect syntax near '='.", "Unclosed quotation mark after the character string ''.",
	"Cannot find 'x' or 'y'", "expected ')' or ',' but found ';'", "expected \",\" or \"}\" near \"x\"",
	"Expected one of: '(', ')', '=', '-'", "unexpected 'or' in expression", "invalid operator '||'",
	"no such table: 'x'", "a = 'x' or b = 'y' and c in ('z')", "a = \"x\" and (b = \"y\" or c = \"z\")",
	"a = 1 or b = 2", "(a = 1) or (b = 2)", "a > 1 and b < 2", "a.b == \"c\" && d.e != 'f'",
	"a == null || b == null", "x != '' && y != \"\"", "x == '' or y == ''", "x == \"\" and y == \"\"",
	"if [ \"$x\" = \"y\" ] && [ \"$z\" = '' ]; then", "[ -z \"$x\" ] || echo 'y'", "test \"$x\" = 'y' && z",
	"[[ $a == \"b\" || $c == 'd' ]]", "while read -r l; do echo \"$l\"; done < x",
	"for i in 1 2 3; do echo $i; done", "x=1; y=2; export x", "echo 'a' || echo 'b'",
	"echo \"a\" && echo \"b\"", "echo 'a' 'b'", "echo ''", "echo \"it's\"", "printf '%s\\n' \"$x\"",
	"ls | grep -E 'a|b' && echo ok", "awk -F',' '{print $2}' x.csv", "find . -name '*.c' -or -name '*.h'",
	"find . -name '*.c' -exec grep x {} +", "tar -czf - . | ssh h 'cat > x'", "python -c 'import x; x.y()'",
	"sqlite3 x.db 'select * from t'", "sqlite3 x.db \"select count(*) from t where a = 'b'\"",
	"psql -c 'drop table x'", "psql -U x -c \"select 1; select 2\"",
	"mysql -uroot -e \"create database x; use x\"", "mysql -e 'show databases'", "sqlcmd -Q \"exec sp_who\"",
	"docker exec -it db psql -c \"vacuum\"", "kubectl exec pod -- sh -c 'ls'", "redis-cli get 'a'",
	"node -e 'console.log(\"x\" || 1)'", "perl -pe 's/\"//g; s/or/and/'", "return a || b;",
	"return \"x\" + y + \"z\";", "return 'x' + y + 'z';", "x = 'a' + \"b\" + 'c'", "x = \"it's\" + 'y'",
	"var a = b ? 'c' : \"d\";", "let q = `select ${x} from y`;",
	"const q = \"SELECT * FROM t WHERE id = \" + id;", "const q = 'SELECT * FROM t WHERE a = ? AND b = ?';",
	"query(\"SELECT * FROM t WHERE a = '\" + a + \"'\")", "db.query('select 1', [x])",
	"cursor.execute(\"SELECT * FROM t WHERE id = %s\", (id,))",
	"$sql = \"SELECT * FROM t WHERE id = '$id'\";", "\"WHERE id = '\" + id + \"' AND x = 1\"",
	"where(\"name = ?\", n).order('id desc')", "User.where(name: 'x').or(User.where(age: 1))",
	"filter(x__in=['a', 'b']) | filter(y=1)", "if x is not None and y == 'a':", "if x in ('a', 'b') or y:",
	"assert x == 1, \"x or y\"", "raise ValueError('x or y')", "print('a', 'b', sep=' -- ')",
	"except (A, B) as e:", "not (a and b)", "lambda x: x > 0 and x < 5", "a[0] == 'x' or a[1] == 'y'",
	"data['a'] or data['b']", "data[\"a\"] and data[\"b\"] == 1", "obj['x'] = 'y'", "arr[0]; arr[1]",
	"arr[i] || 0", "x] or y", "f(x)(y) or z", "(x or y) and z", "(1 or 2)", "(1, 2)", "1 + 2 = 3",
	"1 + 1 = 2 and 2 + 2 = 4", "1/2 or 3/4", "3 x 4 = 12", "a^2+b^2=c^2", "x = 1/2 -- half",
	"0 = off, 1 = on", "0=off;1=on", "1=yes,2=no", "1=1st, 2=2nd", "key=value; other=value2", "a=b&c=d&e=f",
	"a=b; c=d; path=/; HttpOnly", "session=abc'def; theme=\"dark\"", "utm_source=x&utm_campaign=it's",
	"Basic dXNlcjpwYXNz", "Bearer abc.def-ghi_jkl", "W/\"abc\"", "\"abc\", \"def\"",
	"\"33a64df551425fcc55e4d42a148795d9f25f89d4\"", "bytes=0-499", "max-age=0, must-revalidate",
	"en-US,en;q=0.9", "gzip, deflate, br", "multipart/form-data; boundary=\"--x\"",
	"attachment; filename=\"a b's.txt\"", "attachment; filename*=UTF-8''x.txt",
	"form-data; name=\"x\"; filename=\"y\"", "script-src 'nonce-abc' 'strict-dynamic'", "Accept: */*", "*/*",
	"0 */5 * * *", "rate(5 minutes)", "cron(0 12 * * ? *)", "*.example.com", "/a/*/b", "/a/{id}/b",
	"{{name}} or {{other}}", "{% if a == 'x' or b == \"y\" %}", "{\"$or\": [{\"a\": 1}, {\"b\": \"x\"}]}",
	"{\"query\": \"status = 'open' or id = 1\"}", "{\"a\": \"it's\", \"b\": 'x'}", "{'a': 'b', 'c': 1}",
	"{'a': \"b\" or 'c'}", "[1, 2, 'x']", "<x a=\"1\" b='2'/>", "<!-- x -- y -->",
	"<script>if (a == \"b\" || c) {}</script>", "body { font: 'x', \"y\"; }", "a:hover > b + c ~ d { }",
	".x::after { content: '\"'; }", "@import 'x.css';", "^'.*'$", "^\"(.*)\"$", "[\"'](.*?)[\"']",
	"'([^']|'')*'", "(?i)\\b(or|and)\\b", "\\d+ or \\w+", "s/'/\"/g", "%s or '%s'", "'%s'", "\"%d\" and '%s'",
	"'$x'", "\"${x}\" || '${y}'", "'{0}' or '{1}'", "'{}'", "'[]'", "'()'", "'...'", "'?'", "'!'", "'@'",
	"'a'", "'1'", "\"a\"", "\"1\"", "''''", "\"\"\"\"", "'\"\"'", "\"''\"", "'a''b'", "\"a\"\"b\"", "D'oh!",
	"y'all", "o'clock", "ma'am's", "'em", "'cause I'm 5' tall", "Hawai'i", "Qur'an", "Shi'a or Sunni",
	"rock'n'roll & jazz'n'blues", "L'Or\xc3\xa9" "al", "N'Djamena", "Xi'an", "C\xc3\xb4te d'Ivoire",
	"d'Artagnan and l'H\xc3\xb4pital", "can't, won't -- shan't", "10' x 12' or 10' x 14'",
	"10' or 12' -- either", "2\" x 4\"", "1/2\" or 3/4\"", "1\" = 25.4mm", "1' = 12\"", "5'; 6'",
	"45\xc2\xb0 30' 15\" N", "12' #2 cable", "9\" / 10\"", "9\", 10\" or 11\"", "60\" TV -- new",
	"Size: 5\" & 6\"", "1\" - 2\"", "1'-0\"", "20' container, 40' container", "40' HC or 20'",
	"id: 5' AND wide", "foo' bar", "foo\" bar", "foo' -- bar", "foo\" -- bar baz", "foo'; bar", "foo\"; bar",
	"foo') bar", "foo'). Bar", "foo'.", "foo',", "foo', bar", "foo', 'bar'", "foo' (bar)", "(foo')",
	"(the boys')", "[the boys'] or [girls']", "{x'}", "users' data; orders' data",
	"users' data: select from list", "customers' orders by region", "users' group by-laws",
	"boys' and girls' 100m", "boys' under 12", "girls' 4x100 -- final", "the Smiths' and the Joneses' cars",
	"parents' or guardians' signature -- required", "workers' union, select committee",
	"drivers' union selects leader", "teachers' union all select members",
	/* functions and clauses that are named */
	"call extractvalue(x) on it", "2 group by 3", "char(20)", "varchar(64), char(10)", "(select size here)",
	"1 or more",
	"1 or false",
	"1 or null",
	"accepts 1 or true",
	"-1 or 0",
	"-1 or greater",
	"1 is not null or empty",
	"value is 1 or true",
	"where=1=1&outFields=*&f=json",
	"1=1 AND STATE_NAME = 'Texas'",
	"5 > 3 #math",
	"a=5#section-2",
	"id=5#",
	"https://example.com/a?x=1#",
	"C=1#top",
	"quote from Bob--",
	"results from users -- thanks",
	"Password from HR",
	"password from email, then the code",
	"count(*) from logs",
	"count(*) from the list",
	"* from the kitchen",
	"* from users",
	"* item one\n* item two",
	"list * from index",
	"max(price), min(price) from products where region = 'eu'",
	"user(), database(), version()",
	"version() from package.json",
	"1 as integer",
	"5 as a percentage -- approx",
	"1 for update, 2 for delete",
	"10 for you",
	"update of users; delete from cache",
	"for update of prices, see the list",
	"$$ x = 1 or y = 2 $$",
	"$$\\sum_{i=1}^n i$$ or 1",
	"cost is $5 or $6 -- roughly",
	"price in US$ or EUR",
	"$1$abc$X or 1",
	"$2b$12$abcdefghijklmnopqrstuv",
	"$user$ or admin",
	"US$ and CA$ = 2",
	"${a} or ${b}",
	"] or [",
	"1-2,3-4",
	"2*version",
	"1*len(x)",
	"1+abs(y)",
	"2 * mod(x, 3) - 1",
	"iif(a = b, 1, 0)",
	"IIf([Price] > 10, \"high\", \"low\")",
	"if(a = 1, b, c)",
	"=IF(LEN(A1)>5,MID(A1,1,5),A1)",
	"IF(ISBLANK(A2),\"\",VLOOKUP(A2,B:C,2,0))",
	"asc, desc",
	"desc, name asc",
	"asc",
	"drop database migration until Monday",
	"Drop database course by Friday",
	"DROP DATABASE IF EXISTS test",
	"CREATE DATABASE app; DROP DATABASE test",
	"delete from cart where id = 1",
	"DELETE FROM sessions WHERE expires_at < now()",
	"UPDATE t SET a = 1 WHERE 1 = id",
	"SELECT * FROM t WHERE 1=1 AND a = 2",
	"key'='value",
	"a'='b",
	"f'=f'(x)",
	"x' = x + 1",
	"data-a='b' data-c='d'",
	"on duplicate key update",
	"INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = 2",
	"It's on conflict (of interest) do not",
	"'unload (\"x\")'",
	"'; unload the truck",
	"select top 3 and skip 1 of them",
	"'; copy into folder",
	"count(x) from a union of sets",
	"name from users union members",
	"a,b from t",
	"rock 'n' roll or 1",
	"5, name=true where possible--",
	"5, admin=true where x",
	"id],[name",
	"[\"a\"],[\"b\"] from [c]--",
	"list of [a],[b]",
	"users where id=1",
	"name) values (x)",
	"it's 5 if you wait",
	"echo 'a'; ls --all",
	"echo 'x'; git log --",
	"'a'; b--",
	"the boys'; see note--",
	NULL,
};

enum { FILE_MOST = 1 << 20 };

/* Texts between double quotes, escapes undone where that is one byte for two, and lines. */
static size_t ask_file(struct analysed *t, const char *path, size_t *found)
{
	static uint8_t data[FILE_MOST], value[FILE_MOST];
	FILE *f = fopen(path, "rb");
	size_t n = f ? fread(data, 1, sizeof(data), f) : 0, asked = 0;

	if (f)
		fclose(f);
	for (size_t i = 0; i < n; i++) {
		if (data[i] != '"')
			continue;
		size_t m = 0;
		for (i++; i < n && data[i] != '"'; i++) {
			bool escaped = data[i] == '\\' && i + 1 < n;
			i += escaped;
			value[m++] = escaped && data[i] == 'n' ? '\n' : escaped && data[i] == 't' ? '\t' : data[i];
		}
		t->wrong = NULL;
		analysed_ask(t, ew_bytes(value, m));
		if (t->found)
			printf("# %s: %.*s\n", path, (int)(m < 200 ? m : 200), (const char *)value);
		*found += t->found;
		asked++;
	}
	return asked;
}

static size_t ask_folder(struct analysed *t, const char *folder, unsigned depth, size_t *found)
{
	DIR *d = opendir(folder);
	size_t asked = 0;

	for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
		char path[4096];
		int n = snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		if (e->d_name[0] == '.' || n < 0 || (size_t)n >= sizeof(path))
			continue;
		if (e->d_type == DT_DIR && depth)
			asked += ask_folder(t, path, depth - 1, found);
		else if (e->d_type == DT_REG && strstr(e->d_name, ".json"))
			asked += ask_file(t, path, found);
	}
	if (d)
		closedir(d);
	return asked;
}

static void events_of_others(struct analysed *t)
{
	char folder[4096];
	size_t found = 0;

	suites_path(folder, sizeof(folder), "events");
	size_t asked = ask_folder(t, folder, 8, &found);
	if (asked == 0) {
		skip(1, "no events of others: set EW_SUITES to the folder of public test data");
		return;
	}
	is_int(found, 0, "none of %zu texts in events of others is found", asked);
}

int main(void)
{
	struct analysed t = analysed_begin(&ew_analyser_sqli);

	analysed_all(&t, left, false);
	events_of_others(&t);
	analysed_end(&t);
	return done();
}
