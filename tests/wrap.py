# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""One value in each wrapper in which events carry values, as an event that `eventwall replay` reads.  A wrapper answers
with an event, or None where it cannot hold the value: XML has no control bytes, a header no line end.

Encoders are written out here: what is under test is read by eventwall alone."""

import base64
import gzip
import json
import struct
import urllib.parse
import zlib

NOTE = "note"
BESIDE = ("query", "path", "key", "header")  # beside the content, in places that each transport has for itself


def b64(data):
    return base64.b64encode(data).decode()


def event(transport, data, content_type=None, **more):
    e = dict({"source": transport, "body_base64": b64(data if isinstance(data, bytes) else data.encode())}, **more)
    if transport != "http":
        e["topic"] = "orders"
    if content_type:
        e["content_type"] = content_type
    return e


def text(data):
    """As a string of JSON: bytes that are no text stand in base64, as JSON carries bytes."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return b64(data)


def is_text(data):
    try:
        data.decode()
        return True
    except UnicodeDecodeError:
        return False


def as_json(data, key=NOTE):
    return json.dumps({key: text(data)}, ensure_ascii=False).encode()


# ---- binary documents: a map of one name ----

def head_cbor(major, n):
    for code, size, form in ((24, 1, ">B"), (25, 2, ">H"), (26, 4, ">I")):
        if n < 24:
            return bytes([major << 5 | n])
        if n < 1 << 8 * size:
            return bytes([major << 5 | code]) + struct.pack(form, n)
    raise ValueError(n)


def cbor(v):
    if isinstance(v, dict):
        return head_cbor(5, len(v)) + b"".join(cbor(k) + cbor(x) for k, x in v.items())
    if isinstance(v, int):
        return head_cbor(0, v)
    data = v.encode() if isinstance(v, str) else v
    return head_cbor(3 if isinstance(v, str) else 2, len(data)) + data


def msgpack(v):
    if isinstance(v, dict):
        return bytes([0x80 | len(v)]) + b"".join(msgpack(k) + msgpack(x) for k, x in v.items())
    if isinstance(v, int):
        return bytes([v]) if v < 128 else b"\xce" + struct.pack(">I", v)
    data = v.encode() if isinstance(v, str) else v
    if isinstance(v, str) and len(data) < 32:
        return bytes([0xa0 | len(data)]) + data
    return (b"\xda" if isinstance(v, str) else b"\xc5") + struct.pack(">H", len(data)) + data


def bson(v):
    parts = b""
    for k, x in v.items():
        if isinstance(x, int):
            parts += b"\x10" + k.encode() + b"\0" + struct.pack("<i", x)
        elif isinstance(x, str):
            parts += b"\x02" + k.encode() + b"\0" + struct.pack("<i", len(x.encode()) + 1) + x.encode() + b"\0"
        else:
            parts += b"\x05" + k.encode() + b"\0" + struct.pack("<i", len(x)) + b"\0" + x
    return struct.pack("<i", len(parts) + 5) + parts + b"\0"


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def protobuf(data):
    return b"\x08\x07" + b"\x12" + varint(len(data)) + data + b"\x18" + varint(1700000000)


def carried(data):
    return {"id": 7, NOTE: data.decode() if is_text(data) else data}


# ---- text around a value ----

def xml_text(data):
    t = text(data)
    if any(ord(c) < 32 and c not in "\t\n\r" or c in "\ufffe\uffff" for c in t):
        return None
    for c, name in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\r", "&#13;")):
        t = t.replace(c, name)
    return "<order><note>%s</note></order>" % t


def cdata(data):
    return None if xml_text(data) is None or b"\r" in data else \
        "<order><note><![CDATA[%s]]></note></order>" % text(data).replace("]]>", "]]]]><![CDATA[>")


def line_only(data):
    t = text(data)
    return None if any(ord(c) < 32 or ord(c) == 127 for c in t) or t.strip() != t or not t else t


def units(t):
    """Every character as an escape of JSON."""
    return "".join("\\u%04x" % u for (u,) in struct.iter_unpack(">H", t.encode("utf-16-be", "surrogatepass")))


def multipart(data):
    return (b'--X9\r\nContent-Disposition: form-data; name="id"\r\n\r\n7\r\n--X9\r\nContent-Disposition: form-data; name="note"'
            b"\r\n\r\n" + data + b"\r\n--X9--\r\n")


def mail(data):
    lines = base64.encodebytes(data).decode().replace("\n", "\r\n")
    return ("From: a@example.com\r\nTo: b@example.com\r\nSubject: order\r\nMIME-Version: 1.0\r\n"
            "Content-Type: multipart/mixed; boundary=X9\r\n\r\n--X9\r\nContent-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: base64\r\n\r\n%s--X9--\r\n" % lines)


def csv(data):
    return 'id,note,done\r\n7,"%s",no\r\n' % text(data).replace('"', '""')


def in_json(key, inner, **more):
    return json.dumps(dict({key: inner}, **more), ensure_ascii=False)


def sns_in_sqs(data):
    notice = json.dumps({"Type": "Notification", "MessageId": "1", "TopicArn": "arn:aws:sns:eu-west-1:1:t",
                         "Message": as_json(data).decode()}, ensure_ascii=False)
    return in_json("Records", [{"eventSource": "aws:sqs", "messageId": "1", "body": notice}])


def kafka_in_lambda(data):
    return in_json("records", {"orders-0": [{"topic": "orders", "partition": 0, "offset": 7, "value": b64(as_json(data))}]},
                   eventSource="aws:kafka")


def documents(data):
    """name, content, content type; whatever carries it."""
    t = text(data)
    cloud = {"specversion": "1.0", "id": "1", "source": "/s", "type": "order.made"}
    yield "JSON in JSON", in_json("message", as_json(data).decode()), None
    yield "JSON, three deep", in_json("a", in_json("b", as_json(data).decode())), None
    yield "JSON, escapes", '{"note": "%s"}' % units(t), None
    yield "JSON, an element", in_json("items", [{"id": 7, "notes": ["ok", t]}]), None
    yield "JSON lines", '{"id": 7}\n%s\n{"id": 8}\n' % as_json(data).decode(), None
    yield "JSON in UTF-16", as_json(data).decode().encode("utf-16"), None
    yield "base64 in JSON", in_json(NOTE, b64(data)), None
    yield "base64 twice in JSON", in_json(NOTE, b64(b64(data).encode())), None
    yield "base64url in JSON", in_json(NOTE, base64.urlsafe_b64encode(data).decode().rstrip("=")), None
    yield "hex in JSON", in_json(NOTE, data.hex()), None
    yield "percent in JSON", in_json(NOTE, urllib.parse.quote(data, safe="")), None
    yield "references in JSON", in_json(NOTE, "".join("&#x%x;" % ord(c) for c in t)), None
    yield "gzip in base64", in_json(NOTE, b64(gzip.compress(as_json(data), mtime=0))), None
    yield "zlib in base64", in_json(NOTE, b64(zlib.compress(data))), None
    yield "gzip", gzip.compress(as_json(data), mtime=0), None
    yield "base64", b64(as_json(data)), None
    yield "hex", as_json(data).hex(), None
    yield "form", "id=7&note=" + urllib.parse.quote_plus(data), "application/x-www-form-urlencoded"
    yield "JSON in form", "payload=" + urllib.parse.quote(as_json(data), safe=""), "application/x-www-form-urlencoded"
    yield "multipart", multipart(data), "multipart/form-data; boundary=X9"
    yield "XML", xml_text(data), "application/xml"
    yield "XML, CDATA", cdata(data), None
    yield "CSV", csv(data), "text/csv"
    yield "text", t, "text/plain"
    yield "CBOR", cbor(carried(data)), "application/cbor"
    yield "CBOR in base64", in_json("data", b64(cbor(carried(data)))), None
    yield "MessagePack", msgpack(carried(data)), "application/msgpack"
    yield "BSON", bson(carried(data)), "application/bson"
    yield "protobuf", protobuf(data), "application/x-protobuf"
    yield "mail", mail(data), "message/rfc822"
    yield "CloudEvents", in_json("data", {NOTE: t}, **cloud), "application/cloudevents+json"
    yield "CloudEvents, bytes", in_json("data_base64", b64(as_json(data)), **cloud), "application/cloudevents+json"
    yield "SNS in SQS", sns_in_sqs(data), None
    yield "Kafka in Lambda", kafka_in_lambda(data), None
    yield "Pub/Sub push", in_json("message", {"data": b64(as_json(data)), "messageId": "1"}, subscription="s"), None
    yield "API Gateway", in_json("body", as_json(data).decode(), resource="/", httpMethod="POST", isBase64Encoded=False,
                                 requestContext={"stage": "p"}), None
    yield "Debezium", in_json("after", {NOTE: t}, op="c", source={}, before=None), None


def beside(transport, data):
    """name, event: where a value stands beside the content, which each transport has its own places for."""
    harmless = '{"id": 7}'
    line = line_only(data)
    if transport == "http":
        yield "query", event("http", harmless, path="/orders?id=7&note=" + urllib.parse.quote(data, safe=""))
        yield "path", event("http", harmless, path="/orders/" + urllib.parse.quote(data, safe="")) if line else None
    if transport == "kafka":
        # The key of a record in a file is a string without NUL.
        yield "key", event("kafka", harmless, key=text(data)) if b"\0" not in data else None
    if transport != "mqtt":
        yield "header", event(transport, harmless, headers=[["x-note", line]]) if line else None
    else:
        yield "header", event("mqtt", harmless, headers=[["note", text(data)]]) if b"\0" not in data else None


def all_of(transport, data):
    for name, content, content_type in documents(data):
        yield name, None if content is None else event(transport, content, content_type)
    yield from beside(transport, data)
