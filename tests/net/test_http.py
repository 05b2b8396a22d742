# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""The HTTP source and the HTTP sink: the real program between a client that can be wrong and a function
that keeps every byte it gets."""

import os
import random
import signal
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import (BUILDDIR, PATIENCE, Client, Function, Gateway, Tap, request,  # noqa: E402
                     request_bytes, skip_all, wait_for)

tap = Tap()

EVIL = b'{"note": "evil-token-4711"}'
SET = """{"set": "net", "version": "1", "description": "For tests of the whole program.", "signatures": [
  {"id": 900001, "name": "the token", "class": "test", "severity": "critical", "action": "drop",
   "pattern": "evil-token-4711", "hit": ["{\\"a\\": \\"evil-token-4711\\"}"], "miss": ["{\\"a\\": 1}"]}]}"""


def signature_file():
    folder = os.path.join(BUILDDIR, "net-cache")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "net-%d.json" % os.getpid())
    with open(path, "w") as f:
        f.write(SET)
    return path


SIGNATURES = signature_file()


def route(function="f", name="api", listen="@http", **keys):
    source = {"listen": listen}
    for key in ("host", "path", "methods"):
        if key in keys:
            source[key] = keys.pop(key)
    return dict({"name": name, "source": {"http": source}, "function": function,
                 "signatures": [SIGNATURES], "log_forwarded": True}, **keys)


def config(fn, routes=None, http=None, function=None, **more):
    f = {"http": {"url": fn.url}, "breaker_failures": 0}
    for key, value in (function or {}).items():
        (f if key in ("max_in_flight", "retries", "breaker_failures") else f["http"])[key] = value
    c = {"functions": {"f": f}, "routes": routes or [route()]}
    if http:
        c["http"] = http
    c.update(more)
    return c


# ---------------------------------------------------------------- plain traffic

def plain(fn, gw):
    fn.clear()
    a = request(gw.http, "POST", "/a/b?x=1", b'{"a": 1}',
                [("Content-Type", "application/json"), ("traceparent", "00-ab-cd-01"),
                 ("X-Forwarded-For", "6.6.6.6"), ("X-Eventwall-Id", "forged"), ("under_score", "x"),
                 ("Connection", "X-Hop"), ("X-Hop", "1"), ("Upgrade", "h2c"), ("Keep-Alive", "timeout=9")])
    tap.equal(a[0], 200, "a request passes")
    tap.equal(a[2], b"ok", "its answer comes back")
    r = fn.requests[0]
    tap.equal((r.method, r.target, r.body), ("POST", "/a/b?x=1", b'{"a": 1}'),
              "method, target and content as they came")
    tap.equal(r.all("host"), ["127.0.0.1:%d" % fn.port], "one Host, the function's")
    tap.equal(r.all("x-forwarded-host"), ["test"], "what the client asked for is in X-Forwarded-Host")
    tap.equal(r.all("x-forwarded-for"), ["127.0.0.1"], "an untrusted X-Forwarded-For is replaced")
    tap.equal(r.all("forwarded"), ['for=127.0.0.1;host="test";proto=http'], "Forwarded is written")
    tap.equal(r.all("via"), ["1.1 eventwall"], "Via is written")
    tap.equal(r.all("traceparent"), ["00-ab-cd-01"], "traceparent passes untouched")
    tap.equal(r.all("content-length"), ["8"], "one Content-Length")
    tap.ok(len(r.get("x-eventwall-id") or "") == 26, "an inbound X-Eventwall-Id is ours after all")
    tap.equal([n for n, _ in r.headers if n in ("under_score", "x-hop", "upgrade", "keep-alive",
                                                "connection")], [], "hop-by-hop fields stay behind")
    names = dict(a[1])
    tap.ok("date" in names and names.get("via") == "1.1 eventwall", "the answer has Date and Via")
    e = gw.wait_events(event_type="message", event_id=r.get("x-eventwall-id"))
    tap.ok(e and e[0]["verdict"] == "forward" and e[0]["route"] == "api", "the event log has its line")


def keep_alive(fn, gw):
    fn.clear()
    before = fn.connections
    with Client(gw.http) as c:
        codes = []
        for i in range(20):
            c.send(request_bytes("POST", "/%d" % i, b"x" * i))
            codes.append(c.read_response()[0])
    tap.equal(codes, [200] * 20, "twenty requests on one connection")
    tap.ok(fn.connections - before <= 1, "over at most one new connection to the function")
    tap.equal([r.body for r in fn.requests], [b"x" * i for i in range(20)], "each with its own content")
    with Client(gw.http) as c:
        c.send(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        a = c.read_response()
        tap.equal((a[0], dict(a[1]).get("connection")), (200, "close"), "Connection: close is honoured")
        tap.ok(c.closed(), "and the connection closes")
    with Client(gw.http) as c:
        c.send(b"GET /ten HTTP/1.0\r\n\r\n")
        a = c.read_response()
        tap.equal((a[0], dict(a[1]).get("connection")), (200, "close"), "HTTP/1.0 without Host is served once")
        tap.ok(c.closed(), "and closed")


def pipelining(fn, gw):
    fn.clear()
    with Client(gw.http) as c:
        c.send(b"".join(request_bytes("POST", "/p%d" % i, b"b" * (i * 700)) for i in range(40)))
        answers = [c.read_response() for _ in range(40)]
    tap.equal([a and a[0] for a in answers], [200] * 40, "forty pipelined requests are answered")
    tap.equal([r.target for r in fn.requests], ["/p%d" % i for i in range(40)], "in order, one at a time")
    fn.clear()
    with Client(gw.http) as c:
        c.send(request_bytes("POST", "/one", EVIL) + request_bytes("GET", "/two"))
        codes = [c.read_response()[0], c.read_response()[0]]
    if gw.judges:
        tap.equal(codes, [403, 200], "a dropped one does not stop the next")
        tap.equal([r.target for r in fn.requests], ["/two"], "and never reaches the function")
    fn.clear()
    with Client(gw.http) as c:
        c.send(request_bytes("GET", "/1") + request_bytes("GET", "/2"))
        c.sock.shutdown(1)
        codes = [c.read_response()[0], c.read_response()[0]]
        tap.equal((codes, c.closed()), ([200, 200], True), "a half-closed client gets all its answers")


def split_everywhere(fn, gw):
    fn.clear()
    text = request_bytes("POST", "/split", b"0123456789")
    codes = []
    for cut in range(1, len(text)):
        with Client(gw.http) as c:
            c.send(text[:cut])
            time.sleep(0.002)
            c.send(text[cut:])
            codes.append(c.read_response()[0])
    tap.equal(set(codes), {200}, "a request cut anywhere in two")
    tap.equal({r.body for r in fn.requests}, {b"0123456789"}, "arrives the same")


def chunked(fn, gw):
    fn.clear()
    head = b"POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    with Client(gw.http) as c:
        c.send(head + b"5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nX-Trailer: v\r\n\r\n" + request_bytes("GET", "/n"))
        codes = [c.read_response()[0], c.read_response()[0]]
    tap.equal(codes, [200, 200], "a chunked request with a trailer, and the one behind it")
    r = fn.requests[0]
    tap.equal((r.body, r.all("content-length"), r.all("transfer-encoding"), r.all("x-trailer")),
              (b"hello world", ["11"], [], []), "goes on with a length and without trailer")
    fn.clear()
    with Client(gw.http) as c:
        c.send(head + b"2\r\nok\r\n0\r\nX-Trailer: evil-token-4711\r\n\r\n")
        tap.equal(c.read_response()[0], 403 if gw.judges else 200, "a trailer is inspected, if anything is")
    big = random.Random(8).randbytes(300000)
    with Client(gw.http) as c:
        c.send(head)
        for i in range(0, len(big), 7000):
            part = big[i:i + 7000]
            c.send(b"%x\r\n" % len(part) + part + b"\r\n")
        c.send(b"0\r\n\r\n")
        a = c.read_response()
    tap.ok(a[0] == 200 and fn.requests[-1].body == big, "300 KB in chunks arrive whole")
    fn.clear()
    with Client(gw.http) as c:
        for byte in head + b"3\r\nabc\r\n0\r\n\r\n":
            c.send(bytes([byte]))
        a = c.read_response()
    tap.ok(a[0] == 200 and fn.requests[0].body == b"abc", "byte by byte, too")


def expect(fn, gw):
    with Client(gw.http) as c:
        c.send(b"POST /e HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
        first = c.read_response(interim=True)
        c.send(b"body")
        second = c.read_response(interim=True)
    tap.equal((first[0], second[0]), (100, 200), "100-continue is answered by us, then the request goes on")
    tap.equal(fn.requests[-1].all("expect"), [], "and is not passed on")
    with Client(gw.http) as c:
        c.send(b"POST /e HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 4\r\n\r\n")
        tap.equal(c.read_response()[0], 417, "any other expectation is refused")
    with Client(gw.http) as c:
        c.send(b"POST /e HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 999999999\r\n\r\n")
        tap.equal(c.read_response(interim=True)[0], 413, "too large is said instead of 100")


def no_content(fn, gw):
    fn.answer = lambda r: {"/204": b"HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n",
                           "/304": b"HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\n\r\n",
                           "/zero": (200, [], b""),
                           "/early": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                                     b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"}.get(
                               r.target, (200, [], b"12345"))
    with Client(gw.http) as c:
        c.send(request_bytes("HEAD", "/h"))
        a = c.read_response(head_only=True)
        tap.equal((a[0], dict(a[1]).get("content-length")), (200, "5"), "HEAD keeps the length, sends nothing")
        for path, code in (("/204", 204), ("/304", 304), ("/zero", 200), ("/early", 200), ("/x", 200)):
            c.send(request_bytes("GET", path))
            a = c.read_response(interim=True)
            tap.equal(a[0], code, "%s on the same connection" % path)
            if code == 204:
                tap.ok("content-length" not in dict(a[1]), "204 has no length")
    fn.answer = lambda r: (200, [], b"ok")


def verdicts(fn, gw):
    fn.clear()
    a = request(gw.http, "POST", "/bad", EVIL)
    names = dict(a[1])
    tap.equal((a[0], names["content-type"]), (403, "application/problem+json"), "a hit is 403")
    tap.ok(b'"status":403' in a[2] and b"event_id" in a[2] and b"900001" not in a[2] and b"token" not in a[2],
           "with an event id and nothing about the rule")
    e = gw.wait_events(event_id=names["x-eventwall-id"])
    tap.ok(e and e[0]["verdict"] == "drop", "the log knows more under that id")
    tap.equal(fn.requests, [], "the function saw nothing")
    a = request(gw.http, "POST", "/big", b"x" * 1048577)
    tap.equal(a[0], 413, "one byte past the message limit is 413")
    e = gw.wait_events(event_id=dict(a[1]).get("x-eventwall-id", "-"))
    tap.ok(e and e[0]["verdict"] == "drop", "and an event of its own")
    a = request(gw.http, "POST", "/full", b"x" * 1048576)
    tap.ok(a[0] == 200 and len(fn.requests[-1].body) == 1048576, "1 MiB is not")
    with Client(gw.http) as c:
        c.send(b"POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(80):
                c.send(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")
        except OSError:
            pass
        a = c.read_response()
    tap.equal(a and a[0], 413, "chunks past the limit are 413, too")


# ---------------------------------------------------------------- what must never pass

SMUGGLING = [
    ("CL and TE", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("TE and CL", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", 400),
    ("two lengths", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", 400),
    ("a signed length", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc", 400),
    ("blank before colon", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length : 3\r\n\r\nabc", 400),
    ("bare LF", b"POST / HTTP/1.1\nHost: a\nContent-Length: 3\n\nabc", 400),
    ("a folded line", b"POST / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n c\r\nContent-Length: 3\r\n\r\nabc", 400),
    ("an unknown coding", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501),
    ("two Hosts", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    ("no Host", b"GET / HTTP/1.1\r\n\r\n", 400),
    ("NUL in a value", b"GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 400),
    ("CR in a value", b"GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", 400),
    ("Content_Length", b"POST / HTTP/1.1\r\nHost: a\r\nContent_Length: 3\r\n\r\n", 400),
    ("a bad chunk size", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n", 400),
    ("a chunk without CRLF", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", 400),
    ("Content-Length in a trailer", b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 9\r\n\r\n", 400),
    ("TE in HTTP/1.0", b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ("the HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    ("HTTP/0.9", b"GET /\r\n\r\n", 400),
    ("CONNECT", b"CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", 405),
    ("TRACE", b"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", 405),
    ("an encoded slash", b"GET /a%2fb HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("a climbing path", b"GET /a/../../b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    ("a long line", b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    ("a large head", b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: " + b"a" * 17000 + b"\r\n\r\n", 431),
    ("many fields", b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * 101 + b"\r\n", 431),
]


def smuggling(fn, gw):
    fn.clear()
    rejects = gw.metric("eventwall_http_rejects_total")
    before = len(gw.events(event_type="http_reject"))
    for name, text, code in SMUGGLING:
        with Client(gw.http) as c:
            c.send(text + b"GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n")
            a = c.read_response()
            tap.equal((a and a[0], c.closed(4)), (code, True), "%s: refused and closed" % name)
    time.sleep(0.1)
    tap.equal(bytes(fn.raw), b"", "not one byte of them reached the function")
    e = gw.wait_events(before + len(SMUGGLING), event_type="http_reject")
    tap.equal(len(e) - before, len(SMUGGLING), "each has a line in the log")
    tap.ok(all(x.get("reason", "").startswith("http.") for x in e), "that names its cause")
    if rejects is not None:
        tap.equal(gw.metric("eventwall_http_rejects_total") - rejects, len(SMUGGLING), "and is counted")
    else:
        tap.skip("and is counted", "no such metric")


def early_end(fn, gw):
    fn.clear()
    with Client(gw.http) as c:
        c.send(b"POST /cut HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
        c.sock.shutdown(1)
        tap.equal(c.read_response()[0], 400, "a body cut short is 400")
    with Client(gw.http) as c:
        c.send(b"POST /cut HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
        c.reset()
    with Client(gw.http) as c:
        c.send(b"POST /cut HTTP/1.1\r\nHost: a\r\nContent-Le")
        c.reset()
    time.sleep(0.2)
    tap.equal(bytes(fn.raw), b"", "and never forwarded")


# ---------------------------------------------------------------- routes

def routes():
    with Function(lambda r: (200, [], b"one")) as one, Function(lambda r: (200, [], b"two")) as two:
        c = config(one, [
            route("f", "any"),
            route("two", "sub", path="/sub"),
            route("two", "host", host="x.example"),
            route("two", "suffix", host="*.y.example", path="/y"),
            route("two", "get", path="/get", methods=["GET", "PUT"]),
            route("f", "post", path="/get", methods=["POST"]),
        ])
        c["functions"]["two"] = {"http": {"url": two.url + "base/"}}
        with Gateway(c) as gw:
            def body(target, host="h", method="GET"):
                a = request(gw.http, method, target, host=host)
                return a[2] if a[0] == 200 else a[0]
            tap.equal(body("/"), b"one", "the route for any path")
            tap.equal(body("/sub"), b"two", "a path prefix")
            tap.equal(body("/sub/x?y"), b"two", "and below it")
            tap.equal(body("/subx"), b"one", "but on segment borders only")
            tap.equal(two.requests[-1].target, "/base/sub/x?y", "the function's path stands before the target")
            tap.equal(body("/sub", "X.Example:80"), b"two", "a host comes before a path, without case and port")
            tap.equal(body("/y/1", "a.y.example"), b"two", "a suffix of hosts")
            tap.equal(body("/y/1", "y.example"), b"one", "does not match the bare name")
            tap.equal(body("//sub"), 400, "two readings of a path that lead to two routes are refused")
            tap.equal(body("/%73ub"), 400, "so is an escape that does")
            tap.equal(body("/a/%7e/../b"), b"one", "one that does not is not")
            tap.equal(one.requests[-1].target, "/a/%7e/../b", "and goes on as it came")
            tap.equal(body("/get", method="PUT"), b"two", "methods choose between equal places")
            tap.equal(body("/get", method="POST"), b"one", "each its own")
            a = request(gw.http, "DELETE", "/get")
            tap.equal((a[0], dict(a[1]).get("allow")), (405, "GET, PUT, POST"), "none is 405 with Allow")
        with Gateway(config(one, [route(host="only.example")])) as gw:
            tap.equal(request(gw.http, "GET", "/")[0], 404, "no route is 404")
            with Client(gw.http) as c:
                c.send(b"GET / HTTP/1.0\r\n\r\n")
                tap.equal(c.read_response()[0], 404, "no Host matches no named host")


# ---------------------------------------------------------------- functions that fail

def failing(fn, gw):
    fn.answer = lambda r: None
    tap.equal(request(gw.http, "POST", "/x", b"a")[0], 502, "closed without an answer: 502")
    fn.answer = lambda r: b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"
    tap.equal(request(gw.http, "GET", "/x")[0], 502, "an answer with two lengths: 502")
    fn.answer = lambda r: b"garbage\r\n\r\n"
    tap.equal(request(gw.http, "GET", "/x")[0], 502, "an answer that is none: 502")
    fn.answer = lambda r: b"HTTP/1.1 101 Switching\r\n\r\n"
    tap.equal(request(gw.http, "GET", "/x")[0], 502, "101 that nobody asked for: 502")
    fn.answer = lambda r: b"HTTP/1.1 100 Continue\r\n\r\n" * 20
    tap.equal(request(gw.http, "GET", "/x")[0], 502, "interim answers without end: 502")
    fn.answer = lambda r: Function.HANG
    start = time.monotonic()
    tap.equal(request(gw.http, "GET", "/x")[0], 504, "no answer in time: 504")
    tap.ok(time.monotonic() - start < 5 * PATIENCE, "after the function's timeout")

    def cut(r):
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 10
        time.sleep(0.1)
        yield None
    fn.answer = cut
    with Client(gw.http) as c:
        c.send(request_bytes("GET", "/x"))
        tap.equal(c.read_response(), None, "an answer cut short is cut short for the client, too")

    def cut_chunks(r):
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
        time.sleep(0.1)
        yield None
    fn.answer = cut_chunks
    with Client(gw.http) as c:
        c.send(request_bytes("GET", "/x"))
        text = c.read_all()
        tap.ok(b"hello" in text and not text.endswith(b"0\r\n\r\n"), "also in chunks: no end is made up")
    fn.answer = lambda r: (500, [], b"broken")
    a = request(gw.http, "GET", "/x")
    tap.equal((a[0], a[2]), (500, b"broken"), "an answer of 500 is the function's own and passes")
    fn.answer = lambda r: (200, [], b"ok")
    fn.stop()
    tap.equal(request(gw.http, "POST", "/x", b"a")[0], 502, "nobody listens: 502")
    fn.start()
    tap.ok(wait_for(lambda: request(gw.http, "POST", "/x", b"a")[0] == 200), "it is back: 200")


def dead_pool(fn, gw):
    """Pooled connections that die."""
    fn.clear()
    tap.equal(request(gw.http, "GET", "/1")[0], 200, "a connection goes to the pool")
    fn.cut()
    time.sleep(0.2)
    tap.equal(request(gw.http, "POST", "/2", b"x")[0], 200, "one that closed while idle is not used")
    state = {"n": 0}

    def close_on_reuse(r):
        # Read the request on the old connection, then close; answer on a fresh one.
        state["n"] += 1
        return None if state["n"] == 2 else (200, [], b"ok")
    fn.answer = close_on_reuse
    request(gw.http, "GET", "/a")
    fn.clear()
    tap.equal(request(gw.http, "GET", "/b")[0], 200, "GET on a dying pooled connection is tried once more")
    tap.equal([r.target for r in fn.requests], ["/b", "/b"], "and only once")
    state["n"] = 0
    request(gw.http, "GET", "/a")
    fn.clear()
    tap.equal(request(gw.http, "POST", "/c", b"x")[0], 502, "POST is not")
    tap.equal([r.target for r in fn.requests], ["/c"], "it is sent once")
    fn.answer = lambda r: (200, [], b"ok") if r.target != "/junk" else \
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
    tap.equal(request(gw.http, "GET", "/junk")[2], b"ok", "an answer with more behind it")
    tap.equal(request(gw.http, "GET", "/next")[2], b"ok", "is never the answer to the next request")


def streaming(fn, gw):
    big = random.Random(8).randbytes(3 << 20)
    fn.answer = lambda r: (200, [], big)
    tap.ok(request(gw.http, "GET", "/big")[2] == big, "3 MiB come back whole")

    def pieces(r):
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        for i in range(0, len(big), 50000):
            part = big[i:i + 50000]
            yield b"%x\r\n" % len(part) + part + b"\r\n"
        yield b"0\r\n\r\n"
    fn.answer = pieces
    a = request(gw.http, "GET", "/big")
    tap.ok(a[2] == big and dict(a[1]).get("transfer-encoding") == "chunked", "in chunks, too")
    with Client(gw.http) as c:
        c.send(b"GET /ten HTTP/1.0\r\nHost: a\r\n\r\n")
        a = c.read_response()
        tap.ok(a[2] == big and "transfer-encoding" not in dict(a[1]), "and to HTTP/1.0 until the close")

    def until_close(r):
        yield b"HTTP/1.1 200 OK\r\n\r\n" + big[:100000]
        yield None
    fn.answer = until_close
    tap.ok(request(gw.http, "GET", "/close")[2] == big[:100000], "an answer that ends with its connection")

    def drops(r):
        yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n"
        time.sleep(0.5)
        yield b"3\r\ntwo\r\n0\r\n\r\n"
    fn.answer = drops
    with Client(gw.http) as c:
        c.send(request_bytes("GET", "/drops"))
        start = time.monotonic()
        while b"one" not in c.buffer:
            c._more()
        tap.ok(time.monotonic() - start < 0.4 * PATIENCE, "a first part is not held back for the second")
        a = c.read_response()
        tap.equal(a[2], b"onetwo", "which comes, too")
    huge = 64 << 20
    sent = {"n": 0}

    def flood(r):
        yield b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % huge
        for _ in range(huge >> 16):
            yield b"x" * 65536
            sent["n"] += 65536
    fn.answer = flood
    with Client(gw.http) as c:
        c.send(request_bytes("GET", "/flood"))
        time.sleep(0.5)
        held = sent["n"]
        tap.ok(held < 40 << 20, "a client that does not read holds the function back (%d KB out)" % (held >> 10))
        got = len(c.read_response()[2])
        tap.equal(got, huge, "and gets everything once it reads")
    sent["n"] = 0
    with Client(gw.http) as c:
        c.send(request_bytes("GET", "/flood"))
        time.sleep(0.2)
        c.reset()
    fn.answer = lambda r: (200, [], b"ok")
    tap.equal(request(gw.http, "GET", "/after")[2], b"ok", "a client that goes in the middle disturbs nobody")


def large_requests(fn, gw):
    fn.clear()
    body = random.Random(8).randbytes(900000)
    fn.answer = lambda r: (200, [], b"%d" % len(r.body))
    with Client(gw.http) as c:
        for n in (100, 20000, 70000, 900000, 10):
            c.send(request_bytes("POST", "/n", body[:n]))
            tap.equal(c.read_response()[2], b"%d" % n, "%d bytes on one connection" % n)
    tap.ok(all(r.body == body[:len(r.body)] for r in fn.requests), "all as sent")
    with Client(gw.http) as c:
        data = request_bytes("POST", "/slow", body[:200000])
        for i in range(0, len(data), 20000):
            c.send(data[i:i + 20000])
            time.sleep(0.01)
        tap.equal(c.read_response()[2], b"200000", "in pieces")
    with Client(gw.http) as c:
        head = b"POST /far HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % (16 << 20)
        try:
            c.send(head + b"x" * (16 << 20))
            a = c.read_response()
        except OSError as e:
            a = [e]
        tap.equal((a and a[0], c.closed()), (413, True), "16 MiB are read to their end, so that the 413 arrives")
    fn.answer = lambda r: (200, [], b"ok")


# ---------------------------------------------------------------- time

def timeouts(fn):
    http = {"head_timeout_ms": 500, "body_timeout_ms": 1000, "idle_timeout_ms": 700, "write_timeout_ms": 600}
    with Gateway(config(fn, http=http)) as gw:
        fn.clear()

        def slow(text, pause):
            with Client(gw.http) as c:
                start = time.monotonic()
                try:
                    for byte in text:
                        c.send(bytes([byte]))
                        time.sleep(pause)
                        if c.sock.recv and time.monotonic() - start > 4:
                            break
                except OSError:
                    pass
                a = c.read_response()
                return a and a[0]
        tap.equal(slow(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: yes\r\n", 0.05), 408,
                  "a head that trickles is cut off, whatever its pace")
        tap.equal(slow(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n" + b"x" * 40, 0.03), 408,
                  "so is a body")
        with Client(gw.http) as c:
            c.send(request_bytes("GET", "/"))
            c.read_response()
            tap.ok(c.closed(3), "an idle connection is closed")
        fn.answer = lambda r: (200, [], b"x" * (32 << 20))
        with Client(gw.http) as c:
            c.send(request_bytes("GET", "/stuck"))
            time.sleep(2 * PATIENCE)
            text = c.read_all()
            tap.ok(len(text) < 32 << 20, "a client that never reads is given up")
        fn.answer = lambda r: (200, [], b"ok")
        tap.equal([r.target for r in fn.requests], ["/", "/stuck"], "no part of a slow request was forwarded")
        tap.equal(gw.stop(), 0, "and the end is clean")


def caps(fn):
    http = {"connections_max": 8, "requests_max": 3, "body_pool_mb": 1, "body_timeout_ms": 1000}
    with Gateway(config(fn, http=http)) as gw:
        with Client(gw.http) as c:
            for i in range(3):
                c.send(request_bytes("GET", "/"))
                a = c.read_response()
            tap.equal((dict(a[1]).get("connection"), c.closed()), ("close", True),
                      "a connection ends after its most requests")
        clients, served = [Client(gw.http) for _ in range(8)], []
        for c in clients:  # one after the other, so that it is known which is idle the longest
            c.send(request_bytes("GET", "/"))
            served.append(c.read_response()[0])
            time.sleep(0.01)
        tap.equal(served, [200] * 8, "connections up to the cap are served")
        a = request(gw.http, "GET", "/")
        tap.equal((a and a[0], clients[0].closed()), (200, True), "past the cap the oldest idle one makes room")
        for c in clients:
            c.close()
        held = []
        for _ in range(3):
            c = Client(gw.http)
            c.send(b"POST /pool HTTP/1.1\r\nHost: a\r\nContent-Length: 700000\r\n\r\n" + b"x" * 600000)
            held.append(c)
        codes = sorted(c.read_response()[0] for c in held)
        for c in held:
            c.close()
        tap.ok(503 in codes and 408 in codes, "a spent pool of bodies is 503, the others wait in vain (%s)" % codes)
        tap.equal(request(gw.http, "POST", "/after", b"x" * 600000)[0], 200, "and it fills up again")
    with Gateway(config(fn, http={"connections_per_address": 3, "ranges_max": 4})) as gw:
        fn.clear()
        held = [Client(gw.http) for _ in range(3)]
        for c in held:
            c.send(request_bytes("GET", "/held"))
            c.read_response()
        with Client(gw.http) as c:
            tap.ok(c.closed(), "an address with its share of connections gets no other")
        tap.ok(gw.metric("eventwall_http_rejects_total") == 1, "which is counted")
        held.pop().close()
        tap.ok(wait_for(lambda: (request(gw.http, "GET", "/again") or [0])[0] == 200), "until it gives one back")
        ranges = ",".join("%d-%d" % (i, i) for i in range(4))
        codes = [request(gw.http, "GET", "/ranges", headers=[("Range", "bytes=" + text)])[0]
                 for text in (ranges, ranges + ",9-9")]
        tap.equal(codes, [200, 416], "too many ranges are refused")
        tap.equal([r.get("range") for r in fn.requests if r.target == "/ranges"], ["bytes=" + ranges],
                  "fewer are the function's business")
        for c in held:
            c.close()


def bodies_let_go(fn):
    """A pool of 1 MiB, and four bodies of 600000 bytes whose answers wait for each other."""
    with Gateway(config(fn, http={"body_pool_mb": 1, "body_timeout_ms": 2000})) as gw:
        fn.clear()
        met = threading.Barrier(4)

        def together(r):
            if r.method == "POST":
                met.wait(10)
            return 200, [], b"%d %s" % (len(r.body), r.body[:8])
        fn.answer = together
        bodies = [(b"%08d" % i) * 75000 for i in range(4)]
        clients = []
        for i, body in enumerate(bodies):
            c = Client(gw.http)
            # The next request begins to arrive while this one is with the function.
            c.send(request_bytes("POST", "/held/%d" % i, body) + b"GET /next/%d HTTP/1.1\r\nHos" % i)
            clients.append(c)
        answers = [c.read_response() for c in clients]
        tap.equal([a and a[2] for a in answers], [b"600000 " + b[:8] for b in bodies],
                  "bodies that a function has do not count against the pool")
        for c in clients:
            c.send(b"t: a\r\n\r\n")
        tap.equal([(c.read_response() or b"")[0] for c in clients], [200] * 4, "and what was sent behind them stays")
        tap.equal(sorted(r.target for r in fn.requests if r.method == "GET"), ["/next/%d" % i for i in range(4)],
                  "as it was")
        tap.ok(all(r.body == bodies[int(r.target[-1])] for r in fn.requests if r.method == "POST"), "all as sent")
        gw.wait_events(8, type="event")
        told = sorted((e["http"]["path"], e["bytes"]) for e in gw.events() if e.get("bytes"))
        tap.equal(told, [("/held/%d" % i, 600000) for i in range(4)], "the log knows path and size")
        for c in clients:
            c.close()
        # An idempotent request may be sent again, so its body stays.
        cut = []

        def cut_once(r):
            if r.target == "/again" and not cut:
                cut.append(r)
                return None
            return 200, [], b"%d" % len(r.body)
        fn.answer = cut_once
        request(gw.http, "GET", "/warm")
        a = request(gw.http, "PUT", "/again", bodies[1])
        tap.equal((a and a[2], len(cut)), (b"600000", 1), "what may be sent again is kept for that")
        tap.equal(fn.requests[-1].body == bodies[1], True, "whole")
    fn.answer = lambda r: (200, [], b"ok")


def memory_after_a_burst(fn):
    def rss():
        with open("/proc/%d/status" % gw.process.pid) as f:
            return next(int(line.split()[1]) for line in f if line.startswith("VmRSS")) / 1024

    with Gateway(config(fn)) as gw:
        if "sanitizer no," not in gw.command("version")[1]:
            tap.skip("memory of large bodies goes back once they have gone", "a sanitizer keeps what was freed")
            return
        body = b"x" * 900000
        request(gw.http, "POST", "/one", body)
        before = rss()
        clients = [Client(gw.http) for _ in range(64)]
        for c in clients:
            c.send(b"POST /burst HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + body)
        held = wait_for(lambda: rss() > before + 40)
        for c in clients:
            c.close()
        after = wait_for(lambda: rss() < before + 20, 10)
        tap.ok(held and after, "memory of large bodies goes back once they have gone (%d MB, %d MB)" % (before, rss()))


def descriptors(fn):
    with Gateway(config(fn), files=48) as gw:
        clients = []
        for _ in range(80):
            try:
                c = Client(gw.http, 2)
                c.send(b"GET / HTTP/1.1\r\nHost: a\r\n")
                clients.append(c)
            except OSError:
                break
        time.sleep(0.5)
        tap.equal(gw.process.poll(), None, "out of descriptors: it lives on")
        for c in clients:
            c.reset()
        tap.ok(wait_for(lambda: request(gw.http, "GET", "/", timeout=2)), "and serves again once there are some")


def names(fn):
    c = config(fn)
    c["functions"]["f"]["http"]["url"] = "http://localhost:%d/" % fn.port
    c["functions"]["nowhere"] = {"http": {"url": "http://no-such-host.invalid/", "connect_timeout_ms": 500}}
    c["routes"].append(route("nowhere", "nowhere", path="/nowhere"))
    with Gateway(c) as gw:
        a = request(gw.http, "GET", "/")
        tap.equal((a[0], fn.requests[-1].get("host")), (200, "localhost:%d" % fn.port), "a function by name")
        tap.equal(request(gw.http, "GET", "/nowhere")[0], 502, "a name that nobody knows: 502")


def trusted(fn):
    with Gateway(config(fn, http={"trust_forwarded": True})) as gw:
        request(gw.http, "GET", "/", headers=[("X-Forwarded-For", "10.0.0.1"), ("X-Forwarded-Proto", "https"),
                                              ("X-Forwarded-Host", "shop"), ("Forwarded", "for=10.0.0.1")])
        r = fn.requests[-1]
        tap.equal((r.all("x-forwarded-for"), r.all("x-forwarded-proto"), r.all("x-forwarded-host")),
                  (["10.0.0.1, 127.0.0.1"], ["https"], ["shop"]), "what a trusted proxy said is kept and added to")
        tap.equal(r.all("forwarded"), ['for=10.0.0.1, for=127.0.0.1;host="test";proto=http'], "Forwarded, too")


def balanced(fn):
    v1 = b"PROXY TCP4 198.51.100.7 203.0.113.9 56324 80\r\n"
    v2 = (b"\r\n\r\n\0\r\nQUIT\n\x21\x21\0\x24" + socket.inet_pton(socket.AF_INET6, "2001:db8::7") +
          socket.inet_pton(socket.AF_INET6, "2001:db8::9") + b"\xdc\x04\x00\x50")
    local = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"
    ask = request_bytes("GET", "/balanced")

    with Gateway(config(fn, http={"proxy_protocol_from": ["127.0.0.1"], "connections_per_address": 2,
                                  "head_timeout_ms": 700})) as gw:
        def seen(*parts):
            fn.clear()
            with Client(gw.http) as c:
                for part in parts:
                    c.send(part)
                    time.sleep(0.02)
                code = c.read_response()[0]
            return code, fn.requests[-1].get("x-forwarded-for") if fn.requests else None
        tap.equal(seen(v1 + ask), (200, "198.51.100.7"), "a balancer says who the client is, in a line")
        tap.equal(seen(v2 + ask), (200, "2001:db8::7"), "and in bytes")
        tap.equal(seen(local + ask), (200, "127.0.0.1"), "of itself it says nothing")
        tap.equal(seen(v1, ask), (200, "198.51.100.7"), "the request may come later")
        tap.equal(seen(*[bytes([b]) for b in v1[:9]], v1[9:] + ask[:5], ask[5:]), (200, "198.51.100.7"),
                  "and all of it in pieces")
        tap.equal(seen(ask), (400, None), "a balancer that says nothing is refused")
        tap.equal(seen(v1 + v1 + ask), (400, None), "so is a second header")
        tap.equal(seen(v1[:20]), (408, None), "and one that does not end")
        with Client(gw.http) as c:
            c.send(v1 + ask + ask)
            tap.equal([c.read_response()[0], c.read_response()[0]], [200, 200], "one header is for the connection")
        held = []
        for _ in range(2):
            held.append(Client(gw.http))
            held[-1].send(v1 + ask)
            held[-1].read_response()
        with Client(gw.http) as c:
            c.send(v1 + ask)
            tap.ok(c.closed(), "the cap on connections of an address means the client's")
        tap.equal(seen(v2 + ask)[0], 200, "another client is served")
        for c in held:
            c.close()
    with Gateway(config(fn, http={"proxy_protocol_from": ["10.0.0.0/8"]})) as gw:
        fn.clear()
        with Client(gw.http) as c:
            c.send(v1 + ask)
            tap.equal((c.read_response()[0], len(fn.requests)), (400, 0), "from anybody else no header is taken")


# ---------------------------------------------------------------- reload and the end

def reload_under_load(fn):
    with Gateway(config(fn), workers=2) as gw:
        stop = threading.Event()
        failed, done = [], [0] * 8

        def load(i):
            c = Client(gw.http)
            while not stop.is_set():
                try:
                    c.send(request_bytes("POST", "/load", b'{"n": %d}' % i))
                    a = c.read_response()
                except OSError as e:
                    a = (str(e), [])
                if not a or a[0] != 200:
                    failed.append(a)
                    return
                done[i] += 1
                if dict(a[1]).get("connection") == "close":
                    c.close()
                    c = Client(gw.http)
            c.close()
        threads = [threading.Thread(target=load, args=(i,)) for i in range(8)]
        for t in threads:
            t.start()
        good = 0
        start = time.monotonic()
        for i in range(20):
            status, text = gw.reload()
            good += status == 200
            time.sleep(max(0.0, start + (i + 1) * 0.5 - time.monotonic()))
        stop.set()
        for t in threads:
            t.join()
        tap.equal((good, failed), (20, []), "twenty reloads in ten seconds under load: none failed")
        tap.ok(min(done) > 100, "and the load went on (%d requests)" % sum(done))
        gw.write_text("{ broken")
        tap.ok(gw.reload()[0] != 200, "a broken configuration is refused")
        tap.equal(request(gw.http, "POST", "/x", b"{}")[0], 200, "and the old generation goes on")


def drain(fn):
    def slow(r):
        time.sleep(0.6)
        return 200, [], b"late"
    fn.answer = slow
    gw = Gateway(config(fn))
    with Client(gw.http) as busy, Client(gw.http) as idle:
        idle.send(request_bytes("GET", "/"))
        idle.read_response()
        busy.send(request_bytes("POST", "/busy", b"x"))
        time.sleep(0.2)
        gw.signal(signal.SIGTERM)
        tap.ok(idle.closed(1.0), "SIGTERM closes idle connections")
        a = busy.read_response()
        tap.equal((a and a[2], a and dict(a[1]).get("connection")), (b"late", "close"),
                  "a request in flight is answered, then closed")
    tap.equal(gw.close(), 0, "and the process ends with 0")
    fn.answer = lambda r: (200, [], b"ok")


def storm(fn):
    """Damaged, cut, reset and half-closed requests against a function that misbehaves: it survives."""
    base = [request_bytes("POST", "/a", b'{"a": 1}'), request_bytes("HEAD", "/"), request_bytes("POST", "/evil", EVIL),
            b"POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y\r\n\r\n",
            request_bytes("POST", "/big", b"z" * 90000), b"GET / HTTP/1.0\r\n\r\n",
            b"POST /e HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n", b"body"]
    end = time.monotonic() + 3

    def misbehave(r):
        dice = random.random()
        if dice < 0.6:
            return 200, [], b"x" * random.choice([0, 3, 3000, 200000])
        if dice < 0.7:
            return None
        if dice < 0.8:
            return b"garbage" * 3 + b"\r\n\r\n"
        if dice < 0.9:
            return b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more"
        return iter([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", None])

    def client(gw, seed):
        dice = random.Random(seed)
        while time.monotonic() < end:
            data = bytearray(b"".join(dice.choice(base) for _ in range(dice.randrange(1, 6))))
            for _ in range(dice.choice([0, 0, 0, 1, 3])):
                data[dice.randrange(min(len(data), 400))] = dice.choice(b"\r\n\0 :;0A\xff")
            data = data[:dice.choice([len(data), len(data), dice.randrange(1, len(data) + 1)])]
            try:
                with Client(gw.http, 2) as c:
                    while data:
                        n = dice.choice([7, 100, 5000, len(data)])
                        c.send(bytes(data[:n]))
                        del data[:n]
                    how = dice.random()
                    if how < 0.3:
                        c.reset()
                        continue
                    if how < 0.5:
                        c.sock.shutdown(1)
                    c.sock.settimeout(dice.choice([0.02, 0.2]))
                    c.read_all()
            except OSError:
                pass

    fn.clear()
    fn.answer = misbehave
    limits = {"head_timeout_ms": 300, "body_timeout_ms": 300, "idle_timeout_ms": 200, "connections_max": 12}
    with Gateway(config(fn, http=limits, function={"timeout_ms": 300}), workers=2) as gw:
        threads = [threading.Thread(target=client, args=(gw, i)) for i in range(30)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        tap.equal(gw.process.poll(), None, "a storm of bad clients: it lives on")
        tap.ok(not any(b"evil-token-4711" in r.body for r in fn.requests), "and lets nothing bad through")
        fn.answer = lambda r: (200, [], b"ok")
        tap.equal(request(gw.http, "GET", "/after")[0], 200, "and serves")
        tap.equal(gw.stop(), 0, "and ends clean")


# ---------------------------------------------------------------- formats and quarantine

def formats(fn):
    c = {"functions": {}, "routes": []}
    for f in ("binary", "structured", "invoke"):
        c["functions"][f] = {"http": {"url": fn.url + "fn", "format": f}}
        c["routes"].append(route(f, f, path="/" + f))
    c["functions"]["dead"] = {"http": {"url": fn.url + "dead"}}
    c["functions"]["plain"] = {"http": {"url": fn.url}}
    c["routes"].append(route("plain", "q", quarantine="dead"))
    import base64
    import json
    with Gateway(c) as gw:
        fn.clear()
        a = request(gw.http, "PUT", "/binary/x", b'{"a": 1}', [("Content-Type", "application/json")])
        r = fn.requests[-1]
        tap.equal((a[0], r.method, r.target, r.body), (200, "POST", "/fn", b'{"a": 1}'),
                  "binary CloudEvent: a POST with the content as it came")
        tap.equal((r.get("ce-specversion"), r.get("ce-id"), r.get("ce-subject"), r.get("content-type")),
                  ("1.0", r.get("x-eventwall-id"), "/binary/x", "application/json"), "with ce- fields")
        request(gw.http, "POST", "/structured", b' {"a": [1, 2.50]} ', [("Content-Type", "text/plain")])
        r = fn.requests[-1]
        d = json.loads(r.body)
        tap.ok(r.get("content-type") == "application/cloudevents+json" and d["data"] == {"a": [1, 2.5]}
               and b"2.50" in r.body and d["specversion"] == "1.0", "structured: JSON stands in data as it is")
        request(gw.http, "POST", "/structured", b'1,"id":"forged"')
        d = json.loads(fn.requests[-1].body)
        tap.ok("data" not in d and base64.b64decode(d["data_base64"]) == b'1,"id":"forged"'
               and d["id"] != "forged", "what is no JSON value goes in base64")
        request(gw.http, "POST", "/invoke/y?q=1", 'h\u00e9 "q"\n'.encode(), [("X-A", "1"), ("X-A", "2")])
        d = json.loads(fn.requests[-1].body)
        tap.equal((d["body"], d["isBase64Encoded"], d["method"], d["target"], d["headers"].get("X-A")),
                  ('h\u00e9 "q"\n', False, "POST", "/invoke/y?q=1", "1, 2"), "invoke: a document")
        request(gw.http, "POST", "/invoke", b"\xff\xfe")
        d = json.loads(fn.requests[-1].body)
        tap.equal((base64.b64decode(d["body"]), d["isBase64Encoded"]), (b"\xff\xfe", True), "bytes in base64")
        fn.clear()
        a = request(gw.http, "POST", "/bad", EVIL)
        tap.equal(a[0], 403, "a dropped request with quarantine is 403")
        r = fn.requests[-1]
        tap.equal((r.target, r.body, r.get("x-eventwall-signature"), r.get("x-eventwall-route"),
                   r.get("x-eventwall-target"), r.get("x-eventwall-event-id")),
                  ("/dead", EVIL, "900001", "q", "/bad", dict(a[1]).get("x-eventwall-id")),
                  "and lies there with the reason")
        tap.equal(r.get("x-eventwall-path"), "http.body|json.note", "and the path")
        fn.clear()
        request(gw.http, "POST", "/bad", b'{"a": ', [("Content-Type", "application/json")])
        r = fn.requests[-1]
        tap.equal((r.get("x-eventwall-reason"), r.get("x-eventwall-detail"), r.get("x-eventwall-signature")),
                  ("truncated", "json.truncated", None), "what could not be read lies there with its cause")


def main():
    probe = Gateway({"functions": {}, "routes": []}, start=False)
    code, text = probe.command("--help")
    if "\n  run " not in text and not os.environ.get("EW_PROGRAM"):
        skip_all("this build has no `run`")
    with Function() as fn:
        with Gateway(config(fn, function={"timeout_ms": 1000, "connect_timeout_ms": 1000})) as gw:
            gw.judges = True
            for test in (plain, keep_alive, pipelining, split_everywhere, chunked, expect, no_content,
                         verdicts, smuggling, early_end, large_requests, failing, dead_pool, streaming):
                tap.note(test.__name__)
                test(fn, gw)
            tap.equal(gw.stop(), 0, "SIGTERM after all of it: exit code 0")
        # Where nothing is judged the same must hold.
        fast = config(fn, [route(mode="off")], function={"timeout_ms": 1000, "connect_timeout_ms": 1000})
        with Gateway(fast) as gw:
            gw.judges = False
            for test in (plain, keep_alive, pipelining, split_everywhere, chunked, expect, no_content,
                         early_end, large_requests, failing, dead_pool, streaming):
                tap.note("%s, nothing judged" % test.__name__)
                test(fn, gw)
            tap.equal(gw.stop(), 0, "SIGTERM after that: exit code 0")
        for test in (timeouts, caps, bodies_let_go, memory_after_a_burst, descriptors, names, trusted, balanced, storm, formats, drain, reload_under_load):
            tap.note(test.__name__)
            test(fn)
    tap.note("routes")
    routes()
    os.unlink(SIGNATURES)
    tap.done()


main()
