/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What is an object that runs code when it is read, and what is only data. */

#include "analysed.h"
#include "nasty.h"

static const char *const bad[] = {
	"%TAG ! tag:yaml.org,2002:\n---\n!javax.script.ScriptEngineManager [!java.net.URLClassLoader []]",
	"<java><void class=\"java.io.PrintWriter\"/></java>",
	/* Java */
	"rO0ABXNyABFqYXZhLnV0aWwuSGFzaFNldA",
	"rO0ABXVyABNbTGphdmEubGFuZw==",
	"session=rO0ABXNyAA5qYXZh",
	"aced000573720011",
	"ACED000577040000",
	"$$BCEL$$$l$8b$I$A$A",
	"com.sun.rowset.JdbcRowSetImpl",
	"Lcom.sun.rowset.JdbcRowSetImpl;",
	"LLcom.sun.rowset.JdbcRowSetImpl;;",
	"[com.sun.rowset.JdbcRowSetImpl",
	"org.apache.commons.collections.functors.InvokerTransformer",
	"com.sun.org.apache.xalan.internal.xsltc.trax.TemplatesImpl",
	"com.sun.org.apache.bcel.internal.util.ClassLoader",
	"org.springframework.context.support.ClassPathXmlApplicationContext",
	"java.lang.ProcessBuilder",
	"java.lang.Runtime",
	"javax.script.ScriptEngineManager",
	"java.net.URLClassLoader",
	"java.net.Inet4Address",
	"org.apache.tomcat.dbcp.dbcp2.BasicDataSource",
	"com.mchange.v2.c3p0.JndiRefForwardingDataSource",
	"ch.qos.logback.core.db.JNDIConnectionSource",
	"org.h2.jdbcx.JdbcDataSource",
	"org.apache.ibatis.datasource.jndi.JndiDataSourceFactory",
	"java.beans.XMLDecoder",
	"bsh.Interpreter",
	"org.hibernate.jmx.StatisticsService",
	"{\"@type\":\"com.sun.rowset.JdbcRowSetImpl\",\"dataSourceName\":\"x\"",
	"<object class=\"java.lang.ProcessBuilder\">",
	"<java.lang.ProcessBuilder>",
	"<java version=\"1\" class='java.beans.XMLDecoder'>",
	"[\"java.net.URLClassLoader\", x",
	"javax.swing.JEditorPane",
	/* PHP */
	"O:8:\"stdClass\":1:{s:1:\"a\";i:1;}",
	"a:1:{i:0;O:3:\"Foo\":0:{}}",
	"O:+4:\"Evil\":0:{}",
	"C:11:\"ArrayObject\":37:{x:i:0;}",
	"user|O:4:\"User\":2:{s:1:\"a\"",
	"x;O:24:\"GuzzleHttp\\Psr7\\FnStream\":2:{",
	"O:8:\\\"Evil\\\":0:{}",
	"phar://upload/a.jpg",
	"file=phar://a.phar/x",
	/* Python */
	"cos\nsystem\n(S'id'\ntR.",
	"cposix\nsystem\np0\n(Vls\ntR.",
	"c__builtin__\neval\n(S'1'\ntR.",
	"csubprocess\nPopen\n(",
	"(cos\nsystem\nS'x'\no.",
	"(S'id'\nios\nsystem\n.",
	"cbuiltins\nexec\n(V1\ntR.",
	"\x80\x02"
	"csubprocess\ncheck_output\nq",
	"\x80\x03"
	"cnt\nsystem\nq",
	"crunpy\nrun_path\n(",
	"subprocess.Popen",
	"posix.system",
	/* .NET */
	"AAEAAAD/////AQAAAAAAAAAMAgAAAE==",
	"AAEAAAD_____AQAAAAAAAAAMAgAAAE",
	"0001000000FFFFFFFF0100000000",
	"/wEyxwsAAQAAAP////8BAAAA",
	"System.Windows.Data.ObjectDataProvider, PresentationFramework, Version=4.0.0.0",
	"System.Diagnostics.Process, System",
	"System.Diagnostics.Process",
	"System.Data.Services.Internal.ExpandedWrapper`2[[System.Web.UI.LosFormatter, System.Web]]",
	"System.Configuration.Install.AssemblyInstaller",
	"{\"$type\":\"System.Windows.Data.ObjectDataProvider, PresentationFramework\"",
	"System.Security.Principal.WindowsIdentity, mscorlib",
	"Microsoft.VisualStudio.Text.Formatting.TextFormattingRunProperties",
	/* Ruby */
	"\x04\x08o:\x10"
	"Gem::Source0",
	"\x04\x08[\x06o:\x08"
	"ERB",
	"BAhvOhVHZW06OlJlcXVpcmVtZW50",
	"\x04\x08U:\x11"
	"Gem::Version0",
	/* tags */
	"!!python/object/apply:os.system ['id']",
	"!!python/object/new:os.system [x]",
	"!!python/name:os.system",
	"!!python/module:os",
	"a: !!python/object:mod.Klass {}",
	"!!javax.script.ScriptEngineManager [",
	"!!java.net.URLClassLoader [[",
	"--- !ruby/object:Gem::Installer",
	"!ruby/hash:Evil",
	"!ruby/struct:Evil",
	"!<tag:yaml.org,2002:python/object/apply:os.system>",
	"!<tag:yaml.org,2002:javax.script.ScriptEngineManager>",
	"!!js/function 'function(){}'",
	"!!perl/hash:Evil {}",
	"x: [ !!com.example.evil.Gadget {} ]",
	"!php/object O",
	"key: !!org.example.C3P0 ['a']",
	/* Node */
	"_$$ND_FUNC$$_function(){ require('x') }()",
	"a\":\"_$$ND_FUNC$$_function (){}",
	"_$$ND_FUNC$$_(() => 1)()",
	"c__main__\nEvil\n(tR.",
	"(cmod.sub\nThing\no.",
	"Gem::SpecFetcher",
	"--- Gem::Requirement",
	"\"@type\":\"Lcom.sun.rowset.JdbcRowSetImpl;\"",
	"_$$ND_FUNC$$_",
	NULL,
};

static const char *const good[] = {
	"%TAG ! tag:example.com,2000:\n---\n!a.b.C x",
	"!a.b.C x",
	"a:1:{i:0;s:1:\"x\";}",
	"a:2:{s:1:\"a\";i:1;s:1:\"b\";b:1;}",
	"i:5;",
	"b:1;",
	"s:5:\"hello\";",
	"O: 8",
	"ratio: o:1",
	"C:\\Users\\x",
	"C:/a",
	"O:1",
	"{\"o\":1}",
	"go:8:\"x\"",
	"to:1:\"a\":2:{",
	"PRO:8:\"x\":1:{",
	"12:30:{",
	"O'Brien: 8:30",
	"phar",
	"The phar:// wrapper",
	"pharmacy://x",
	"see phar:// docs",
	"java.lang.String",
	"java.util.HashMap",
	"java.lang.Integer",
	"java.lang.RuntimeException",
	"com.example.orders.Order",
	"[Ljava.lang.String;",
	"java.lang.NullPointerException: x\n\tat java.lang.Runtime.exec(Runtime.java:347)\n\tat "
	"com.sun.rowset.JdbcRowSetImpl.connect(JdbcRowSetImpl.java:624)",
	"at java.lang.ProcessBuilder.start(ProcessBuilder.java:1048)",
	"Could not load class 'com.sun.rowset.JdbcRowSetImpl'",
	"com.zaxxer.hikari.HikariDataSource",
	"org.springframework.boot.SpringApplication",
	"org.apache.kafka.common.serialization.StringSerializer",
	"org.apache.catalina.core.StandardService",
	"import java.lang.ProcessBuilder;",
	"uses java.net.URLClassLoader to load",
	"io.debezium.connector.mysql.Source",
	"java.math.BigDecimal",
	"java.net.URL",
	"System.String",
	"System.Int32, mscorlib",
	"MyApp.Order, MyApp",
	"System.Diagnostics.Trace",
	"System.Exception",
	"Microsoft.Extensions.Logging",
	"System.Collections.Generic.List`1[[System.String, mscorlib]]",
	"Caused by: java.lang.ProcessBuilder failed",
	"Microsoft.AspNetCore.Hosting",
	"system.io",
	"xrO0ABXNy",
	"ro0abXNyAA5qYXZh",
	"rO0AB",
	"faced0005",
	"aced",
	"AAEAAAE=",
	"AAEAAAD",
	"/wEPDwUKMTY1NDU2MTA1MmRk",
	"/we",
	"iVBORw0KGgoAAAANSUhEUgAA",
	"R0lGODlhAQABAIAAAAAAAP",
	"H4sIAAAAAAAAA",
	"0001000000",
	"eyJhbGciOiJIUzI1NiJ9",
	"BAh7CEkiD3Nlc3Npb25faWQ=",
	"BAhJIg",
	"BAhv",
	"TVqQAAMAAAAEAAAA",
	"cos x",
	"gas",
	"sin\ncos\ntan\n",
	"cos\nsin\ntan",
	"cat\ndog\n",
	"scos\nsystem of a down\n",
	"disco\nsystem\n",
	"icons\nsystems\n",
	"macos\nsystem\n",
	"cos\nsystem",
	"os\nsystem\n",
	"import os\nos.system('x')",
	"import subprocess\nsubprocess.run(['ls'])",
	"posix system",
	"subprocess.Popen failed: x",
	"!Ref Bucket",
	"!Sub '${A}-x'",
	"!GetAtt A.Arn",
	"!!binary R0lGOD",
	"!!str 5",
	"!!python rocks",
	"wow!!python rocks",
	"!!python/tuple [1, 2]",
	"!!set {a}",
	"!!omap",
	"wow!!",
	"stop!!!",
	"nice!!really",
	"!!a.b",
	"hello!!www.example.com",
	"!!www.example.com rocks",
	"!ruby",
	"!ruby/symbol a",
	"!ruby/regexp /a/",
	"--- !ruby/hash:ActiveSupport::HashWithIndifferentAccess\na: 1",
	"!ruby/object:BigDecimal 18:0.1e1",
	"!ImportValue x",
	"!vault |",
	"!reference [a, b]",
	"!important",
	"a !== b",
	"!!x.y && !!x.z",
	"if (!!a.b.c) return",
	"!!this.props.items",
	"tag:yaml.org,2002:str",
	"tag:example.com,2002:a.b.c",
	"!include a.b.c",
	"$$",
	"ND_FUNC",
	"the _$$ND_FUNC$$_ marker",
	"\x04\x08{\x06I\"",
	"\x04\x08i\x06",
	"\x80\x02}q\x01.",
	"\x80\x02"
	"ccollections\nOrderedDict\nq\x01)Rq.",
	"\x80\x04K\x01.",
	"\x80\x03X\x02",
	"\xff\x01",
	"cat\ndog\nRome.",
	"cat\ndog\n(tR",
	"Gem::Version",
	"Gem::Requirement is a class",
	NULL,
};

static const char *const bad_names[] = {
	"py/reduce",
	"py/repr",
	"py/function",
	"__js_function",
	"__cryo_type__",
	"dynamic-proxy",
	"ObjectDataProvider",
	"java.lang.ProcessBuilder",
	"_$$ND_FUNC$$_function(){}()",
	"O:8:\"Evil\":0:{}",
	NULL,
};
static const char *const good_names[] = {
	"@type",     "@class",   "$type", "type",       "class",    "java.lang.String",
	"py/object", "function", "proxy", "sorted-set", "__type__", NULL,
};

/* Texts with NUL, which tables of C strings cannot hold. */
static const struct {
	struct ew_bytes text;
	bool want;
	const char *what;
} binary[] = {
	{ EW_LIT("\xac\xed\x00\x05sr\x00\x11java.util.HashMap"), true, "a stream of Java" },
	{ EW_LIT("\x00\x00\x00\x00\x01\xac\xed\x00\x05sr"), true, "a stream of Java behind a prefix" },
	{ EW_LIT("\xac\xed\x00\x04sr\x00"), false, "another version than Java's" },
	{ EW_LIT("\x00\x01\x00\x00\x00\xff\xff\xff\xff\x01\x00\x00\x00\x00\x00\x00\x00\x0c\x02"), true,
	  "a stream of .NET" },
	{ EW_LIT("\x00\x01\x00\x00\x00\xff\xff\x01\x00\x00\x00"), false, "not quite .NET" },
	{ EW_LIT("\xff\x01\x32\xc7\x0b\x00\x01\x00\x00\x00\xff\xff\xff\xff\x01\x00\x00\x00\x00"), true,
	  "a ViewState with an object" },
	{ EW_LIT("\x80\x04\x95\x1e\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94\x8c"
		 "\x02id\x94\x85\x94R\x94."),
	  true, "a pickle of protocol 4" },
	{ EW_LIT("\x80\x04\x95\x1e\x00\x00\x00\x00\x00\x00\x00\x8c\x05myapp\x94\x8c\x04Klas\x94\x93\x94)"
		 "\x81\x94."),
	  true, "a pickle of an object of an application" },
	{ EW_LIT("\x80\x04\x95\x1e\x00\x00\x00\x00\x00\x00\x00\x8c\x08"
		 "datetime\x94\x8c\x08"
		 "datetime\x94\x93\x94)R\x94."),
	  false, "a pickle of a date" },
	{ EW_LIT("\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00}\x94\x8c\x01"
		 "a\x94K\x01s."),
	  false, "a pickle of a dictionary" },
	{ EW_LIT("\x80\x02X\xff\xff\xff\xff"
		 "abc"),
	  false, "a pickle with a string past the end" },
	{ EW_LIT("\x80\x05\x8d\xff\xff\xff\xff\xff\xff\xff\xff"
		 "abc"),
	  false, "a pickle with a string past all ends" },
	{ EW_LIT("\x80\x03"
		 "cos\nsystem\nq\x00X\x02\x00\x00\x00idq\x01\x85q\x02Rq\x03."),
	  true, "a pickle of protocol 3" },
};

int main(void)
{
	struct analysed t = analysed_begin(&ew_analyser_serialized);

	analysed_all(&t, bad, true);
	analysed_all(&t, good, false);
	t.o.on_name = true;
	analysed_all(&t, bad_names, true);
	analysed_all(&t, good_names, false);
	t.o.on_name = false;
	for (size_t i = 0; i < sizeof(binary) / sizeof(*binary); i++) {
		t.wrong = NULL;
		bool good_prefixes = each_prefix(binary[i].text, analysed_ask, &t) && !t.wrong;
		ok(good_prefixes && t.found == binary[i].want, "serialized: %s", binary[i].what);
	}
	nasty_all(&t);
	analysed_end(&t);
	return done();
}
