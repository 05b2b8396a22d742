/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Climbs and secrets in all spellings, and links, imports and mounts, which are none. */

#include "analysed.h"
#include "nasty.h"

static const char *const found[] = {
	/* true */
	/* spelt to be overlooked */
	"..\\..\\..\\windows\\win.ini", "..\\..\\windows\\win.ini", "....//....//etc/passwd",
	"....//....//....//x", "....\\\\....\\\\boot.ini", "..././..././etc/passwd",
	"....\\/....\\/etc/passwd", "..;/..;/manager/html", "/..;/manager/html", "/foo/..;/bar",
	"..%2f..%2fetc%2fpasswd", "%2e%2e%2fetc%2fpasswd", "%2e%2e/x", "..%252f..%252fx",
	"%252e%252e%252fetc", "..%c0%af..%c0%afetc/passwd", "%c0%ae%c0%ae/%c0%ae%c0%ae/x",
	"..%255c..%255cx", "..%5c..%5cx", "..%u2215..%u2215x", "%uff0e%uff0e%u2215x",
	"..//..//..//etc//passwd", "../././../././etc/passwd", "/etc//passwd", "/./etc/passwd",
	"/etc/./passwd", "//etc/passwd", "..\\..\\..\\secret.txt", "..\\..\\..\\",
	"https://a.example/download?file=../../../etc/passwd", "https://a.example/?f=/etc/passwd",
	"x \"../../etc/passwd\"", "/..\\../..\\../etc/passwd", "..\\/..\\/..\\/etc/passwd",
	"../\\../\\../\\etc/passwd", "/%5c../%5c../%5c../etc/passwd", ".%2e/.%2e/etc/passwd",
	"..%c1%9c..%c1%9cboot.ini", "%2e%2e%5c%2e%2e%5cboot.ini",
	/* NUL and what ends a path */
	"../../../../../../../../../../etc/passwd%00", "../../../etc/passwd%00.jpg",
	"/etc/passwd%00.png", "shell.php%00.jpg", "avatar.php%00.png", "..%00/..%00/etc/passwd",
	"/etc/passwd/.", "/etc/passwd?", "/etc/passwd#", "/etc/passwd;",
	/* climbs of Windows */
	"..\\WEB-INF\\web.xml", "..\\web.config",
	/* climbs */
	"../../../etc/passwd", "../../etc/passwd", "../etc/passwd", "/../../../../etc/shadow",
	"/var/www/../../etc/passwd", "images/../../../../etc/passwd", "images/../../etc/passwd",
	"/images/../../etc/passwd", "file.txt/../../../../etc/passwd", "../.env",
	"../WEB-INF/web.xml", "../../wp-config.php", "../../../../var/log/apache2/access.log",
	"../../var/log/auth.log", "../../proc/self/environ", "../../../", "../../../secret.txt",
	"../../..", "page=../../../../etc/passwd", "cat ../../etc/passwd",
	"see ../../../../../../etc/shadow please", "/../../x", "/a/b/../../../../x",
	"static/../../../../app.js", "../../home/user/secret", "../../opt/app/x",
	"../../var/task/lambda.py", "../package.json/../../../x",
	/* paths of Windows */
	"\\etc\\passwd", "C:\\boot.ini", "c:/boot.ini", "C:\\windows\\win.ini",
	"C:/Windows/win.ini", "c:\\windows\\system32\\drivers\\etc\\hosts",
	"C:\\Windows\\System32\\config\\SAM", "C:\\inetpub\\wwwroot\\web.config",
	"\\\\10.0.0.1\\share\\x", "\\\\evil.example\\share", "\\\\?\\C:\\Windows\\win.ini",
	"\\\\.\\GLOBALROOT\\Device\\x", "\\\\?\\UNC\\10.0.0.1\\x",
	/* paths of secrets */
	"/etc/passwd", "etc/passwd", "/etc/shadow", "/etc/group", "/etc/hosts", "/etc/issue",
	"/etc/hostname", "/proc/self/environ", "/proc/self/cmdline", "/proc/self/fd/3",
	"/proc/1/environ", "/proc/version", "/proc/net/tcp", "/proc/cpuinfo",
	"/var/run/secrets/kubernetes.io/serviceaccount/token", "/var/task/index.js",
	"/var/task/app.py", "/var/runtime/bootstrap", "/root/.ssh/id_rsa",
	"/home/user/.ssh/id_rsa", "~/.ssh/id_rsa", ".ssh/id_rsa", "~/.aws/credentials",
	"/root/.aws/credentials", "/root/.bash_history", "/.env", ".env", "/app/.env",
	"/.git/config", ".git/config", ".git/HEAD", "/.svn/entries", "/WEB-INF/web.xml",
	"WEB-INF/web.xml", "/META-INF/context.xml", "/web.config", "/var/www/html/wp-config.php",
	"/etc/ssh/sshd_config", "/etc/crontab", "/etc/cron.d/x", "/etc/sudoers",
	"/etc/mysql/my.cnf", "/etc/os-release", "/etc/resolv.conf", "/etc/kubernetes/admin.conf",
	"file=/etc/passwd", "'/etc/passwd'", "\"/etc/passwd\"", "/etc/master.passwd",
	"/etc/security/passwd", "/etc/pam.d/common-auth", "/home/x/.mysql_history",
	"/root/.kube/config", "/root/.docker/config.json", "/root/.config/gcloud/credentials.db",
	NULL,
};

static const char *const left[] = {
	/* false */
	/* code and documents */
	"import a from '../../lib/a'", "import b from '../../../lib/b.js'",
	"import { c } from \"../../../../src/c\";", "require('../../../x')",
	"[docs](../../docs/readme.md)", "![logo](../images/logo.png)", "see ../README.md for more",
	"cd ../.. && make", "cp -r ../../dist/* .", "the file /etc/hosts is read first",
	"Edit /etc/hosts and /etc/resolv.conf", "cat /etc/os-release",
	"Add it to ~/.ssh/config, then restart",
	"docker run -v /etc/localtime:/etc/localtime:ro x", "C:\\Program Files\\App\\app.exe",
	"wait.. /what", "and so on.../more", "the etc folder",
	"at handler (/var/task/index.js:5:10)",
	"Error: ENOENT: no such file or directory, open '/var/task/config.json'",
	"    at Object.<anonymous> (/var/task/node_modules/a/index.js:1:1)",
	"<HintPath>..\\..\\packages\\A.dll</HintPath>", "{\"extends\": \"../../tsconfig.json\"}",
	"url(../fonts/a.woff)", "url('../../img/a.png')", "regex: \\.\\./",
	"mac: /Users/me/.zshrc", "O'Brien/Smith",
	/* climbs of links */
	"../lib/x.js", "../../lib/x.js", "./../a", "src/../lib/x.js", "a/b/../c", "a/../b",
	".../...", "1.5../2", "../", "../..", "https://example.com/a/../b",
	"https://example.com/docs/../../x", "..\\packages\\Newtonsoft.Json.dll",
	"..\\..\\packages\\A.1.0\\lib\\net45\\A.dll", "../../tsconfig.base.json",
	"/api/v1/users/../users/1", "sha256:abc/../x",
	/* dots */
	"...", "..", "v1..v2", "main..feature", "HEAD~1..HEAD", "a...b", "compare/v1.0...v1.1",
	"https://github.com/o/r/compare/a...b", "1..10", "[0..9]",
	/* addresses */
	"https://example.com/etc/hosts.html", "https://github.com/a/b.git",
	"https://github.com/a/b/blob/main/.env.example", "git@github.com:a/b.git",
	"https://a.example/a.php?x=1", "s3://bucket/a/b", "gs://bucket/etc",
	"//cdn.example.com/x.js",
	/* absolute paths */
	"/etc/localtime", "/etc/nginx/conf.d", "/etc/nginx/nginx.conf", "/etc/app/config.yml",
	"/etc/config", "/etc", "/etc/", "/var/log/syslog", "/var/log/nginx/access.log",
	"/var/log/containers/x.log", "/var/run/docker.sock",
	"/var/run/secrets/kubernetes.io/serviceaccount",
	"/var/lib/docker/containers/abc/resolv.conf", "/var/www/html/index.php",
	"/usr/bin/python3", "/usr/local/bin/node", "/home/user/report.pdf",
	"/home/user/projects/app/src/index.ts", "/opt/app/current", "/tmp/upload.bin", "/proc",
	"/sys/class/net", "/root", "C:\\Windows\\System32\\svchost.exe",
	"C:\\Windows\\explorer.exe", "C:\\Users\\me\\Documents\\a.docx",
	"C:\\inetpub\\wwwroot\\index.html", "D:\\data\\x.csv", "\\\\fileserver\\share\\doc.docx",
	"\\\\.\\pipe\\docker_engine", "C:\\\\Users\\\\me", "\\d+\\.\\d+", "\\\\w+\\\\.\\\\d",
	/* others */
	".env.example", ".envrc", ".github/workflows/ci.yml", ".gitignore", ".gitattributes",
	".npmrc", ".dockerignore", "web.config", "src/web.config", "config/.env", "./",
	"etc./etc.", "etc/misc", "fetch/password", "passwd", "hosts", "dev/etc/hosts.txt",
	"project/etc/hosts", "100%00x", "50%", "%2E", "a%2eb", "100%2f", "x.php", "photo.jpg",
	"arn:aws:lambda:us-east-1:1:function/x", "file.tar.gz", "^\\\\.\\\\./$", "~/projects", "~",
	"and/or", "w/o", "12/31/2020", "application/json", "text/html", "image/png", "win.initial",
	"bootstrap.ini", "environment", ".envelope", "process/self/env", "internet/etc", "N/A",
	"a/b/c/d/e/f", "dGhlIC4uLy4uL2V0Yw==", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc/def",
	"2020-01-01T00:00:00Z",
	NULL,
};

int main(void)
{
	static const char *const piece[] = {
		".", "/", "./", "..", "../ ", "..;", "..a/", "%", "%25", "%2e", "%c0", "\\\\", "\\\\\\\\a.b", "a/", "etc/", "=", "/.git",
		"%00", ".%00", "a.b%00", "\300", ".\"", "..\\\\ ", "x=/", "..../ ", "/a/.. ", "var/run/secrets/kubernetes.io/",
	};
	struct analysed t = analysed_begin(&ew_analyser_path);

	ok(ew_analyser_named("path") == &ew_analyser_path, "it has its name");
	if (t.gate) {
		analysed_all(&t, found, true);
		analysed_all(&t, left, false);
	}
	for (size_t i = 0; i < sizeof(piece) / sizeof(*piece); i++)
		nasty_repeat(&ew_analyser_path, "x ", piece[i]);
	analysed_end(&t);
	return done();
}
