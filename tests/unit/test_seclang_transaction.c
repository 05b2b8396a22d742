/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* What rules see of an event, from whatever source: built from what the decoders made of it. */

#include "eventwall/event.h"
#include "eventwall/protocol.h"
#include "signatures/seclang/names.h"
#include "signatures/seclang/transaction.h"
#include "tap.h"

#include <stdlib.h>

enum { MEMORY = 4 << 20 };

static const struct ew_limits limits = EW_LIMITS_DEFAULT;
static struct ew_message *m;
static char out[8192];

/* The members of the variables, in order: "NAME[key]=value" joined by "; ", an inner one with a
 * plus. */
static const char *see(const enum ew_variable *ids, size_t count)
{
	struct ew_arena *a = ew_arena_new(MEMORY);
	struct ew_transaction t;
	size_t n = 0;

	(void)ew_decode(m);
	if (!a || !ew_transaction_build(&t, a, m))
		abort();
	out[0] = 0;
	for (size_t i = 0; i < count; i++)
		for (const struct ew_member *x = t.of[ids[i]].first; x; x = x->next)
			n += (size_t)snprintf(
				out + n, sizeof(out) - n, "%s%s%s%s%.*s%s=%.*s", n ? "; " : "",
				x->inner ? "+" : "", ew_seclang_name(EW_TABLE_VARIABLE, ids[i]),
				x->key.n ? "[" : "", (int)x->key.n, (const char *)x->key.p,
				x->key.n ? "]" : "", (int)x->value.n, (const char *)x->value.p);
	ew_arena_free(&a);
	ew_message_reset(m, &limits);
	return out;
}

#define SEE(...)                                                                                   \
	see((const enum ew_variable[]){ __VA_ARGS__ },                                             \
	    sizeof((const enum ew_variable[]){ __VA_ARGS__ }) / sizeof(enum ew_variable))

static void http(const char *method, const char *target, const char *type, const char *body)
{
	const struct ew_pair headers[] = { { EW_LIT("X-A"), EW_LIT("eyJhIjoiYiBjIn0=") },
					   { EW_LIT("Cookie"), EW_LIT("c=1; d=%7b%22e%22%3a2%7d") },
					   { EW_LIT("Content-Type"), ew_bytes_str(type) } };
	struct ew_http_parts p = { .method = ew_bytes_str(method),
				   .target = ew_bytes_str(target),
				   .headers = headers,
				   .header_count = 3,
				   .body = ew_bytes_str(body) };

	(void)ew_http_event(m, &p);
}

int main(void)
{
	const struct ew_pair pair[] = { { EW_LIT("p"), EW_LIT("1") } };

	m = ew_message_new(&limits);
	if (!m)
		abort();
	http("GET", "/a/b%20c?q=1&x=Sel%20ect&y%5b%5d=2&z", "text/plain", "");
	is_str(SEE(EW_VARIABLE_REQUEST_METHOD, EW_VARIABLE_REQUEST_FILENAME,
		   EW_VARIABLE_REQUEST_BASENAME, EW_VARIABLE_QUERY_STRING, EW_VARIABLE_REQUEST_URI,
		   EW_VARIABLE_REQUEST_LINE),
	       "REQUEST_METHOD=GET; REQUEST_FILENAME=/a/b c; REQUEST_BASENAME=b c; "
	       "QUERY_STRING=q=1&x=Sel%20ect&y%5b%5d=2&z; "
	       "REQUEST_URI=/a/b%20c?q=1&x=Sel%20ect&y%5b%5d=2&z; "
	       "REQUEST_LINE=GET /a/b%20c?q=1&x=Sel%20ect&y%5b%5d=2&z HTTP/1.1",
	       "the request line");
	http("GET", "/?q=1&x=Sel%20ect&y%5b%5d=2&z", "text/plain", "");
	is_str(SEE(EW_VARIABLE_ARGS, EW_VARIABLE_ARGS_NAMES, EW_VARIABLE_ARGS_POST,
		   EW_VARIABLE_ARGS_COMBINED_SIZE),
	       "ARGS[q]=1; ARGS[x]=Sel ect; ARGS[y[]]=2; ARGS=z; ARGS_NAMES[q]=q; ARGS_NAMES[x]=x; "
	       "ARGS_NAMES[y[]]=y[]; "
	       "ARGS_NAMES[z]=z; ARGS_COMBINED_SIZE=15",
	       "arguments of the query, undone, each once");
	http("GET", "/", "text/plain", "");
	is_str(SEE(EW_VARIABLE_REQUEST_COOKIES, EW_VARIABLE_REQUEST_COOKIES_NAMES,
		   EW_VARIABLE_REQUEST_HEADERS_NAMES),
	       "REQUEST_COOKIES[c]=1; REQUEST_COOKIES[d]=%7b%22e%22%3a2%7d; +REQUEST_COOKIES[d]=2; "
	       "REQUEST_COOKIES_NAMES[c]=c; REQUEST_COOKIES_NAMES[d]=d; "
	       "REQUEST_HEADERS_NAMES[x-a]=x-a; "
	       "REQUEST_HEADERS_NAMES[cookie]=cookie; "
	       "REQUEST_HEADERS_NAMES[content-type]=content-type",
	       "cookies, and what is in them under their names");
	http("GET", "/", "text/plain", "");
	ok(strstr(SEE(EW_VARIABLE_REQUEST_HEADERS),
		  "REQUEST_HEADERS[x-a]=eyJhIjoiYiBjIn0=; +REQUEST_HEADERS[x-a]=b c"),
	   "headers, and what is in them under their names");
	http("POST", "/", "application/x-www-form-urlencoded", "a=1&b=Sel%20ect");
	is_str(SEE(EW_VARIABLE_ARGS, EW_VARIABLE_ARGS_NAMES, EW_VARIABLE_REQUEST_BODY,
		   EW_VARIABLE_REQBODY_PROCESSOR),
	       "ARGS[a]=1; ARGS[b]=Sel ect; ARGS_NAMES[a]=a; ARGS_NAMES[b]=b; "
	       "REQUEST_BODY=a=1&b=Sel%20ect; "
	       "REQBODY_PROCESSOR=URLENCODED",
	       "a form");
	http("POST", "/", "application/json", "{\"a\":{\"b\":[\"x\",\"eyJjIjoieSB6In0=\"]}}");
	is_str(SEE(EW_VARIABLE_ARGS, EW_VARIABLE_ARGS_NAMES, EW_VARIABLE_REQBODY_PROCESSOR),
	       "ARGS[json.a.b.array_0]=x; ARGS[json.a.b.array_1]=eyJjIjoieSB6In0=; "
	       "ARGS[json.a.b.array_1.c]=y z; "
	       "ARGS_NAMES[json.a]=a; ARGS_NAMES[json.a.b]=b; ARGS_NAMES[json.a.b.array_1.c]=c; "
	       "REQBODY_PROCESSOR=JSON",
	       "JSON, at every depth");
	http("POST", "/", "multipart/form-data; boundary=B",
	     "--B\r\nContent-Disposition: form-data; name=\"f\"; "
	     "filename=\"a.php\"\r\n\r\nhello\r\n"
	     "--B\r\nContent-Disposition: form-data; name=\"v\"\r\n\r\nworld\r\n--B--\r\n");
	is_str(SEE(EW_VARIABLE_ARGS, EW_VARIABLE_ARGS_NAMES, EW_VARIABLE_FILES,
		   EW_VARIABLE_FILES_NAMES),
	       "ARGS[f]=hello; ARGS[v]=world; ARGS_NAMES[v]=v; FILES[f]=a.php; FILES_NAMES[f]=f",
	       "a form with a file");
	http("POST", "/", "application/xml", "<r><a k=\"v\">text</a></r>");
	ok(!strchr(SEE(EW_VARIABLE_ARGS), '<') && strstr(out, "=text") && strstr(out, "=v"),
	   "of a document what it holds, not the markup");
	http("POST", "/", "text/plain", "plain");
	is_str(SEE(EW_VARIABLE_ARGS, EW_VARIABLE_REQUEST_BODY), "ARGS=plain; REQUEST_BODY=plain",
	       "plain text");

	const struct ew_mqtt_parts mqtt = { .topic = EW_LIT("a/b"),
					    .user_properties = pair,
					    .user_property_count = 1,
					    .content_type = EW_LIT("text/x"),
					    .payload = EW_LIT("{\"k\":\"v w\"}") };
	(void)ew_mqtt_event(m, &mqtt);
	is_str(SEE(EW_VARIABLE_REQUEST_FILENAME, EW_VARIABLE_REQUEST_HEADERS, EW_VARIABLE_ARGS,
		   EW_VARIABLE_REQUEST_METHOD, EW_VARIABLE_REQUEST_PROTOCOL),
	       "REQUEST_FILENAME=a/b; REQUEST_HEADERS[p]=1; ARGS[content_type]=text/x; "
	       "ARGS[json.k]=v w",
	       "MQTT has a topic, properties and a payload, and no method");
	const struct ew_kafka_parts kafka = { .topic = EW_LIT("t"),
					      .key = EW_LIT("k 1"),
					      .headers = pair,
					      .header_count = 1,
					      .value = EW_LIT("{\"k\":\"v w\"}") };
	(void)ew_kafka_event(m, &kafka);
	is_str(SEE(EW_VARIABLE_REQUEST_FILENAME, EW_VARIABLE_REQUEST_HEADERS, EW_VARIABLE_ARGS),
	       "REQUEST_FILENAME=t; REQUEST_HEADERS[p]=1; ARGS[key]=k 1; ARGS[json.k]=v w",
	       "Kafka has a topic, headers, a key");
	ew_message_free(&m);
	return done();
}
