/* eventwall - the event firewall
 * Copyright (c) 2026 the eventwall authors
 * SPDX-License-Identifier: Apache-2.0 */

/* The envelopes we know: AWS event sources (shapes of the Lambda events), Google Cloud, Azure, CloudEvents 1.0 and
 * what builds on it, change data capture, styles of APIs, webhooks.
 *
 * A row is here for two reasons: to name what an event is, and to say what looking alone might miss: base64 of
 * something that is no text, bytes written as numbers, a key in which pluses are blanks.  Text, documents in
 * strings, percent escapes and compression by magic are found without a row.
 *
 * The trap: `perhaps` is for what is also seen without the encoding.  Without it a value that is not encoded as
 * the row says is EW_MALFORMED, and a row that is recognised too easily drops honest events. */

#include "decoders.h"
#include "envelope.h"
#include "octets.h"
#include "senml.h"

#define K(id) EW_ENVELOPE_KEY_##id
#define TEST(what, path, text) { path, sizeof(path) - 1, sizeof(text) - 1, EW_ENVELOPE_##what, text }
#define HAS(path) TEST(HAS, path, "")
#define LACKS(path) TEST(LACKS, path, "")
#define IS(path, text) TEST(IS, path, text)
#define BEGINS(path, text) TEST(BEGINS, path, text)
#define HOLDS(path, text) TEST(HOLDS, path, text)
#define WHEN(...) (const struct ew_envelope_when[]){ __VA_ARGS__, { .path = NULL } }
#define OPEN(...) (const struct ew_envelope_open[]){ __VA_ARGS__, { NULL, .undo = { NULL } } }
#define BASE64 { &ew_decoder_base64 }
#define FORM { &ew_decoder_form }
#define PLUS { &ew_decoder_plus }
#define JSON { &ew_decoder_json }

const struct ew_envelope ew_envelopes[] = {
	/* ---- AWS: requests ---- */
	{ "aws.apigateway.v1", EW_ENVELOPE_DOCUMENT, { K(requestContext), K(httpMethod), K(resource) },
	  .open = OPEN({ "body", BASE64, .iff = "isBase64Encoded", .is = "true" }) },
	{ "aws.apigateway.v2", EW_ENVELOPE_DOCUMENT, { K(requestContext), K(rawQueryString) },
	  .when = WHEN(HAS("requestContext.http"), LACKS("requestContext.serviceNetworkArn")),
	  .open = OPEN({ "body", BASE64, .iff = "isBase64Encoded", .is = "true" },
	            { "rawQueryString", FORM }) },
	{ "aws.lambda.url", EW_ENVELOPE_DOCUMENT, { K(requestContext), K(rawQueryString) },
	  .when = WHEN(HOLDS("requestContext.domainName", ".lambda-url.")) },
	{ "aws.apigateway.websocket", EW_ENVELOPE_DOCUMENT, { K(requestContext) },
	  .when = WHEN(HAS("requestContext.messageDirection"), HAS("requestContext.connectionId")),
	  .open = OPEN({ "body", BASE64, .iff = "isBase64Encoded", .is = "true" }) },
	{ "aws.apigateway.authorizer", EW_ENVELOPE_DOCUMENT, { K(methodArn) } },
	{ "aws.alb", EW_ENVELOPE_DOCUMENT, { K(requestContext), K(httpMethod) },
	  .when = WHEN(HAS("requestContext.elb")),
	  .open = OPEN({ "body", BASE64, .iff = "isBase64Encoded", .is = "true" },
	            { "queryStringParameters.*", PLUS },
	            { "multiValueQueryStringParameters.*.[]", PLUS }) },
	{ "aws.vpclattice", EW_ENVELOPE_DOCUMENT, { K(raw_path), K(method) },
	  .open = OPEN({ "body", BASE64, .iff = "is_base64_encoded", .is = "true" }) },
	{ "aws.vpclattice", EW_ENVELOPE_DOCUMENT, { K(requestContext), K(version) },
	  .when = WHEN(HAS("requestContext.serviceNetworkArn")),
	  .open = OPEN({ "body", BASE64, .iff = "isBase64Encoded", .is = "true" }) },
	{ "aws.appsync", EW_ENVELOPE_DOCUMENT, { K(arguments), K(info) }, .when = WHEN(HAS("info.fieldName")) },
	{ "aws.cloudfront", EW_ENVELOPE_RECORD, { K(cf) },
	  .open = OPEN({ "cf.request.body.data", BASE64, .iff = "encoding", .is = "base64" },
	            { "cf.request.querystring", FORM }) },

	/* ---- AWS: queues, streams, storage ---- */
	{ "aws.s3", EW_ENVELOPE_RECORD, { K(eventSource) }, .when = WHEN(IS("eventSource", "aws:s3")),
	  .open = OPEN({ "s3.object.key", PLUS }) },
	{ "aws.s3.batch", EW_ENVELOPE_DOCUMENT, { K(invocationSchemaVersion), K(tasks) },
	  .open = OPEN({ "tasks.[].s3Key", PLUS }) },
	{ "aws.s3.objectlambda", EW_ENVELOPE_DOCUMENT, { K(userRequest) },
	  .when = WHEN(HAS("userRequest.url"), HAS("configuration"), HAS("protocolVersion")) },
	{ "aws.sns", EW_ENVELOPE_RECORD, { K(Sns) },
	  .open = OPEN({ "Sns.MessageAttributes.*.Value", BASE64, .iff = "Type", .is = "Binary" }) },
	{ "aws.sns", EW_ENVELOPE_DOCUMENT, { K(TopicArn), K(Type), K(MessageId), K(Message) },
	  .open = OPEN({ "MessageAttributes.*.Value", BASE64, .iff = "Type", .is = "Binary" }) },
	{ "aws.sns", EW_ENVELOPE_HEADERS, { K(x_amz_sns_message_type) },
	  .when = WHEN(LACKS("x-amz-sns-rawdelivery")), .open = OPEN({ "body", JSON }) },
	{ "aws.sqs", EW_ENVELOPE_RECORD, { K(eventSource), K(body) }, .when = WHEN(IS("eventSource", "aws:sqs")),
	  .open = OPEN({ "messageAttributes.*.binaryValue", BASE64 },
	            { "messageAttributes.*.binaryListValues.[]", BASE64 }) },
	{ "aws.kinesis", EW_ENVELOPE_RECORD, { K(kinesis) }, .open = OPEN({ "kinesis.data", BASE64 }) },
	{ "aws.kinesis.analytics", EW_ENVELOPE_DOCUMENT, { K(applicationArn), K(records) },
	  .open = OPEN({ "records.[].data", BASE64 }) },
	{ "aws.firehose", EW_ENVELOPE_DOCUMENT, { K(deliveryStreamArn), K(records) },
	  .open = OPEN({ "records.[].data", BASE64 },
	            { "records.[].kinesisRecordMetadata.data", BASE64, .perhaps = true }) },
	/* The HTTP endpoint of a delivery stream is told nothing but these three. */
	{ "aws.firehose", EW_ENVELOPE_DOCUMENT, { K(records), K(requestId), K(timestamp) },
	  .open = OPEN({ "records.[].data", BASE64, .perhaps = true }) },
	{ "aws.dynamodb", EW_ENVELOPE_RECORD, { K(dynamodb) },
	  .open = OPEN({ "dynamodb.Keys.**.B", BASE64 }, { "dynamodb.Keys.**.BS.[]", BASE64 },
	            { "dynamodb.NewImage.**.B", BASE64 }, { "dynamodb.NewImage.**.BS.[]", BASE64 },
	            { "dynamodb.OldImage.**.B", BASE64 }, { "dynamodb.OldImage.**.BS.[]", BASE64 }) },
	{ "aws.documentdb", EW_ENVELOPE_DOCUMENT, { K(eventSource), K(events) },
	  .when = WHEN(IS("eventSource", "aws:docdb")),
	  .open = OPEN({ "events.[].event.**.$binary.base64", BASE64 }, { "events.[].event.**.$binary", BASE64 }) },
	{ "aws.logs", EW_ENVELOPE_DOCUMENT, { K(awslogs) },
	  .open = OPEN({ "awslogs.data", { &ew_decoder_base64, &ew_decoder_gzip, &ew_decoder_json } }) },
	{ "aws.logs", EW_ENVELOPE_DOCUMENT, { K(logEvents), K(messageType), K(logGroup) } },
	{ "aws.msk", EW_ENVELOPE_DOCUMENT, { K(eventSource), K(records) },
	  .when = WHEN(IS("eventSource", "aws:kafka")),
	  .open = OPEN({ "records.*.[].key", BASE64 }, { "records.*.[].value", BASE64 },
	            { "records.*.[].headers.[].*", { &ew_octets_layer } }) },
	{ "aws.kafka", EW_ENVELOPE_DOCUMENT, { K(eventSource), K(records) },
	  .when = WHEN(IS("eventSource", "SelfManagedKafka")),
	  .open = OPEN({ "records.*.[].key", BASE64 }, { "records.*.[].value", BASE64 },
	            { "records.*.[].headers.[].*", { &ew_octets_layer } }) },
	{ "aws.mq", EW_ENVELOPE_DOCUMENT, { K(eventSource), K(messages) },
	  .when = WHEN(HOLDS("eventSource", "mq")), .open = OPEN({ "messages.[].data", BASE64 }) },
	{ "aws.mq", EW_ENVELOPE_DOCUMENT, { K(rmqMessagesByQueue) },
	  .open = OPEN({ "rmqMessagesByQueue.*.[].data", BASE64 },
	            { "rmqMessagesByQueue.*.[].basicProperties.headers.**.bytes", { &ew_octets_layer } }) },
	{ "aws.eventbridge", EW_ENVELOPE_DOCUMENT, { K(detail_type), K(source), K(detail) } },

	/* ---- AWS: mail, people, control ---- */
	{ "aws.ses", EW_ENVELOPE_RECORD, { K(ses) } },
	{ "aws.ses", EW_ENVELOPE_DOCUMENT, { K(notificationType), K(mail) },
	  .open = OPEN({ "content", { &ew_decoder_mail }, .perhaps = true }) },
	{ "aws.workmail", EW_ENVELOPE_DOCUMENT, { K(invocationId), K(messageId), K(envelope) } },
	{ "aws.cognito", EW_ENVELOPE_DOCUMENT, { K(triggerSource), K(userPoolId) } },
	{ "aws.cognito.sync", EW_ENVELOPE_DOCUMENT, { K(datasetRecords) },
	  .when = WHEN(IS("eventType", "SyncTrigger")) },
	{ "aws.lex", EW_ENVELOPE_DOCUMENT, { K(inputTranscript) } },
	{ "aws.connect", EW_ENVELOPE_DOCUMENT, { K(Details), K(Name) }, .when = WHEN(HAS("Details.ContactData")) },
	{ "aws.stepfunctions", EW_ENVELOPE_DOCUMENT, { K(Execution), K(State) },
	  .when = WHEN(HAS("Execution.Id")) },
	{ "aws.config", EW_ENVELOPE_DOCUMENT, { K(invokingEvent) },
	  .open = OPEN({ "invokingEvent", JSON }, { "ruleParameters", JSON }) },
	{ "aws.codecommit", EW_ENVELOPE_RECORD, { K(eventSource) },
	  .when = WHEN(IS("eventSource", "aws:codecommit")) },
	{ "aws.codepipeline", EW_ENVELOPE_DOCUMENT, { K(CodePipeline_job) } },
	{ "aws.iot.authorizer", EW_ENVELOPE_DOCUMENT, { K(protocolData), K(protocols) },
	  .open = OPEN({ "protocolData.mqtt.password", BASE64 }) },
	{ "aws.alexa", EW_ENVELOPE_DOCUMENT, { K(session), K(request), K(version) },
	  .when = WHEN(HAS("request.requestId"), HAS("request.type")) },

	/* ---- Google Cloud ---- */
	{ "google.pubsub", EW_ENVELOPE_DOCUMENT, { K(subscription), K(message) },
	  .open = OPEN({ "message.data", BASE64 }) },
	{ "google.pubsub", EW_ENVELOPE_HEADERS, { K(x_goog_pubsub_subscription_name) } },
	{ "google.pubsub", EW_ENVELOPE_DOCUMENT, { K(specversion), K(type), K(data) },
	  .when = WHEN(BEGINS("type", "google.cloud.pubsub.")),
	  .open = OPEN({ "data.message.data", BASE64 }) },
	{ "google.functions", EW_ENVELOPE_DOCUMENT, { K(context), K(data) },
	  .when = WHEN(HAS("context.eventType"), HAS("context.eventId")) },
	{ "google.pubsub", EW_ENVELOPE_DOCUMENT, { K(context), K(data) },
	  .when = WHEN(HOLDS("context.eventType", "pubsub")), .open = OPEN({ "data.data", BASE64 }) },
	{ "google.eventarc", EW_ENVELOPE_HEADERS, { K(ce_type), K(ce_specversion) },
	  .when = WHEN(BEGINS("ce-type", "google.")) },
	{ "google.eventarc", EW_ENVELOPE_DOCUMENT, { K(specversion), K(type) },
	  .when = WHEN(BEGINS("type", "google.")) },
	{ "google.firestore", EW_ENVELOPE_DOCUMENT, { K(oldValue), K(value) },
	  .open = OPEN({ "value.fields.**.bytesValue", BASE64 }, { "oldValue.fields.**.bytesValue", BASE64 }) },
	{ "google.firestore", EW_ENVELOPE_DOCUMENT, { K(updateMask), K(value) },
	  .open = OPEN({ "value.fields.**.bytesValue", BASE64 }) },
	{ "google.firestore", EW_ENVELOPE_DOCUMENT, { K(context), K(data) },
	  .when = WHEN(HOLDS("context.eventType", "firestore")),
	  .open = OPEN({ "data.value.fields.**.bytesValue", BASE64 },
	            { "data.oldValue.fields.**.bytesValue", BASE64 }) },
	{ "google.firestore", EW_ENVELOPE_DOCUMENT, { K(specversion), K(type), K(data) },
	  .when = WHEN(BEGINS("type", "google.cloud.firestore.")),
	  .open = OPEN({ "data.value.fields.**.bytesValue", BASE64 },
	            { "data.oldValue.fields.**.bytesValue", BASE64 }) },

	/* ---- Azure ---- */
	{ "azure.eventgrid", EW_ENVELOPE_DOCUMENT, { K(eventType), K(subject), K(data) },
	  .when = WHEN(HAS("eventTime"), HAS("id")) },
	{ "azure.eventgrid", EW_ENVELOPE_HEADERS, { K(aeg_event_type) }, .open = OPEN({ "body", JSON }) },
	{ "azure.eventgrid.validation", EW_ENVELOPE_DOCUMENT, { K(eventType), K(data) },
	  .when = WHEN(IS("eventType", "Microsoft.EventGrid.SubscriptionValidationEvent"),
	            HAS("data.validationCode")) },
	{ "azure.iothub", EW_ENVELOPE_DOCUMENT, { K(eventType), K(data) },
	  .when = WHEN(IS("eventType", "Microsoft.Devices.DeviceTelemetry")),
	  .open = OPEN({ "data.body", BASE64, .perhaps = true }) },
	{ "azure.iothub", EW_ENVELOPE_DOCUMENT, { K(specversion), K(type), K(data) },
	  .when = WHEN(IS("type", "Microsoft.Devices.DeviceTelemetry")),
	  .open = OPEN({ "data.body", BASE64, .perhaps = true }) },
	{ "azure.functions", EW_ENVELOPE_DOCUMENT, { K(Metadata), K(Data) }, .when = WHEN(HAS("Metadata.sys")) },
	{ "azure.servicebus", EW_ENVELOPE_HEADERS, { K(brokerproperties) },
	  .open = OPEN({ "header.brokerproperties", JSON }) },

	/* ---- CloudEvents and what is built on them ---- */
	{ "cloudevents", EW_ENVELOPE_DOCUMENT, { K(specversion), K(id), K(source), K(type) },
	  .open = OPEN({ "data_base64", BASE64, .type_from = "datacontenttype" },
	            { "data", .type_from = "datacontenttype", .perhaps = true }) },
	{ "cloudevents", EW_ENVELOPE_HEADERS, { K(ce_specversion) } },
	{ "cloudevents", EW_ENVELOPE_HEADERS, { K(ce_specversion_kafka) } },
	{ "cloudevents", EW_ENVELOPE_HEADERS, { K(specversion), K(id), K(source), K(type) } },
	{ "knative", EW_ENVELOPE_HEADERS, { K(ce_type) }, .when = WHEN(BEGINS("ce-type", "dev.knative.")) },
	{ "knative", EW_ENVELOPE_DOCUMENT, { K(specversion), K(type) },
	  .when = WHEN(BEGINS("type", "dev.knative.")) },
	{ "dapr", EW_ENVELOPE_DOCUMENT, { K(specversion), K(pubsubname), K(topic) } },
	{ "openfaas", EW_ENVELOPE_HEADERS, { K(x_connector), K(x_topic) } },

	/* ---- change data capture ---- */
	{ "kafka.connect", EW_ENVELOPE_DOCUMENT, { K(schema), K(payload) }, .also = ew_envelope_connect },
	{ "debezium", EW_ENVELOPE_DOCUMENT, { K(schema), K(payload) },
	  .when = WHEN(HAS("payload.op"), HAS("payload.source")) },
	{ "debezium", EW_ENVELOPE_DOCUMENT, { K(after), K(op), K(source) } },
	{ "mongodb.changestream", EW_ENVELOPE_DOCUMENT, { K(operationType), K(ns), K(documentKey) },
	  .open = OPEN({ "fullDocument.**.$binary.base64", BASE64 },
	            { "fullDocument.**.$binary", BASE64 }) },

	/* ---- styles of APIs, webhooks ---- */
	{ "graphql", EW_ENVELOPE_DOCUMENT, { K(query) },
	  .when = WHEN(TEST(GRAPHQL, "query", "")),
	  .open = OPEN({ "query", { &ew_decoder_graphql }, .perhaps = true }), .also = ew_graphql_batch },
	{ "jsonrpc", EW_ENVELOPE_DOCUMENT, { K(jsonrpc), K(method) } },
	/* RFC 8428: a pack is an array of records; of data the alphabet is that of URLs. */
	{ "senml", EW_ENVELOPE_DOCUMENT, { K(bn) }, .also = ew_senml_join },
	{ "senml", EW_ENVELOPE_DOCUMENT, { K(vs) }, .when = WHEN(HAS("n")) },
	{ "senml", EW_ENVELOPE_DOCUMENT, { K(vd) }, .open = OPEN({ "vd", BASE64, .perhaps = true }) },
	{ "webhook.github", EW_ENVELOPE_HEADERS, { K(x_github_event) } },
	{ "webhook.stripe", EW_ENVELOPE_HEADERS, { K(stripe_signature) } },
	{ "webhook.slack", EW_ENVELOPE_HEADERS, { K(x_slack_signature) } },
	{ NULL, EW_ENVELOPE_DOCUMENT, { EW_ENVELOPE_KEY_NONE } },
};
