# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""What a running gateway says of itself: status and reload commands, metrics, and event-log lines that
are as the schema says."""

import json
import os
import re
import subprocess
import sys

from harness import PROGRAM, SRCDIR, Function, Gateway, Tap, request, wait_for

sys.path.insert(0, os.path.join(SRCDIR, "tests"))
import schema  # noqa: E402

CONFIG = {"functions": {"f": {"http": {"url": ""}}},
          "routes": [{"name": "web", "source": {"http": {"listen": "@http"}}, "function": "f", "log_forwarded": True}]}


def command(*args):
    r = subprocess.run([PROGRAM] + list(args), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
    return r.returncode, r.stdout, r.stderr


def test_commands(tap, gw):
    code, out, err = command("status", "-c", gw.config_file)
    tap.ok(code == 0 and "generation 1 of" in out and re.search(r"^web +http +block +1 +1 +0 +f$", out, re.M),
           "status in words")
    code, out, err = command("status", "--socket", gw.socket, "--json")
    status = json.loads(out)
    tap.equal((code, status["generation"], status["routes"][0]["drop"]), (0, 1, 1), "status as JSON")
    code, out, err = command("reload", "-c", gw.config_file)
    tap.equal((code, out), (0, "generation 2 is running\n"), "reload")
    good = open(gw.config_file).read()
    gw.write_text(good.replace('"block"', '"blok"').replace('"log_forwarded"', '"log_forwrded"'))
    code, out, err = command("reload", "-c", gw.config_file)
    tap.ok(code == 78 and "generation 2 goes on" in err and 'did you mean "log_forwarded"?' in err,
           "a reload that fails says why, exit code 78")
    told = err.split("goes on: ")[-1].strip()
    code, out, err = command("check", "-c", gw.config_file)
    tap.ok(code == 78 and told in err, "check says the same")
    code, out, err = command("reload", "--socket", gw.socket, "--json")
    tap.equal((code, json.loads(out)), (78, {"generation": 2, "error": told}), "and so does the answer as JSON")
    gw.write_text("{")
    code, out, err = command("status", "-c", gw.config_file)
    tap.ok(code == 78 and "--socket" in err, "a configuration that cannot be read: name the socket")
    gw.write_text(good)
    code, out, err = command("status", "--socket", gw.socket + "x")
    tap.ok(code == 69 and "is it running?" in err, "no daemon there, exit code 69")
    tap.equal(gw.get("/reload")[0], 405, "no reload by GET")
    tap.equal(request(gw.admin, "POST", "/reload")[0], 403, "no reload over TCP")


def test_metrics(tap, gw):
    page = request(gw.admin, "GET", "/metrics")[2]
    page = page.decode() if isinstance(page, bytes) else page
    sample = re.compile(r'^([a-z_]+)(\{[a-z_]+="[^"\\\n]*"(,[a-z_]+="[^"\\\n]*")*\})? ([0-9.e+-]+)$')
    bad = [line for line in page.splitlines() if not line.startswith("# ") and not sample.match(line)]
    tap.equal(bad, [], "every line of the metrics is good")
    with open(os.path.join(SRCDIR, "docs", "metrics.md")) as f:
        guide = f.read()
    families = re.findall(r"^# TYPE (\S+)", page, re.M)
    tap.equal([name for name in families if "`%s`" % name not in guide], [], "every one of %d is told in the guide"
              % len(families))
    tap.ok('eventwall_messages_total{transport="http",route="web",verdict="drop"} 1\n' in page, "the drop is counted")
    tap.ok('eventwall_reload_total{result="failed"} 2\n' in page, "failed reloads are counted")
    tap.ok(re.search(r"^process_resident_memory_bytes [1-9]\d{6}", page, re.M), "memory is told")


def test_log(tap, gw):
    with open(os.path.join(SRCDIR, "docs", "eventlog.schema.json")) as f:
        rules = json.load(f)

    def events():
        with open(gw.log_file) as f:
            return [e for e in map(json.loads, f) if "event_id" in e]
    tap.ok(wait_for(lambda: len(events()) >= 2), "two events, two lines")
    for e in events():
        tap.equal(schema.faults(e, rules), [], "the line of a %s is as the schema says" % e["event_type"])
    drop = [e for e in events() if e["event_type"] == "drop"][0]
    tap.equal((drop["match"]["path"], drop["alert"]["action"]), ("http.body|json.a", "blocked"), "where and what")
    os.rename(gw.log_file, gw.log_file + ".1")
    gw.process.send_signal(10)
    tap.ok(wait_for(lambda: os.path.exists(gw.log_file)), "SIGUSR1 opens the log anew")


def main():
    tap = Tap()
    with Function() as fn:
        CONFIG["functions"]["f"]["http"]["url"] = fn.url
        CONFIG["routes"][0]["mode"] = "block"
        with Gateway(CONFIG) as gw:
            tap.equal(request(gw.http, "POST", "/", b'{"a": "fine"}')[0], 200, "a good request")
            answer = request(gw.http, "POST", "/", b'{"a": "x\' OR \'1\'=\'1\' -- "}')
            tap.equal(answer[0], 403, "a bad one")
            test_commands(tap, gw)
            test_metrics(tap, gw)
            test_log(tap, gw)
            socket = gw.socket
            gw.stop()
            tap.ok(not os.path.exists(socket), "the socket goes with the process")
    tap.done()


main()
