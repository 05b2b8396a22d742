# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""MQTT against a real mosquitto: topic to topic through the gateway, and what must never be lost.

The broker is one process on a free port with a folder of its own; the clients are mosquitto_pub and
mosquitto_sub, or, where bytes matter, the little one below, which speaks just enough to be wrong."""

import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

import harness
from harness import Function, Gateway, Tap, free_port, skip_all, wait_for, which

MOSQUITTO = which("mosquitto")
PUB, SUB = which("mosquitto_pub"), which("mosquitto_sub")
KILLS = int(os.environ.get("EW_KILLS", "20"))

SET = {"set": "net-mqtt", "version": "1", "description": "One word.", "signatures": [
    {"id": 1, "name": "the word evil", "class": "test", "severity": "critical", "pattern": "evil",
     "action": "drop", "hit": ["{\"a\": \"evil\"}"], "miss": ["{\"a\": \"good\"}"]}]}


class Broker:
    """mosquitto; stop() and start() keep its port and its stored sessions."""

    def __init__(self, extra="", start=True):
        self.folder = tempfile.mkdtemp(prefix="ew-mqtt-")
        self.port = free_port()
        self.process = None
        self.conf = os.path.join(self.folder, "mosquitto.conf")
        os.mkdir(os.path.join(self.folder, "db"))
        os.chmod(self.folder, 0o755)
        os.chmod(os.path.join(self.folder, "db"), 0o777)
        with open(self.conf, "w") as f:
            f.write("listener %d 127.0.0.1\nallow_anonymous true\npersistence true\n"
                    "persistence_location %s/db/\nautosave_interval 1\nmax_queued_messages 1000000\n%s"
                    % (self.port, self.folder, extra))
        if start:
            self.start()

    def start(self):
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self.process = subprocess.Popen([MOSQUITTO, "-c", self.conf], stdin=subprocess.DEVNULL,
                                            stdout=log, stderr=log)
        if not wait_for(self.listens, 10):
            raise RuntimeError("mosquitto does not start: " + self.log())
        return self

    def listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def log(self):
        with open(os.path.join(self.folder, "log"), "rb") as f:
            return f.read().decode("utf-8", "replace")

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    def publish(self, topic, lines, qos=1, v=5, *more):
        """One message a line, one mosquitto_pub."""
        subprocess.run([PUB, "-h", "127.0.0.1", "-p", str(self.port), "-V", {4: "311", 5: "5"}[v],
                        "-t", topic, "-q", str(qos), "-l"] + list(more),
                       input="".join(line + "\n" for line in lines).encode(), timeout=60, check=True)

    @property
    def address(self):
        return "127.0.0.1:%d" % self.port

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Listener:
    """mosquitto_sub with everything JSON can say of each message, as it comes.  QoS 1 at most: at QoS 2
    a libmosquitto 2.0.11 subscriber of version 5 now and then cuts its own connection."""

    def __init__(self, broker, topic, qos=1, client_id=None):
        command = [SUB, "-h", "127.0.0.1", "-p", str(broker.port), "-V", "5", "-t", topic, "-q",
                   str(qos), "-F", "%j"]
        if client_id:
            command += ["-i", client_id, "-c", "-x", "3600"]
        self.messages = []
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()
        marker = "ready-%d" % self.process.pid
        # Listening for sure only when a message of our own has come.
        self.broker = broker
        probe = topic.replace("#", marker).replace("+", marker)
        wait_for(lambda: (broker.publish(probe, [marker], 0), self._has(marker))[1], 10, 0.1)
        self.messages[:] = [m for m in self.messages if m["payload"] != marker]
        self.marker = marker

    def _has(self, payload):
        return any(m["payload"] == payload for m in self.messages)

    def _read(self):
        for line in self.process.stdout:
            try:
                self.messages.append(dict(json.loads(line), line=line.decode()))
            except ValueError:
                self.messages.append({"payload": line.decode("utf-8", "replace")})

    def payloads(self):
        return [m["payload"] for m in self.messages if m["payload"] != self.marker]

    def wait(self, n, seconds=10):
        wait_for(lambda: len(set(self.payloads())) >= n, seconds, 0.05)
        return self.payloads()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.terminate()
        self.process.wait(10)


def config(source, sink, source_more=None, sink_more=None, route=None, folder=None, functions=None):
    src = dict({"broker": source.address, "topics": ["in/#"], "client_id": "gw"}, **(source_more or {}))
    if functions is None:
        functions = {
            "out": {"mqtt": dict({"broker": sink.address, "topic": "out/${topic}"}, **(sink_more or {})),
                    "backoff_ms": 50, "backoff_max_ms": 500},
            "dead": {"mqtt": {"broker": sink.address, "topic": "dead"},
                     "backoff_ms": 50, "backoff_max_ms": 500}}
    return {"signature_dir": folder, "functions": functions,
            "routes": [dict({"name": "m", "source": {"mqtt": src}, "signatures": ["net-mqtt"],
                             "function": "out", "quarantine": "dead"}, **(route or {}))]}


def subscribed(broker, client="gw-0"):
    return wait_for(lambda: ("as " + client) in broker.log(), 10) and time.sleep(0.3) is None


def test_every_quality(tap, folder):
    for v in (4, 5):
        for qos in (0, 1, 2):
            what = "version %d QoS %d" % (v, qos)
            with Broker() as b, Listener(b, "out/#", 1) as out, Listener(b, "dead", 1) as dead, \
                    Gateway(config(b, b, {"version": v, "qos": qos}, {"version": v, "qos": qos},
                                   folder=folder)) as gw:
                subscribed(b)
                good = ['{"n": %d, "note": "fine"}' % i for i in range(50)]
                bad = ['{"n": %d, "note": "evil"}' % i for i in range(5)]
                b.publish("in/a", good[:25] + bad + good[25:], qos, v)
                tap.equal(sorted(out.wait(50)), sorted(good), what + ": the good ones, each once")
                tap.equal(out.payloads(), good, what + ": in order")
                tap.equal(sorted(dead.wait(5)), sorted(bad), what + ": the bad ones in quarantine")
                tap.ok(all(m["topic"] == "out/in/a" for m in out.messages), what + ": topic")
                if v == 5:
                    users = dead.messages[0].get("properties", {}).get("user-properties", {})
                    tap.equal(users.get("eventwall-reason"), "signature", what + ": with a reason")


def test_properties(tap, folder):
    with Broker() as b, Listener(b, "out/#", 1) as out, Listener(b, "dead", 1) as dead, \
            Gateway(config(b, b, folder=folder)) as gw:
        subscribed(b)
        b.publish("in/p", ["one"], 1, 5, "-D", "publish", "user-property", "k", "v 1", "-D", "publish",
                  "user-property", "k", "v 2", "-D", "publish", "content-type", "text/plain")
        b.publish("in/p", ["two"], 1, 5, "-D", "publish", "user-property", "k", "evil")
        b.publish("in/p", ["three"], 1, 5, "-D", "publish", "content-type", "evil/type")
        b.publish("in/evil", ["four"])
        out.wait(1)
        tap.equal(sorted(dead.wait(3)), ["four", "three", "two"],
                  "user property, content type and topic are matched")
        tap.equal(out.payloads(), ["one"], "and the clean one is forwarded")
        text = out.messages[0]["line"]
        tap.ok("v 1" in text and "v 2" in text and "text/plain" in text, "with its properties")


def test_sparkplug(tap, folder):
    def send(b, topic, payload):
        subprocess.run([PUB, "-h", "127.0.0.1", "-p", str(b.port), "-q", "1", "-t", topic, "-s"], input=payload, check=True)

    with Broker() as b, Listener(b, "out/#", 1) as out, \
            Gateway(config(b, b, {"topics": ["spBv1.0/#"]}, route={"mode": "detect"}, folder=folder)) as gw:
        subscribed(b)
        send(b, "spBv1.0/g/NBIRTH/n", b"\x12\x0c\x0a\x08evil one\x10\x05")
        out.wait(1)
        gw.reload()
        send(b, "spBv1.0/g/NDATA/n", b"\x12\x05\x10\x05\x7a\x01x")
        out.wait(2)
        paths = [e["match"]["path"] for e in gw.wait_events(2, event_type="message")]
        tap.equal(paths,
                  ["mqtt.payload|sparkplug.metrics.name"] * 2, "data are named by their birth, also after a reload")


def test_broker_away(tap, folder):
    with Broker(start=False) as b:
        with Gateway(config(b, b, folder=folder)) as gw:
            time.sleep(0.5)
            tap.ok(gw.process.poll() is None, "a broker that is away at start is no error")
            b.start()
            tap.ok(subscribed(b), "the gateway finds it when it comes")
            with Listener(b, "out/#", 1, "keeper") as out:
                b.publish("in/a", ["first"])
                tap.equal(out.wait(1), ["first"], "and works")
            b.stop()
            time.sleep(1)
            tap.ok(gw.process.poll() is None, "it survives that the broker goes away")
            b.start()
            b.publish("in/a", ["second"])
            with Listener(b, "out/#", 1, "keeper") as out:
                tap.ok("second" in out.wait(1, 30), "a message published while it was away comes through")
            tap.equal(gw.stop(), 0, "and it stops cleanly")


def test_sink_away(tap, folder):
    with Broker() as b, Broker() as far:
        with Gateway(config(b, far, folder=folder)) as gw:
            subscribed(b)
            with Listener(far, "out/#", 1, "keeper") as out:
                b.publish("in/a", ["before"])
                out.wait(1)
            far.stop()
            lines = ["m%d" % i for i in range(300)]
            b.publish("in/a", lines + ["evil"])
            time.sleep(1.5)
            far.start()
            with Listener(far, "out/#", 1, "keeper") as out:
                got = set(out.wait(300, 60))
                tap.equal(sorted(set(lines) - got), [], "nothing is missing after the function was away")
                tap.ok("evil" not in got, "nothing bad came through")


def test_kills(tap, folder, qos):
    """SIGKILL under load: every message is delivered or quarantined, nothing bad is forwarded."""
    with Broker() as b, Listener(b, "out/#", 1) as out, Listener(b, "dead", 1) as dead:
        gw = Gateway(config(b, b, {"qos": qos, "receive_maximum": 50}, folder=folder))
        try:
            subscribed(b)
            good, bad = [], []
            stop = threading.Event()

            def load():
                n = 0
                while not stop.is_set():
                    lines = ["g%d" % i for i in range(n, n + 50)] + ["evil%d" % n]
                    b.publish("in/a", lines, qos)
                    good.extend(lines[:-1])
                    bad.append(lines[-1])
                    n += 50
                    time.sleep(0.05)

            thread = threading.Thread(target=load)
            thread.start()
            for i in range(KILLS):
                time.sleep(0.1 + 0.03 * (i % 7))
                gw.kill()
                gw.start()
            stop.set()
            thread.join()
            wait_for(lambda: not set(good) - set(out.payloads()) and
                     not set(bad) - set(dead.payloads()), 60, 0.2)
            got, kept = out.payloads(), dead.payloads()
            what = "QoS %d, killed %d times, %d messages" % (qos, KILLS, len(good))
            tap.equal(sorted(set(good) - set(got)), [], what + ": none is missing")
            tap.equal([m for m in got if m.startswith("evil")], [], what + ": none bad came through")
            tap.equal(sorted(set(bad) - set(kept)), [], what + ": the bad ones are in quarantine")
            tap.note("%d came twice" % (len(got) - len(set(got))))
        finally:
            gw.close()


def test_share(tap, folder):
    with Broker() as b, Listener(b, "out/#", 1) as out:
        with Gateway(config(b, b, {"share": "g"}, folder=folder), workers=2) as gw:
            subscribed(b, "gw-1")
            lines = ["s%d" % i for i in range(200)]
            b.publish("in/a", lines)
            tap.equal(sorted(out.wait(200)), sorted(lines), "two workers share: each message once")
        with Gateway(config(b, b, {"client_id": "alone"}, folder=folder), workers=2) as gw:
            subscribed(b, "alone-0")
            b.publish("in/a", ["t%d" % i for i in range(50)])
            out.wait(250)
            time.sleep(0.3)
            tap.equal(len(out.payloads()), 250, "without a share one worker subscribes: each message once")


def test_oversize(tap, folder):
    with Broker() as b, Listener(b, "out/#", 1) as out, Listener(b, "dead", 1) as dead, \
            Gateway(config(b, b, route={"limits": {"message": 20000}}, folder=folder)) as gw:
        subscribed(b)
        b.publish("in/a", ["x" * 30000])
        b.publish("in/a", ["y" * 3000000])
        b.publish("in/a", ["after"])
        tap.equal(out.wait(1), ["after"], "a packet that is too large does not block what follows")
        tap.ok(wait_for(lambda: "x" * 30000 in dead.payloads()), "one that was read whole is quarantined")
        events = gw.wait_events(2, event_type="exception") or gw.events()
        text = json.dumps(events)
        tap.ok("mqtt.too-large" in text and "limits.message" in text, "both are in the event log")
        gw.kill()
        gw.start()
        subscribed(b)
        time.sleep(0.5)
        tap.equal(out.payloads(), ["after"], "and they were acknowledged")


def test_drain(tap, folder):
    with Broker() as b, Listener(b, "out/#", 1) as out:
        gw = Gateway(config(b, b, folder=folder))
        subscribed(b)
        lines = ["d%d" % i for i in range(2000)]
        b.publish("in/a", lines)
        code = gw.stop()
        tap.equal(code, 0, "stopped under load with exit code 0")
        before = len(out.payloads())
        gw.start()
        tap.equal(sorted(set(lines) - set(out.wait(2000, 30))), [], "nothing is missing after a restart")
        tap.note("%d before the stop, %d came twice" % (before, len(out.payloads()) - 2000))
        gw.close()


# ---------------------------------------------------------------- a broker that is wrong on purpose

def packet(first, body):
    out, n = bytes([first]), len(body)
    while True:
        out += bytes([n & 0x7f | (0x80 if n > 0x7f else 0)])
        n >>= 7
        if not n:
            return out + body


class FakeBroker:
    """Accepts one client after another and plays `script(conversation)` with each."""

    def __init__(self, script):
        self.script = script
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(16)
        self.port = self.listener.getsockname()[1]
        self.connections = 0
        self.notes = []
        self.over = False
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self):
        return "127.0.0.1:%d" % self.port

    def _serve(self):
        while not self.over:
            try:
                s, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            s.settimeout(10)
            try:
                self.script(self, Talk(s), self.connections)
            except (OSError, EOFError):
                pass
            s.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.over = True
        self.listener.close()


class Talk:
    def __init__(self, s):
        self.s = s

    def take(self, n):
        data = b""
        while len(data) < n:
            part = self.s.recv(n - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    def read(self):
        """(first byte, body) of the next packet."""
        first, n, shift = self.take(1)[0], 0, 0
        while True:
            b = self.take(1)[0]
            n |= (b & 0x7f) << shift
            shift += 7
            if not b & 0x80:
                return first, self.take(n)

    def send(self, data):
        self.s.sendall(data)

    def greet(self, present=0):
        """CONNECT, CONNACK, SUBSCRIBE, SUBACK of version 5; True if it came to a SUBSCRIBE."""
        first, _ = self.read()
        assert first == 0x10, first
        self.send(packet(0x20, bytes([present, 0, 0])))
        if present:
            return
        first, body = self.read()
        assert first == 0x82, first
        self.send(packet(0x90, body[:2] + b"\0\1"))

    def read_type(self, want):
        while True:
            first, body = self.read()
            if first >> 4 == want:
                return body


def publish(topic, payload, qos, ident, dup=0):
    t = topic.encode()
    return packet(0x30 | dup << 3 | qos << 1, struct.pack(">H", len(t)) + t +
                  (struct.pack(">H", ident) if qos else b"") + b"\0" + payload)


def test_bad_packets(tap, folder):
    bad = [("QoS 3", b"\x36\x06\x00\x01t\x00\x01\x00", 0x81),
           ("a length of five bytes", b"\x30\xff\xff\xff\xff\x01", 0x81),
           ("U+0000 in a topic", b"\x30\x04\x00\x01\x00\x00", 0x81),
           ("a wildcard in a topic", b"\x30\x04\x00\x01#\x00", 0x81),
           ("a packet id of 0", b"\x32\x06\x00\x01t\x00\x00\x00", 0x82),
           ("a property twice", b"\x30\x08\x00\x01t\x04\x01\x00\x01\x00", 0x82),
           ("a topic alias that was not offered", b"\x30\x07\x00\x01t\x03\x23\x00\x01", 0x94),
           ("a packet only clients send", b"\xc0\x00", 0x82),
           ("a second CONNACK", b"\x20\x03\x00\x00\x00", 0x82),
           ("an acknowledgement of nothing", b"\x40\x02\x00\x01", 0x82)]

    def script_for(data):
        def script(broker, talk, n):
            talk.greet()
            talk.send(data)
            broker.notes.append(talk.read_type(14))
        return script

    brokers = [FakeBroker(script_for(data)) for _, data, _ in bad]
    with Broker() as sink:
        both = config(sink, sink, folder=folder)
        # A broker each, so that none waits for another's backoff.
        for i, b in enumerate(brokers):
            both["routes"].append(dict(both["routes"][0], name="bad%d" % i, source={"mqtt": {
                "broker": b.address, "topics": ["in/#"], "client_id": "gw"}}))
        with Listener(sink, "out/#", 1) as out, Gateway(both) as gw:
            subscribed(sink)
            for (name, _, code), b in zip(bad, brokers):
                wait_for(lambda: b.notes, 10)
                tap.equal(b.notes[0][:1] if b.notes else None, bytes([code]),
                          "%s: DISCONNECT 0x%02x" % (name, code))
            tap.ok(wait_for(lambda: brokers[0].connections > 1, 10), "and it connects again")
            sink.publish("in/a", ["fine"])
            tap.equal(out.wait(1), ["fine"], "while other routes go on")
    for b in brokers:
        b.__exit__()


def test_order_and_memory(tap, folder):
    """Acknowledgements in order; QoS 2 by id over a reconnect; PUBREL of an unknown id."""
    seen = {}

    def script(broker, talk, n):
        talk.greet(present=1 if n > 1 else 0)
        if n == 1:
            talk.send(b"".join(publish("in/o", b"o%d" % i, 1, i) for i in range(1, 21)))
            seen["order"] = [struct.unpack(">H", talk.read_type(4)[:2])[0] for _ in range(20)]
            talk.send(publish("in/o", b"two", 2, 77))
            seen["rec"] = talk.read_type(5)[:2]
        elif n == 2:
            talk.send(publish("in/o", b"two", 2, 77, dup=1))
            seen["rec again"] = talk.read_type(5)[:2]
            talk.send(packet(0x62, b"\0\x4d"))
            seen["comp"] = talk.read_type(7)
            talk.send(packet(0x62, b"\0\x4e"))
            seen["comp unknown"] = talk.read_type(7)
            talk.send(publish("in/o", b"end", 1, 78))
            talk.read_type(4)
            seen["end"] = True
            talk.read()

    with Broker() as sink, FakeBroker(script) as b, Listener(sink, "out/#", 1) as out:
        with Gateway(config(b, sink, folder=folder)) as gw:
            wait_for(lambda: seen.get("end"), 20)
            tap.equal(seen.get("order"), list(range(1, 21)), "PUBACK in the order of arrival")
            tap.equal(seen.get("rec"), b"\0\x4d", "PUBREC after acceptance")
            tap.equal(seen.get("rec again"), b"\0\x4d", "PUBREC again for an id that was settled")
            tap.equal(seen.get("comp"), b"\0\x4d", "PUBCOMP")
            tap.equal(seen.get("comp unknown"), b"\0\x4e\x92", "PUBCOMP says so if the id is unknown")
            tap.equal(out.wait(22).count("two"), 1, "and the event came once")


def test_hold(tap, folder):
    """While the function is away a broker that comes and goes cannot pile up events, and the window is
    respected."""
    seen = {"sent": 0, "acks": []}

    def script(broker, talk, n):
        talk.greet(present=1 if n > 1 else 0)
        for i in range(1, 31):
            talk.send(publish("in/h", b"h%d" % i, 1, i, dup=1 if n > 1 else 0))
        if n < 4:
            talk.s.settimeout(0.3)
            try:
                while True:
                    seen["acks"].append(talk.read())
            except socket.timeout:
                return
        acked = set()
        while len(acked) < 30:
            acked.add(struct.unpack(">H", talk.read_type(4)[:2])[0])
        seen["all"] = sorted(acked)
        talk.read()

    with Broker() as sink, FakeBroker(script) as b:
        with Listener(sink, "out/#", 1, "keeper"):
            pass
        sink.stop()
        with Gateway(config(b, sink, {"receive_maximum": 10}, folder=folder)) as gw:
            wait_for(lambda: b.connections >= 4 and time.sleep(0.5) is None, 20)
            tap.equal(seen["acks"], [], "nothing is acknowledged that was not taken")
            in_flight = gw.metric("eventwall_inflight")
            if in_flight is not None:
                tap.ok(in_flight <= 10, "the window is respected over reconnects")
            sink.start()
            with Listener(sink, "out/#", 1, "keeper") as out:
                out.wait(30, 30)
                wait_for(lambda: seen.get("all"), 20)
                tap.equal(seen.get("all"), list(range(1, 31)), "all are acknowledged in the end")
                twice = len(out.payloads()) - len(set(out.payloads()))
                tap.equal(twice, 0, "and those that were underway came once")


def test_window(tap, folder):
    """What the sink has open at the broker.  mosquitto 2.0.11 loses QoS 2 past its max_inflight_messages
    (20): 21 PUBLISH without a PUBREL are answered with 21 PUBREC, 21 PUBREL with 21 PUBCOMP, and 20 are
    forwarded.  A broker of version 5 says what it takes; in 3.1.1 the sink must know."""
    for v, limit in ((4, 20), (5, 7)):
        seen = {"open": 0, "taken": []}

        def script(broker, talk, n):
            talk.read()
            talk.send(packet(0x20, b"\0\0" if v == 4 else b"\0\0\3\x21" + struct.pack(">H", limit)))
            ids, answered = [], False
            while True:
                talk.s.settimeout(10 if answered or len(ids) < limit else 1)
                try:
                    first, body = talk.read()
                except socket.timeout:
                    if answered:
                        return
                    answered, seen["open"] = True, len(ids)
                    for ident in ids:
                        talk.send(packet(0x50, ident))
                    continue
                if first >> 4 == 3:
                    end = 2 + struct.unpack(">H", body[:2])[0]
                    ids.append(body[end:end + 2])
                    seen["most"] = max(seen.get("most", 0), len(ids))
                    seen["taken"].append(body[-3:].decode())
                    if answered:
                        talk.send(packet(0x50, ids[-1]))
                elif first >> 4 == 6:
                    ids.remove(body[:2])
                    talk.send(packet(0x70, body[:2]))

        lines = ["%03d" % i for i in range(60)]
        with Broker() as b, FakeBroker(script) as far:
            with Gateway(config(b, far, {}, {"version": v, "qos": 2}, {"quarantine": ""},
                                folder)) as gw:
                subscribed(b)
                b.publish("in/a", lines)
                wait_for(lambda: len(seen["taken"]) >= 60, 20)
                what = "version %d QoS 2" % v
                tap.equal(seen["open"], limit, what + ": as many at a time as the broker takes")
                tap.equal(seen.get("most"), limit, what + ": and never more")
                tap.equal(seen["taken"], lines, what + ": the others follow in order")


def sink_broker(seen, on_publish, connack=b"\0\0\0"):
    """A script for a broker of version 5 that is only published to.  on_publish(talk, id, payload)."""
    def script(broker, talk, n):
        talk.read()
        talk.send(packet(0x20, connack))
        seen["connections"] = n
        talk.s.settimeout(30)
        while True:
            first, body = talk.read()
            if first >> 4 == 14:
                return
            if first >> 4 != 3:
                continue
            at = 2 + struct.unpack(">H", body[:2])[0]
            ident = body[at:at + 2] if first & 6 else b""
            at += len(ident)
            on_publish(talk, ident, body[at + 1 + body[at]:].decode())
    return script


def test_acknowledgements(tap, folder):
    """What a broker may answer the sink: backwards, of nothing, "not now", "never"."""
    seen = {"taken": [], "held": [], "busy": 0}

    def on_publish(talk, ident, payload):
        if payload == "busy" and seen["busy"] < 2:
            seen["busy"] += 1
            talk.send(packet(0x40, ident + b"\x97\0"))
        elif payload == "denied":
            talk.send(packet(0x40, ident + b"\x87\0"))
        else:
            seen["taken"].append(payload)
            seen["held"].append(ident)
            if len(seen["held"]) == 20:
                talk.send(packet(0x40, b"\xff\xfe") + b"".join(packet(0x40, i) for i in seen["held"][::-1]))
                seen["held"].clear()

    lines = ["%d" % i for i in range(38)]
    with Broker() as b, Listener(b, "dead", 1) as dead, FakeBroker(sink_broker(seen, on_publish)) as far:
        both = config(b, b, folder=folder)
        both["functions"]["out"]["mqtt"]["broker"] = far.address
        both["routes"][0]["on_failure"] = "quarantine"
        with Gateway(both) as gw:
            subscribed(b)
            b.publish("in/a", lines[:10] + ["busy", "denied"] + lines[10:] + ["last"])
            wait_for(lambda: len(seen["taken"]) >= 40, 20)
            tap.equal(sorted(seen["taken"]), sorted(lines + ["busy", "last"]),
                      "acknowledged backwards: each once, and what was \"not now\" again")
            tap.equal(dead.wait(1), ["denied"], "what is never taken is quarantined")
            tap.equal(seen["connections"], 1, "an acknowledgement of nothing is no reason to part")
            wait_for(lambda: gw.metric("eventwall_inflight_messages") == 0, 10)
            tap.equal(gw.metric("eventwall_inflight_messages"), 0, "nothing stays behind")


def test_slow_broker(tap, folder):
    """QoS 0 and more than the kernel takes: a broker that does not read for a while loses nothing, and
    what it said of itself is heeded."""
    seen, lines = {"taken": []}, ["%05d" % i + "x" * 60000 for i in range(120)]

    def on_publish(talk, ident, payload):
        if not seen["taken"]:
            time.sleep(1.5)
        seen["taken"].append(payload[:5])

    limits = b"\0\0\5\x27" + struct.pack(">I", 70000)
    with Broker() as b, Listener(b, "dead", 1) as dead, \
            FakeBroker(sink_broker(seen, on_publish, limits)) as far:
        both = config(b, b, {}, {"qos": 0}, folder=folder)
        both["functions"]["out"]["mqtt"]["broker"] = far.address
        both["routes"][0]["on_failure"] = "quarantine"
        with Gateway(both) as gw:
            subscribed(b)
            b.publish("in/a", lines + ["y" * 71000])
            wait_for(lambda: len(seen["taken"]) >= 120, 20)
            tap.equal(seen["taken"], [m[:5] for m in lines], "a slow broker gets all, in order")
            tap.equal([m[:5] for m in dead.wait(1)], ["yyyyy"], "what it says is too large for it is quarantined")
            tap.equal(gw.metric("eventwall_inflight_messages"), 0, "nothing stays behind")


def test_function(tap, folder):
    """To an HTTP function that is slow, down, answers 500."""
    mood = {"answer": 200}
    fn = Function(lambda r: (mood["answer"], [], b""))

    def bodies():
        return [r.body.decode() for r in fn.requests]

    with fn, Broker() as b:
        functions = {"out": {"http": {"url": fn.url, "timeout_ms": 2000}, "backoff_ms": 50,
                             "backoff_max_ms": 300, "breaker_open_ms": 300},
                     "dead": {"mqtt": {"broker": b.address, "topic": "dead"}}}
        with Gateway(config(b, b, folder=folder, functions=functions)) as gw:
            subscribed(b)
            b.publish("in/a", ["f%d" % i for i in range(100)] + ["evil"])
            wait_for(lambda: len(set(bodies())) >= 100, 10)
            tap.equal(sorted(set(bodies())), sorted("f%d" % i for i in range(100)),
                      "good ones reach the function, bad ones do not")
            mood["answer"] = 500
            fn.clear()
            b.publish("in/a", ["g%d" % i for i in range(100)])
            time.sleep(1)
            mood["answer"] = 200
            fn.clear()
            wait_for(lambda: len(set(bodies())) >= 100, 20)
            tap.equal(len(set(bodies())), 100, "a function that answered 500 gets them later")
            fn.stop()
            b.publish("in/a", ["h%d" % i for i in range(100)])
            time.sleep(1)
            fn.clear()
            fn.start()
            wait_for(lambda: len(set(bodies())) >= 100, 20)
            tap.equal(len(set(bodies())), 100, "and so does one that was away")


TESTS = {
    "quality": test_every_quality, "properties": test_properties, "broker": test_broker_away,
    "sink": test_sink_away, "kill1": lambda t, f: test_kills(t, f, 1),
    "kill2": lambda t, f: test_kills(t, f, 2), "share": test_share, "oversize": test_oversize,
    "drain": test_drain, "sparkplug": test_sparkplug, "bad": test_bad_packets, "order": test_order_and_memory, "hold": test_hold,
    "window": test_window, "acknowledgements": test_acknowledgements, "slow": test_slow_broker,
    "function": test_function,
}


def main():
    if not (MOSQUITTO and PUB and SUB):
        skip_all("mosquitto, mosquitto_pub and mosquitto_sub are not installed")
    tap = Tap()
    folder = tempfile.mkdtemp(prefix="ew-set-")
    with open(os.path.join(folder, "net-mqtt.json"), "w") as f:
        json.dump(SET, f)
    try:
        for name in sys.argv[1:] or TESTS:
            TESTS[name](tap, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    tap.done()


if __name__ == "__main__":
    main()
