# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""Reloads: nobody is disturbed, a bad one changes nothing, and a thousand of them leak nothing."""

import json
import os
import re
import threading
import time

from harness import Client, Function, Gateway, Tap, request, request_bytes, wait_for

RELOADS = int(os.environ.get("EW_RELOADS", "1000"))


def routes(**more):
    return [dict({"name": "r", "source": {"http": {"listen": "@http"}}, "function": "f"}, **more)]


def rss_kb(pid):
    with open("/proc/%d/status" % pid) as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1))


def open_files(pid):
    return len(os.listdir("/proc/%d/fd" % pid))


class Load(threading.Thread):
    """Requests one after another on a connection, reopened when the gateway closes it."""

    def __init__(self, address):
        super().__init__(daemon=True)
        self.address, self.stop, self.done, self.failed = address, False, 0, []

    def run(self):
        client = None
        good = request_bytes("POST", "/", b'{"a": "fine"}')
        bad = request_bytes("POST", "/", b'{"a": "x\' OR \'1\'=\'1\' -- "}')
        while not self.stop:
            if client is None:
                client = Client(self.address)
            client.send(bad if self.done % 10 == 9 else good)
            answer = client.read_response()
            want = 403 if self.done % 10 == 9 else 200
            if answer is None or answer[0] != want:
                self.failed.append(answer and answer[0])
            if answer is None or ("connection", "close") in answer[1]:
                client.close()
                client = None
            self.done += 1


def test_under_load(tap, gw):
    loads = [Load(gw.http) for _ in range(4)]
    for load in loads:
        load.start()
    codes = []
    began = time.monotonic()
    for _ in range(20):
        codes.append(gw.reload()[0])
        time.sleep(max(0, 0.5 * len(codes) - (time.monotonic() - began)))
    for load in loads:
        load.stop = True
    for load in loads:
        load.join(10)
    total, failed = sum(l.done for l in loads), sum((l.failed for l in loads), [])
    tap.equal(codes, [200] * 20, "twenty reloads in ten seconds succeed")
    tap.equal(failed, [], "no request of %d fails" % total)
    tap.ok(total > 1000, "the load was a load")
    tap.equal(gw.metric("eventwall_rules_generation"), 21.0, "generation 21 judges now")


def test_bad_ones(tap, gw):
    before = gw.metric("eventwall_rules_generation")
    good = json.dumps(gw.config)
    broken_set = os.path.join(gw.folder, "broken.json")
    with open(broken_set, "w") as f:
        f.write('{"set": "broken", "version": "1", "signatures": [\n  {"id": 1, "name": "x", "class": "t",\n'
                '   "severity": "error", "pattern": "a(b", "action": "drop", "hit": ["x"], "miss": ["y"]}]}')
    empty_set = os.path.join(gw.folder, "empty.json")
    with open(empty_set, "w") as f:
        f.write('{"set": "empty", "version": "1", "signatures": []}')
    attempts = {
        "truncated": good[:len(good) // 2],
        "empty": "",
        "not an object": "[]",
        "an unknown key": good[:-1] + ', "routs": []}',
        "a broken set": json.dumps(dict(gw.config, routes=[dict(gw.config["routes"][0], signatures=[broken_set])])),
        "a set without signatures": json.dumps(dict(gw.config, routes=[dict(gw.config["routes"][0], signatures=[empty_set])])),
        "a set that is not there": json.dumps(dict(gw.config, routes=[dict(gw.config["routes"][0], signatures=["/nowhere.json"])])),
        "a port in use": json.dumps(dict(gw.config, routes=gw.config["routes"] + [
            {"name": "two", "source": {"http": {"listen": "127.0.0.1:1"}}, "function": "nobody"}])),
    }
    for name, text in attempts.items():
        gw.write_text(text)
        code, said = gw.reload()
        tap.ok(code == 409, "%s: the reload fails" % name)
        tap.ok(gw.folder in said or "nobody" in said or "nowhere" in said, "%s: the answer names the place" % name) or tap.note(said)
        status = request(gw.http, "POST", "/", b'{"a": "x\' OR \'1\'=\'1\' -- "}')
        tap.equal(status and status[0], 403, "%s: the old rules still judge" % name)
    tap.equal(gw.metric("eventwall_rules_generation"), before, "the generation is the old one")
    failed = gw.wait_events(len(attempts), event_type="reload", result="failed")
    tap.ok(len(failed) >= len(attempts) and all(e.get("text") for e in failed), "each failure is in the event log, with its reason")
    gw.write_text(good)
    tap.equal(gw.reload()[0], 200, "a good one is taken again")


def test_a_listener_moves(tap, gw):
    config = json.loads(json.dumps(gw.config))
    config["routes"].append({"name": "new", "source": {"http": {"listen": "@http2"}}, "function": "f"})
    gw.write(config)
    tap.equal(gw.reload()[0], 200, "a reload can add a listener")
    answer = request(gw.listen["@http2"], "POST", "/", b"{}")
    tap.equal(answer and answer[0], 200, "which serves at once")
    config["routes"].pop()
    gw.write(config)
    tap.equal(gw.reload()[0], 200, "and take it away")

    def refused():
        try:
            return request(gw.listen["@http2"], "POST", "/", b"{}") is None
        except OSError:
            return True

    tap.ok(wait_for(refused), "nobody listens there any more")
    answer = request(gw.http, "POST", "/", b"{}")
    tap.equal(answer and answer[0], 200, "the other listener never noticed")


def test_no_leak(tap, gw):
    pid = gw.process.pid
    for _ in range(100):
        gw.reload()
    before, files = rss_kb(pid), open_files(pid)
    for _ in range(RELOADS - 100):
        code, said = gw.reload()
        if code != 200:
            tap.ok(False, "reload succeeds: " + said)
            return
    after = rss_kb(pid)
    tap.ok(after < before * 1.1 + 2048, "%d reloads leave RSS flat: %d kB, then %d kB" % (RELOADS, before, after))
    tap.ok(open_files(pid) <= files, "and no file open")


def main():
    tap = Tap()
    with Function() as fn, Gateway({"functions": {"f": {"http": {"url": fn.url}}}, "routes": routes()}, workers=2) as gw:
        test_under_load(tap, gw)
        test_bad_ones(tap, gw)
        test_a_listener_moves(tap, gw)
        test_no_leak(tap, gw)
    tap.done()


main()
