#!/usr/bin/env python3
# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0
"""The cases of nodejs/llhttp: what it rejects in strict mode is refused, what it accepts is read, but for
the named exceptions, each with the cause we give.  Cases for its lenient modes are not counted.

The texts lost the empty line at their very end; it is put back where a case waits for it."""

import base64
import json
import os
import re
import subprocess
import sys

SUITES = os.environ.get("EW_SUITES", os.path.join(os.environ.get("EW_SRCDIR", "."), "../shared/suites"))
TOOL = os.path.join(os.environ.get("EW_BUILDDIR", "."), "tests/unit/check_http1")

# Accepted there, refused here: the cause.
STRICTER = {
    # CONNECT is not for a reverse proxy; an authority without a path is no origin-form
    "request/method.md:29": "http.rl-form",
    "request/method.md:64": "http.rl-form",
    "request/method.md:98": "http.rl-form",
    "request/uri.md:54": "http.rl-form",
    "request/uri.md:77": "http.rl-form",
    "request/uri.md:190": "http.rl-form",
    # * belongs to OPTIONS
    "request/method.md:137": "http.rl-form",
    "request/method.md:460": "http.rl-form",
    # RTSP, ICE, HTTP/0.9
    "request/method.md:374": "http.rl-version",
    "request/method.md:404": "http.rl-version",
    "request/method.md:432": "http.rl-version",
    "request/sample.md:316": "http.rl-version",
    "response/sample.md:42": "http.rl-version",
    "response/sample.md:62": "http.rl-version",
    "response/sample.md:647": "http.rl-version",
    # a fragment, user and password, another authority than Host
    "request/transfer-encoding.md:753": "http.rl-frag",
    "request/transfer-encoding.md:795": "http.rl-frag",
    "request/uri.md:167": "http.rl-frag",
    "request/uri.md:224": "http.rl-userinfo",
    "request/uri.md:127": "http.host-abs",
    # content on a 101
    "response/connection.md:295": "http.f-nobody",
    "response/connection.md:333": "http.f-nobody",
    # empty lines before a response: bytes nobody asked for
    "response/connection.md:494": "http.rl-empty",
    "response/connection.md:588": "http.rl-empty",
    "response/pipelining.md:6": "http.rl-empty",
    "response/sample.md:697": "http.rl-empty",
    # any transfer coding but one chunked
    "response/transfer-encoding.md:45": "http.f-te-val",
    "response/transfer-encoding.md:76": "http.h-dup",
    "response/transfer-encoding.md:114": "http.f-te-val",
}

# Rejected there, read here: any token is a method (RFC 9110 section 9.1); a route that lists its methods
# answers 405.
READ = {
    "request/invalid.md:68",
    "request/invalid.md:358",
}


def cases(name, kind):
    with open(os.path.join(SUITES, "http", name), encoding="utf-8") as f:
        for line in f:
            case = json.loads(line)
            if case["type"] == kind:
                place = re.match(r"test/(\S+?:\d+):", case["id"])[1]
                yield place, case["id"], base64.b64decode(case["raw_b64"]), case


def play(kind, raw):
    out = subprocess.run([TOOL, kind], input=raw, stdout=subprocess.PIPE, check=True, timeout=10)
    return out.stdout.decode().splitlines()


def verdict(kind, raw, case):
    """Cause of refusal ('' if it was read, 'closed' if nobody may read it) and all lines of the tool."""
    rejected = case["expect"] == "reject"
    if kind == "request" and case["messages"] > 1:  # Host was added to the first one only
        raw = re.sub(rb"( HTTP/1\.1\r\n)(?!Host)", rb"\1Host: a\r\n", raw)
    lines = play(kind, raw)
    for end in (b"\r\n", b"\r\n\r\n"):
        if lines[-1] == "head" or (rejected and lines[-1] == "body"):
            lines = play(kind, raw + end)
    # What follows the last message of an accepted case (after an upgrade) is not the case.
    seen = lines if rejected else lines[:max(case["messages"], 1)]
    for line in seen:
        if " http." in line:
            return line.split()[1], lines
    return "closed" if rejected and lines[-1] == "closed" else "", lines


def main():
    if not os.path.exists(os.path.join(SUITES, "http")):
        print("ok 1 # SKIP no suites: set EW_SUITES to the folder with http/llhttp_hosted.jsonl\n1..1")
        return 0
    count = failed = 0
    unused = set(STRICTER) | READ
    for kind, name in (("request", "llhttp_hosted.jsonl"), ("response", "llhttp.jsonl")):
        for place, title, raw, case in cases(name, kind):
            cause, lines = verdict(kind, raw, case)
            if case["expect"] == "reject":
                good = bool(cause) == (place not in READ)
            else:
                good = cause == STRICTER.get(place, "")
            unused.discard(place)
            count += 1
            failed += not good
            print("%sok %d - %s %s %s" % ("" if good else "not ", count, case["expect"],
                                          title.replace("#", ""), cause))
            if not good:
                print("# %r -> %s" % (raw[:300], lines))
    count += 1
    failed += bool(unused)
    print("%sok %d - every exception is one %s" % ("not " if unused else "", count, unused or ""))
    print("1..%d" % count)
    return 1 if failed else 0


sys.exit(main())
