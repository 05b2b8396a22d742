# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""`eventwall decode`: the tree of messages from files, what was said beside them, envelopes, exit codes; and that a
hostile message cannot write control characters to a terminal."""

import base64
import gzip
import json
import os
import pty
import subprocess
import sys

BUILDDIR = os.environ.get("EW_BUILDDIR", "build")
PROGRAM = os.path.join(BUILDDIR, "eventwall")
count = failed = 0


def ok(good, name, note=""):
    global count, failed
    count += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", count, name))
    for line in str(note).splitlines() if not good else ():
        print("#", line)


def run(data, *args):
    r = subprocess.run([PROGRAM, "decode"] + list(args), input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                       timeout=60)
    return r.returncode, r.stdout, r.stderr.decode("utf-8", "replace")


def decode(data, *args):
    code, out, err = run(data, "--json", *args)
    return code, json.loads(out) if out else {"error": err, "fields": []}


def paths(x):
    return {f["path"]: f["value"] for f in x["fields"]}


note = base64.b64encode(gzip.compress(b'{"cmd": "reboot"}')).decode()
code, x = decode(json.dumps({"note": note}).encode())
ok(code == 0 and paths(x).get("http.body|json.note|base64|gzip|json.cmd") == "reboot", "three layers", x)
ok(x["status"] == "ok" and "verdict" not in x and "hits" not in x, "nothing is judged", x)

batch = json.dumps({"Records": [{"eventSource": "aws:sqs", "body": json.dumps(
    {"Records": [{"eventSource": "aws:s3", "s3": {"object": {"key": "1+2"}}}]})}]}).encode()
code, x = decode(batch, "-s", "kafka", "--topic", "t", "--key", "k")
ok(x["envelopes"] == ["aws.sqs", "aws.s3"], "envelopes, outermost first", x)
ok(paths(x).get("kafka.value|json.Records[0].body|json|envelope") == "aws.s3", "where one is", x)
ok(paths(x).get("kafka.topic") == "t" and paths(x).get("kafka.key") == "k", "topic and key", x)
code, x = decode(b"a=%31", "--content-type", "application/x-www-form-urlencoded")
ok(paths(x).get("http.body|form.a|percent") == "1", "a declared form", x)
code, x = decode(b"{}", "-s", "mqtt", "--content-type", "application/json", "-H", "n: v")
ok(paths(x).get("mqtt.property.content_type") == "application/json" and paths(x).get("mqtt.user_property.n") == "v",
   "properties", x)
code, x = decode(b"x", "-H", "ce-specversion: 1.0")
ok(x["envelopes"] == ["cloudevents"] and paths(x).get("http|envelope") == "cloudevents", "told by a header", x)
code, x = decode(b"GET /a?b=c HTTP/1.1\r\nHost: h\r\n\r\n", "--raw")
ok(code == 0 and paths(x).get("http.query.b") == "c", "a whole request", x)

code, x = decode(b"{", "--content-type", "application/json")
ok(code == 1 and x["status"] == "truncated", "what cannot be read whole", x)
code, x = decode(b'{"a": 1, "a": 2}')
ok(code == 0 and x["anomalies"] == ["dup_key"], "an anomaly is no exception", x)
code, out, err = run(b'{"a": 1, "a": "\x1b[31m\xe2\x80\xae"}')
ok(code == 0 and b"anomaly dup_key" in out and b"\x1b" not in out and b"\xe2\x80\xae" not in out, "as text", out)


def shown_on_a_terminal():
    """What a terminal gets; None where there is no terminal to be had, as in a bare chroot."""
    try:
        main, side = pty.openpty()
    except OSError:
        return None
    subprocess.run([PROGRAM, "decode"], input=batch, stdout=side, timeout=60, env=dict(os.environ, TERM="xterm"))
    os.close(side)
    shown = os.read(main, 65536)
    os.close(main)
    return shown


shown = shown_on_a_terminal()
if shown is None:
    count += 1
    print("ok %d # SKIP no terminal to be had: /dev/pts is not mounted" % count)
else:
    ok(b"\x1b[36m|json" in shown, "layers have a colour on a terminal", shown)

code, out, err = run(b"", "--help")
ok(code == 0 and b"--content-type" in out, "its help")
code, out, err = run(b"", "--bogus")
ok(code == 64, "an unknown option", err)
code, out, err = run(b"", "a", "b")
ok(code == 64 and "one FILE" in err, "two files", err)
code, out, err = run(b"", "-H", "none")
ok(code == 64 and "Name: value" in err, "a header that is none", err)
code, out, err = run(b"", "/nothing/there")
ok(code == 66 and "eventwall decode: cannot read /nothing/there" in err, "a file that is not there", err)

print("1..%d" % count)
sys.exit(failed > 0)
