/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */
#ifndef EVENTWALL_SIGNATURES_ANALYSERS_CODE_SHAPES_H
#define EVENTWALL_SIGNATURES_ANALYSERS_CODE_SHAPES_H

/* The shapes of calls that code.c looks for; it alone includes this. */

#include <stddef.h>

enum kind {
	ALWAYS, /* wherever it stands */
	PLACED, /* where the value is it, or something is closed before */
};

enum argument {
	ANY,     /* nothing has to follow but one of `near` */
	LITERAL, /* ( and a string, or a number, or a value of the request */
	EMPTY,   /* () */
	AT_ONCE, /* one of `near`, and nothing between */
	STRING,  /* a string, with or without ( */
	CALL,    /* ( */
};

struct shape {
	const char *word; /* lower case */
	enum kind kind;
	enum argument argument;
	const char *near[8]; /* one of these follows; none: nothing has to */
	const char *why;
};

static const char php[] = "code of PHP";
static const char js[] = "code of JavaScript that reaches the process";
static const char py[] = "code of Python that reaches the system";
static const char rb[] = "code that starts a process";
static const char java[] = "code of Java that starts a process";
static const char eval[] = "code made from text and run";
static const char wrapper[] = "a wrapper of PHP that reads or runs";

#define OS_MODULES "'os'", "\"os\"", "'subprocess'", "\"subprocess\"", "'pty'", "'socket'", "'builtins'", "\"pty\""

/* By the first letter; words are matched where they begin. */
static const struct shape shapes[] = {
	/* Python */
	{ "__import__", ALWAYS, ANY, { OS_MODULES }, py },
	{ "__import__", PLACED, LITERAL, { NULL }, py },
	{ "__class__", ALWAYS, ANY, { "__base", "__mro__", "__subclasses__", "__init__", "__globals__", "mro()" }, py },
	{ "__subclasses__", ALWAYS, CALL, { NULL }, py },
	{ "__globals__", ALWAYS, ANY, { "[", "__builtins__", "os", ".get" }, py },
	{ "__builtins__", ALWAYS, ANY, { "[", ".eval", ".exec", "__import__", ".open", "__dict__", "'eval", "'exec" }, py },
	{ "__reduce__", PLACED, ANY, { "os.", "system" }, py },
	{ "os.exec", PLACED, ANY, { "('", "(\"" }, py },
	{ "os.popen", PLACED, STRING, { NULL }, py },
	{ "os.spawn", PLACED, ANY, { "(os", "('" }, py },
	{ "os.system", PLACED, STRING, { NULL }, py },
	{ "os.environ", PLACED, ANY, { NULL }, py },
	{ "os.listdir", PLACED, CALL, { NULL }, py },
	{ "os.getcwd", PLACED, EMPTY, { NULL }, py },
	{ "os.remove", PLACED, LITERAL, { NULL }, py },
	{ "os.fork", PLACED, EMPTY, { NULL }, py },
	{ "os.kill", PLACED, CALL, { NULL }, py },
	{ "subprocess.", PLACED, ANY, { "popen(", "call(", "run(", "check_output(", "check_call(", "getoutput(", "output(" }, py },
	{ "commands.getoutput", PLACED, CALL, { NULL }, py },
	{ "pty.spawn", PLACED, LITERAL, { NULL }, py },
	{ "importlib.import_module", PLACED, LITERAL, { NULL }, py },
	{ "getattr", PLACED, CALL, { "__import__", "__builtins__", "'system'", "\"system\"", "'popen'", "(os" }, py },
	{ "open", PLACED, CALL, { "'/etc/", "\"/etc/", "'/proc/", "\"/proc/", "\"|", "'|", ").read()", "'/flag" }, py },
	{ "exec", PLACED, CALL, { "(compile(", "(\"import", "('import", "(base64", "(bytes.from", "(__import__", "(chr(", "(\"\"\"" }, eval },
	{ "eval", PLACED, CALL, { "(compile(", "(__import__", "(chr(", "('__im", "(\"__im", "(input(", "(bytes", "(request" }, eval },
	{ "lambda", PLACED, ANY, { "__import__", "os.system", "__class__", "(exec(", "func_code", "__code__" }, py },
	{ "import os", PLACED, ANY, { "os.system", "os.popen", "system(", "os.exec", "os.environ", "os.listdir" }, py },
	{ "import subprocess", PLACED, ANY, { "subprocess.", "popen" }, py },
	{ "import socket", PLACED, ANY, { "subprocess", "socket.socket", "connect(" }, py },
	{ "from os import", PLACED, ANY, { "system", "popen" }, py },
	{ "pickle.loads", PLACED, CALL, { NULL }, py },
	{ "globals", PLACED, AT_ONCE, { "()[", "().get", "().__" }, py },
	{ "breakpoint", PLACED, EMPTY, { NULL }, py },
	/* JavaScript */
	{ "child_process", ALWAYS, ANY, { "').exec('", "\").exec(\"", "').execsync('", "\").execsync(\"", "').spawn('",
	                                  "\").spawn(\"", "`).exec", "').spawnsync('" }, js },
	{ "require", PLACED, CALL, { "'child_process'", "\"child_process\"", "`child_process`", "('fs')", "(\"fs\")", "node:child_process",
	                            "('vm')", "('net')" }, js },
	{ "require", PLACED, CALL, { "(\"net\")", "('os')", "(\"os\")", "('child_'+", "(\"child_\"+", "('http')", "(`fs`)", "(\"vm\")" }, js },
	{ "import", PLACED, CALL, { "('fs", "(\"fs", "('child_process", "(\"child_process", "('os')", "(\"os\")", "('node:", "(\"node:" }, js },
	{ "constructor", ALWAYS, ANY, { ".constructor(", "['constructor'](", "[\"constructor\"](", "('return ", "(\"return ", "(`return ",
	                                "'return process", "\"return process" }, js },
	{ "constructor", PLACED, ANY, { "('alert", "(\"alert", "('throw", "'](", "\"](" }, js },
	{ "function", PLACED, CALL, { "(\"return ", "('return ", "(`return ", "(atob(", "('console", "(\"console", "('alert", "('process" }, eval },
	{ "process.mainmodule", ALWAYS, ANY, { ".require(", "['require", "[\"require", ".constructor", ".children" }, js },
	{ "process.binding", ALWAYS, ANY, { "('spawn_sync", "(\"spawn_sync", "('process_wrap" }, js },
	{ "process.binding", PLACED, LITERAL, { NULL }, js },
	{ "process.dlopen", PLACED, CALL, { NULL }, js },
	{ "process.exit", PLACED, CALL, { NULL }, js },
	{ "process.kill", PLACED, CALL, { NULL }, js },
	{ "process.env", PLACED, ANY, { NULL }, js },
	{ "process.cwd", PLACED, EMPTY, { NULL }, js },
	{ "process.version", PLACED, ANY, { NULL }, js },
	{ "global.process", ALWAYS, ANY, { ".mainmodule", "[", ".env", ".binding", ".exit" }, js },
	{ "globalthis", PLACED, AT_ONCE, { ".process", "['process", "[\"process", "['eval", "[\"eval", ".constructor" }, js },
	{ "global", PLACED, AT_ONCE, { "['process", "[\"process", "['eval", "[\"eval", "['require", ".require" }, js },
	{ "this", PLACED, AT_ONCE, { ".constructor.constructor", ".constructor(", "['constructor", "[\"constructor" }, js },
	{ "reflect", PLACED, AT_ONCE, { ".construct(function", ".apply(eval", ".get(this", ".get(global", ".ownkeys(global", ".apply(function" }, js },
	{ "eval", ALWAYS, CALL, { "(atob(", "(unescape(", "(string.fromcharcode(", "(base64_decode(", "(gzinflate(", "(str_rot13(", "($_",
	                         "(buffer.from(" }, eval },
	{ "eval", PLACED, CALL, { "('", "(\"", "(`", "(decodeuri", "(require", "(string", "(this", "($" }, eval },
	{ "settimeout", PLACED, CALL, { "('", "(\"", "(`" }, eval },
	{ "setinterval", PLACED, CALL, { "('", "(\"", "(`" }, eval },
	{ "deno.run", PLACED, CALL, { NULL }, js },
	{ "deno.command", PLACED, CALL, { NULL }, js },
	{ "bun.spawn", PLACED, CALL, { NULL }, js },
	{ "_$$nd_func$$_", ALWAYS, ANY, { NULL }, js },
	{ "spawn_sync", PLACED, ANY, { NULL }, js },
	{ "res.end", PLACED, ANY, { "require", "process", "fs." }, js },
	{ "response.", PLACED, ANY, { "require(", "readdirsync", "readfilesync" }, js },
	/* PHP */
	{ "<?php", ALWAYS, ANY, { "system(", "exec(", "passthru(", "eval(", "$_", "popen(", "phpinfo(", "assert(" }, php },
	{ "<?php", ALWAYS, ANY, { "file_get_contents(", "`", "base64_decode", "shell_exec(", "unlink(", "move_uploaded", "proc_open", "include" }, php },
	{ "<?=", ALWAYS, ANY, { "system(", "exec(", "passthru(", "`", "$_", "eval(", "phpinfo(", "file_get_contents(" }, php },
	{ "<?", PLACED, ANY, { " system(", " eval(", " passthru(", " exec(", " phpinfo(", " echo", " `", " shell_exec(" }, php },
	{ "<script language=", ALWAYS, ANY, { "php" }, php },
	{ "phpinfo", PLACED, EMPTY, { NULL }, php },
	{ "system", ALWAYS, CALL, { "($_" }, php },
	{ "exec", ALWAYS, CALL, { "($_" }, php },
	{ "assert", ALWAYS, CALL, { "($_", "(base64_decode", "(str_rot13" }, php },
	{ "passthru", ALWAYS, CALL, { "($_" }, php },
	{ "system", PLACED, STRING, { NULL }, php },
	{ "exec", PLACED, STRING, { NULL }, php },
	{ "shell_exec", PLACED, LITERAL, { NULL }, php },
	{ "passthru", PLACED, LITERAL, { NULL }, php },
	{ "popen", PLACED, LITERAL, { NULL }, php },
	{ "proc_open", PLACED, CALL, { NULL }, php },
	{ "pcntl_exec", PLACED, CALL, { NULL }, php },
	{ "assert", PLACED, CALL, { "('", "(\"", "(eval", "(print", "(system" }, php },
	{ "preg_replace", PLACED, CALL, { "/e'", "/e\"", "/ie'", "/e,", "/ei'", "/se'" }, php },
	{ "create_function", PLACED, CALL, { NULL }, php },
	{ "call_user_func", PLACED, CALL, { NULL }, php },
	{ "array_map", PLACED, CALL, { "('system", "('exec", "(\"system", "('assert", "('passthru" }, php },
	{ "usort", PLACED, CALL, { "'system", "'exec", "'assert", "create_function" }, php },
	{ "include", PLACED, ANY, { "'php:", "\"php:", "'/etc", "$_", "('http", "\"http", "'data:" }, php },
	{ "require_once", PLACED, ANY, { "'php:", "\"php:", "'/etc", "$_" }, php },
	{ "file_get_contents", PLACED, LITERAL, { NULL }, php },
	{ "file_put_contents", PLACED, LITERAL, { NULL }, php },
	{ "readfile", PLACED, LITERAL, { NULL }, php },
	{ "show_source", PLACED, CALL, { NULL }, php },
	{ "highlight_file", PLACED, CALL, { NULL }, php },
	{ "scandir", PLACED, CALL, { NULL }, php },
	{ "fopen", PLACED, LITERAL, { NULL }, php },
	{ "fsockopen", PLACED, LITERAL, { NULL }, php },
	{ "unlink", PLACED, LITERAL, { NULL }, php },
	{ "print", PLACED, ANY, { "`", "(md5(", "(system(", "_r(scandir", "(`" }, php },
	{ "var_dump", PLACED, CALL, { "(system", "(scandir", "($_", "(file", "(md5", "(phpversion", "(get" }, php },
	{ "die", PLACED, CALL, { "(md5(", "(system(", "(phpinfo(", "(print" }, php },
	{ "echo", PLACED, ANY, { " `", " system(", " shell_exec(", " exec(", " phpversion(", " file_get", "(md5(", " md5(" }, php },
	{ "php://", ALWAYS, ANY, { "filter", "input", "fd/", "memory", "temp", "stdin" }, wrapper },
	{ "expect://", ALWAYS, ANY, { NULL }, wrapper },
	{ "phar://", ALWAYS, ANY, { NULL }, wrapper },
	{ "data://text", ALWAYS, ANY, { NULL }, wrapper },
	{ "compress.zlib://", ALWAYS, ANY, { NULL }, wrapper },
	{ "ssh2.", ALWAYS, ANY, { "exec://", "shell://", "sftp://", "tunnel://" }, wrapper },
	{ "glob://", ALWAYS, ANY, { NULL }, wrapper },
	/* Ruby, Perl, Lua */
	{ "kernel.", PLACED, ANY, { "exec", "system", "spawn", "open", "`", "fork", "eval" }, rb },
	{ "kernel::", PLACED, ANY, { "exec", "system", "spawn", "open" }, rb },
	{ "io.popen", PLACED, STRING, { NULL }, rb },
	{ "io.read", PLACED, STRING, { NULL }, rb },
	{ "file.read", PLACED, ANY, { "'/", "\"/" }, rb },
	{ "file.open", PLACED, ANY, { "'/", "\"/" }, rb },
	{ "open3.", PLACED, ANY, { "capture", "popen", "pipeline" }, rb },
	{ "process.spawn", PLACED, STRING, { NULL }, rb },
	{ "spawn", PLACED, LITERAL, { NULL }, rb },
	{ "%x", PLACED, ANY, { "(", "{", "[", "|", "!" }, rb },
	{ "qx", PLACED, ANY, { "(", "{", "/", "|", "!" }, rb },
	{ "instance_eval", PLACED, ANY, { "(", " " }, eval },
	{ "class_eval", PLACED, CALL, { NULL }, eval },
	{ "object.const_get", PLACED, CALL, { NULL }, eval },
	{ "send", PLACED, CALL, { "(:system", "(:eval", "(:exec", "('system", "(:`", "(\"system", "(:instance_eval" }, rb },
	{ "erb.new", PLACED, CALL, { NULL }, eval },
	{ "os.execute", PLACED, STRING, { NULL }, rb },
	{ "loadstring", PLACED, LITERAL, { NULL }, eval },
	{ "use socket", PLACED, ANY, { "socket(", "inet_aton", "connect(", "sockaddr" }, rb },
	{ "fs.readfile", PLACED, ANY, { "'/", "\"/", "(__" }, js },
	{ "fs.readdir", PLACED, CALL, { NULL }, js },
	/* Java */
	{ "runtime.getruntime", ALWAYS, ANY, { ".exec(\"", ".exec('", ".exec(new", ".exec (\"" }, java },
	{ "runtime.getruntime", PLACED, ANY, { ".exec", ".load" }, java },
	{ "getruntime", PLACED, AT_ONCE, { "().exec" }, java },
	{ "java.lang.runtime", PLACED, ANY, { "getruntime", "'", "\"", ")." }, java },
	{ "java.lang.runtime", ALWAYS, ANY, { ".getruntime().exec(", ").getruntime().exec(" }, java },
	{ "java.lang.processbuilder", PLACED, ANY, { "(" }, java },
	{ "new processbuilder", PLACED, CALL, { NULL }, java },
	{ "new java.lang.processbuilder", PLACED, CALL, { NULL }, java },
	{ "new java.io.", PLACED, ANY, { "file(", "reader(", "inputstream(" }, java },
	{ "class.forname", PLACED, ANY, { "'java.lang", "\"java.lang", "'javax.script", "\"javax.script" }, java },
	{ "java.lang.system", PLACED, ANY, { ".exit", ".getenv", ".getprop" }, java },
	{ "system.exit", PLACED, CALL, { NULL }, java },
	{ "system.getenv", PLACED, CALL, { NULL }, java },
	{ "scriptenginemanager", ALWAYS, ANY, { ".eval(" }, java },
};

#endif
