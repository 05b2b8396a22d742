/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Calls meant for an eval in seven languages, and code that people write about. */

#include "analysed.h"
#include "nasty.h"

static const char *const found[] = {
	/* true */
	/* PHP by texts and wrappers */
	"{${system('id')}}", "${@print(md5(1))}", "{${phpinfo()}}", "<?php system($_GET['c']); ?>",
	"<?=`$_GET[0]`?>", "assert($_POST['x'])", "eval($_GET['x']);", "(\"system\")(\"id\")",
	"(system)('id')", "$_GET[0]($_GET[1])", "include 'php://input'",
	"php://filter/convert.base64-encode/resource=index.php", "php://input", "expect://id",
	"phar://x.phar/a", "data://text/plain;base64,PD9w",
	"_$$ND_FUNC$$_function(){require('child_process').exec('id')}()", "(sy.(st).em)('uname');",
	"(string)\"system\"('uname');", "\"sys\".\"tem\"('uname')",
	/* Python */
	"import('fs').then(m=>m.readFileSync('/etc/passwd'))", "import('child_process')",
	"__import__('os').system('id')", "__import__(\"os\").popen(\"id\").read()",
	"__import__('subprocess').check_output('id')", "eval(\"__import__('os').system('id')\")",
	"eval(compile('import os','x','exec'))", "exec(\"import os;os.system('id')\")",
	"exec('import os')", "os.system('id')", "os.popen('id').read()",
	"subprocess.check_output(['id'])", "subprocess.Popen('id',shell=True)",
	"().__class__.__bases__[0].__subclasses__()", "''.__class__.__mro__[2].__subclasses__()",
	"{}.__class__.__base__.__subclasses__()", "(lambda: __import__('os').system('id'))()",
	"(lambda f: f.__globals__['os'].system('id'))", "open('/etc/passwd').read()",
	"open(\"/etc/passwd\").readlines()", "print(open('/etc/passwd').read())",
	"getattr(__import__('os'),'system')('id')", "getattr(os,'system')('id')",
	"import os;os.system('id')", "import os; print(os.environ)",
	"from os import system;system('id')", "import socket,subprocess,os;s=socket.socket()",
	"globals()['__builtins__']", "__builtins__['eval'](\"1\")", "[].__class__.__base__",
	"';__import__('os').system('id');'", "\"+__import__('os').popen('id').read()+\"",
	"'+str(__import__('os').system('id'))+'", "1+__import__('os').system('id')",
	"importlib.import_module('os').system('id')", "pty.spawn('/bin/sh')", "pickle.loads(x)",
	"File.open(\"/etc/passwd\").read",
	/* JavaScript */
	"<?php eval(base64_decode('aWQ='));", "eval(base64_decode(\"cGhwaW5mbygpOw==\"))",
	"require('child_process').exec('id')",
	"require(\"child_process\").execSync(\"id\").toString()",
	"require('fs').readFileSync('/etc/passwd')", "require('fs').readdirSync('.').toString()",
	"global.process.mainModule.require('child_process').execSync('id')",
	"process.mainModule.require('child_process').exec('id')",
	"process.mainModule.constructor._load('child_process').exec('id')",
	"this.constructor.constructor('return process')()",
	"constructor.constructor('return this.process')()",
	"[].constructor.constructor(\"return process.env\")()",
	"''.constructor.constructor('return process')().mainModule",
	"Function(\"return process\")()", "new Function(\"return this\")()",
	"(function(){return this})().constructor.constructor('return process')()",
	"this[\"constructor\"][\"constructor\"](\"return process\")()", "eval(atob('YWxlcnQ='))",
	"eval(String.fromCharCode(97))", "eval('require(\"fs\")')",
	"`;}require('child_process').exec('id');//", "';}require('child_process').exec('id');{'",
	"\"});require('child_process').exec('id');({\"", "1;require('child_process').exec('id')",
	"process.exit()", ";process.exit(1)", "process.kill(process.pid)",
	"process.binding('spawn_sync')", "process.env", "console.log(process.env)",
	"res.end(require('fs').readFileSync('/etc/passwd'))", "res.end(process.env.SECRET)",
	"setTimeout(\"alert(1)\",1)", "globalThis.process.env", "global['process']['mainModule']",
	"Reflect.construct(Function,[\"return process\"])()", "Deno.run({cmd:['id']})",
	"return process.env", "instance_eval(\"x\")",
	"new javax.script.ScriptEngineManager().getEngineByName(\"js\").eval(\"1\")",
	"John'); require('child_process').exec('id'); ('",
	"x' + require('fs').readFileSync('/etc/passwd') + '",
	/* Java */
	"Runtime.getRuntime().exec(\"id\")", "java.lang.Runtime.getRuntime().exec('id')",
	"T(java.lang.Runtime).getRuntime().exec('id')",
	"new java.lang.ProcessBuilder('id').start()",
	"new java.lang.ProcessBuilder({'id'}).start()", "Class.forName('java.lang.Runtime')",
	"\"\".getClass().forName(\"java.lang.Runtime\").getRuntime().exec(\"id\")",
	"System.exit(0)", "System.getenv(\"SECRET\")", "new java.io.File(\"/etc/passwd\")",
	/* Ruby, Perl, Lua */
	"Kernel.exec('id')", "Kernel.system(\"id\")", "`id` rescue 0;%x(id)", "%x(id)", "%x{id}",
	"%x[id]", "IO.popen('id').read", "IO.popen(\"id\")", "system 'id'", "exec \"id\"",
	"open(\"|id\").read", "File.read('/etc/passwd')", "Open3.capture2('id')", "#{%x(id)}",
	"send(:system,'id')", "qx(id)", "qx/id/", "use Socket;socket(S,1)", "os.execute('id')",
	"os.execute(\"id\")", "io.popen('id'):read('*a')", "loadstring(\"x\")()",
	/* PHP */
	"system('id')", "system(\"cat /etc/passwd\");", ";system('id');", "';system('id');//",
	"\".system('id').\"", "'.system('id').'", "1;system('id')", "phpinfo()", ";phpinfo();",
	"phpinfo();//", "<?php phpinfo();", "<?= system('id') ?>",
	"<script language=\"php\">system('id')</script>", "assert(\"phpinfo()\")",
	"preg_replace('/.*/e','phpinfo()','')", "passthru('id')", "shell_exec('id')",
	"popen('id','r')", "echo `id`;", "echo system('id');", "print `id`",
	"call_user_func('system','id')", "array_map('system', array('id'))",
	"create_function('','phpinfo();')", "file_get_contents('/etc/passwd')",
	"readfile('/etc/passwd')", "die(md5(1))", "print(md5(31337));", "var_dump(scandir('.'))",
	"system(\"id\")", "#{system('id')}", "Process.spawn('id')",
	"new ProcessBuilder(\"id\").start()", "SYSTEM('id')", "sYsTeM ( 'id' )",
	"system/**/('id')",
	NULL,
};

static const char *const left[] = {
	/* false */
	/* stack traces and documents */
	"import os\nimport sys\n\nprint(os.getcwd())\n",
	"subprocess.CalledProcessError: Command returned 1", "java.lang.RuntimeException: x",
	"java.lang.NullPointerException", "at java.lang.Runtime.exec(Runtime.java:450)",
	"at java.lang.ProcessBuilder.start(ProcessBuilder.java:1048)",
	"java.lang.OutOfMemoryError: Java heap space",
	"Exception in thread \"main\" java.lang.IllegalStateException",
	"  File \"/app/x.py\", line 5, in main\n    os.system(\"ls\")\n",
	"Traceback (most recent call last):\n  File \"a.py\", line 1\n    eval("
	"\"1\")\nSyntaxError: x",
	"AttributeError: 'Foo' object has no attribute '__class_x__'",
	/* prose */
	"the os.system call is deprecated",
	"We should replace os.system('ls') with subprocess.run", "the eval() function is evil",
	"execute the plan", "The (system) is down",
	"system('x') is used in the old code, please review it",
	"Please do not use eval(\"...\") in templates", "/a/.exec('b')",
	"setTimeout(function(){ a(); }, 100)", "function(a){ return a; }",
	"class A { constructor(a) { this.a = a; } }", "process.env.NODE_ENV is not set",
	"Set process.env.PORT before you start", "process the order", "this is it",
	"print the page", "die in peace", "include the file", "require a signature",
	"import {a} from \"b\"", "open the door", "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a/>",
	"<? include the tag ?>", "php is a language", "subprocess exited with code 1",
	"ProcessBuilder is a class", "{\"a\": {\"b\": 1}}", "{${a}}",
	"$(document).ready(function(){ $(\"#a\").hide(); })", "(function(){ var a = 1; })();",
	"node -e \"require('fs').writeFileSync('a','b')\"",
	"feat: use child_process.spawn instead of exec", "assert.equal(a, b)", "expect(a).toBe(1)",
	"File.read is slow", "data:text/html,<p>a</p>", "print(f\"{a}\")", "unlink the account",
	"os.path.join(\"a\",\"b\")",
	/* code */
	"use require('child_process') carefully", "const { exec } = require('child_process');",
	"const fs = require('fs');", "var x = require('./lib/x');", "call system() twice",
	"eval (x)", "eval(x)", "exec(cmd)", "system (x)", "regex.exec(\"abc\")",
	"pattern.exec(`x`)", "db.exec(\"select 1\")", "cursor.execute(\"select 1\")",
	"setTimeout(run, 5)", "function foo() { return 1 }", "return process(x)",
	"constructor(private http: HttpClient) {}", "if (process.env.CI) { run() }",
	"this.state = {}", "print(x)", "require(\"./x\")", "import('./module')", "open(file)",
	"open(\"data.csv\")", "open('report.txt', 'w')", "spawn(worker)", "send(message)",
	"send(\"hello\")", "if __name__ == \"__main__\": main()", "super().__init__()",
	"def __init__(self): pass", "50% x (about)", "${{ secrets.TOKEN }}", "{{ user.name }}",
	"${name}", "#{name}",
	"!function(e,t){\"object\"==typeof exports?module.exports=t():e.x=t()}(this,funct"
	"ion(){return 1});",
	"window.dataLayer = window.dataLayer || []; function gtag(){dataLayer.push(argume"
	"nts);}",
	"python -c \"import os; print(os.getcwd())\"", "fix: remove eval() from parser",
	"docs: explain system(\"...\")", "assert(x == 1)", "response.json()", "res.end()",
	"res.send(\"ok\")", "fs.readFile(path, cb)", "System.out.println(\"x\")",
	"users can (exec) it", "(eval)", "[link](javascript:void)", "global[0]", "math.floor(1)",
	"new Date()", "new Promise((r) => r())", "os.Exit(1)", "fmt.Println(\"system\")",
	/* others */
	"import os", "import fs from 'fs'", "this.constructor.name", "global warming",
	"global.config", "print \"hello\"", "echo hello", "echo \"hello\"",
	"<?xml version=\"1.0\"?>", "<?php echo \"hello\"; ?>", "PHP: hypertext",
	"http://php.net/manual/en/function.system.php",
	"https://docs.python.org/3/library/subprocess.html", "__init__", "__main__",
	"self.__class__.__name__", "obj.__class__", "lambda x: x + 1", "lambda",
	"AWS Lambda function", "arn:aws:lambda:us-east-1:1:function:x", "globals", "kernel.org",
	"kernel.panic", "Kernel panic", "100%x", "%xyz", "qx-1", "$_GET", "my $globals",
	"npm run build", "Bump child_process wrapper", "assert x == 1", "expect: 100-continue",
	"response.status", "file.open", "system.exit", "data:image/png;base64,iVBORw0KGgo=",
	"glob", "phar", "usort", "Reflect on it", "Function.prototype.call", "new Function",
	"Object.constructor", "\"constructor\": \"value\"", "constructor", "__proto__",
	"import \"fmt\"", "SELECT * FROM system", "eval set",
	NULL,
};

int main(void)
{
	static const char *const piece[] = {
		"(", "\"", "$", "{${", "$_GET[", "eval ", "system(", "exec(\"", "constructor ", "<?php ", "os.system ", "require ",
		"__class__ ", "process.", "a.", "/*", "eval/*", "x ", "(\"system\")", "subprocess. ", "import os ", "%x ", "lambda ",
	};
	struct analysed t = analysed_begin(&ew_analyser_code);

	ok(ew_analyser_named("code") == &ew_analyser_code, "it has its name");
	if (t.gate) {
		analysed_all(&t, found, true);
		analysed_all(&t, left, false);
	}
	for (size_t i = 0; i < sizeof(piece) / sizeof(*piece); i++)
		nasty_repeat(&ew_analyser_code, "x ", piece[i]);
	analysed_end(&t);
	return done();
}
