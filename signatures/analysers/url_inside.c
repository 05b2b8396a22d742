/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* http://localhost:3000/callback is what developers send, http://localhost:2375/containers/json
 * what attackers do: a port of a service that speaks no HTTP, a port or a path by which machines
 * are ruled, a line break.
 *
 * The trap is how much honest traffic names the inside: health checks, graphs, cameras, callbacks,
 * connection strings.  So a port counts alone only if no page can stand behind it, and a path only
 * if it is that of an administrator; all else is for the argument "private". */

#include "url_inside.h"

#include "signatures/words.h"
#include "url_scheme.h"

enum { READ = 512 }; /* bytes behind the host that are read */

/* Ports on which nothing speaks HTTP: those that browsers refuse, and those of databases and
 * queues. */
static const uint16_t no_web[] = {
	1,     7,     9,     11,    13,    15,    17,    19,   20,   21,    22,    23,    25,
	37,    42,    43,    53,    69,    77,    79,    87,   95,   101,   102,   103,   104,
	109,   110,   111,   113,   115,   117,   119,   123,  135,  137,   139,   143,   161,
	179,   389,   427,   445,   465,   512,   513,   514,  515,  526,   530,   531,   532,
	540,   548,   554,   556,   563,   587,   601,   623,  636,  873,   989,   990,   993,
	995,   1099,  1433,  1434,  1521,  1719,  1720,  1723, 2049, 2181,  3306,  3389,  3632,
	3659,  4045,  4190,  4369,  5060,  5061,  5432,  5672, 5900, 6379,  6380,  6566,  6665,
	6666,  6667,  6668,  6669,  6679,  6697,  9042,  9300, 9418, 10080, 11211, 16379, 16509,
	16514, 26379, 27017, 27018, 27019, 61613, 61616,
};

/* Ports of interfaces by which machines are ruled, and of nothing else. */
static const uint16_t ruling[] = { 2375, 2376, 2377,  2772,  2773,  4243,
				   9222, 9229, 10248, 10250, 10255, 10256 };

/* Paths that mean an interface of administrators, `port` 0: on any port. */
struct asked {
	uint16_t port;
	const char *path; /* a prefix; unless it ends with a slash, of whole segments */
};

static const struct asked paths[] = {
	{ 0, "/.aws" },
	{ 0, "/.env" },
	{ 0, "/.git/" },
	{ 0, "/.kube" },
	{ 0, "/.ssh" },
	{ 0, "/_aliases" },
	{ 0, "/_all" },
	{ 0, "/_all_dbs" },
	{ 0, "/_async" },
	{ 0, "/_aws" },
	{ 0, "/_bulk" },
	{ 0, "/_cat" },
	{ 0, "/_cluster" },
	{ 0, "/_config" },
	{ 0, "/_localstack" },
	{ 0, "/_nodes" },
	{ 0, "/_profiler" },
	{ 0, "/_search" },
	{ 0, "/_security" },
	{ 0, "/_shutdown" },
	{ 0, "/_snapshot" },
	{ 0, "/_stats" },
	{ 0, "/_users" },
	{ 0, "/_utils" },
	{ 0, "/actuator/env" },
	{ 0, "/actuator/gateway" },
	{ 0, "/actuator/heapdump" },
	{ 0, "/actuator/jolokia" },
	{ 0, "/actuator/logfile" },
	{ 0, "/actuator/refresh" },
	{ 0, "/actuator/restart" },
	{ 0, "/actuator/shutdown" },
	{ 0, "/actuator/threaddump" },
	{ 0, "/actuator/trace" },
	{ 0, "/admin" },
	{ 0, "/admin.php" },
	{ 0, "/administrator" },
	{ 0, "/api/admin" },
	{ 8080, "/api/json" },
	{ 4040, "/api/tunnels" },
	{ 15672, "/api" },
	{ 9000, "/api/settings" },
	{ 8265, "/api/jobs" },
	{ 3000, "/api/datasources" },
	{ 0, "/api/v1/admin" },
	{ 0, "/api/v1/namespaces" },
	{ 0, "/api/v1/nodes" },
	{ 0, "/api/v1/pods" },
	{ 0, "/api/v1/proxy" },
	{ 0, "/api/v1/secrets" },
	{ 0, "/api/v1/serviceaccounts" },
	{ 8001, "/api" },
	{ 6443, "/api" },
	{ 0, "/api2/json" },
	{ 0, "/apis/apps" },
	{ 0, "/apis/batch" },
	{ 0, "/apis/rbac.authorization.k8s.io" },
	{ 0, "/axis2-admin" },
	{ 0, "/apply.cgi" },
	{ 0, "/boaform" },
	{ 0, "/cacti" },

	{ 9901, "/clusters" },
	{ 0, "/config_dump" },
	{ 2019, "/config" },
	{ 0, "/console" },
	{ 0, "/containers/create" },
	{ 0, "/containers/json" },
	{ 8443, "/containers" },
	{ 0, "/debug" },
	{ 0, "/druid/index" },
	{ 0, "/druid/indexer" },
	{ 0, "/eval" },
	{ 0, "/exec" },
	{ 0, "/flag" },
	{ 0, "/goform" },
	{ 0, "/h2-console" },
	{ 0, "/heapdump" },
	{ 0, "/hnap1" },
	{ 0, "/host-manager" },
	{ 0, "/hudson" },
	{ 0, "/images/create" },
	{ 0, "/images/json" },
	{ 0, "/invoker" },
	{ 8081, "/jars" },
	{ 0, "/jenkins/script" },
	{ 0, "/jmx-console" },
	{ 0, "/jolokia" },
	{ 0, "/management" },
	{ 0, "/manager" },
	{ 0, "/minio/admin" },
	{ 0, "/minio/v2" },
	{ 0, "/msi/token" },
	{ 0, "/nacos/v1" },
	{ 0, "/nginx_status" },
	{ 0, "/php-fpm" },
	{ 0, "/phpinfo" },
	{ 0, "/phpinfo.php" },
	{ 0, "/phpmyadmin" },
	{ 0, "/pma" },
	{ 0, "/quitquitquit" },
	{ 8086, "/query" },
	{ 0, "/rpc2" },
	{ 0, "/runningpods" },
	{ 0, "/script" },
	{ 0, "/scripttext" },
	{ 0, "/secret" },
	{ 0, "/secrets" },
	{ 0, "/secretsmanager" },
	{ 0, "/server-info" },
	{ 0, "/server-status" },
	{ 0, "/setup.cgi" },
	{ 0, "/shell" },
	{ 0, "/shutdown" },
	{ 0, "/solr/admin" },
	{ 0, "/stub_status" },
	{ 0, "/systemsmanager" },
	{ 0, "/uddiexplorer" },
	{ 0, "/v1.0/secrets" },
	{ 0, "/v1/acl" },
	{ 0, "/v1/agent" },
	{ 0, "/v1/allocations" },
	{ 0, "/v1/auth/token" },
	{ 0, "/v1/catalog" },
	{ 0, "/v1/jobs" },
	{ 0, "/v1/kv" },
	{ 0, "/v1/nodes" },
	{ 0, "/v1/secret" },
	{ 0, "/v1/submissions" },
	{ 0, "/v1/sys" },
	{ 0, "/v2/_catalog" },
	{ 0, "/v2/keys" },
	{ 0, "/v3/kv" },
	{ 0, "/web-console" },
	{ 0, "/webhdfs" },
	{ 0, "/wls-wsat" },
	{ 0, "/wp-admin" },
	{ 0, "/ws/v1" },
};

/* Schemes by which nobody but an attacker has a function speak to its own machine. */
static const char *const own_machine[] = {
	"finger", "ftp",  "ftps", "git",  "imap", "imaps", "nntp", "pop3",   "pop3s",
	"rlogin", "rtmp", "scp",  "sftp", "smb",  "ssh",   "svn",  "telnet", "telnets"
};

static bool digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool port_in(const uint16_t *table, size_t n, unsigned port)
{
	for (size_t k = 0; k < n; k++)
		if (table[k] == port)
			return true;
	return false;
}

/* A line break in the URL, spelt once or twice in percent: a second request, or the words of
 * another protocol. */
static bool breaks_line(struct ew_bytes t)
{
	for (size_t i = 0; i + 2 < t.n && t.p[i] > ' '; i++) {
		if (t.p[i] != '%')
			continue;
		size_t k = i + 1;
		while (ew_url_starts(t, k, "25"))
			k += 2;
		if (ew_url_at(t, k) == '0' &&
		    ((ew_url_at(t, k + 1) | 0x20) == 'a' || (ew_url_at(t, k + 1) | 0x20) == 'd'))
			return true;
	}
	return false;
}

/* http://host/ HTTP/1.1 and a line break: what follows is another request. */
static bool splits_request(struct ew_bytes t)
{
	size_t i = 0;

	while (i < t.n && t.p[i] > ' ')
		i++;
	if (!ew_url_starts(t, i, " http/1."))
		return false;
	return ew_url_at(t, i + 9) == '\r' || ew_url_at(t, i + 9) == '\n';
}

/* /2021-05-15/..., as the runtimes of functions name the versions of their interfaces. */
static bool dated(struct ew_bytes t, size_t i)
{
	static const char form[] = "/dddd-dd-dd/";

	for (size_t k = 0; k < sizeof(form) - 1; k++)
		if (form[k] == 'd' ? !digit(ew_url_at(t, i + k))
				   : ew_url_at(t, i + k) != (uint8_t)form[k])
			return false;
	return true;
}

/* /v1.24/..., as docker does. */
static bool of_docker(struct ew_bytes t, size_t i)
{
	return ew_url_starts(t, i, "/v1.") && digit(ew_url_at(t, i + 4)) &&
	       digit(ew_url_at(t, i + 5)) && ew_url_at(t, i + 6) == '/';
}

/* /cgi-bin/luci of a router, and not the picture of a camera. */
static bool of_router(struct ew_bytes t, size_t i)
{
	static const char *const pictures[] = { "audio", "capture", "image", "jpg",    "mjpeg",
						"mjpg",  "picture", "snap",  "stream", "video" };
	struct ew_bytes rest = ew_bytes_from(t, i);

	if (!ew_url_starts(t, i, "/cgi-bin/"))
		return false;
	rest.n = rest.n > 64 ? 64 : rest.n;
	for (size_t k = 0; k < sizeof(pictures) / sizeof(*pictures); k++)
		if (ew_bytes_find_nocase(rest, 0, ew_bytes_str(pictures[k])) != SIZE_MAX)
			return false;
	return true;
}

/* The indices of a search engine, asked for what they hold. */
static bool of_search(struct ew_bytes t, size_t i, unsigned port)
{
	return port == 9200 &&
	       ew_bytes_find(ew_bytes_from(t, i), 0, EW_LIT("/_search")) != SIZE_MAX;
}

static bool asked_path(struct ew_bytes t, size_t i, unsigned port)
{
	for (size_t k = 0; k < sizeof(paths) / sizeof(*paths); k++) {
		if ((paths[k].port && paths[k].port != port) || !ew_url_starts(t, i, paths[k].path))
			continue;
		size_t n = strlen(paths[k].path);
		uint8_t last = (uint8_t)paths[k].path[n - 1], next = ew_url_at(t, i + n);
		if (last == '/' || !(ew_word_byte(next) || next == '-' || next == '.'))
			return true;
	}
	return dated(t, i) || of_docker(t, i) || of_router(t, i) || of_search(t, i, port);
}

static const char *web(struct ew_host host, struct ew_bytes t, size_t i, unsigned port)
{
	bool page = ew_url_at(t, i) == '/' && i + 1 < t.n && t.p[i + 1] > ' ';

	if (port && port_in(no_web, sizeof(no_web) / sizeof(*no_web), port))
		return "a service of the inside that speaks no HTTP";
	if (port && port_in(ruling, sizeof(ruling) / sizeof(*ruling), port))
		return "an interface that rules machines";
	while (ew_url_at(t, i) == '/' && ew_url_at(t, i + 1) == '/')
		i++;
	if (page && asked_path(t, i, port))
		return "an interface for administrators, on the inside";
	if (page && host.as == EW_HOST_AS_CLUSTER)
		return "the interface of a cluster";
	/* Servers print http://0.0.0.0:5000 and mean that they listen; no client connects there. */
	if (host.as == EW_HOST_AS_ALL && (!port || ew_url_at(t, i) == '/'))
		return "the machine itself, by the address of all";
	if (host.as == EW_HOST_AS_OTHER ||
	    (host.as == EW_HOST_AS_V6 && (!port || port == 80 || port == 443)))
		return "the inside, by an address that nobody uses";
	return NULL;
}

const char *ew_inside_asks(struct ew_bytes scheme, struct ew_host host, struct ew_bytes t,
			   bool whole)
{
	static const char *const webs[] = { "feed", "http", "https", "view-source", "ws", "wss" };
	size_t i = 0;
	unsigned port = 0;

	if (host.place != EW_HOST_LOOPBACK && host.place != EW_HOST_PRIVATE)
		return NULL;
	t.n = t.n > READ ? READ : t.n;
	if (splits_request(t))
		return "a second request in a URL of the inside";
	if (!whole)
		return NULL;
	if (ew_url_at(t, i) == ':')
		for (i++; digit(ew_url_at(t, i)) && port <= 0xffff; i++)
			port = port * 10 + (t.p[i] - '0');
	if (ew_url_at(t, i) == ':' && port && digit(ew_url_at(t, i + 1)))
		return "two ports";
	if (ew_url_at(t, i) == '\\' && scheme.n && ew_url_at(t, i + 1) != '\\')
		return "the inside, behind a host that readers take apart differently";
	/* http://127.0.0.1#.example.com: who looks at the end sees another host */
	if ((ew_url_at(t, i) == '#' || ew_url_at(t, i) == '?') &&
	    (ew_url_at(t, i + 1) == '.' || ew_url_at(t, i + 1) == '@'))
		return "the inside, behind a host that readers take apart differently";
	if (breaks_line(ew_bytes_from(t, i)))
		return "a line break in a URL of the inside";
	if (scheme.n == 0 || ew_word_in(webs, sizeof(webs) / sizeof(*webs), scheme))
		return web(host, t, i, port);
	if (host.place != EW_HOST_LOOPBACK)
		return ew_bytes_eq_nocase(scheme, EW_LIT("telnet")) ? "a terminal on the inside"
								    : NULL;
	if (ew_word_in(own_machine, sizeof(own_machine) / sizeof(*own_machine), scheme))
		return "another protocol, spoken to the machine itself";
	if (ew_bytes_eq_nocase(scheme, EW_LIT("rtsp")))
		return !port || port == 554 ? "another protocol, spoken to the machine itself"
					    : NULL;
	if (ew_bytes_eq_nocase(scheme, EW_LIT("ldap")) ||
	    ew_bytes_eq_nocase(scheme, EW_LIT("ldaps")))
		return ew_url_at(t, i) == '/' && i + 1 < t.n ? "a directory of the machine itself"
							     : NULL;
	return NULL;
}
