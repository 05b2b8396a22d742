# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""The MQTT proxy under load: killed, it loses nothing that it or the broker has acknowledged; reloaded, it loses no
connection, and each message is judged by one generation.

The publishers keep the rules of a client that means it: what is not acknowledged is sent again after a reconnect, with
its id, QoS 2 from where it stopped.

    EW_KILLS=20    how often it is killed for each version and quality (default 4)"""

import json
import os
import random
import shutil
import socket
import sys
import tempfile
import threading
import time

from harness import PATIENCE, Gateway, Tap, skip_all, wait_for, which
from mqtt_wire import Wire
from test_mqtt import SET, Broker
from websocket_wire import WebSocket

KILLS = int(os.environ.get("EW_KILLS", "4"))
WINDOW = 20
FOREVER = [(0x11, 3600)]


class Publisher(threading.Thread):
    """Numbers to a topic of its own, WINDOW on their way at a time, until stop(); then until all are acknowledged."""

    def __init__(self, address, name, version, qos, websocket=False):
        super().__init__(daemon=True)
        self.address, self.name, self.version, self.qos, self.websocket = address, name, version, qos, websocket
        self.stopping, self.next, self.connections = False, 0, 0
        self.flying = {}  # id: [number, PUBREC has come]
        self.acknowledged, self.failure = [], None
        self.start()

    def connect(self):
        to = WebSocket(self.address) if self.websocket else self.address
        w = Wire(to, self.version, 3)
        try:
            w.connect(self.name, clean=False, properties=FOREVER if self.version == 5 else ())
        except (AssertionError, OSError) as e:  # killed meanwhile
            w.close()
            raise OSError(e)
        self.connections += 1
        return w

    def _publish(self, w, id, dup=False):
        w.publish("load/" + self.name, json.dumps({"n": self.flying[id][0], "text": "an order of two kettles"}), qos=self.qos,
                  id=id, dup=dup)

    def _again(self, w):
        for id in list(self.flying):
            if self.flying[id][1]:
                w.ack("PUBREL", id)
            else:
                self._publish(w, id, True)

    def _take(self, w):
        p = w.read(3)
        if p is None or p == "silence":
            raise OSError("lost")
        if p.reason and p.reason >= 0x80 and not (p.name == "PUBCOMP" and p.reason == 0x92):
            raise AssertionError("refused: %r" % p)
        if p.name == "PUBREC":
            self.flying[p.id][1] = True
            w.ack("PUBREL", p.id)
        elif p.name in ("PUBACK", "PUBCOMP"):
            self.acknowledged.append(self.flying.pop(p.id)[0])

    def _talk(self, w):
        self._again(w)
        while not self.stopping or self.flying:
            while not self.stopping and len(self.flying) < WINDOW:
                id = self.next % 60000 + 1
                self.flying[id] = [self.next, False]
                self.next += 1
                self._publish(w, id)
            self._take(w)

    def run(self):
        try:
            while not self.stopping or self.flying:
                try:
                    with self.connect() as w:
                        self._talk(w)
                        w.disconnect()
                except OSError:
                    time.sleep(0.05)
        except Exception as e:  # told at the end
            self.failure = repr(e)

    def stop(self):
        self.stopping = True
        self.join(30 * PATIENCE)
        return not self.is_alive() and self.failure is None


class Collector(threading.Thread):
    """At the broker itself: (topic, number) of all that comes."""

    def __init__(self, broker, qos):
        super().__init__(daemon=True)
        self.w = Wire(("127.0.0.1", broker.port), 4)
        self.w.connect("collector", keep_alive=0)
        self.w.subscribe([("load/#", qos)])
        self.got, self.known = [], set()
        self.start()

    def run(self):
        while True:
            p = self.w.read(600)
            if not hasattr(p, "name"):
                return
            if p.name == "PUBREL":
                self.known.discard(p.id)
                self.w.ack("PUBCOMP", p.id)
            elif p.name == "PUBLISH":
                if p.qos == 1:
                    self.w.ack("PUBACK", p.id)
                if p.id not in self.known:
                    self.got.append((p.topic[5:], json.loads(p.payload)["n"]))
                if p.qos == 2:
                    self.known.add(p.id)
                    self.w.ack("PUBREC", p.id)


def config(folder, broker, **more):
    def route(name, **keys):
        return dict({"name": name, "signatures": ["net-mqtt"],
                     "source": {"mqtt_proxy": dict({"listen": "@" + name, "broker": broker.address}, **keys)}}, **more)
    return {"signature_dir": folder, "routes": [route("tcp"), route("ws", websocket=True)]}


def killed(tap, folder):
    for version in (4, 5):
        for qos in (1, 2):
            what = "version %d, QoS %d" % (version, qos)
            with Broker("max_inflight_messages 0\nset_tcp_nodelay true\n") as broker, Gateway(config(folder, broker), workers=2) as gw:
                collector = Collector(broker, qos)
                publishers = [Publisher(gw.listen["@ws" if i % 2 else "@tcp"], "p%d" % i, version, qos, i % 2)
                              for i in range(6)]
                for _ in range(KILLS):
                    before = sum(len(p.acknowledged) for p in publishers)
                    wait_for(lambda: sum(len(p.acknowledged) for p in publishers) > before + 50, 10)
                    time.sleep(random.random() * 0.3)
                    gw.kill()
                    gw.start()
                ended = all([p.stop() for p in publishers])
                tap.ok(ended, "%s: every client comes to an end (%s)" % (what, [p.failure for p in publishers if p.failure]))
                acknowledged = {(p.name, n) for p in publishers for n in p.acknowledged}
                wait_for(lambda: acknowledged <= set(collector.got), 10)
                tap.ok(len(acknowledged) > KILLS * 50, "%s: %d messages over %d kills, %d connections"
                       % (what, len(acknowledged), KILLS, sum(p.connections for p in publishers)))
                tap.equal(sorted(acknowledged - set(collector.got))[:5], [], "%s: none that was acknowledged is missing" % what)
                if qos == 2:
                    tap.equal(len(collector.got), len(set(collector.got)), "%s: none came twice" % what)
                collector.w.sock.shutdown(socket.SHUT_RDWR)
                collector.join()


def reloaded(tap, folder):
    with Broker("max_inflight_messages 0\nset_tcp_nodelay true\n") as broker, \
            Gateway(config(folder, broker, log_forwarded=True), workers=2) as gw:
        publishers = [Publisher(gw.listen["@ws" if i % 2 else "@tcp"], "p%d" % i, 4 + i // 2 % 2, 1 + i % 3 // 2, i % 2)
                      for i in range(8)]
        numbers = set()
        for i in range(12):
            wait_for(lambda: min(len(p.acknowledged) for p in publishers) > i * 20, 10)
            gw.config["routes"][0]["threshold"] = 5 + i % 2
            gw.write(gw.config)
            status, text = gw.reload()
            numbers.add(status)
        tap.equal(numbers, {200}, "twelve reloads under load")
        tap.ok(all([p.stop() for p in publishers]), "every client comes to an end (%s)" % [p.failure for p in publishers if p.failure])
        tap.equal([p.connections for p in publishers], [1] * 8, "on the one connection that it began with")
        sent = sum(p.next for p in publishers)

        def published():
            return [e for e in gw.events() if e.get("event_id") and e["mqtt"].get("packet", "PUBLISH") == "PUBLISH"]
        wait_for(lambda: len(published()) >= sent, 10, 0.3)
        events = published()
        tap.equal((len(events), len({e["event_id"] for e in events})), (sent, sent), "each message is judged once")
        generations = {e["generation"] for e in events}
        tap.ok(len(generations) > 6, "by one generation, %d in all" % len(generations))


def main():
    if not which("mosquitto"):
        skip_all("mosquitto is not installed")
    tap, folder = Tap(), tempfile.mkdtemp(prefix="ew-set-")
    with open(os.path.join(folder, "net-mqtt.json"), "w") as f:
        json.dump(SET, f)
    try:
        for test in (killed, reloaded):
            if not sys.argv[1:] or test.__name__ in sys.argv[1:]:
                test(tap, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    tap.done()


main()
