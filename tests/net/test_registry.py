# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""A schema registry over HTTP: records are read with the schema of their number, and what happens when it does not
know, does not answer, or answers with something else."""

import base64
import json
import os
import shutil
import socket
import sys
import tempfile
import threading
import time

from harness import Function, Gateway, Tap, request, wait_for

SET = {"set": "net-registry", "version": "1", "description": "One word.", "signatures": [
    {"id": 1, "name": "the word evil", "class": "test", "severity": "critical", "pattern": "evil",
     "action": "drop", "hit": ["{\"a\": \"evil\"}"], "miss": ["{\"a\": \"good\"}"]}]}

HIDDEN = base64.b64encode(b"nothing but evil").decode()

USER = {"type": "record", "name": "U", "fields": [{"name": "id", "type": "long"}, {"name": "note", "type": "bytes"}]}


def answer(document, kind=None):
    return 200, [("Content-Type", "application/vnd.schemaregistry.v1+json")], \
        json.dumps(dict({"schema": document}, **({"schemaType": kind} if kind else {}))).encode()


class Registry(Function):
    """Schemas by number; what is not there is 404.  A callable is called."""

    def __init__(self, schemas):
        self.schemas = schemas
        super().__init__(self.reply)

    def reply(self, r):
        found = self.schemas.get(r.target)
        return found() if callable(found) else found or (404, [], b'{"error_code":40403}')


def record(number, note):
    note = note.encode()
    return b"\0" + number.to_bytes(4, "big") + bytes([14, 2 * len(note)]) + note


def config(folder, function, registry, **route):
    return {"signature_dir": folder, "functions": {"f": {"http": {"url": function.url}}},
            "routes": [dict({"name": "r", "source": {"http": {"listen": "@http"}}, "signatures": ["net-registry"],
                             "function": "f", "schema_registry": registry, "log_forwarded": True}, **route)]}


def post(gw, data):
    return request(gw.http, "POST", "/", data, [("Content-Type", "application/octet-stream")])[0]


def paths(gw, n):
    return [e["match"]["path"] for e in gw.wait_events(n, event_type="drop")]


def test_known(tap, folder):
    slow = lambda: (time.sleep(0.2), answer(json.dumps(USER)))[1]
    schemas = {"/x/schemas/ids/7": answer(json.dumps(USER)), "/x/schemas/ids/8": slow,
               "/x/schemas/ids/9": answer('syntax = "proto3";', "PROTOBUF"),
               "/x/schemas/ids/10": answer('{"type":"object"}', "JSON"),
               "/x/schemas/ids/11": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                                    b"14\r\n{\"schema\":\"\\\"long\\\"\"\r\n1\r\n}\r\n0\r\n\r\n"}
    with Function() as f, Registry(schemas) as r, Gateway(config(folder, f, r.url + "x/")) as gw:
        tap.equal([post(gw, record(7, "good")), post(gw, record(7, HIDDEN))], [200, 403], "judged with the schema")
        tap.equal(paths(gw, 1), ["http.body|schema|datum[0].note|base64"], "by the names of its fields")
        tap.equal([q.target for q in r.requests], ["/x/schemas/ids/7"], "which was asked for once")
        got = []
        threads = [threading.Thread(target=lambda: got.append(post(gw, record(8, "evil" if i % 2 else "good"))))
                   for i in range(1)] + [threading.Thread(target=lambda: got.append(post(gw, record(8, "evil"))))
                                         for _ in range(7)]
        for t in threads:
            t.start()
        start = time.monotonic()
        tap.equal(post(gw, record(7, "good")), 200, "others do not wait")
        tap.ok(time.monotonic() - start < 0.15, "not even a little")
        for t in threads:
            t.join()
        tap.equal(sorted(got), [200] + [403] * 7, "eight that waited for one answer")
        tap.equal([q.target for q in r.requests].count("/x/schemas/ids/8"), 1, "to one question")
        tap.equal([post(gw, record(9, "good")), post(gw, record(10, "good"))], [200, 200], "schemas of other formats")
        tap.equal(post(gw, b"\0\0\0\0\x0b\x0e\x01"), 400, "bytes that are not of their schema, told in chunks")
        events = gw.wait_events(5, verdict="forward")
        tap.ok(not any("schema_unknown" in e.get("anomalies", []) for e in events), "and nothing was unknown")


def test_unknown(tap, folder):
    schemas = {"/schemas/ids/2": answer("{"), "/schemas/ids/3": (200, [], b"<html>"), "/schemas/ids/4": (500, [], b""),
               "/schemas/ids/5": lambda: Function.HANG, "/schemas/ids/6": b"nonsense\r\n\r\n"}
    with Function() as f, Registry(schemas) as r, \
            Gateway(config(folder, f, r.url, schema_wait_ms=300)) as gw:
        for number in range(1, 7):
            tap.equal([post(gw, record(number, "readable")), post(gw, record(number, "evil text"))], [200, 403],
                      "number %d: read by its text" % number)
        events = [e for e in gw.wait_events(12) if e["event_type"] in ("message", "drop")]
        tap.ok(len(events) == 12 and all("schema_unknown" in e["anomalies"] for e in events), "each is an anomaly")
        tap.ok(len(r.requests) <= 6 + 3, "and not asked for again at once: %d" % len(r.requests))
        r.stop()
        start = time.monotonic()
        tap.equal(post(gw, record(100, "readable")), 200, "a registry that is away")
        tap.ok(time.monotonic() - start < 0.2, "is known at once")
        tap.ok(gw.wait_events(1, event_type="schema_registry", level="warning"), "and told in the log")


def test_policy(tap, folder):
    with Function() as f, Registry({"/schemas/ids/7": answer(json.dumps(USER))}) as r, \
            Gateway(config(folder, f, r.url, refuse_anomalies=["schema_unknown"], schema_wait_ms=0)) as gw:
        tap.equal(post(gw, record(1, "good")), 400, "a route may refuse what is unknown")
        first = post(gw, record(7, "good"))
        tap.equal(first, 400, "without time to wait that is the first of each number")
        tap.ok(wait_for(lambda: post(gw, record(7, "good")) == 200, 5, 0.05), "and not the next")
        tap.equal(post(gw, b'{"a": 1}'), 200, "what has no number is not asked about")


def test_many(tap, folder):
    """A sender who makes up numbers."""
    with Function() as f, Registry({}) as r, Gateway(config(folder, f, r.url, schema_wait_ms=1000)) as gw:
        codes = [post(gw, record(1000 + i, "good")) for i in range(300)]
        tap.equal(codes, [200] * 300, "300 numbers that nobody knows")
        tap.equal(len(r.requests), 300, "are 300 questions")
        codes = [post(gw, record(1000 + i, "good")) for i in range(300)]
        tap.equal(len(r.requests), 300, "but once only")


def test_stop(tap, folder):
    with Function() as f, Registry({"/schemas/ids/5": lambda: Function.HANG}) as r, \
            Gateway(config(folder, f, r.url, schema_wait_ms=60000) | {"drain": {"timeout_ms": 300}}) as gw:
        s = socket.create_connection(gw.http)
        s.sendall(b"POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 9\r\n\r\n" + record(5, "x") + b"x")
        wait_for(lambda: r.requests, 5)
        start = time.monotonic()
        gw.stop()
        tap.ok(time.monotonic() - start < 5, "a stop does not wait for a registry")
        tap.equal(f.requests, [], "and nothing is forwarded unread")
        s.close()


TESTS = {"known": test_known, "unknown": test_unknown, "policy": test_policy, "many": test_many, "stop": test_stop}


def main():
    tap = Tap()
    folder = tempfile.mkdtemp(prefix="ew-set-")
    with open(os.path.join(folder, "net-registry.json"), "w") as f:
        json.dump(SET, f)
    try:
        for name in sys.argv[1:] or TESTS:
            TESTS[name](tap, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    tap.done()


if __name__ == "__main__":
    main()
