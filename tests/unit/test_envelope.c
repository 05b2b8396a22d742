/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* envelope.c, its table, seek.c, octets.c: what is recognised, what is declared of it, and that a forger gains
 * nothing.  The bytes 00 01 02 03 stand for content that nobody would take for base64 by its looks. */

#include "../../protocols/envelope.h"
#include "../../protocols/octets.h"
#include "../../protocols/seek.h"
#include "eventwall/event.h"

#include "opened.h"
#include "tap.h"

#define BYTES "AAECAw=="

static struct {
	const char *name, *document, *path; /* where the bytes are found, NULL: nothing is declared */
	bool perhaps;
} const known[] = {
	{ "aws.apigateway.v1",
	  "{'resource':'/','httpMethod':'POST','requestContext':{},'body':'@','isBase64Encoded':true}",
	  "body|base64" },
	{ "aws.apigateway.v2",
	  "{'rawQueryString':'','requestContext':{'http':{}},'body':'@','isBase64Encoded':true}",
	  "body|base64" },
	{ "aws.apigateway.v2",
	  "{'rawQueryString':'a','requestContext':{'http':{}},'isBase64Encoded':false}", NULL },
	{ "aws.lambda.url", "{'rawQueryString':'','requestContext':{'domainName':'x.lambda-url.y.on.aws'}}", NULL },
	{ "aws.apigateway.websocket", "{'requestContext':{'messageDirection':'IN','connectionId':'c'},"
	  "'isBase64Encoded':true,'body':'@'}", "body|base64" },
	{ "aws.apigateway.authorizer", "{'type':'TOKEN','methodArn':'arn'}", NULL },
	{ "aws.alb",
	  "{'httpMethod':'POST','requestContext':{'elb':{}},'body':'@','isBase64Encoded':true}", "body|base64" },
	{ "aws.vpclattice", "{'raw_path':'/','method':'POST','body':'@','is_base64_encoded':true}", "body|base64" },
	{ "aws.vpclattice",
	  "{'version':'2.0','requestContext':{'serviceNetworkArn':'a'},'body':'@','isBase64Encoded':true}",
	  "body|base64" },
	{ "aws.appsync", "{'arguments':{},'info':{'fieldName':'f'}}", NULL },
	{ "aws.cloudfront", "{'Records':[{'cf':{'request':{'body':{'data':'@','encoding':'base64'}}}}]}",
	  "Records[0].cf.request.body.data|base64" },
	{ "aws.s3", "{'Records':[{'eventSource':'aws:s3','s3':{'object':{'key':'1+2'}}}]}", NULL },
	{ "aws.s3.batch", "{'invocationSchemaVersion':'1.0','tasks':[{'s3Key':'a'}]}", NULL },
	{ "aws.s3.objectlambda", "{'userRequest':{'url':'u'},'configuration':{},'protocolVersion':'1'}", NULL },
	{ "aws.cognito.sync", "{'eventType':'SyncTrigger','datasetRecords':{}}", NULL },
	{ "aws.sns", "{'Records':[{'Sns':{'MessageAttributes':{'a':{'Type':'Binary','Value':'@'}}}}]}",
	  "Records[0].Sns.MessageAttributes.a.Value|base64" },
	{ "aws.sns", "{'Type':'Notification','MessageId':'1','TopicArn':'t','Message':'m',"
	  "'MessageAttributes':{'a':{'Value':'@','Type':'Binary'}}}", "MessageAttributes.a.Value|base64" },
	{ "aws.sqs",
	  "{'Records':[{'body':'b','eventSource':'aws:sqs','messageAttributes':{'a':{'binaryValue':'@'}}}]}",
	  "Records[0].messageAttributes.a.binaryValue|base64" },
	{ "aws.sqs",
	  "{'Records':[{},{'body':'b','eventSource':'aws:sqs','messageAttributes':{'a':{'binaryListValues':"
	  "['','@']}}}]}", "Records[1].messageAttributes.a.binaryListValues[1]|base64" },
	{ "aws.kinesis", "{'Records':[{'kinesis':{'data':'@'}}]}", "Records[0].kinesis.data|base64" },
	{ "aws.kinesis.analytics", "{'applicationArn':'a','records':[{'data':'@'}]}", "records[0].data|base64" },
	{ "aws.firehose", "{'deliveryStreamArn':'a','records':[{'data':'@'}]}", "records[0].data|base64" },
	{ "aws.firehose",
	  "{'requestId':'a','timestamp':1,'records':[{'data':'@'}]}", "records[0].data|base64", true },
	{ "aws.dynamodb", "{'Records':[{'dynamodb':{'NewImage':{'B':{'M':{'x':{'L':[{'B':'@'}]}}}}}}]}",
	  "Records[0].dynamodb.NewImage.B.M.x.L[0].B|base64" },
	{ "aws.dynamodb", "{'Records':[{'dynamodb':{'Keys':{'k':{'BS':['','@']}}}}]}",
	  "Records[0].dynamodb.Keys.k.BS[1]|base64" },
	{ "aws.documentdb", "{'eventSource':'aws:docdb','events':[{'event':{'fullDocument':{'a':{'$binary':"
	  "{'base64':'@'}}}}}]}", "events[0].event.fullDocument.a.$binary.base64|base64" },
	{ "aws.logs", "{'messageType':'DATA_MESSAGE','logGroup':'g','logEvents':[]}", NULL },
	{ "aws.msk", "{'eventSource':'aws:kafka','records':{'t-0':[{'value':'@'}]}}",
	  "records.t-0[0].value|base64" },
	{ "aws.msk", "{'eventSource':'aws:kafka','records':{'t-0':[{'headers':[{'h':[0,1,2,3]}]}]}}",
	  "records.t-0[0].headers[0].h|bytes" },
	{ "aws.kafka",
	  "{'eventSource':'SelfManagedKafka','records':{'t-0':[{'key':'@'}]}}", "records.t-0[0].key|base64" },
	{ "aws.mq", "{'eventSource':'aws:mq','messages':[{'data':'@'}]}", "messages[0].data|base64" },
	{ "aws.mq", "{'rmqMessagesByQueue':{'q::/':[{'data':'@'}]}}", "rmqMessagesByQueue.q::/[0].data|base64" },
	{ "aws.eventbridge", "{'detail-type':'t','source':'s','detail':{}}", NULL },
	{ "aws.ses", "{'Records':[{'ses':{}}]}", NULL },
	{ "aws.ses", "{'notificationType':'Received','mail':{},'content':'x'}", NULL },
	{ "aws.workmail", "{'invocationId':'i','messageId':'m','envelope':{}}", NULL },
	{ "aws.cognito", "{'triggerSource':'t','userPoolId':'p'}", NULL },
	{ "aws.lex", "{'inputTranscript':'t'}", NULL },
	{ "aws.connect", "{'Name':'n','Details':{'ContactData':{}}}", NULL },
	{ "aws.stepfunctions", "{'Execution':{'Id':1},'State':{}}", NULL },
	{ "aws.config", "{'invokingEvent':'{}'}", NULL },
	{ "aws.codecommit", "{'Records':[{'eventSource':'aws:codecommit'}]}", NULL },
	{ "aws.codepipeline", "{'CodePipeline.job':{}}", NULL },
	{ "aws.iot.authorizer", "{'protocols':['mqtt'],'protocolData':{'mqtt':{'password':'@'}}}",
	  "protocolData.mqtt.password|base64" },
	{ "aws.alexa", "{'version':'1.0','session':{},'request':{'type':'t','requestId':'i'}}", NULL },
	{ "google.pubsub", "{'subscription':'s','message':{'data':'@'}}", "message.data|base64" },
	{ "google.pubsub", "{'specversion':'1.0','type':'google.cloud.pubsub.topic.v1.messagePublished',"
	  "'data':{'message':{'data':'@'}}}", "data.message.data|base64" },
	{ "google.functions", "{'context':{'eventType':'a','eventId':'b'},'data':{}}", NULL },
	{ "google.pubsub", "{'context':{'eventType':'google.pubsub.topic.publish'},'data':{'data':'@'}}",
	  "data.data|base64" },
	{ "google.eventarc", "{'specversion':'1.0','type':'google.cloud.storage.object.v1.finalized'}", NULL },
	{ "google.firestore",
	  "{'oldValue':{},'value':{'fields':{'a':{'mapValue':{'fields':{'b':{'bytesValue':'@'}}}}}}}",
	  "value.fields.a.mapValue.fields.b.bytesValue|base64" },
	{ "google.firestore", "{'updateMask':{},'value':{'fields':{'b':{'bytesValue':'@'}}}}",
	  "value.fields.b.bytesValue|base64" },
	{ "google.firestore", "{'context':{'eventType':'providers/cloud.firestore/eventTypes/document.write'},"
	  "'data':{'oldValue':{'fields':{'b':{'bytesValue':'@'}}}}}", "data.oldValue.fields.b.bytesValue|base64" },
	{ "google.firestore", "{'specversion':'1.0','type':'google.cloud.firestore.document.v1.written',"
	  "'data':{'value':{'fields':{'b':{'bytesValue':'@'}}}}}", "data.value.fields.b.bytesValue|base64" },
	{ "azure.eventgrid", "{'id':'i','subject':'s','eventTime':'t','eventType':'e','data':{}}", NULL },
	{ "azure.eventgrid.validation", "{'eventType':'Microsoft.EventGrid.SubscriptionValidationEvent',"
	  "'data':{'validationCode':'c'}}", NULL },
	{ "azure.iothub",
	  "{'eventType':'Microsoft.Devices.DeviceTelemetry','data':{'body':'@'}}", "data.body|base64", true },
	{ "azure.iothub", "{'specversion':'1.0','type':'Microsoft.Devices.DeviceTelemetry','data':{'body':'@'}}",
	  "data.body|base64", true },
	{ "azure.functions", "{'Data':{},'Metadata':{'sys':{}}}", NULL },
	{ "cloudevents",
	  "{'specversion':'1.0','id':'1','source':'s','type':'t','data_base64':'@'}", "data_base64|base64" },
	{ "knative", "{'specversion':'1.0','type':'dev.knative.kafka.event'}", NULL },
	{ "dapr", "{'specversion':'1.0','topic':'t','pubsubname':'p'}", NULL },
	{ "kafka.connect",
	  "{'schema':{'type':'struct','fields':[{'type':'int32','field':'n'},{'type':'struct','field':"
	  "'after','fields':[{'type':'bytes','field':'b'}]}]},'payload':{'b':'c','after':{'b':'@'}}}",
	  "payload.after.b|base64" },
	{ "kafka.connect",
	  "{'payload':{'b':'@'},'schema':{'type':'struct','fields':[{'field':'b','type':'bytes'}]}}",
	  "payload.b|base64" },
	{ "kafka.connect", "{'schema':{'type':'struct','fields':[{'field':'l','type':'array','items':{'type':"
	  "'bytes'}}]},'payload':{'l':['','@']}}", "payload.l[1]|base64" },
	{ "debezium", "{'schema':{},'payload':{'op':'c','source':{}}}", NULL },
	{ "debezium", "{'op':'c','source':{},'after':{}}", NULL },
	{ "mongodb.changestream",
	  "{'operationType':'insert','ns':{},'documentKey':{},'fullDocument':{'a':{'$binary':'@'}}}",
	  "fullDocument.a.$binary|base64" },
	{ "graphql", "{'query':'{me}'}", NULL },
	{ "jsonrpc", "{'jsonrpc':'2.0','method':'m'}", NULL },
};

/* The row's text with JSON quotes, `in` in place of the @. */
static struct ew_bytes text_of(const char *row, const char *in)
{
	static char out[2048];
	size_t n = 0;

	for (; *row; row++) {
		if (*row == '@')
			n += (size_t)snprintf(out + n, sizeof(out) - n, "%s", in);
		else
			out[n++] = *row == '\'' ? '"' : *row;
	}
	return ew_bytes(out, n);
}

static bool names(const struct ew_message *m, const char *path, const char *name)
{
	return has(m, path, name) && m->envelope_count > 0;
}

static void test_known(void)
{
	static const char four[] = { 0, 1, 2, 3 };
	char path[256];

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		struct ew_bytes g = guard_put(text_of(known[i].document, BYTES));
		struct ew_message *m = opened(g);
		bool good = m->status == EW_OK && names(m, "v|json|envelope", known[i].name);
		if (known[i].path) {
			snprintf(path, sizeof(path), "v|json.%s", known[i].path);
			good = good && field_at(m, path, ew_bytes(four, 4));
		}
		ok(good, "%s%s%s", known[i].name, known[i].path ? ": " : "", known[i].path ? known[i].path : "");
		if (!good)
			print_tree(m);
		ew_message_free(&m);
		guard_drop(g);
	}
}

static void test_not_as_declared(void)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (!known[i].path || !strchr(known[i].document, '@'))
			continue;
		struct ew_message *m = opened(text_of(known[i].document, "n/o (64)"));
		if (known[i].perhaps)
			ok(m->status == EW_OK, "%s, perhaps not base64 after all", known[i].name);
		else
			ok(m->status == EW_MALFORMED, "%s, base64 with stray bytes", known[i].name);
		ew_message_free(&m);
		m = opened(text_of(known[i].document, "((("));
		ok((m->status == EW_MALFORMED) == !known[i].perhaps, "%s, nothing like base64", known[i].name);
		ew_message_free(&m);
	}
	struct ew_message *m = opened(
		text_of("{'eventSource':'aws:kafka','records':{'t-0':[{'headers':[{'h':[0,256]}]}]}}", ""));
	ok(m->status == EW_MALFORMED, "a header that is no bytes");
	ew_message_free(&m);
	m = opened(text_of("{'invokingEvent':'{\\'a\\':'}", ""));
	ok(m->status == EW_TRUNCATED || m->status == EW_MALFORMED, "a document that is none");
	ew_message_free(&m);
}

static void test_forged(void)
{
	struct ew_message *m = opened(text_of("{'Records':1,'Records':[1,null,{'eventSource':'aws:s3',"
	                                      "'eventSource':'aws:sqs','body':'b','kinesis':{'data':'@'},"
	                                      "'s3':{'object':{'key':'1+2'}},'Sns':{}}],'records':[]}", BYTES));

	ok(names(m, "v|json|envelope", "aws.s3") && names(m, "v|json|envelope", "aws.sqs") &&
	   names(m, "v|json|envelope", "aws.kinesis") && names(m, "v|json|envelope", "aws.sns") &&
	   m->envelope_count == 4, "one record that is four things");
	ok(has(m, "v|json.Records[2].s3.object.key|plus", "1 2") &&
	   field_at(m, "v|json.Records[2].kinesis.data|base64", ew_bytes("\0\1\2\3", 4)),
	   	"is opened as all of them");
	ew_message_free(&m);

	char big[20000] = "{";
	size_t n = 1;
	for (int i = 0; i < 1000; i++)
		n += (size_t)snprintf(big + n, sizeof(big) - n, "\"k%d\":%d,", i, i);
	snprintf(big + n, sizeof(big) - n, "\"Records\":[{\"kinesis\":{\"data\":\"%s\"}}]}", BYTES);
	m = opened(ew_bytes_str(big));
	ok(field_at(m, "v|json.Records[0].kinesis.data|base64", ew_bytes("\0\1\2\3", 4)), "padding hides nothing");
	ew_message_free(&m);

	m = opened(text_of("{'|envelope':'aws.s3','envelope':'aws.s3','@envelope':'aws.s3'}", ""));
	ok(!field_at(m, "v|json|envelope", ew_bytes(NULL, 0)) && m->envelope_count == 0, "keys are no layers");
	ew_message_free(&m);

	m = opened(text_of("{'Records':[{'kinesis':{'data':'eyJ4IjoiYXR0YWNrIn0='},"
	"'note':'eyJ4IjoiYXR0YWNrIn0='}]}", ""));
	ok(has(m, "v|json.Records[0].note|base64|json.x", "attack") &&
	   has(m, "v|json.Records[0].kinesis.data|base64|json.x", "attack"),
	   "what the table does not name is found as ever");
	ew_message_free(&m);

	static const struct ew_limits shallow = { .message = 65536, .output = 65536, .fields = 1000, .layers = 1,
		.depth = 64, .ratio = 100, .work = 65536, .key = 1000, .arena = 1048576 };
	m = ew_message_new(&shallow);
	(void)open_with(m, text_of("{'jsonrpc':'2.0','method':'m'}", ""), NULL, ew_bytes(NULL, 0), false);
	ok(m->status == EW_OK, "a name is no fault at the last layer");
	ew_message_free(&m);
}

static void test_batches(void)
{
	struct ew_message *m = opened(text_of("[{'specversion':'1.0','id':'1','source':'s','type':'t'},7,{'id':'2',"
	                                      "'specversion':'1.0','source':'s','type':'t','data_base64':'@',"
	                                      "'datacontenttype':'application/octet-stream'}]", BYTES));

	ok(names(m, "v|json|envelope", "cloudevents") &&
	   field_at(m, "v|json[2].data_base64|base64", ew_bytes("\0\1\2\3", 4)), "a batch of cloud events");
	ew_message_free(&m);
	m = opened(text_of("{'jsonrpc':'2.0','method':'m'}\n{'subscription':'s','message':{'data':'@'}}\n", BYTES));
	ok(names(m, "v|ndjson|envelope", "google.pubsub") &&
	   field_at(m, "v|ndjson[1].message.data|base64", ew_bytes("\0\1\2\3", 4)), "lines");
	ew_message_free(&m);
	m = opened(text_of("{'specversion':'1.0','id':'1','source':'s','type':'t','data_base64':'eyJhIjo=',"
	                   "'datacontenttype':'application/json'}", ""));
	ok(m->status == EW_TRUNCATED || m->status == EW_MALFORMED, "content of a declared type");
	ew_message_free(&m);
	m = opened(text_of("{'specversion':'1.0','id':'1','source':'s','type':'t','data':'plain text',"
	                   "'datacontenttype':'application/json'}", ""));
	ok(m->status == EW_OK, "a string is JSON as it stands");
	ew_message_free(&m);
}

static struct ew_message *over_http(const char *const *headers, const char *body)
{
	struct ew_message *m = ew_message_new(&opened_limits);
	static struct ew_pair pairs[4];
	struct ew_http_parts p = { .method = EW_LIT("POST"), .target = EW_LIT("/"), .headers = pairs,
		                   .body = ew_bytes_str(body) };

	for (; headers[2 * p.header_count]; p.header_count++)
		pairs[p.header_count] = (struct ew_pair){ ew_bytes_str(headers[2 * p.header_count]),
			                                  ew_bytes_str(headers[2 * p.header_count + 1]) };
	(void)ew_http_event(m, &p);
	(void)ew_decode(m);
	return m;
}

static void test_headers(void)
{
	static struct {
		const char *name, *headers[5], *body;
		enum ew_status status;
	} const rows[] = {
		{ "cloudevents", { "Ce-SpecVersion", "1.0" }, "x", EW_OK },
		{ "google.eventarc", { "ce-specversion", "1.0", "ce-type", "google.cloud.x" }, "{}", EW_OK },
		{ "knative", { "ce-type", "dev.knative.x" }, "{}", EW_OK },
		{ "aws.sns", { "x-amz-sns-message-type", "Notification" }, "{}", EW_OK },
		{ "aws.sns", { "x-amz-sns-message-type", "Notification" }, "{\"a\":", EW_TRUNCATED },
		{ "azure.eventgrid", { "aeg-event-type", "Notification" }, "[]", EW_OK },
		{ "azure.eventgrid", { "aeg-event-type", "Notification" }, "none", EW_MALFORMED },
		{ "azure.servicebus", { "BrokerProperties", "{}" }, "none", EW_OK },
		{ "google.pubsub", { "x-goog-pubsub-subscription-name", "s" }, "none", EW_OK },
		{ "openfaas", { "X-Topic", "t", "X-Connector", "c" }, "none", EW_OK },
		{ "webhook.github", { "X-GitHub-Event", "push" }, "{}", EW_OK },
		{ "webhook.stripe", { "Stripe-Signature", "t=1,v1=0" }, "{}", EW_OK },
		{ "webhook.slack", { "X-Slack-Signature", "v0=0" }, "payload=1", EW_OK },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ew_message *m = over_http(rows[i].headers, rows[i].body);
		bool good = m->status == rows[i].status && names(m, "http|envelope", rows[i].name);
		ok(good, "%s over HTTP, %s", rows[i].name, ew_status_name(rows[i].status));
		if (!good)
			print_tree(m);
		ew_message_free(&m);
	}
	static const char *const raw[] = { "x-amz-sns-message-type", "Notification", "x-amz-sns-rawdelivery",
		"true", NULL };
	struct ew_message *m = over_http(raw, "none");
	ok(m->status == EW_OK, "raw delivery need not be JSON");
	ew_message_free(&m);

	struct ew_pair ce[] = { { EW_LIT("ce_specversion"), EW_LIT("1.0") } };
	m = ew_message_new(&opened_limits);
	(void)ew_kafka_event(m, &(struct ew_kafka_parts){ .topic = EW_LIT("t"), .headers = ce, .header_count = 1,
	                                                  .value = EW_LIT("x") });
	ew_decode(m);
	ok(names(m, "kafka|envelope", "cloudevents"), "a cloud event over Kafka");
	ew_message_free(&m);
	struct ew_pair user[] = { { EW_LIT("specversion"), EW_LIT("1.0") }, { EW_LIT("id"), EW_LIT("1") },
		                  { EW_LIT("source"), EW_LIT("s") }, { EW_LIT("type"), EW_LIT("t") } };
	m = ew_message_new(&opened_limits);
	(void)ew_mqtt_event(m, &(struct ew_mqtt_parts){ .topic = EW_LIT("t"), .user_properties = user,
	                                                .user_property_count = 4, .payload = EW_LIT("x") });
	ew_decode(m);
	ok(names(m, "mqtt|envelope", "cloudevents"), "a cloud event over MQTT");
	ew_message_free(&m);
}

/* Each row of the table is met above, and each has a key that tells. */
static void test_table(void)
{
	size_t rows = 0;

	for (const struct ew_envelope *e = ew_envelopes; e->name; e++, rows++) {
		bool telling = false;
		for (size_t i = 0; i < 4; i++)
			telling |= e->keys[i] > EW_ENVELOPE_KEY_NONE && e->keys[i] < EW_ENVELOPE_KEY_TELLING;
		ok(telling, "row %zu, %s, has a telling key", rows, e->name);
	}
}

static void test_seek(void)
{
	struct ew_message *m = opened(text_of("{'a':[{'b':1},{'b':2,'b':3},[{'b':4}]],'a':{'b':5,"
	"'c':{'a':{'b':6}}}}", ""));
	struct ew_field *top = m->root->child->child;
	static struct {
		const char *path;
		size_t found;
	} const rows[] = {
		{ "a", 2 }, { "a.[]", 3 }, { "a.[].b", 3 }, { "a.b", 1 }, { "a.*", 2 }, { "*.b", 1 },
			{ "*.[].b", 3 },
		{ "**.b", 6 }, { "a.**.b", 6 }, { "a.**", 8 }, { "b", 0 }, { "a.c.a.b", 1 }, { "a.[].[].b", 1 },
		{ "**.a.b", 2 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ew_seek s = ew_seek(top, rows[i].path);
		size_t n = 0;
		while (ew_seek_next(&s))
			n++;
		ok(n == rows[i].found, "%s leads to %zu fields (%zu)", rows[i].path, rows[i].found, n);
	}
	ew_message_free(&m);
}

static void test_graphql(void)
{
	static struct {
		const char *text, *path, *value;
	} const rows[] = {
		{ "{ user(id: \"1 or 1=1\") { name } }", "id", "1 or 1=1" },
		{ "query Q($v: Int) { u(a: $v, b : \"x\\u0041\\u{42}\\n\\\"\") }", "b", "xAB\n\"" },
		{ "mutation { m(note: \"\"\"it's \\\"\"\" \"here\" \"\"\") }", "note", "it's \\\"\"\" \"here\" " },
		{ "# \"no\"\n{ a(list: [\"one\", \"two\"]) }", "list", "two" },
		{ "{a(o:{inner:\"deep\"})}", "inner", "deep" },
		{ "{ a(b: \"never ends", "b", "never ends" },
		{ "fragment F on T { a(b: \"\\ud83d\\ude00\") }", "b", "\xf0\x9f\x98\x80" },
		{ "{ alias: field(x: \"y\") }", "x", "y" },
	};
	static const char *const shut[] = { "{name}", "{a: \"x\"}", "query for something", "mutation of genes",
		"{", "{}",
		"{ x ( y ) }" };
	char path[64];

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct ew_bytes g = guard_put(ew_bytes_str(rows[i].text));
		struct ew_message *m = opened_as(g, "graphql");
		snprintf(path, sizeof(path), "v|graphql.%s", rows[i].path);
		bool good = m->status == EW_OK && has(m, path, rows[i].value);
		ok(good, "graphql: %s", rows[i].path);
		if (!good)
			print_tree(m);
		ew_message_free(&m);
		guard_drop(g);
		ok(each_prefix(ew_bytes_str(rows[i].text), opens_safely, (void *)(uintptr_t) "graphql"),
			"each prefix of it");
	}
	for (size_t i = 0; i < sizeof(shut) / sizeof(*shut); i++) {
		struct ew_message *m = opened(ew_bytes_str(shut[i]));
		ok(!field_at(m, "v|graphql", ew_bytes(NULL, 0)), "no graphql: %s", shut[i]);
		ew_message_free(&m);
	}
	char deep[1000];
	memset(deep, '{', sizeof(deep));
	memcpy(deep, "query Q", 7);
	struct ew_message *m = opened_as(ew_bytes(deep, sizeof(deep)), "graphql");
	ok(m->status == EW_LIMIT && ew_message_has(m, EW_ANOMALY_DEPTH), "deep selections are over budget");
	ew_message_free(&m);
	m = opened(ew_bytes_str("{\"query\":\"{ u(id: \\\"x\\\") }\"}"));
	ok(has(m, "v|json.query|graphql.id", "x") && names(m, "v|json|envelope", "graphql"), "in its envelope");
	ew_message_free(&m);
}

/* What a server pays for, by the document. */
static void test_graphql_counts(void)
{
	static const struct {
		const char *text, *aliases, *depth, *directives;
	} rows[] = {
		{ "query { a { b } }", NULL, "2", NULL },
		{ "{ x: a(b: {c: {d: 1}}) @e(if: true) { y: f } z: g }", "3", "2", "1" },
		{ "query Q($a: T = {b: 1}) @d @d { a }", NULL, "1", "2" },
		{ "query { # a: b {{{\n s(t: \"a: b { @\") }", NULL, "1", NULL },
		{ "query { a ) } } { b: c }", "1", "1", NULL },
		{ "fragment F on T { a: b { c } } query { d { ...F } }", "1", "2", NULL },
	};
	static const char *const names[] = { "v|graphql.#aliases", "v|graphql.#depth", "v|graphql.#directives" };
	char text[4096] = "query {";

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *const want[] = { rows[i].aliases, rows[i].depth, rows[i].directives };
		struct ew_message *m = opened_as(ew_bytes_str(rows[i].text), "graphql");
		bool good = m->status == EW_OK && !m->anomalies;
		for (size_t k = 0; k < 3; k++) {
			const struct ew_field *f = field_at(m, names[k], ew_bytes(NULL, 0));
			good = good && (want[k] ? f && ew_bytes_eq(f->value, ew_bytes_str(want[k])) : !f);
		}
		ok(good, "counts of %s", rows[i].text);
		if (!good)
			print_tree(m);
		ew_message_free(&m);
	}
	for (int i = 0; i < 31; i++) {
		struct ew_message *m = opened_as(ew_bytes_str(text), "graphql");
		if (ew_message_has(m, EW_ANOMALY_GRAPHQL_ALIASES))
			ok(false, "%d aliases are not many", i);
		ew_message_free(&m);
		snprintf(text + strlen(text), 16, " a%d: b", i);
	}
	struct ew_message *m = opened_as(ew_bytes_str(text), "graphql");
	ok(m->status == EW_OK && ew_message_has(m, EW_ANOMALY_GRAPHQL_ALIASES), "31 aliases are");
	ew_message_free(&m);
	m = opened_as(EW_LIT("{a{a{a{a{a{a{a{a{a{a{a{a{a{a{a{b}}}}}}}}}}}}}}}"), "graphql");
	ok(m->status == EW_OK && ew_message_has(m, EW_ANOMALY_GRAPHQL_DEPTH), "16 selections within each other");
	ew_message_free(&m);
	text[0] = 0;
	for (int i = 0; i < 11; i++)
		snprintf(text + strlen(text), 64, "%c{\"query\":\"{ me { id } }\"}", i ? ',' : '[');
	memcpy(text + strlen(text), "]", 2);
	m = opened(ew_bytes(text, strlen(text)));
	ok(ew_message_has(m, EW_ANOMALY_GRAPHQL_BATCH), "11 requests");
	ew_message_free(&m);
	memcpy(strrchr(text, ','), "]", 2);
	m = opened(ew_bytes(text, strlen(text)));
	ok(m->status == EW_OK && !m->anomalies && !ew_message_has(m, EW_ANOMALY_GRAPHQL_BATCH), "10 requests");
	ew_message_free(&m);
}

int main(void)
{
	test_graphql_counts();
	test_known();
	test_not_as_declared();
	test_forged();
	test_batches();
	test_headers();
	test_table();
	test_seek();
	test_graphql();
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		ok(each_prefix(text_of(known[i].document, BYTES), opens_safely, NULL), "each prefix of %s",
			known[i].name);
	return done();
}
