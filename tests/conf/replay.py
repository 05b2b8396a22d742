# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""`eventwall replay`: events in the shapes that tools write, verdicts, sums, what another set changes, and lines
that are no events."""

import json
import os
import subprocess
import tempfile

BUILDDIR = os.environ.get("EW_BUILDDIR", "build")
PROGRAM = os.path.join(BUILDDIR, "eventwall")
count = failed = 0


def signature(number, word):
    return {"id": number, "name": "the word " + word, "class": "probe", "action": "drop", "pattern": word, "on": "both",
            "hit": [json.dumps({"a": word})], "miss": [json.dumps({"a": "good"})]}


def ok(good, name, note=""):
    global count, failed
    count += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", count, name))
    for line in str(note).splitlines() if not good else ():
        print("#", line)


with tempfile.TemporaryDirectory() as folder:
    for name, words in (("probe", ["evil"]), ("more", ["evil", "odd"])):
        with open(os.path.join(folder, name + ".json"), "w") as f:
            json.dump({"set": name, "version": "1",
                       "signatures": [signature(100001 + i, w) for i, w in enumerate(words)]}, f)

    def replay(lines, *args):
        data = "\n".join(x if isinstance(x, str) else json.dumps(x) for x in lines)
        r = subprocess.run([PROGRAM, "replay", "--signature-dir", folder, "--signatures", "probe"] + list(args),
                           input=data.encode("utf-8", "surrogateescape"), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           timeout=120)
        return r.returncode, r.stdout.decode(), r.stderr.decode()

    def events(lines, *args):
        code, out, err = replay(lines, "--json", *args)
        said = [json.loads(line) for line in out.splitlines()]
        return code, said[:-1], said[-1]["sum"] if said else err

    shapes = [
        ({"body": "evil"}, "http.body"),
        ({"source": "http", "body": {"a": ["evil"]}}, "http.body|json.a[0]"),
        ({"body_base64": "ZXZpbA=="}, "http.body"),
        ({"headers": {"x-a": ["good", "evil"]}}, "http.header.x-a"),
        ({"headers": [["x-a", "evil"]]}, "http.header.x-a"),
        ({"path": "/p?q=evil", "method": "GET"}, "http.query.q"),
        ({"tst": "2026", "topic": "t", "qos": 0, "retain": 0, "payloadlen": 4, "payload": "evil"}, "mqtt.payload"),
        ({"topic": "evil/t", "payload": {"t": 1}}, "mqtt.topic"),
        ({"topic": "t", "partition": 0, "offset": 7, "ts": 1, "headers": ["a", "evil"], "key": None, "payload": None},
         "kafka.header.a"),
        ({"topic": "t", "offset": 7, "key": "evil", "value": "x"}, "kafka.key"),
    ]
    code, said, total = events([event for event, path in shapes])
    ok(code == 0 and len(said) == len(shapes), "an event a line", said)
    for (event, path), x in zip(shapes, said):
        ok(x["verdict"] == "drop" and x["path"].startswith(path), "found at %s" % path, x)
    ok(total["events"] == total["drop"] == len(shapes) and total["hits"][0]["events"] == len(shapes), "the sums", total)

    code, out, err = replay([{"body": "good"}, {"body": "evil", "name": "n"}, ""])
    ok(code == 0 and "-:2: n: drop 100001" in out and "-:1:" not in out, "what is forwarded is not told", out)
    ok("2 events, 8 bytes: 1 forwarded, 1 dropped" in out, "but counted", out)
    code, out, err = replay([{"body": "evil"}], "--quiet")
    ok("drop 100001" not in out and "1 dropped" in out, "the sums only", out)

    code, said, total = events([{"body": "evil", "expect": "drop"}, {"body": "good", "expect": "forward"}])
    ok(code == 0 and total["unmet"] == 0, "expectations that are met")
    code, out, err = replay([{"body": "evil", "expect": "forward"}, {"body": "good", "expect": "drop"}])
    ok(code == 1 and out.count("expects another") == 2, "expectations that are not met", out)

    code, out, err = replay([{"body": "evil"}, {"body": "odd"}, {"body": "good"}], "--against-signatures", "more")
    ok(code == 0 and "-:2: forward -> drop 100002" in out and "-:1:" not in out and "-:3:" not in out and
       "1 verdicts would change" in out, "what another set changes", out)
    code, said, total = events([{"body": "odd", "content_type": "text/plain"}], "--against-signatures", "more")
    ok(said[0].get("against", {}).get("verdict") == "drop" and total["changed"] == 1, "the same as JSON", said)

    bad = ["nonsense", "[]", {"source": "smtp"}, {"body_base64": "%"}, {"body_base64": 1}, {"headers": {"a": 1}},
           {"headers": ["a"]}, {"expect": "maybe"}, {"headers": {"h%d" % i: "" for i in range(200)}},
           '{"body": "\udcff"}']
    code, out, err = replay(bad + [{"body": "evil"}])
    ok(code == 65 and err.count("eventwall replay: -:") == len(bad), "lines that are no events are told", err)
    ok("1 dropped" in out and "%d lines are no events" % len(bad) in out, "and do not end it", out)
    code, out, err = replay([{"topic": "\x1b]0;evil", "payload": ""}])
    ok("\x1b" not in out, "no control character of an event reaches the terminal", repr(out))

    r = subprocess.run([PROGRAM, "replay", "/nonexistent"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    ok(r.returncode == 66 and b"cannot read" in r.stderr, "a file that is not there", r.stderr)
    r = subprocess.run([PROGRAM, "replay", "--signatures", "a", "-c", "b"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    ok(r.returncode == 64, "options at odds", r.stderr)

print("1..%d" % count)
raise SystemExit(failed > 0)
