/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Known texts of attacks on shells.  A word is looked up by its first letters, and what it takes to
 * be an attack is looked for in the next hundred bytes, so that the time stays linear. */

#include "shell_known.h"
#include "shell_lexer.h"
#include "shell_weight.h"
#include "../words.h"

enum { NEAR = 160 };

static uint8_t at(struct ew_bytes t, size_t i)
{
	return i < t.n ? t.p[i] : 0;
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t skip_blanks(struct ew_bytes t, size_t i)
{
	while (i < t.n && is_blank(t.p[i]))
		i++;
	return i;
}

static bool starts_at(struct ew_bytes t, size_t i, const char *part)
{
	return ew_bytes_starts_nocase(ew_bytes_from(t, i), ew_bytes_str(part));
}

/* Offset past `part` in the bytes behind `i`; 0: it is not near. */
static size_t near(struct ew_bytes t, size_t i, const char *part)
{
	struct ew_bytes rest = ew_bytes_from(t, i);
	size_t k;

	if (rest.n > NEAR)
		rest.n = NEAR;
	const uint8_t *line = rest.n ? memchr(rest.p, '\n', rest.n) : NULL;
	if (line)
		rest.n = (size_t)(line - rest.p);
	k = ew_bytes_find_nocase(rest, 0, ew_bytes_str(part));
	return k == SIZE_MAX ? 0 : i + k + strlen(part);
}

struct known {
	const char *word;    /* begins here, in lower case */
	const char *near[6]; /* one of these follows; the first NULL: nothing has to */
	const char *why;
};

static const char download[] = "a download that is run";
static const char loads[] = "a variable that makes the next program run something";
static const char foreign[] = "a tool of the system that runs foreign code";

/* By the first letter. */
static const struct known all[] = {
	{ "%comspec%", { NULL }, "the shell of Windows by its variable" },
	{ "<!--#exec", { "cmd", "cgi" }, "a command in an include of the server" },
	{ "<!--#include", { "virtual=", "file=" }, "an include of the server" },
	{ "/inet/tcp/", { NULL }, "a shell connected with a host" },
	{ "[convert]::frombase64", { "iex", "invoke", "load(", "|" }, foreign },
	{ "[diagnostics.process]::start", { NULL }, foreign },
	{ "[io.file]::", { "writeall", "readall", "delete" }, foreign },
	{ "[net.webclient]", { "download", "upload" }, download },
	{ "[ref].assembly", { "gettype" }, foreign },
	{ "[reflection.assembly]::load", { NULL }, foreign },
	{ "[scriptblock]::create", { NULL }, foreign },
	{ "[system.convert]::frombase64", { "iex", "invoke", "load(", "|" }, foreign },
	{ "[system.diagnostics.process]::start", { NULL }, foreign },
	{ "[system.io.file]::", { "writeall", "readall", "delete" }, foreign },
	{ "[system.net.webclient]", { "download", "upload" }, download },
	{ "[system.reflection.assembly]::load", { NULL }, foreign },
	{ "bash_func_", { "() {", "(){", "()  {" }, loads },
	{ "bash_env=", { "/tmp/", "/proc/", "$(", "/dev/" }, loads },
	{ "bitsadmin", { "/transfer", "/addfile" }, foreign },
	{ "busybox", { " wget http", " tftp -", " ftpget ", " telnetd", " nc " }, download },
	{ "certutil", { "-urlcache", "/urlcache", "-verifyctl", "-decode " }, foreign },
	{ "ext::", { "sh ", "sh%20", "bash", "% " }, "a transport of git that runs a command" },
	{ "iex",
	  { "(new-object", "( new-object", "net.webclient", "downloadstring", "frombase64",
	    "(iwr" },
	  download },
	{ "iex", { "(irm", "(invoke-webr", "(invoke-rest", "(curl", "(wget" }, download },
	{ "invoke-expression",
	  { "(new-object", "net.webclient", "frombase64", "(iwr", "(invoke-", "whoami" },
	  download },
	{ "dyld_insert_libraries=", { "/tmp/", "/dev/", "/var/" }, loads },
	{ "git_ssh_command=", { "touch", "sh -c", "curl", ";" }, loads },
	{ "ld_audit=", { NULL }, loads },
	{ "ld_library_path=", { "/tmp", "/dev/shm", "/proc/" }, loads },
	{ "ld_preload=/dev/", { NULL }, loads },
	{ "ld_preload=/home/", { NULL }, loads },
	{ "ld_preload=/proc/", { NULL }, loads },
	{ "ld_preload=/tmp/", { NULL }, loads },
	{ "ld_preload=/var/", { NULL }, loads },
	{ "mshta", { "http:", "https:", "javascript:", "vbscript:", "\\\\" }, foreign },
	{ "net localgroup", { "/add" }, "an account made" },
	{ "net user", { "/add" }, "an account made" },
	{ "net.sockets.tcpclient", { NULL }, "a shell connected with a host" },
	{ "node_options=", { "/proc/", "=--require /tmp", "=--import" }, loads },
	{ "perl5opt=", { "-m" }, loads },
	{ "powershell",
	  { " -enc ", " -encodedcommand ", "downloadstring", "downloadfile", " -w hidden",
	    "style hidden" },
	  foreign },
	{ "powershell", { " -e jab", " -e sqb", " -e zqb", " -ec ", "iex(", "iex (" }, foreign },
	{ "prompt_command=", { "curl", "wget", "/dev/tcp", "nc " }, loads },
	{ "pwsh",
	  { " -enc ", " -encodedcommand ", "downloadstring", " -e jab", " -e sqb", " -w hidden" },
	  foreign },
	{ "regsvr32", { "/i:http", "/i:\\\\", "scrobj" }, foreign },
	{ "pythonstartup=", { "/tmp/", "/proc/", "/dev/" }, loads },
	{ "pythonwarnings=", { "antigravity" }, loads },
	{ "-oqueuedirectory=", { NULL }, "an option of a mailer that writes where it should not" },
	{ "rundll32", { "javascript:", "url.dll", "comsvcs", "\\\\" }, foreign },
	{ "socat", { "exec:", "system:" }, "a shell connected with a host" },
	{ "vssadmin", { "delete" }, foreign },
	{ "wmic", { "call create", "/node:" }, foreign },
};

/* Options with which a value that begins with a dash makes the program it is given to run another.
 */
static const char *const runs_another[] = {
	"--body-file=",
	"--browser-subprocess-path=",
	"--checkpoint-action",
	"--compress-program=/",
	"--conf-path=/tmp",
	"--config /tmp",
	"--config-option=",
	"--config=/tmp",
	"--config=alias.",
	"--config=core.",
	"--config=protocol.",
	"--data=@/",
	"--eval=",
	"--exec /bin",
	"--exec sh",
	"--exec-path=/",
	"--exec=",
	"--extcap-interface",
	"--force-command",
	"--gpu-launcher=",
	"--info-script=",
	"--init-command",
	"--interpreter=/",
	"--load-extension=/",
	"--lua-filter=/tmp",
	"--new-volume-script=",
	"--no-index /etc",
	"--no-index /proc",
	"--on-download-complete=/",
	"--on-download-start=/",
	"--open-files-in-pager",
	"--post-file=",
	"--pre-command",
	"--pre=.",
	"--pre=/",
	"--proxy-command",
	"--receive-pack",
	"--renderer-cmd-prefix=",
	"--require /tmp",
	"--require=/tmp",
	"--rmt-command=",
	"--rsh-command=",
	"--rsh=",
	"--script=/tmp",
	"--ssh-command=",
	"--to-command=",
	"--unzip-command=",
	"--upload-file=/",
	"--upload-pack",
	"--use-askpass",
	"--utility-cmd-prefix=",
	"-agentpath:/tmp",
	"-be ${run",
	"-c ':!",
	"-c :!",
	"-c \":!",
	"-c alias.",
	"-c core.",
	"-ccore.",
	"-cmd '.shell",
	"-cmd .shell",
	"-d @/",
	"-d allow_url_include",
	"-d auto_prepend_file",
	"-dallow_url_include",
	"-dauto_prepend_file",
	"-e 'sh",
	"-e /bin/",
	"-e \"sh",
	"-e require(",
	"-e sh",
	"-e'sh",
	"-exec ",
	"-execdir ",
	"-f /etc/",
	"-fls /",
	"-fprint /",
	"-fprint0 /",
	"-fprintf /",
	"-i 'sh",
	"-i id",
	"-i sh",
	"-i@/",
	"-iproxycommand",
	"-javaagent:/tmp",
	"-javaagent:http",
	"-k /etc/",
	"-o proxycommand",
	"-ok ",
	"-okdir ",
	"-olocalcommand",
	"-opermitlocal",
	"-oproxycommand",
	"-r 'system",
	"-r \"system",
	"-t -tt",
	"-t /etc/",
	"-tmtt",
	"-tt=",
};

static bool tell(struct ew_finding *f_r, struct ew_bytes t, size_t from, size_t to, const char *why)
{
	*f_r = (struct ew_finding){ from, to < t.n ? to : t.n, why };
	return true;
}

/* First letters of `all`, bit 1 is a. */
static const uint32_t letters = 1u << 2 | 1u << 3 | 1u << 4 | 1u << 5 | 1u << 7 | 1u << 9 |
				1u << 12 | 1u << 13 | 1u << 14 | 1u << 16 | 1u << 18 | 1u << 19 |
				1u << 22 | 1u << 23;

static bool many_lines(struct ew_bytes t, size_t i)
{
	size_t from = i > 512 ? i - 512 : 0, to = t.n - i > 512 ? i + 512 : t.n;

	return memchr(t.p + from, '\n', to - from);
}

/* `*looks` is what may still be looked near words, so that a text of nothing but such words takes
 * no longer. */
static bool looks_for(struct ew_bytes t, size_t i, size_t *looks, struct ew_finding *f_r)
{
	uint8_t first = t.p[i] >= 'A' && t.p[i] <= 'Z' ? t.p[i] | 0x20 : t.p[i];

	if (first >= 'a' && !(letters >> (first & 31) & 1))
		return false;
	for (size_t k = 0; k < sizeof(all) / sizeof(*all); k++) {
		if ((uint8_t)all[k].word[0] != first || !starts_at(t, i, all[k].word))
			continue;
		size_t end = i + strlen(all[k].word);
		if (!all[k].near[0])
			return tell(f_r, t, i, end, all[k].why);
		uint8_t last = (uint8_t)all[k].word[strlen(all[k].word) - 1];
		if (ew_word_byte(at(t, end)) && ew_word_byte(last) && last != '_')
			continue;
		if (all[k].why == download && many_lines(t, i))
			continue; /* how to install something */
		for (size_t m = 0; m < 6 && all[k].near[m] && *looks; m++) {
			--*looks;
			size_t to = near(t, end, all[k].near[m]);
			if (to)
				return tell(f_r, t, i, to, all[k].why);
		}
	}
	return false;
}

/* exec 5<>/dev/tcp/h/1, sh >& /dev/tcp/h/1: both ways, while looking whether a port is open takes
 * one. */
static bool connects_both_ways(struct ew_bytes t, size_t i)
{
	size_t k = i;

	if (!starts_at(t, i, "/dev/tcp/") && !starts_at(t, i, "/dev/udp/"))
		return false;
	while (k && is_blank(t.p[k - 1]))
		k--;
	return k > 1 && ((t.p[k - 1] == '&' && t.p[k - 2] == '>') ||
			 (t.p[k - 1] == '>' && t.p[k - 2] == '<') ||
			 (t.p[k - 1] == '>' && t.p[k - 2] == '&'));
}

/* `() {` at `i`: the definition of a function that a variable holds, or of one that starts itself
 * twice. */
static const char *defines_function(struct ew_bytes t, size_t i)
{
	size_t k = skip_blanks(t, i + 1), name = i, n;

	if (at(t, k) != ')')
		return NULL;
	k = skip_blanks(t, k + 1);
	if (at(t, k) != '{')
		return NULL;
	k = skip_blanks(t, k + 1);
	while (name && i - name < 24 &&
	       (ew_word_byte(t.p[name - 1]) || t.p[name - 1] == ':' || t.p[name - 1] == '.'))
		name--;
	n = i - name;
	if (n && t.n - k > n && memcmp(t.p + name, t.p + k, n) == 0) {
		k = skip_blanks(t, k + n);
		while (at(t, k) == '(' || at(t, k) == ')')
			k++;
		k = skip_blanks(t, k);
		if (at(t, k) == '|' || at(t, k) == '&') {
			k = skip_blanks(t, k + 1);
			return t.n - k > n && memcmp(t.p + name, t.p + k, n) == 0
				       ? "a process that multiplies"
				       : NULL;
		}
	}
	if (n || (at(t, k) != ':' && at(t, k) != '_' && skip_blanks(t, 0) != i))
		return NULL;
	size_t end = near(t, k, "}");
	if (!end)
		return NULL;
	for (n = k; n < end && t.p[n] != ';' && t.p[n] != '>'; n++)
		;
	k = skip_blanks(t, end);
	if (n == end || starts_at(t, skip_blanks(t, i + 2), "{ return"))
		return NULL;
	return at(t, k) == ';' || at(t, k) == '>'
		       ? "a function in a variable, and a command behind it"
		       : NULL;
}

/* %programfiles:~10,1%: a character out of a variable. */
static bool takes_character(struct ew_bytes t, size_t i)
{
	size_t k = i + 1;

	while (k < t.n && k < i + 24 && (ew_word_byte(t.p[k]) || t.p[k] == '(' || t.p[k] == ')'))
		k++;
	if (k == i + 1 || at(t, k) != ':' || at(t, k + 1) != '~')
		return false;
	return !starts_at(t, i, "%date") && !starts_at(t, i, "%time") && !starts_at(t, i, "%dt") &&
	       near(t, k, "%") != 0;
}

/* [char]105+[char]101, and &('i'+'ex'). */
static bool joins_letters(struct ew_bytes t, size_t i)
{
	if (t.p[i] == '[')
		return starts_at(t, i, "[char]") && near(t, i + 6, "[char]");
	size_t k = skip_blanks(t, i + 1);
	if (at(t, k) != '(' || (at(t, k + 1) != '\'' && at(t, k + 1) != '"'))
		return false;
	uint8_t quote = t.p[k + 1];
	for (k += 2; k < t.n && k < i + 24 && t.p[k] != quote; k++)
		if (!ew_word_byte(t.p[k]) && t.p[k] != '-')
			return false;
	k = skip_blanks(t, k + 1);
	return at(t, k) == '+' &&
	       (at(t, skip_blanks(t, k + 1)) == '\'' || at(t, skip_blanks(t, k + 1)) == '"');
}

static bool is_command(struct ew_bytes t, size_t i)
{
	size_t to = i;

	while (to < t.n && to < i + 24 && ew_word_byte(t.p[to]))
		to++;
	return ew_shell_traits(ew_bytes(t.p + i, to - i)) != 0;
}

static bool begins_with_option(struct ew_bytes t, size_t i, struct ew_finding *f_r)
{
	static const char *const served[] = { "/www/", "/html", ".php", ".jsp",
					      ".ssh/", "/etc/", "cron" };
	static const char *const later[] = { " -z /tmp", " -z ./", " --checkpoint-action=exec" };
	static const char why[] = "an option that runs a command";

	for (size_t k = 0; k < sizeof(runs_another) / sizeof(*runs_another); k++)
		if (starts_at(t, i, runs_another[k]))
			return tell(f_r, t, i, i + strlen(runs_another[k]), why);
	for (size_t k = 0; k < sizeof(later) / sizeof(*later); k++) {
		size_t to = near(t, i, later[k]);
		if (to)
			return tell(f_r, t, i, to, why);
	}
	if (starts_at(t, i, "--use-compress-program")) {
		static const char *const packer[] = { "=zstd", "=pigz",   "=gzip",   "=xz",
						      "=lz4",  "=lbzip2", "=pbzip2", "=bzip2" };
		for (size_t k = 0; k < sizeof(packer) / sizeof(*packer); k++)
			if (starts_at(t, i + 22, packer[k]))
				return false;
		return tell(f_r, t, i, i + 22, why);
	}
	if (!starts_at(t, i, "--output") && !starts_at(t, i, "-o") &&
	    !starts_at(t, i, "--log-file"))
		return false;
	for (size_t k = 0; k < sizeof(served) / sizeof(*served); k++) {
		size_t to = near(t, i, served[k]);
		if (to)
			return tell(f_r, t, i, to,
				    "an option that writes where programs are read from");
	}
	return false;
}

bool ew_shell_known(struct ew_bytes t, struct ew_finding *f_r)
{
	size_t first = skip_blanks(t, 0), looks = 256 + t.n / 64;
	const char *why;

	if (at(t, first) == '-' && begins_with_option(t, first, f_r))
		return true;
	for (size_t i = 0; i < t.n; i++) {
		uint8_t c = t.p[i];
		bool begins = i == 0 || !ew_word_byte(t.p[i - 1]);
		switch (c) {
		case '(':
			why = defines_function(t, i);
			if (why)
				return tell(f_r, t, i, i + 8, why);
			break;
		case '-':
			if (begins &&
			    (starts_at(t, i, "--checkpoint-action=exec") ||
			     starts_at(t, i, "-oproxycommand=")) &&
			    (t.p[first] == '-' || !ew_shell_begins_script(t)))
				return tell(f_r, t, i, i + 20, "an option that runs a command");
			if (begins && at(t, i + 1) == 'O' && looks_for(t, i, &looks, f_r))
				return true;
			break;
		case '[':
		case '&':
			if (joins_letters(t, i))
				return tell(f_r, t, i, i + 10, "a command joined from letters");
			if (c == '[' && looks_for(t, i, &looks, f_r))
				return true;
			break;
		case '/':
			if (connects_both_ways(t, i))
				return tell(f_r, t, i, i + 9, "a shell connected with a host");
			if (looks_for(t, i, &looks, f_r))
				return true;
			break;
		case '%':
			if (takes_character(t, i))
				return tell(f_r, t, i, i + 4,
					    "a character taken out of a variable");
			if (looks_for(t, i, &looks, f_r))
				return true;
			break;
		case '~':
			/* an escape of mail(1) and of ssh(1), which take it at the start of a line
			 */
			if ((i == 0 || t.p[i - 1] == '\n') && at(t, i + 1) == '!' &&
			    is_command(t, i + 2))
				return tell(f_r, t, i, i + 3, "an escape that runs a command");
			break;
		case '<':
			if (at(t, i + 1) == '!' && looks_for(t, i, &looks, f_r))
				return true;
			break;
		default:
			if (begins && ew_word_byte(c) && looks_for(t, i, &looks, f_r))
				return true;
		}
	}
	return false;
}
