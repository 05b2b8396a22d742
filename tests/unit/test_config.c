/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* Every sort of mistake is told with the right line and a remedy; a good file gives every default. */

#include "daemon/config.h"
#include "tap.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct told {
	unsigned faults, doubts;
	char text[8192];
};

static char folder[] = "/tmp/eventwall-test-XXXXXX";

static void note(void *arg, bool doubt, const struct ew_error *e)
{
	struct told *t = arg;
	char line[1200];

	ew_error_print(e, line, sizeof(line));
	if (doubt)
		t->doubts++;
	else
		t->faults++;
	snprintf(t->text + strlen(t->text), sizeof(t->text) - strlen(t->text), "%s%s\n",
	         doubt ? "doubt: " : "", line);
}

static struct ew_config *read_text(const char *text, struct told *t)
{
	char name[128];

	*t = (struct told){ 0 };
	snprintf(name, sizeof(name), "%s/c.json", folder);
	return ew_config_read(name, ew_bytes_str(text), note, t);
}

/* The only fault is told as "c.json:LINE: ...", and holds both words. */
static void refuses(const char *what, const char *text, unsigned line, const char *word, const char *cure)
{
	struct told t;
	struct ew_config *c = read_text(text, &t);
	char place[160];

	if (line)
		snprintf(place, sizeof(place), "%s/c.json:%u: ", folder, line);
	else
		snprintf(place, sizeof(place), "%s/c.json: ", folder);
	bool good = !c && t.faults == 1 && strstr(t.text, place) && strstr(t.text, word) &&
	            strstr(t.text, cure);
	ok(good, "%s", what);
	if (!good)
		printf("# %u faults: %s", t.faults, t.text);
	ew_config_free(&c);
}

static void doubts(const char *what, const char *text, const char *word)
{
	struct told t;
	struct ew_config *c = read_text(text, &t);
	bool good = c && t.faults == 0 && strstr(t.text, word);

	ok(good, "%s", what);
	if (!good)
		printf("# %s", t.text);
	ew_config_free(&c);
}

static void put_file(const char *name, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *f = fopen(path, "w");
	if (!f)
		return;
	fputs(text, f);
	fclose(f);
}

#define SETS "\"signature_dir\": \"sets\","
#define FN "\"functions\": {\"f\": {\"http\": {\"url\": \"http://127.0.0.1:9000/base\"}}},"
#define SRC "\"source\": {\"http\": {\"listen\": \"127.0.0.1:8000\"}}"
#define ROUTES(more) "\"routes\": [\n{\"name\": \"r\",\n" SRC ",\n\"function\": \"f\"" more "}]"
#define KAFKA_FN "{\"kafka\": {\"brokers\": \"b:9092\", \"topic\": \"out\"}}"
#define KAFKA_SRC(more) "\"source\": {\"kafka\": {\"brokers\": \"b:9092\", \"group\": \"g\", " \
                        "\"topics\": [\"in\"]" more "}}"
#define MQTT_SRC(more) "\"source\": {\"mqtt\": {\"broker\": \"b:1883\", \"topics\": [\"a/#\"]" more "}}"
#define DOC(top, more) "{" SETS "\n" top FN "\n" ROUTES(more) "}"

static void test_defaults(void)
{
	struct told t;
	struct ew_config *c = read_text(DOC("", ""), &t);
	char path[128];

	ok(c && t.faults == 0 && t.doubts == 0, "the smallest configuration is good: %s", t.text);
	if (!c)
		return;
	struct ew_limits want = EW_LIMITS_DEFAULT;
	ok(!memcmp(&c->routes[0].limits, &want, sizeof(want)), "limits are those of limits.h");
	is_int(c->routes[0].mode, EW_MODE_BLOCK, "a route blocks");
	bool closed = true;
	for (int s = 0; s < EW_STATUS_COUNT; s++)
		closed = closed && c->routes[0].on_exception[s] == EW_EXCEPTION_DROP;
	ok(closed, "every exception drops");
	is_int(c->routes[0].on_failure, EW_FAILURE_HOLD, "failures hold");
	is_int(c->routes[0].signatures.n, 2, "all sets of the folder are taken");
	snprintf(path, sizeof(path), "%s/sets/shell.json", folder);
	is_str(c->routes[0].signatures.v[0], path, "in order, as paths");
	is_str(c->functions[0].http.host, "127.0.0.1", "the host of the URL");
	is_int(c->functions[0].http.port, 9000, "its port");
	is_str(c->functions[0].http.path, "/base", "its path");
	ok(c->routes[0].to == &c->functions[0], "the function is found");
	ok(!c->routes[0].quarantine_to, "there is no quarantine");
	is_str(c->admin.listen, "127.0.0.1:9902", "admin is on loopback");
	is_int(c->http.head_max, 16384, "a request head");
	is_int(c->log.excerpt, EW_EXCERPT_REDACTED, "excerpts are redacted");
	is_str(c->routes[0].identity, "http 127.0.0.1:8000", "an HTTP source is its address");
	ok(strstr(c->functions[0].identity, "\"url\":\"http://127.0.0.1:9000/base\""),
	   "a function is its settings");
	ew_config_free(&c);
	ok(!c, "free nulls");
}

static void test_mistakes(void)
{
	refuses("an empty file", "", 0, "empty", "\"routes\"");
	refuses("no JSON", "{\n\"workers\": }", 2, "not valid JSON", "'}'");
	refuses("a comment", "{\n// x\n}", 2, "not valid JSON", "no comments");
	refuses("a duplicate key", DOC("\"workers\": 1,\n\"workers\": 2,\n", ""), 3, "duplicate", "once only");
	refuses("not an object", "[]", 1, "takes an object", "a list");
	refuses("an unknown key", DOC("", ",\n\"mod\": \"block\""), 7, "unknown key \"mod\" in \"routes\"",
	        "did you mean \"mode\"?");
	refuses("an unknown limit", DOC("", ",\n\"limits\": {\n\"dept\": 5}"), 8,
	        "unknown key \"dept\" in \"limits\"", "did you mean \"depth\"?");
	refuses("a key of another section", DOC("\"timeout_ms\": 5,\n", ""), 2, "unknown key \"timeout_ms\"",
	        "it belongs in drain");
	refuses("a wrong type", DOC("\"workers\": true,\n", ""), 2, "\"workers\" takes a whole number",
	        "not true");
	refuses("a fraction", DOC("\"workers\": 1.5,\n", ""), 2, "a whole number", "fraction");
	refuses("past the bounds", DOC("\"workers\": 300,\n", ""), 2, "takes 0 to 256", "not 300");
	refuses("below the bounds", DOC("\"workers\": -1,\n", ""), 2, "takes 0 to 256", "not -1");
	refuses("an object for a string", DOC("\"cache_dir\": {},\n", ""), 2, "takes a string", "an object");
	refuses("a string for a list", DOC("", ",\n\"signatures\": \"sqli\""), 7, "a list of strings",
	        "[\"sqli\"]");
	refuses("a wrong word", DOC("", ",\n\"mode\": \"blok\""), 7, "\"off\", \"detect\", \"shadow\", \"block\"",
	        "did you mean \"block\"?");
	refuses("a missing key", "{" SETS FN "\"routes\": [\n{\"name\": \"r\", " SRC "}]}", 2,
	        "\"function\" is missing", "takes what is forwarded");
	refuses("no routes at all", "{" SETS "\n" FN "\"routes\": []}", 2, "no routes", "\"source\"");
	refuses("no source", "{" SETS FN "\"routes\": [\n{\"name\": \"r\", \"function\": \"f\"}]}", 2,
	        "\"source\" is missing", "events come from");
	refuses("a source of nothing",
	        "{" SETS FN "\"routes\": [{\"name\": \"r\", \"function\": \"f\",\n\"source\": {}}]}", 2,
	        "\"http\", \"mqtt\", \"kafka\", \"mqtt_proxy\"", "missing");
	refuses("two sources in one",
	        "{" SETS FN "\"routes\": [{\"name\": \"r\", \"function\": \"f\", \"source\": {\n"
	        "\"http\": {\"listen\": \"a:1\"},\n\"kafka\": {}}}]}", 3, "\"kafka\" stands beside", "keep one");
	refuses("a function that is not there",
	        "{" SETS FN "\"routes\": [{\"name\": \"r\", " SRC ",\n\"function\": \"ff\"}]}", 2,
	        "no function \"ff\"", "did you mean \"f\"?");
	refuses("a quarantine that is not there", DOC("", ",\n\"quarantine\": \"q\""), 7,
	        "no function \"q\"", "\"functions\"");
	refuses("a quarantine that is the function", DOC("", ",\n\"quarantine\": \"f\""), 7,
	        "is its function", "name another one");
	refuses("quarantine without one", DOC("", ",\n\"on_failure\": \"quarantine\""), 7,
	        "\"on_failure\" is \"quarantine\"", "write \"hold\"");
	refuses("two functions of one name",
	        "{" SETS "\"functions\": {\"f\": {\"http\": {\"url\": \"http://a/\"}},\n\"f\": {}},"
	        ROUTES("") "}", 2, "duplicate", "once only");
	refuses("a bad function name",
	        "{" SETS "\"functions\": {\n\"f g\": {\"http\": {\"url\": \"http://a/\"}}}," ROUTES("") "}", 2,
	        "function name \"f g\"", "letters");
	refuses("a set that is not there", DOC("", ",\n\"signatures\": [\n\"sqly\"]"), 8,
	        "no signature set \"sqly\"", "did you mean \"sqli\"?");
	refuses("a set file that is not there", DOC("", ",\n\"signatures\": [\"./x.json\"]"), 7,
	        "cannot read the signature set", "x.json");
	refuses("an anomaly", DOC("", ",\n\"refuse_anomalies\": [\"dup_keys\"]"), 7, "no anomaly \"dup_keys\"",
	        "did you mean \"dup_key\"");
	refuses("no sets", DOC("", ",\n\"signatures\": []"), 7, "has no signatures", "\"allow_empty\"");
	refuses("no folder of sets", "{\"signature_dir\": \"nowhere\",\n" FN ROUTES("") "}", 3,
	        "cannot read the folder", "\"signature_dir\"");
	refuses("retries that shrink",
	        "{" SETS "\"functions\": {\"f\": {\"http\": {\"url\": \"http://a/\"}, \"backoff_ms\": 20000,\n"
	        "\"backoff_max_ms\": 10}}," ROUTES("") "}", 2, "less than \"backoff_ms\"", "20000");
}

static void test_addresses(void)
{
#define URL(u) "{" SETS "\"functions\": {\"f\": {\"http\": {\n\"url\": \"" u "\"}}}," ROUTES("") "}"
	refuses("https", URL("https://a/"), 2, "TLS", "write http://");
	refuses("no scheme", URL("a:80"), 2, "is no URL", "http://host:port/path");
	refuses("a user in the URL", URL("http://u:p@h/"), 2, "user name", "leave out");
	refuses("a query", URL("http://h/?x=1"), 2, "query", "http://host:port/path");
	refuses("no host", URL("http:///x"), 2, "no host", "http://host:port/path");
	refuses("port 0", URL("http://h:0/x"), 2, "no host and port", "http://host:port/path");
	refuses("port 70000", URL("http://h:70000/x"), 2, "no host and port", "http://host:port/path");
	struct told t;
	struct ew_config *c = read_text(URL("http://[::1]"), &t);
	ok(c && !strcmp(c->functions[0].http.host, "::1") && c->functions[0].http.port == 80 &&
	   !strcmp(c->functions[0].http.path, "/"), "an IPv6 address without port: %s", t.text);
	ew_config_free(&c);
#define HTTP(in) "{" SETS FN "\"routes\": [{\"name\": \"r\", \"function\": \"f\", \"source\": {\"http\": " \
                 "{\n" in "}}}]}"
	refuses("listen without port", HTTP("\"listen\": \"8000\""), 2, "no address to listen on",
	        "127.0.0.1:8000");
	refuses("a path that is none", HTTP("\"listen\": \"a:1\", \"path\": \"x\""), 2, "is no path",
	        "begins with \"/\"");
	refuses("a host that is none", HTTP("\"listen\": \"a:1\", \"host\": \"a*\""), 2, "is no host",
	        "*.example.com");
	refuses("a method in small letters", HTTP("\"listen\": \"a:1\", \"methods\": [\"get\"]"), 2,
	        "is no method", "did you mean \"GET\"?");
#define BALANCERS(list) "{" SETS "\"http\": {\n\"proxy_protocol_from\": [" list "]}, " FN \
	"\"routes\": [{\"name\": \"r\", \"function\": \"f\", \"source\": {\"http\": {\"listen\": \"a:1\"}}}]}"
	refuses("a network that is none", BALANCERS("\"10.0.0.0/8\", \"10.0.0.1/8\""), 2, "is no network",
	        "\"10.0.0.0/8\"");
	c = read_text(BALANCERS("\"10.0.0.0/8\", \"::1\""), &t);
	ok(c && c->http.balancers.n == 2 && c->http.balancers.v[0].bits == 104 &&
	   c->http.balancers.v[1].bits == 128,
	   "networks: %s", t.text);
	ew_config_free(&c);
	refuses("a filter that is none",
	        "{" SETS FN "\"routes\": [{\"name\": \"r\", \"function\": \"f\", \"source\": {\"mqtt\": "
	        "{\"broker\": \"b:1\",\n\"topics\": [\"a/#/b\"]}}}]}", 2, "topic filter", "the last one");
	refuses("a broker without port",
	        "{" SETS FN "\"routes\": [{\"name\": \"r\", \"function\": \"f\", \"source\": {\"mqtt\": "
	        "{\n\"broker\": \"b\", \"topics\": [\"a\"]}}}]}", 2, "is no broker", "host:port");
	refuses("a topic that is none",
	        "{" SETS FN "\"routes\": [{\"name\": \"r\", \"function\": \"f\", \"source\": {\"kafka\": "
	        "{\"brokers\": \"b:1\", \"group\": \"g\",\n\"topics\": [\"a b\"]}}}]}", 2, "no Kafka topic",
	        "letters");
	refuses("a wildcard to publish to",
	        "{" SETS "\"functions\": {\"f\": {\"mqtt\": {\"broker\": \"b:1\",\n\"topic\": \"a/#\"}}},"
	        ROUTES("") "}", 2, "publish", "has no");
	c = read_text("{" SETS "\"functions\": {\"f\": {\"mqtt\": {\"broker\": \"b:1\", \"topic\": "
	              "\"clean/${topic}\"}}}," ROUTES("") "}", &t);
	ok(c && !strcmp(c->functions[0].mqtt.topic, "clean/${topic}"), "${topic} stays: %s", t.text);
	ew_config_free(&c);
}

static void test_routes_together(void)
{
#define TWO(a, b) "{" SETS FN "\"routes\": [{\"name\": \"a\", \"function\": \"f\", " a "},\n" \
                  "{\"name\": \"b\", \"function\": \"f\", " b "}]}"
#define AT(more) "\"source\": {\"http\": {\"listen\": \"a:1\"" more "}}"
	refuses("one name twice", "{" SETS FN "\"routes\": [{\"name\": \"a\", \"function\": \"f\", " AT("")
	        "},\n{\"name\": \"a\", \"function\": \"f\", " AT(", \"path\": \"/x\"") "}]}", 2,
	        "called \"a\"", "a name of its own");
	refuses("a route that is never reached", TWO(AT(""), AT(", \"methods\": [\"GET\"]")), 2,
	        "\"b\" is never reached", "\"a\" takes");
	refuses("the same path with a slash", TWO(AT(", \"path\": \"/x\""), AT(", \"path\": \"/x/\"")), 2,
	        "never reached", "path");
	struct told t;
	struct ew_config *c = read_text(TWO(AT(", \"methods\": [\"GET\"]"), AT(", \"methods\": [\"POST\"]")),
	                                &t);
	ok(c, "methods may divide a path: %s", t.text);
	ew_config_free(&c);
	c = read_text(TWO(AT(", \"methods\": [\"GET\"]"), AT("")), &t);
	ok(c, "and leave the rest to a later route: %s", t.text);
	ew_config_free(&c);
	refuses("methods that are all taken",
	        TWO(AT(", \"methods\": [\"GET\", \"PUT\"]"), AT(", \"methods\": [\"PUT\"]")), 2,
	        "never reached", "methods");
	refuses("one group for two routes", TWO(KAFKA_SRC(""), KAFKA_SRC("")), 2, "one consumer group",
	        "another \"group\"");
	refuses("one share for two routes", TWO(MQTT_SRC(", \"share\": \"s\""), MQTT_SRC(", \"share\": \"s\"")),
	        2, "one share group", "another \"share\"");
	refuses("one client for two routes",
	        TWO(MQTT_SRC(", \"client_id\": \"s\""), MQTT_SRC(", \"client_id\": \"s\"")), 2,
	        "one \"client_id\"", "whenever the other connects");
	refuses("one client for a source and a function",
	        "{" SETS "\"functions\": {\"f\": {\"mqtt\": {\"broker\": \"b:1883\", \"topic\": \"t\",\n"
	        "\"client_id\": \"x\"}}}, \"routes\": [{\"name\": \"r\", \"function\": \"f\", "
	        MQTT_SRC(", \"client_id\": \"x\"") "}]}", 2, "\"r\" has this \"client_id\"", "one of its own");
	refuses("admin on a route's port", "{\"admin\": {\"listen\": \"127.0.0.1:8000\"}," SETS FN ROUTES("") "}",
	        1, "both listen on", "another port");
}

static void test_kafka(void)
{
#define TX(fn, q) "{" SETS "\"functions\": {\"f\": " fn ", \"q\": " q "}, \"routes\": [{\"name\": \"r\", " \
                  KAFKA_SRC(", \"transactions\": true") ",\n\"function\": \"f\",\n\"quarantine\": \"q\"}]}"
	struct told t;
	struct ew_config *c = read_text(TX(KAFKA_FN, KAFKA_FN), &t);

	ok(c && c->routes[0].kafka.transactions, "transactions from topic to topic: %s", t.text);
	ew_config_free(&c);
	refuses("transactions to HTTP", TX("{\"http\": {\"url\": \"http://a/\"}}", KAFKA_FN), 2,
	        "\"transactions\" need a Kafka topic", "\"function\"");
	refuses("quarantine elsewhere", TX(KAFKA_FN, "{\"kafka\": {\"brokers\": \"c:1\", \"topic\": \"x\"}}"), 3,
	        "on the source's brokers", "c:1");
#define PROP(p) "{" SETS FN "\"routes\": [{\"name\": \"r\", \"function\": \"f\", " \
                KAFKA_SRC(", \"properties\": {\n" p "}") "}]}"
	refuses("a property that is ours", PROP("\"group.id\": \"x\""), 2, "set by eventwall", "\"group\"");
	refuses("a property that loads code", PROP("\"plugin.library.paths\": \"x\""), 2, "set by eventwall",
	        "no plugin");
	refuses("a property that is none", PROP("\"fetch.wait.max.mss\": 5"), 2, "librdkafka refuses",
	        "fetch.wait.max.mss");
	refuses("a property with a bad value", PROP("\"fetch.wait.max.ms\": \"x\""), 2, "librdkafka refuses",
	        "fetch.wait.max.ms");
	c = read_text(PROP("\"fetch.wait.max.ms\": 5, \"sasl.password\": {\"file\": \"secret\"}"), &t);
	ok(c && c->routes[0].kafka.properties.n == 2 &&
	   !strcmp(c->routes[0].kafka.properties.v[1].value, "hunter2"), "a property from a file: %s", t.text);
	ew_config_free(&c);
}

#define PROXY_SRC "\"source\": {\"mqtt_proxy\": {\"listen\": \"a:1\", \"broker\": \"b:1\"}}"
#define PROXY(more) "{" SETS "\"routes\": [{\"name\": \"r\", \"source\": {\"mqtt_proxy\": {" \
	"\"listen\": \"a:1\", \"broker\": \"b:1883\"" more "}}}]}"

static void test_mqtt_proxy(void)
{
	struct told t;
	struct ew_config *c = read_text(PROXY(", \n\"publish\": [\"dev/%c/#\"]"), &t);

	ok(c && ew_route_is_proxy(&c->routes[0]) && !strcmp(c->routes[0].proxy.host, "b") &&
	   c->routes[0].proxy.port == 1883 && !c->routes[0].to && c->function_count == 0,
	   "a proxy needs no function: %s", t.text);
	char *identity = c ? strdup(c->routes[0].identity) : NULL;
	ew_config_free(&c);
	c = read_text(PROXY(", \"client_rate\": 7"), &t);
	ok(c && identity && !strcmp(identity, c->routes[0].identity), "other rules are the same listener");
	ew_config_free(&c);
	free(identity);
	refuses("a function beside it",
	        "{" SETS FN "\"routes\": [{\"name\": \"r\", \"source\": {\"mqtt_proxy\": {\"listen\": \"a:1\", "
	        "\"broker\": \"b:1\"}},\n\"function\": \"f\"}]}", 2, "to the broker", "leave out");
	refuses("a broker that is itself", "{" SETS "\"routes\": [{\"name\": \"r\", \"source\": {\"mqtt_proxy\": "
	        "{\"listen\": \"a:1\",\n\"broker\": \"a:1\"}}}]}", 2, "listened on", "another port");
	refuses("a pattern that is none", PROXY(", \n\"publish\": [\"a/#/b\"]"), 2, "a/#/b", "#");
	refuses("a share in a pattern", PROXY(", \n\"subscribe\": [\"$share/g/a\"]"), 2, "$share", "without");
	refuses("a code that no answer has", PROXY(", \n\"signature_code\": 150"), 2, "150", "135");
#define CODE(n) ", \"overrides\": [{\"signatures\": [\"x\"],\n\"reason_code\": " #n "}]"
	refuses("a signature with a code that no answer has",
	        "{" SETS "\"routes\": [{\"name\": \"r\", " PROXY_SRC CODE(16) "}]}", 2, "16 is no reason", "135");
	refuses("a code where nobody is told", "{" SETS FN "\"routes\": [{\"name\": \"r\", " SRC
	        ", \"function\": \"f\"" CODE(135) "}]}", 1, "mqtt_proxy", "delete");
	refuses("two on one address",
	        "{" SETS "\"routes\": [{\"name\": \"a\", " PROXY_SRC "},\n{\"name\": \"b\", " PROXY_SRC "}]}",
	        2, "both listen on a:1", "another port");
	refuses("HTTP on its address",
	        "{" SETS FN "\"routes\": [{\"name\": \"a\", " PROXY_SRC "},\n"
	        "{\"name\": \"b\", " AT("") ", \"function\": \"f\"}]}",
	        2, "both listen on a:1", "another port");
}

static void test_values_from_outside(void)
{
	struct told t;

	setenv("EW_TEST_PORT", "9001", 1);
	setenv("EW_TEST_EMPTY", "", 1);
	unsetenv("EW_TEST_UNSET");
#define CACHE(s) DOC("\"workers\": 1,\n\"cache_dir\": \"" s "\",\n", "")
	struct ew_config *c = read_text(CACHE("/x/${EW_TEST_PORT}/${EW_TEST_UNSET:-d}${EW_TEST_EMPTY}$${A}"),
	                                &t);
	ok(c && !strcmp(c->cache_dir, "/x/9001/d${A}"), "values, defaults, literals: %s", c ? c->cache_dir : "");
	ew_config_free(&c);
	c = read_text(DOC("\"workers\": \"${EW_TEST_W:-3}\",\n", ",\n\"log_forwarded\": \"${EW_TEST_B:-true}\""),
	              &t);
	ok(c && c->workers == 3 && c->routes[0].log_forwarded, "numbers and truth values, too: %s", t.text);
	ew_config_free(&c);
	refuses("a variable that is not set", CACHE("${EW_TEST_UNSET}"), 3, "EW_TEST_UNSET is not set",
	        "${EW_TEST_UNSET:-default}");
	refuses("no end", CACHE("${EW_TEST"), 3, "without", "$${");
	refuses("no name", CACHE("${1x}"), 3, "no environment variable", "${NAME}");
	refuses("a number from outside that is none", DOC("\"workers\": \"${EW_TEST_W:-many}\",\n", ""), 2,
	        "a whole number", "a string");

#define PASS(s) "{" SETS "\"functions\": {\"f\": {\"mqtt\": {\"broker\": \"b:1\", \"topic\": \"t\",\n" \
                "\"password\": " s "}}}," ROUTES("") "}"
	c = read_text(PASS("{\"file\": \"secret\"}"), &t);
	ok(c && !strcmp(c->functions[0].mqtt.password, "hunter2"), "a secret from a file: %s", t.text);
	ew_config_free(&c);
	refuses("a secret file that is not there", PASS("{\"file\": \"/nowhere/x\"}"), 2,
	        "cannot read the secret file", "/nowhere/x");
	refuses("a secret that is a folder", PASS("{\"file\": \"sets\"}"), 2, "not a regular file", "sets");
	refuses("a secret of another shape", PASS("{\"fil\": \"x\"}"), 2, "takes a string or", "\"file\"");
	refuses("a file for what is no secret", DOC("\"cache_dir\": {\"file\": \"x\"},\n", ""), 2,
	        "takes a string, not an object", "cache_dir");
}

static void test_doubts(void)
{
	doubts("a detecting route", DOC("", ", \"mode\": \"detect\""), "mode \"detect\"");
	doubts("an open policy", DOC("", ", \"on_exception\": {\"default\": \"pass\", \"oversize\": \"drop\"}"),
	       "lets pass what is malformed, ambiguous, truncated, unsupported, over_budget");
	doubts("an admin on the network", DOC("\"admin\": {\"listen\": \"0.0.0.0:9902\"},", ""),
	       "open to the network");
	doubts("a Kafka route without quarantine",
	       "{" SETS FN "\"routes\": [{\"name\": \"r\", \"function\": \"f\", " KAFKA_SRC("") "}]}",
	       "has no quarantine");
	doubts("a function of no route",
	       "{" SETS "\"functions\": {\"f\": " KAFKA_FN ", \"g\": " KAFKA_FN "}," ROUTES("") "}",
	       "no route uses the function \"g\"");
	doubts("full excerpts", DOC("\"log\": {\"excerpt\": \"full\"},", ""), "secrets included");
	struct told t;
	struct ew_config *c = read_text(DOC("", ", \"on_exception\": {\"malformed\": \"pass\"}"), &t);
	ok(c && c->routes[0].on_exception[EW_MALFORMED] == EW_EXCEPTION_PASS &&
	   c->routes[0].on_exception[EW_LIMIT] == EW_EXCEPTION_DROP &&
	   c->routes[0].on_exception[EW_OK] == EW_EXCEPTION_DROP, "one cause passes, the others do not");
	ew_config_free(&c);
}

static void test_many(void)
{
	struct told t;
	struct ew_config *c = read_text("{\"workers\": -1, \"log\": {\"exerpt\": 1},\n\"routes\": [{}]}", &t);

	ok(!c && t.faults >= 4, "one run tells all mistakes (%u)", t.faults);
	struct ew_error e = { 0 };
	c = ew_config_load("/nowhere/eventwall.json", &e);
	ok(!c && strstr(e.text, "No such file") && !strcmp(e.file, "/nowhere/eventwall.json"),
	   "a file that is not there");
	c = ew_config_load(folder, &e);
	ok(!c && strstr(e.text, "folder"), "a folder");
}

static void test_descriptors(void)
{
	struct told t;

	/* A file of package "p" with a message "M" without fields. */
	put_file("set.pb", "\x0a\x08\x12\x01p\x22\x03\x0a\x01M");
	struct ew_config *c = read_text(DOC("", ",\n\"descriptor_set\": \"set.pb\", \"message\": \"p.M\""), &t);
	ok(c && c->routes[0].protobuf && c->routes[0].limits.protobuf == c->routes[0].protobuf,
	   "a descriptor set and a message of it: %s", t.text);
	ew_config_free(&c);
	refuses("a message without a set", DOC("", ",\n\"message\": \"p.M\""), 7, "\"descriptor_set\"", "lacks");
	refuses("a message that is not there",
	        DOC("", ",\n\"descriptor_set\": \"set.pb\", \"message\": \"M\""), 7, "no message \"M\"",
	        "full name");
	refuses("a set that is not there", DOC("", ",\n\"descriptor_set\": \"none.pb\""), 7, "No such file",
	        "protoc");
	refuses("a set that is none", DOC("", ",\n\"descriptor_set\": \"secret\""), 7, "no set of descriptors",
	        "protoc");
}

static void test_avro(void)
{
	struct told t;

	put_file("user.avsc",
	         "{\"type\":\"record\",\"name\":\"U\",\"fields\":[{\"name\":\"n\",\"type\":\"string\"}]}");
	struct ew_config *c = read_text(DOC("", ",\n\"avro_schema\": \"user.avsc\""), &t);
	ok(c && c->routes[0].avro && c->routes[0].limits.avro == c->routes[0].avro, "a schema of Avro: %s",
	   t.text);
	ew_config_free(&c);
	refuses("a schema that is not there", DOC("", ",\n\"avro_schema\": \"none.avsc\""), 7, "No such file",
	        "JSON");
	refuses("a schema that is none", DOC("", ",\n\"avro_schema\": \"set.pb\""), 7, "it is no JSON", "JSON");
	put_file("odd.avsc", "{\"type\":\"unheard-of\"}");
	refuses("a schema of types that are nowhere", DOC("", ",\n\"avro_schema\": \"odd.avsc\""), 7, "not in it",
	        "JSON");
}

int main(void)
{
	if (!mkdtemp(folder))
		return 99;
	char path[256];
	snprintf(path, sizeof(path), "%s/sets", folder);
	mkdir(path, 0700);
	put_file("sets/sqli.json", "{}");
	put_file("sets/shell.json", "{}");
	put_file("sets/README", "");
	put_file("secret", "hunter2\n");
	test_defaults();
	test_mistakes();
	test_addresses();
	test_routes_together();
	test_kafka();
	test_mqtt_proxy();
	test_values_from_outside();
	test_doubts();
	test_many();
	test_descriptors();
	test_avro();
	const char *const made[] = { "sets/sqli.json", "sets/shell.json", "sets/README", "sets", "secret", "set.pb",
	                             "." };
	for (size_t i = 0; i < sizeof(made) / sizeof(*made); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, i == 6 ? "" : made[i]);
		remove(path);
	}
	return done();
}
