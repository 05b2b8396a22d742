# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""Every envelope and wrapping, once as a template with a slot where a stranger's text goes; played through the real
pipeline over HTTP, MQTT and Kafka, with something harmless in the slot and with an attack.  The verdict has to be
the same on each way in, and the attack is found at the same path but for the transport's own prefix.

A template is a name, an event made around a slot, and the path of the slot.  Text in slots that are encoded stands
among bytes that nobody would guess to be text, so it is found only by who knows the envelope."""

import base64
import gzip
import json
import os
import subprocess
import sys
import tempfile
import zlib

SRCDIR = os.environ.get("EW_SRCDIR", ".")
BUILDDIR = os.environ.get("EW_BUILDDIR", "build")
ATTACK, BENIGN = "attack", "a tack"


# ---- slots: what stands in the document, and the layers to the text ----

class Text:
    layers = ""

    def __new__(cls, word):
        return word


class Base64:
    layers = "|base64"

    def __new__(cls, word):
        return base64.b64encode(b"\xff\x00\x01\x80" + word.encode() + b"\x80\x00\xfe\x01").decode()


class Signed:
    """Bytes as Java writes them."""
    layers = "|bytes"

    def __new__(cls, word):
        return [b - 256 if b > 127 else b for b in b"\xff\x00" + word.encode() + b"\x01\x02\x03\x80"]


class Plus:
    layers = "|plus"

    def __new__(cls, word):
        return "1+" + word.replace("a", "%61")


class Document:
    """JSON in a string."""
    layers = "|json.x"

    def __new__(cls, word):
        return json.dumps({"x": word})


class Compressed:
    layers = "|base64|gzip|json.logEvents[0].message"

    def __new__(cls, word):
        text = json.dumps({"messageType": "DATA_MESSAGE", "logGroup": "g", "logEvents": [{"message": word}]})
        return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


class Mail:
    """The name of an attachment, escaped; it stands in the part's head and as a name, and which is first is no matter."""
    layers = None

    def __new__(cls, word):
        return ("MIME-Version: 1.0\r\nSubject: s\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
                "--b\r\nContent-Disposition: attachment; filename*=utf-8''%s\r\n\r\nx\r\n--b--\r\n"
                % word.replace("a", "%61").replace(" ", "%20"))


class Query:
    """A literal in GraphQL, with an escape so that the text around it does not match."""
    layers = "|graphql.id"

    def __new__(cls, word):
        return '{ user(id: "%s") { name } }' % word.replace("a", "\\u0061")


def record(source, **members):
    return {"Records": [dict(members, eventSource=source)]}


def request(**members):
    return dict({"body": "", "isBase64Encoded": True}, **members)


def event(type_, **members):
    return dict({"specversion": "1.0", "id": "1", "source": "/s", "type": type_}, **members)


# name, slot, path of the slot, document around it
TEMPLATES = [
    ("aws.apigateway.v1", Base64, "body",
     lambda s: request(resource="/", httpMethod="POST", requestContext={"stage": "p"}, body=s)),
    ("aws.apigateway.v2", Base64, "body",
     lambda s: request(version="2.0", rawQueryString="", requestContext={"http": {"method": "POST"}}, body=s)),
    ("aws.apigateway.v2", Text, "rawQueryString|form.q|percent",
     lambda s: request(version="2.0", rawQueryString="q=" + s.replace("a", "%61"), requestContext={"http": {}})),
    ("aws.lambda.url", Base64, "body",
     lambda s: request(rawQueryString="", requestContext={"http": {}, "domainName": "a.lambda-url.b.on.aws"}, body=s)),
    ("aws.apigateway.websocket", Base64, "body",
     lambda s: request(requestContext={"messageDirection": "IN", "connectionId": "c"}, body=s)),
    ("aws.apigateway.authorizer", Text, "authorizationToken",
     lambda s: {"type": "TOKEN", "methodArn": "arn", "authorizationToken": s}),
    ("aws.alb", Base64, "body",
     lambda s: request(httpMethod="POST", requestContext={"elb": {"targetGroupArn": "a"}}, body=s)),
    ("aws.alb", Plus, "queryStringParameters.q",
     lambda s: request(httpMethod="GET", requestContext={"elb": {}}, queryStringParameters={"q": s})),
    ("aws.vpclattice", Base64, "body",
     lambda s: {"raw_path": "/", "method": "POST", "is_base64_encoded": True, "body": s}),
    ("aws.vpclattice", Base64, "body",
     lambda s: request(version="2.0", requestContext={"serviceNetworkArn": "a"}, body=s)),
    ("aws.appsync", Document, "arguments.input",
     lambda s: {"info": {"fieldName": "f"}, "arguments": {"input": s}}),
    ("aws.cloudfront", Base64, "Records[0].cf.request.body.data",
     lambda s: {"Records": [{"cf": {"request": {"body": {"encoding": "base64", "data": s}}}}]}),
    ("aws.s3", Plus, "Records[0].s3.object.key", lambda s: record("aws:s3", s3={"object": {"key": s}})),
    ("aws.s3.batch", Plus, "tasks[0].s3Key", lambda s: {"invocationSchemaVersion": "1.0", "tasks": [{"s3Key": s}]}),
    ("aws.sns", Document, "Records[0].Sns.Message", lambda s: {"Records": [{"Sns": {"Message": s}}]}),
    ("aws.sns", Base64, "MessageAttributes.a.Value",
     lambda s: {"Type": "Notification", "MessageId": "1", "TopicArn": "t", "Message": "m",
                "MessageAttributes": {"a": {"Type": "Binary", "Value": s}}}),
    ("aws.sqs", Document, "Records[0].body", lambda s: record("aws:sqs", body=s)),
    ("aws.sqs", Base64, "Records[0].messageAttributes.a.binaryValue",
     lambda s: record("aws:sqs", body="b", messageAttributes={"a": {"binaryValue": s, "dataType": "Binary"}})),
    ("aws.kinesis", Base64, "Records[0].kinesis.data", lambda s: record("aws:kinesis", kinesis={"data": s})),
    ("aws.kinesis.analytics", Base64, "records[0].data",
     lambda s: {"applicationArn": "a", "streamArn": "b", "records": [{"recordId": "1", "data": s}]}),
    ("aws.firehose", Base64, "records[0].data",
     lambda s: {"deliveryStreamArn": "a", "records": [{"recordId": "1", "data": s}]}),
    ("aws.firehose", Base64, "records[0].data",
     lambda s: {"requestId": "r", "timestamp": 1, "records": [{"data": s}]}),
    ("aws.dynamodb", Base64, "Records[0].dynamodb.NewImage.a.M.b.B",
     lambda s: record("aws:dynamodb", dynamodb={"NewImage": {"a": {"M": {"b": {"B": s}}}}})),
    ("aws.dynamodb", Text, "Records[0].dynamodb.OldImage.a.L[0].S",
     lambda s: record("aws:dynamodb", dynamodb={"OldImage": {"a": {"L": [{"S": s}]}}})),
    ("aws.documentdb", Base64, "events[0].event.fullDocument.a.$binary.base64",
     lambda s: {"eventSource": "aws:docdb",
                "events": [{"event": {"fullDocument": {"a": {"$binary": {"base64": s, "subType": "00"}}}}}]}),
    ("aws.logs", Compressed, "awslogs.data", lambda s: {"awslogs": {"data": s}}),
    ("aws.msk", Base64, "records.t-0[0].value",
     lambda s: {"eventSource": "aws:kafka", "records": {"t-0": [{"key": None, "value": s}]}}),
    ("aws.msk", Signed, "records.t-0[0].headers[0].h",
     lambda s: {"eventSource": "aws:kafka", "records": {"t-0": [{"value": "AAEC", "headers": [{"h": s}]}]}}),
    ("aws.kafka", Base64, "records.t-0[0].key",
     lambda s: {"eventSource": "SelfManagedKafka", "records": {"t-0": [{"key": s}]}}),
    ("aws.mq", Base64, "messages[0].data", lambda s: {"eventSource": "aws:mq", "messages": [{"data": s}]}),
    ("aws.mq", Signed, "rmqMessagesByQueue.q::/[0].basicProperties.headers.h.bytes",
     lambda s: {"eventSource": "aws:rmq",
                "rmqMessagesByQueue": {"q::/": [{"basicProperties": {"headers": {"h": {"bytes": s}}}}]}}),
    ("aws.s3.objectlambda", Text, "userRequest.url|percent",
     lambda s: {"xAmzRequestId": "r", "getObjectContext": {"outputToken": "t"}, "configuration": {"payload": ""},
                "userRequest": {"url": "https://b.s3.example/" + s.replace("a", "%61")}, "protocolVersion": "1.00"}),
    ("aws.eventbridge", Document, "detail.note", lambda s: {"detail-type": "t", "source": "s", "detail": {"note": s}}),
    ("aws.ses", Text, "Records[0].ses.mail.commonHeaders.subject",
     lambda s: record("aws:ses", ses={"mail": {"commonHeaders": {"subject": s}}})),
    ("aws.ses", Mail, "content", lambda s: {"notificationType": "Received", "mail": {}, "content": s}),
    ("aws.workmail", Text, "subject",
     lambda s: {"invocationId": "i", "messageId": "m", "envelope": {}, "subject": s}),
    ("aws.cognito", Text, "request.userAttributes.name",
     lambda s: {"triggerSource": "t", "userPoolId": "p", "request": {"userAttributes": {"name": s}}}),
    ("aws.cognito.sync", Document, "datasetRecords.k.newValue",
     lambda s: {"version": 2, "eventType": "SyncTrigger", "identityId": "i", "datasetName": "d",
                "datasetRecords": {"k": {"oldValue": "", "newValue": s, "op": "replace"}}}),
    ("aws.lex", Text, "inputTranscript", lambda s: {"inputTranscript": s, "interpretations": []}),
    ("aws.connect", Text, "Details.ContactData.Attributes.a",
     lambda s: {"Name": "ContactFlowEvent", "Details": {"ContactData": {"Attributes": {"a": s}}}}),
    ("aws.stepfunctions", Document, "Execution.Input",
     lambda s: {"Execution": {"Id": "i", "Input": s}, "State": {"Name": "n"}}),
    ("aws.config", Document, "invokingEvent", lambda s: {"invokingEvent": s, "ruleParameters": "{}"}),
    ("aws.codecommit", Text, "Records[0].customData", lambda s: record("aws:codecommit", customData=s)),
    ("aws.codepipeline", Document, '["CodePipeline.job"].data.actionConfiguration.configuration.UserParameters',
     lambda s: {"CodePipeline.job": {"data": {"actionConfiguration": {"configuration": {"UserParameters": s}}}}}),
    ("aws.iot.authorizer", Base64, "protocolData.mqtt.password",
     lambda s: {"protocols": ["mqtt"], "protocolData": {"mqtt": {"password": s}}}),
    ("aws.alexa", Text, "request.intent.slots.a.value",
     lambda s: {"version": "1.0", "session": {},
                "request": {"type": "IntentRequest", "requestId": "i", "intent": {"slots": {"a": {"value": s}}}}}),
    ("google.pubsub", Base64, "message.data", lambda s: {"subscription": "s", "message": {"data": s}}),
    ("google.pubsub", Base64, "data.message.data",
     lambda s: event("google.cloud.pubsub.topic.v1.messagePublished", data={"message": {"data": s}})),
    ("google.pubsub", Base64, "data.data",
     lambda s: {"context": {"eventId": "i", "eventType": "google.pubsub.topic.publish"}, "data": {"data": s}}),
    ("google.functions", Text, "data.name",
     lambda s: {"context": {"eventId": "i", "eventType": "google.storage.object.finalize"}, "data": {"name": s}}),
    ("google.eventarc", Text, "data.name",
     lambda s: event("google.cloud.storage.object.v1.finalized", data={"name": s})),
    ("google.firestore", Base64, "value.fields.a.mapValue.fields.b.bytesValue",
     lambda s: {"oldValue": {}, "value": {"fields": {"a": {"mapValue": {"fields": {"b": {"bytesValue": s}}}}}}}),
    ("google.firestore", Text, "value.fields.a.arrayValue.values[0].stringValue",
     lambda s: {"updateMask": {}, "value": {"fields": {"a": {"arrayValue": {"values": [{"stringValue": s}]}}}}}),
    ("azure.eventgrid", Text, "[0].subject",
     lambda s: [{"id": "i", "eventType": "e", "eventTime": "t", "topic": "t", "subject": s, "data": {}}]),
    ("azure.eventgrid.validation", Text, "[0].data.validationUrl",
     lambda s: [{"id": "i", "eventType": "Microsoft.EventGrid.SubscriptionValidationEvent", "eventTime": "t",
                 "subject": "", "data": {"validationCode": "c", "validationUrl": s}}]),
    ("azure.iothub", Base64, "[0].data.body",
     lambda s: [{"eventType": "Microsoft.Devices.DeviceTelemetry", "data": {"body": s}}]),
    ("azure.functions", Document, "Data.item", lambda s: {"Data": {"item": s}, "Metadata": {"sys": {}}}),
    ("cloudevents", Text, "data.note", lambda s: event("t", data={"note": s})),
    ("cloudevents", Base64, "data_base64", lambda s: event("t", data_base64=s, datacontenttype="image/png")),
    ("cloudevents", Base64, "[1].data_base64", lambda s: [event("t", data={}), event("t", data_base64=s)]),
    ("knative", Text, "data.note", lambda s: event("dev.knative.kafka.event", data={"note": s})),
    ("dapr", Document, "data", lambda s: event("com.dapr.event.sent", topic="t", pubsubname="p", data=s)),
    ("kafka.connect", Base64, "payload.after.b",
     lambda s: {"schema": {"type": "struct", "fields": [{"type": "struct", "field": "after", "fields": [
         {"type": "bytes", "field": "b"}]}]}, "payload": {"after": {"b": s}}}),
    ("debezium", Document, "payload.after.doc",
     lambda s: {"schema": {}, "payload": {"op": "u", "source": {}, "before": None, "after": {"doc": s}}}),
    ("debezium", Text, "after.name", lambda s: {"op": "c", "source": {}, "before": None, "after": {"name": s}}),
    ("mongodb.changestream", Base64, "fullDocument.a.$binary.base64",
     lambda s: {"operationType": "insert", "ns": {}, "documentKey": {},
                "fullDocument": {"a": {"$binary": {"base64": s}}}}),
    ("graphql", Query, "query", lambda s: {"query": s, "variables": {}}),
    ("graphql", Text, "variables.id", lambda s: {"query": "query Q($id: ID) { u(id: $id) { n } }", "variables": {"id": s}}),
    ("jsonrpc", Text, "[0].params[0]", lambda s: [{"jsonrpc": "2.0", "method": "m", "params": [s]}]),
    ("senml", Text, "[1].n|bn", lambda s: [{"bn": s[:3], "n": "t"}, {"n": s[3:]}]),
    ("senml", Text, "[0].vs", lambda s: [{"n": "t", "vs": s}]),
    ("senml", Base64, "[1].vd", lambda s: [{"bn": "urn:dev:1:", "n": "t", "v": 21.5}, {"n": "blob", "vd": s}]),
]

# Told by what stands beside the content: headers by transport.
BESIDE = [
    ("cloudevents", {"http": ["ce-specversion: 1.0", "ce-id: 1"], "kafka": ["ce_specversion: 1.0"],
                     "mqtt": ["specversion: 1.0", "id: 1", "source: /s", "type: t"]}),
    ("google.eventarc", {"http": ["ce-specversion: 1.0", "ce-type: google.cloud.storage.object.v1.finalized"]}),
    ("knative", {"http": ["ce-specversion: 1.0", "ce-type: dev.knative.kafka.event"]}),
    ("google.pubsub", {"http": ["x-goog-pubsub-subscription-name: s"]}),
    ("aws.sns", {"http": ["x-amz-sns-message-type: Notification", "content-type: text/plain"]}),
    ("azure.eventgrid", {"http": ["aeg-event-type: Notification"]}),
    ("azure.servicebus", {"http": ["brokerproperties: {}"]}),
    ("openfaas", {"http": ["x-topic: t", "x-connector: c"]}),
    ("webhook.github", {"http": ["x-github-event: push"]}),
    ("webhook.stripe", {"http": ["stripe-signature: t=1"]}),
    ("webhook.slack", {"http": ["x-slack-signature: v0=1"]}),
]


# ---- wrappings of a whole document, and the path through them ----

def text(document):
    return json.dumps(document).encode()


WRAPPINGS = [
    ("plain", "|json", text),
    ("byte order mark", "|json", lambda d: b"\xef\xbb\xbf" + text(d)),
    ("UTF-16", "|json", lambda d: json.dumps(d).encode("utf-16")),
    ("gzip", "|gzip|json", lambda d: gzip.compress(text(d), mtime=0)),
    ("zlib", "|zlib|json", lambda d: zlib.compress(text(d))),
    ("base64", "|base64|json", lambda d: base64.b64encode(text(d))),
    ("hex", "|hex|json", lambda d: text(d).hex().encode()),
    ("gzip in base64", "|base64|gzip|json", lambda d: base64.b64encode(gzip.compress(text(d), mtime=0))),
    ("a string", "|json.m|json", lambda d: text({"m": json.dumps(d)})),
    ("base64 in a string", "|json.m|base64|json", lambda d: text({"m": base64.b64encode(text(d)).decode()})),
    ("lines", "|ndjson[1]", lambda d: b'{"a": 1}\n' + text(d) + b"\n"),
    ("a schema's prefix", "|schema|json", lambda d: b"\0\0\0\0\7" + text(d)),
]

S3 = record("aws:s3", s3={"object": {"key": "@"}})
NESTED = ("S3 in SNS in SQS", Plus, "Records[0].body|json.Message|json.Records[0].s3.object.key",
          lambda s: record("aws:sqs", body=json.dumps({"Type": "Notification", "MessageId": "1", "TopicArn": "t",
                                                       "Message": json.dumps(S3).replace("@", s)})))

CONTENT = {"http": "http.body", "mqtt": "mqtt.payload", "kafka": "kafka.value"}


def escaped(data):
    return "".join(chr(b) if 32 <= b < 127 and b != 0x5c else "\\x%02x" % b for b in data)


def write(folder, n, title, lines):
    with open(os.path.join(folder, "%05d.case" % n), "w") as f:
        f.write("# %s\n%s\n" % (title, "\n".join(lines)))


def full(before, path, slot):
    return None if slot.layers is None else before + ("" if path[0] == "[" else ".") + path + slot.layers


def cases():
    """Title and lines of each case."""
    for transport, content in CONTENT.items():
        for name, slot, path, around in TEMPLATES:
            for word in BENIGN, ATTACK:
                yield ("%s, %s, over %s: %s" % (name, path, transport, word), transport, [],
                       text(around(slot(word))), full(content + "|json", path, slot), content + "|json|envelope = " + name, word)
        for slot in Base64, Signed:
            yield ("an encoded slot that no envelope declares, over %s" % transport, transport, [],
                   text({"unknown": slot(ATTACK)}), None, None, BENIGN)
        for name, through, wrap in WRAPPINGS:
            for inner in (NESTED, TEMPLATES[17], TEMPLATES[22]):
                _, slot, path, around = inner
                for word in BENIGN, ATTACK:
                    yield ("%s in %s over %s: %s" % (inner[0], name, transport, word), transport, [],
                           wrap(around(slot(word))), full(content + through, path, slot), None, word)
        for name, beside in BESIDE:
            for word in (BENIGN, ATTACK) if transport in beside else ():
                yield ("%s, told beside the content, over %s: %s" % (name, transport, word), transport, beside[transport],
                       text({"note": base64.b64encode(word.encode() * 3).decode()}), content + "|json.note|base64",
                       transport + "|envelope = " + name, word)


def main():
    seen = set()
    with tempfile.TemporaryDirectory() as folder:
        for n, (title, transport, headers, data, path, tree, word) in enumerate(cases()):
            lines = ["source %s %s" % (transport, "/in" if transport == "http" else "t")]
            lines += ["header " + h for h in headers]
            lines.append("send " + escaped(data))
            if tree:
                lines.append("tree " + tree)
                seen.add(tree.split(" = ")[1])
            if word == ATTACK:
                lines += ["expect drop rule 1" + (" at " + path if path else ""), "outcome dropped", "function-saw 0"]
            else:
                lines += ["expect forward", "outcome forwarded", "function-saw 1"]
            write(folder, n, title, lines)
        with open(os.path.join(SRCDIR, "protocols", "envelope_table.c")) as f:
            known = {line.split('"')[1] for line in f if line.startswith('\t{ "')}
        for name in sorted(known - seen):
            write(folder, 99999, "there is no template of %s" % name, ["no template"])
        return subprocess.run([os.path.join(BUILDDIR, "tests", "cases", "play")],
                              env=dict(os.environ, EW_CASES=folder, EW_SRCDIR=SRCDIR)).returncode


sys.exit(main())
