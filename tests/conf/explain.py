# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""`eventwall explain`: the tree, the hits and the verdict of messages from files; exit codes; and that a
hostile message cannot write control characters to a terminal."""

import base64
import gzip
import json
import os
import subprocess
import sys
import tempfile

SRCDIR = os.environ.get("EW_SRCDIR", ".")
BUILDDIR = os.environ.get("EW_BUILDDIR", "build")
PROGRAM = os.path.join(BUILDDIR, "eventwall")
count = failed = 0

SET = {"set": "probe", "version": "1", "description": "Two words.", "signatures": [
    {"id": 100001, "name": "the word evil", "class": "probe", "severity": "critical", "action": "drop",
     "pattern": "evil", "hit": ["{\"a\": \"evil\"}"], "miss": ["{\"a\": \"good\"}"]},
    {"id": 100002, "name": "the word odd", "class": "probe", "severity": "warning", "action": "score", "score": 2,
     "pattern": "odd", "hit": ["{\"a\": \"odd\"}"], "miss": ["{\"a\": \"even\"}"]},
]}


def ok(good, name, note=""):
    global count, failed
    count += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", count, name))
    for line in str(note).splitlines() if not good else ():
        print("#", line)


def run(data, *args):
    r = subprocess.run([PROGRAM, "explain"] + list(args), input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       timeout=120, env=dict(os.environ, TERM="xterm"))
    return r.returncode, r.stdout, r.stderr.decode("utf-8", "replace")


def explain(data, *args):
    code, out, err = run(data, "--json", *args)
    return code, json.loads(out) if out else {"error": err}


with tempfile.TemporaryDirectory() as folder:
    sets = os.path.join(folder, "sets")
    os.mkdir(sets)
    with open(os.path.join(sets, "probe.json"), "w") as f:
        json.dump(SET, f)
    D = ("--signature-dir", sets)

    layered = base64.b64encode(gzip.compress(b'{"cmd": "very evil"}')).decode()
    code, x = explain(json.dumps({"note": layered}).encode(), *D)
    ok(code == 1 and x.get("verdict") == "drop", "an evil event three layers down is dropped", x)
    hit = (x.get("hits") or [{}])[0]
    ok(hit.get("path") == "http.body|json.note|base64|gzip|json.cmd", "its path", x)
    ok(hit.get("matched") == "evil" and hit.get("from") == 5 and hit.get("to") == 9, "its text", hit)
    ok(x.get("why") == "signature 100001 decides alone", "and why", x)
    ok(any(f["path"] == hit.get("path") and f["layers"] == ["json", "base64", "gzip", "json"] for f in x["fields"]),
       "its layers", x["fields"])

    code, x = explain(b'{"a": "odd"}', *D)
    ok(code == 0 and x["verdict"] == "forward" and x["score"] == 2 and "below the threshold 5" in x["why"],
       "a score that does not reach the threshold", x)
    code, x = explain(b'{"a": "good", "a": 1}', *D)
    ok(code == 0 and x["anomalies"] == ["dup_key"] and x["why"] == "no signature was found", "an anomaly", x)
    code, x = explain(b"x", "-H", "X-A: evil", *D)
    ok(code == 1 and x["hits"][0]["path"] == "http.header.x-a", "a header", x)
    code, x = explain(b"", "--path", "/p?q=%65vil", *D)
    ok(code == 1 and x["hits"][0]["path"].startswith("http.query.q"), "a query", x)
    code, x = explain(b"x", "-s", "mqtt", "--topic", "a/evil", *D)
    ok(code == 1 and x["hits"][0]["path"] == "mqtt.topic", "a topic", x)
    code, x = explain(b"x", "-s", "kafka", "--key", "evil", *D)
    ok(code == 1 and x["hits"][0]["path"] == "kafka.key", "a key", x)
    code, x = explain(b"{", "-H", "Content-Type: application/json", *D)
    ok(code == 1 and x["status"] != "ok", "what cannot be read is dropped", x)

    raw = (b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
           b"3\r\n{\"a\r\n9\r\n\": \"evil\"\r\n1\r\n}\r\n0\r\nX-T: 1\r\n\r\n")
    code, x = explain(raw, "--raw", *D)
    ok(code == 1 and x["hits"][0]["path"] == "http.body|json.a", "a raw request with chunks", x)
    code, out, err = run(b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "--raw", *D)
    ok(code == 65 and "refused" in err and not out, "a raw request that is refused", err)
    code, out, err = run(raw[:-5], "--raw", *D)
    ok(code == 65 and "not complete" in err, "a raw request that is cut", err)

    hostile = bytes(range(256)) + "\u202eevil\u2066\x9b31m".encode() + b"\x1b]0;x\x07"
    for data in hostile, json.dumps({"\x1b[31m": hostile.decode("latin-1")}).encode(), gzip.compress(hostile):
        code, out, err = run(data, *D)
        text = out.decode("utf-8")
        ok(code in (0, 1) and not any((ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160 or c in "\u202e\u2066"
                                      for c in text), "no control character reaches the terminal", repr(text))
        code, out, err = run(data, "--json", *D)
        ok(json.loads(out)["bytes"] == len(data), "and JSON stays JSON")

    code, out, err = run(b"x", "--bogus")
    ok(code == 64, "an unknown option", err)
    code, out, err = run(b"x", "-s", "smtp")
    ok(code == 64 and "there are http, mqtt and kafka" in err, "an unknown source", err)
    code, out, err = run(b"x", "--signatures", "prob", *D)
    ok(code == 78 and 'did you mean "probe"?' in err, "an unknown set", err)
    code, out, err = run(b"", os.path.join(folder, "nothing"), *D)
    ok(code == 66 and "No such file" in err, "a file that is not there", err)

    config = {"signature_dir": sets, "cache_dir": folder, "functions": {"f": {"http": {"url": "http://h/"}}}, "routes": [
        {"name": "look", "mode": "detect", "function": "f", "source": {"http": {"listen": "127.0.0.1:1"}}},
        {"name": "open", "on_exception": {"default": "pass"}, "function": "f", "limits": {"message": 10},
         "source": {"kafka": {"brokers": "b:1", "group": "g", "topics": ["t"]}}}]}
    path = os.path.join(folder, "c.json")
    with open(path, "w") as f:
        json.dump(config, f)
    code, x = explain(b"evil", "-c", path)
    ok(code == 0 and x["route"] == "look" and "only detects" in x["why"], "the first route of a configuration", x)
    code, x = explain(b"a long message", "-c", path, "-s", "kafka")
    ok(code == 0 and x["route"] == "open" and x["status"] == "oversize" and "lets that pass" in x["why"],
       "the route of a source, with its limits and policy", x)
    code, out, err = run(b"x", "-c", path, "-r", "lok")
    ok(code == 78 and 'no route "lok"' in err, "a route that is not there", err)

print("1..%d" % count)
sys.exit(failed > 0)
