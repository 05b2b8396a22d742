# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""The proxy in front of a broker, pitfall by pitfall: each function is one thing that breaks when somebody between
client and broker refuses single messages.

The broker is a real mosquitto where it has to understand what the proxy sends, and one of our own where the test has
to see the very bytes, or to be the broker that does what mosquitto does not."""

import json
import os
import select
import shutil
import socket
import struct
import tempfile
import time

import harness
from harness import Gateway, Tap, run_tests, skip_all, wait_for, which
from mqtt_wire import FakeBroker, Wire, packet, properties, text
from test_mqtt import SET, Broker, Listener

SET = dict(SET, signatures=SET["signatures"] + [
    {"id": 2, "name": "an evil name", "class": "test", "severity": "critical", "pattern": "evil", "on": "name",
     "action": "drop", "hit": ["{\"evil\": 1}"], "miss": ["{\"good\": 1}"]},
    {"id": 3, "name": "a wicked value", "class": "test", "severity": "critical", "pattern": "wicked", "action": "drop",
     "hit": ["{\"a\": \"wicked\"}"], "miss": ["{\"a\": \"good\"}"]}])

VERSIONS = (3, 4, 5)
ALIAS, REASON, PROBLEM = 0x23, 0x1f, 0x17


class Proxy(Gateway):
    """The gateway with one proxy; keywords are keys of `mqtt_proxy`, `route` those of the route."""

    def __init__(self, tap, broker, route=None, functions=None, workers=1, **keys):
        self.tap = tap
        source = {"mqtt_proxy": dict({"listen": "@mqtt", "broker": broker}, **keys)}
        conf = {"signature_dir": FOLDER,
                "routes": [dict({"name": "p", "source": source, "signatures": ["net-mqtt"]}, **(route or {}))]}
        if functions:
            conf["functions"] = functions
        super().__init__(conf, workers=workers)

    def client(self, version=5, client_id="c", **more):
        w = Wire(self.listen["@mqtt"], version)
        w.connack = w.connect(client_id, **more)
        return w

    def raw(self, version=5):
        return Wire(self.listen["@mqtt"], version)


FOLDER = None


def pair(gw, broker, version=5, client_id="c", broker_properties=(), **more):
    """A client and the broker's side of its connection."""
    w = gw.raw(version)
    w.send(w.connect_bytes(client_id, **more))
    broker.version = version
    b = broker.accept(broker_properties)
    w.connack = w.expect("CONNACK")
    return w, b


def test_01_ids_are_not_changed(tap):
    with FakeBroker() as f, Proxy(tap, f.address) as gw:
        for v in VERSIONS:
            c, b = pair(gw, f, v)
            with c, b:
                c.publish("t", "evil", qos=1, id=1)
                c.publish("t", "good", qos=1, id=2)
                got = b.expect("PUBLISH")
                tap.equal((got.id, got.payload), (2, b"good"), "1 ids: what passes keeps its own (%d)" % v)
                b.ack("PUBACK", 2)
                tap.equal([c.expect("PUBACK").id for _ in range(2)], [1, 2],
                          "1 ids: both are acknowledged by the ids that the client gave (%d)" % v)


def test_02_a_drop_at_qos_0(tap):
    with FakeBroker() as f, Proxy(tap, f.address) as gw:
        for v in VERSIONS:
            c, b = pair(gw, f, v)
            with c, b:
                c.publish("t", "evil")
                tap.ok(c.is_silent(), "2 QoS 0: a drop is silent (%d)" % v)
                c.publish("t", "good")
                tap.equal(b.expect("PUBLISH").payload, b"good", "2 QoS 0: and the client goes on (%d)" % v)
        dropped = len(gw.wait_events(3, event_type="drop"))
        tap.equal(dropped, 3, "2 QoS 0: each is on record")
    with FakeBroker() as f, Proxy(tap, f.address, on_drop="disconnect") as gw:
        c, b = pair(gw, f, 5)
        with c, b:
            c.publish("t", "evil")
            tap.equal(c.expect("DISCONNECT").reason, 0x87, "2 QoS 0: by policy the connection ends, with a reason")
            tap.ok(c.is_closed() and b.is_closed(), "2 QoS 0: on both sides")


def test_03_a_drop_at_qos_1(tap):
    with FakeBroker() as f, Proxy(tap, f.address) as gw:
        for v, want in ((3, 0), (4, 0), (5, 0x87)):
            c, b = pair(gw, f, v)
            with c, b:
                c.publish("t", "evil", qos=1, id=9)
                ack = c.expect("PUBACK")
                tap.equal((ack.id, ack.reason), (9, want), "3 QoS 1: the answer of version %d" % v)
                tap.ok(b.is_silent(), "3 QoS 1: the broker sees nothing (%d)" % v)
                if v == 5:
                    event = gw.wait_events(1, event_type="drop")[-1]["event_id"]
                    tap.ok(event.encode() in (ack.get(REASON) or b""), "3 QoS 1: with the id of the event")
        for more, why in (([(PROBLEM, 0)], "does not want to be told"), ([(0x27, 10)], "takes no packet so large")):
            c, b = pair(gw, f, 5, properties=more)
            with c, b:
                c.publish("t", "evil", qos=1, id=9)
                ack = c.expect("PUBACK")
                tap.equal((ack.reason, ack.get(REASON)), (0x87, None), "3 QoS 1: no text to a client that " + why)
    with FakeBroker() as f, Proxy(tap, f.address, on_drop="disconnect", publish_will=False) as gw:
        c, b = pair(gw, f, 4)
        with c, b:
            c.publish("t", "evil", qos=1, id=9)
            tap.ok(c.is_closed(), "3 QoS 1: by policy 3.1.1 is cut")
            tap.equal(b.expect("DISCONNECT").name, "DISCONNECT", "3 QoS 1: and its will taken back")


def test_04_a_drop_at_qos_2(tap):
    with FakeBroker() as f, Proxy(tap, f.address) as gw:
        c, b = pair(gw, f, 5)
        with c, b:
            for _ in range(2):
                c.publish("t", "evil", qos=2, id=4)
                ack = c.expect("PUBREC")
                tap.equal((ack.id, ack.reason), (4, 0x87), "4 QoS 2: PUBREC with a reason frees the id (5)")
            c.publish("t", "good", qos=2, id=4)
            tap.equal(b.expect("PUBLISH").id, 4, "4 QoS 2: which serves again")
            b.ack("PUBREC", 4)
            c.expect("PUBREC")
            c.ack("PUBREL", 4)
            tap.equal(b.expect("PUBREL").id, 4, "4 QoS 2: and its PUBREL is the broker's")
        for v in (3, 4):
            c, b = pair(gw, f, v, client_id="stays", clean=False)
            with c, b:
                c.publish("t", "evil", qos=2, id=4)
                tap.equal(c.expect("PUBREC").id, 4, "4 QoS 2: PUBREC (%d)" % v)
                drops = len(gw.wait_events(v, event_type="drop"))
                c.publish("t", "evil", qos=2, id=4, dup=True)
                tap.equal(c.expect("PUBREC").id, 4, "4 QoS 2: again for a DUP (%d)" % v)
                tap.equal(len(gw.events(event_type="drop")), drops, "4 QoS 2: without a new verdict (%d)" % v)
                c.close()
                b.is_closed()
            w = gw.raw(v)
            w.send(w.connect_bytes("stays", clean=False))
            f.version = v
            b = f.accept(present=1 if v == 4 else 0)
            with w, b:
                w.expect("CONNACK")
                w.publish("t", "evil", qos=2, id=4, dup=True)
                tap.equal(w.expect("PUBREC").id, 4, "4 QoS 2: after a reconnect, too (%d)" % v)
                w.ack("PUBREL", 4)
                tap.equal(w.expect("PUBCOMP").id, 4, "4 QoS 2: PUBREL is answered (%d)" % v)
                tap.ok(b.is_silent(), "4 QoS 2: the broker saw nothing of all that (%d)" % v)
                w.ack("PUBREL", 5)
                tap.equal(b.expect("PUBREL").id, 5, "4 QoS 2: another PUBREL is the broker's (%d)" % v)


def test_05_order_of_answers(tap):
    with FakeBroker() as f, Proxy(tap, f.address) as gw:
        c, b = pair(gw, f, 5)
        with c, b:
            for i, word in enumerate(("good", "evil", "good", "evil"), 1):
                c.publish("t", word, qos=1, id=i)
            b.expect("PUBLISH"), b.expect("PUBLISH")
            tap.ok(c.is_silent(), "5 order: ours wait for the broker's before them")
            b.ack("PUBACK", 1)
            tap.equal([c.expect("PUBACK").id for _ in range(2)], [1, 2], "5 order: then go in their turn")
            b.ack("PUBACK", 3)
            tap.equal([c.expect("PUBACK").id for _ in range(2)], [3, 4], "5 order: to the last")
    with FakeBroker() as f, Proxy(tap, f.address, inspect="both") as gw:
        c, b = pair(gw, f, 4)
        with c, b:
            for i, word in enumerate(("good", "evil", "good"), 1):
                b.publish("t", word, qos=1, id=i)
            tap.equal([c.expect("PUBLISH").id for _ in range(2)], [1, 3], "5 order: downstream, the good ones")
            tap.ok(b.is_silent(), "5 order: the answer in the client's place waits for the client's")
            c.ack("PUBACK", 1)
            tap.equal([b.expect("PUBACK").id for _ in range(2)], [1, 2], "5 order: and comes in its turn")


def test_06_reason_codes(tap):
    with FakeBroker() as f, Proxy(tap, f.address, route={"limits": {"layers": 1}}) as gw:
        c, b = pair(gw, f, 5)
        with c, b:
            c.publish("t", "evil", qos=1, id=1)
            tap.equal(c.expect("PUBACK").reason, 0x87, "6 reasons: a signature")
            c.publish("t", "{\"a\":", qos=1, id=2, properties=[(3, "application/json")])
            tap.equal(c.expect("PUBACK").reason, 0x99, "6 reasons: not what it says it is")
    with FakeBroker() as f, Proxy(tap, f.address, signature_code=0x83) as gw:
        c, b = pair(gw, f, 5)
        with c, b:
            c.publish("t", "evil", qos=1, id=1)
            tap.equal(c.expect("PUBACK").reason, 0x83, "6 reasons: as configured")
    with FakeBroker() as f, Proxy(tap, f.address, signature_code=0x83, route={"overrides": [
            {"signatures": ["test"], "reason_code": 0x90}, {"signatures": ["2"], "reason_code": 0x99}]}) as gw:
        with gw.raw(5) as c:
            c.send(c.connect_bytes("w", will=("w", b"evil", 0, False, ())))
            tap.equal(c.expect("CONNACK").reason, 0x90, "6 reasons: of a will, that of the signature")
        c, b = pair(gw, f, 5)
        with c, b:
            c.publish("t", "evil", qos=1, id=1)
            tap.equal(c.expect("PUBACK").reason, 0x90, "6 reasons: that of the signature's class")
            c.publish("t", "{\"evil\": 1}", qos=2, id=2)
            tap.equal(c.expect("PUBREC").reason, 0x99, "6 reasons: that of the signature itself, whose entry is the last")
    gw = Gateway({"routes": [{"name": "p", "signatures": [], "allow_empty": True, "source": {"mqtt_proxy": {
        "listen": "127.0.0.1:1", "broker": "127.0.0.1:2", "signature_code": 0x98}}}]}, start=False)
    code, said = gw.command("check", "-c", gw.config_file)
    tap.ok(code != 0 and "152 is no reason code" in said, "6 reasons: one of DISCONNECT alone is refused")


def test_07_alias_upstream(tap):
    with FakeBroker() as f, Proxy(tap, f.address) as gw:
        c, b = pair(gw, f, 5, broker_properties=[(0x22, 10)])
        with c, b:
            c.publish("first", "evil", properties=[(ALIAS, 1)])
            c.publish("", "one", properties=[(ALIAS, 1)])
            got = b.expect("PUBLISH")
            tap.equal((got.topic, got.get(ALIAS), got.payload), ("first", 1, b"one"),
                      "7 alias: bound by a dropped message, the topic goes with the next")
            c.publish("", "two", properties=[(ALIAS, 1)])
            got = b.expect("PUBLISH")
            tap.equal((got.topic, got.get(ALIAS)), ("", 1), "7 alias: and with that one alone")
            c.publish("second", "evil", properties=[(ALIAS, 1)])
            c.publish("", "three", properties=[(ALIAS, 1)])
            tap.equal(b.expect("PUBLISH").topic, "second", "7 alias: a dropped re-bind does not leave the old topic")
            c.publish("third", "four", properties=[(ALIAS, 2)])
            tap.equal(b.expect("PUBLISH").topic, "third", "7 alias: a bind that passes")
            c.publish("", "evil", properties=[(ALIAS, 2)])
            c.publish("", "five", properties=[(ALIAS, 2)])
            tap.equal(b.expect("PUBLISH").topic, "", "7 alias: a dropped use changes nothing")
        for bad, code in ((0, 0x94), (11, 0x94), (7, 0x82)):
            c, b = pair(gw, f, 5, broker_properties=[(0x22, 10)])
            with c, b:
                c.publish("" if code == 0x82 else "t", "x", properties=[(ALIAS, bad)])
                tap.equal(c.expect("DISCONNECT").reason, code, "7 alias: %d ends the connection" % bad)
                tap.ok(b.is_closed(), "7 alias: and the broker saw nothing of it")
    with FakeBroker() as f, Proxy(tap, f.address, publish=["a/#"]) as gw:
        c, b = pair(gw, f, 5, broker_properties=[(0x22, 10)])
        with c, b:
            c.publish("b", "x", properties=[(ALIAS, 1)])
            c.publish("", "y", qos=1, id=1, properties=[(ALIAS, 1)])
            tap.equal(c.expect("PUBACK").reason, 0x87, "7 alias: rules judge the topic that it means")
    with Broker() as real, Proxy(tap, real.address) as gw, gw.client(5, "sub") as s, gw.client(5, "c") as c:
        s.subscribe(["#"])
        most = c.connack.get(0x22)
        tap.ok(most, "7 alias: mosquitto takes %s" % most)
        c.publish("x/one", "evil", properties=[(ALIAS, 1)])
        c.publish("", "1", properties=[(ALIAS, 1)])
        c.publish("x/two", "evil", properties=[(ALIAS, 1)])
        c.publish("", "2", properties=[(ALIAS, 1)])
        tap.equal([(p.topic, p.payload) for p in (s.expect("PUBLISH"), s.expect("PUBLISH"))],
                  [("x/one", b"1"), ("x/two", b"2")], "7 alias: mosquitto reads it as we do")


def test_08_alias_downstream(tap):
    with FakeBroker() as f, Proxy(tap, f.address, inspect="both") as gw:
        c, b = pair(gw, f, 5, properties=[(0x22, 1000)])
        with c, b:
            tap.ok(b"\x22\x00\x40" in b.hello_bytes, "8 alias: the broker may use as many as are kept track of")
            b.publish("first", "evil", properties=[(ALIAS, 1)])
            b.publish("", "one", properties=[(ALIAS, 1)])
            got = c.expect("PUBLISH")
            tap.equal((got.topic, got.get(ALIAS)), ("first", 1), "8 alias: the topic goes with the next message")
            b.publish("", "two", properties=[(ALIAS, 1)])
            tap.equal(c.expect("PUBLISH").topic, "", "8 alias: and with that one alone")
        c, b = pair(gw, f, 5, properties=[(0x22, 10)])
        with c, b:
            b.publish("", "x", properties=[(ALIAS, 1)])
            tap.ok(c.expect("DISCONNECT") and b.is_closed(), "8 alias: another connection knows none of the aliases of the one before")


def test_09_receive_maximum(tap):
    with FakeBroker() as f, Proxy(tap, f.address) as gw:
        c, b = pair(gw, f, 5, broker_properties=[(0x21, 2)])
        with c, b:
            for i in range(1, 9):
                c.publish("t", "evil", qos=1 + i % 2, id=i)
                c.read()
            tap.ok(True, "9 window: dropped messages give it back")
            c.publish("t", "good", qos=1, id=20)
            c.publish("t", "good", qos=2, id=21)
            b.expect("PUBLISH"), b.expect("PUBLISH")
            b.ack("PUBACK", 20)
            c.expect("PUBACK")
            c.publish("t", "good", qos=1, id=22)
            tap.equal(b.expect("PUBLISH").id, 22, "9 window: an acknowledgement gives it back")
            c.publish("t", "good", qos=1, id=23)
            tap.equal(c.expect("DISCONNECT").reason, 0x93, "9 window: past it the connection ends")
            tap.ok(b.is_closed(), "9 window: and the broker was not burdened")
    with FakeBroker() as f, Proxy(tap, f.address, inspect="both") as gw:
        for v in (4, 5):
            c, b = pair(gw, f, v)
            with c, b:
                for i in range(1, 41):
                    b.publish("t", "evil", qos=1, id=i)
                tap.equal([b.expect("PUBACK").id for _ in range(40)], list(range(1, 41)),
                          "9 window: what is dropped downstream is acknowledged upstream (%d)" % v)
                b.publish("t", "evil", qos=2, id=50)
                tap.equal(b.expect("PUBREC").id, 50, "9 window: QoS 2, too (%d)" % v)
                b.ack("PUBREL", 50)
                tap.equal(b.expect("PUBCOMP").id, 50, "9 window: to its end (%d)" % v)
                tap.ok(c.is_silent(), "9 window: the client has seen nothing (%d)" % v)


def test_10_keep_alive(tap):
    will = ("wills/c", b"gone", 1, False, ())
    with Broker() as real, Listener(real, "wills/#") as wills, Proxy(tap, real.address) as gw:
        with gw.client(4, "c", keep_alive=1, will=will) as c:
            end = time.monotonic() + 4
            while time.monotonic() < end:
                c.publish("t", "evil")
                time.sleep(0.1)
            c.ping()
            tap.equal(getattr(c.read(2), "name", None), "PINGRESP",
                      "10 keep-alive: a client whose every message is dropped stays connected")
            tap.ok(c.is_silent(0.5 / harness.PATIENCE), "10 keep-alive: answers to pings of ours are ours")
            tap.equal(wills.payloads(), [], "10 keep-alive: and its will is not published")
            tap.ok(wait_for(lambda: wills.payloads() == ["gone"], 15),
                   "10 keep-alive: one that falls silent is the broker's to end")
    with FakeBroker() as f, Proxy(tap, f.address) as gw:
        c, b = pair(gw, f, 5, keep_alive=600, broker_properties=[(0x13, 1)])
        with c, b:
            for _ in range(15):
                c.publish("t", "evil")
                time.sleep(0.1)
            tap.equal(b.expect("PINGREQ").name, "PINGREQ", "10 keep-alive: that of the broker counts")


def test_11_wills(tap):
    bad = {"payload": ("w", b"evil"), "topic": ("evil/w", b"x"), "decoded": ("w", b"{\"a\": \"ZXZpbCBiYXNlNjQ=\"}")}
    with Broker() as real, Listener(real, "#") as all_, Proxy(tap, real.address, publish=["w", "evil/#"]) as gw:
        for v, code in ((3, 5), (4, 5), (5, 0x87)):
            for name, (topic, payload) in bad.items():
                with gw.raw(v) as c:
                    c.send(c.connect_bytes("w%d" % v, will=(topic, payload, 1, False, ())))
                    tap.equal(c.expect("CONNACK").reason, code, "11 will: a bad %s is refused (%d)" % (name, v))
                    tap.ok(c.is_closed(), "11 will: and the connection ended (%d)" % v)
            with gw.raw(v) as c:
                c.send(c.connect_bytes("w%d" % v, will=("other", b"x", 0, False, ())))
                tap.equal(c.expect("CONNACK").reason, code, "11 will: not the client's topic (%d)" % v)
        for more, code in (([(0x26, ("k", "evil"))], 0x87), ([(0x01, 1)], 0x99)):
            with gw.raw(5) as c:
                c.send(c.connect_bytes("w", will=("w", b"\xff" if code == 0x99 else b"x", 0, False, more)))
                tap.equal(c.expect("CONNACK").reason, code, "11 will: its properties are judged (%#x)" % code)
        with gw.client(5, "fine", will=("w", b"fine will", 1, False, ())):
            pass
        tap.ok(wait_for(lambda: all_.payloads() == ["fine will"]), "11 will: a good one is published at a cut")
        with gw.client(5, "fine", will=("w", b"never", 1, False, ())) as c:
            c.disconnect()
            c.is_closed()
        time.sleep(0.3)
        tap.equal(all_.payloads(), ["fine will"], "11 will: and not after a goodbye")
    with FakeBroker() as f, Proxy(tap, f.address, on_will="strip") as gw:
        for v in VERSIONS:
            c, b = pair(gw, f, v, will=("w", b"evil", 2, True, ()), user="me", password="secret")
            with c, b:
                flags = b.hello_bytes[b.hello_bytes.index(b"MQ") + (7 if v == 3 else 5)]
                tap.equal(flags, 0xc2, "11 will: stripped, by policy (%d)" % v)
                tap.ok(b"evil" not in b.hello_bytes and b.hello_bytes.endswith(text("me") + text("secret")),
                       "11 will: and nothing else (%d)" % v)
    for publish, want in ((True, None), (False, "DISCONNECT")):
        with FakeBroker() as f, Proxy(tap, f.address, on_drop="disconnect", publish_will=publish) as gw:
            c, b = pair(gw, f, 5, will=("w", b"x", 0, False, ()))
            with c, b:
                c.publish("t", "evil")
                tap.equal(getattr(b.read(), "name", None), want,
                          "11 will: of a client that is disconnected: published %s" % publish)


def test_11_as_many_user_properties_as_elsewhere(tap):
    four = [(0x26, ("k", str(i))) for i in range(4)]
    with FakeBroker() as f, Proxy(tap, f.address, user_properties_max=3) as gw:
        with gw.raw(5) as c:
            c.send(c.connect_bytes("w", will=("w", b"x", 0, False, four)))
            tap.equal(c.expect("CONNACK").reason, 0x83, "11 will: too many user properties")
        c, b = pair(gw, f, 5, will=("w", b"x", 0, False, four[:3]), properties=[(0x15, "M")])
        with c, b:
            c.send(packet("AUTH", 0, bytes([0x19]) + properties([(0x15, "M")] + four)))
            tap.equal(c.expect("DISCONNECT").reason, 0x87, "18 AUTH: too many user properties")


def test_12_subscribe(tap):
    filters = [("mine/%s" % x, 1) for x in "ab"] + [("other", 1), ("$share/g/mine/c", 1), ("$share/g/other", 1)]
    with Broker() as real, Proxy(tap, real.address, subscribe=["mine/#"]) as gw:
        for v, no in ((4, 0x80), (5, 0x87)):
            with gw.client(v) as c:
                tap.equal(c.subscribe(filters, 7), [1, 1, no, 1, no], "12 subscribe: the answers in order (%d)" % v)
                tap.equal(c.subscribe([("other", 0), ("#", 0)], 8), [no, no], "12 subscribe: all refused (%d)" % v)
                tap.equal(c.subscribe([("mine/evil", 0), ("mine/d", 2)], 9), [no, 2],
                          "12 subscribe: signatures judge filters (%d)" % v)
                line = gw.wait_events(2 if v == 4 else 4, event_type="mqtt_reject")[-1]
                tap.equal((line["topic"], line["count"]), ("other", 2), "12 subscribe: one line for a packet (%d)" % v)
                c.publish("mine/a", "hello")
                tap.equal(c.expect("PUBLISH").payload, b"hello", "12 subscribe: what was granted works (%d)" % v)
                c.unsubscribe(["mine/a"], 10)
                tap.equal(c.expect("UNSUBACK").id, 10, "12 subscribe: unsubscribe passes (%d)" % v)
                c.unsubscribe(["mine/evil"], 11)
                ack = c.expect("UNSUBACK")
                tap.equal((ack.id, list(ack.codes)), (11, [0x87] if v == 5 else []),
                          "12 subscribe: one that is dropped is answered (%d)" % v)
        with gw.client(3) as c:
            tap.equal(c.subscribe([("mine/a", 1)]), [1], "12 subscribe: granted (3)")
            c.send(c.subscribe_bytes([("other", 1)]))
            tap.ok(c.is_closed(), "12 subscribe: 3.1 has no word for a refusal: the connection ends")
        for bad, code in (("$share/g", 0x81), ("$share//x", 0x81), ("a/#/b", 0x81), (("$share/g/mine/a", 5), 0x82)):
            with gw.client(5) as c:
                c.send(c.subscribe_bytes([bad]))
                tap.equal(c.expect("DISCONNECT").reason, code, "12 subscribe: %s is malformed" % (bad,))


def test_12_what_goes_on_was_not_found_fault_with(tap):
    with FakeBroker() as f, Proxy(tap, f.address) as gw:
        c, b = pair(gw, f, 5)
        with c, b:
            c.send(c.subscribe_bytes([("a", 0), ("evil/x", 0)], 3, [(0x26, ("k", "evil"))]))
            tap.equal(list(c.expect("SUBACK").codes), [0x87, 0x87],
                      "12 subscribe: beside a filter and elsewhere: all are refused")
            tap.ok(b.is_silent(), "12 subscribe: so the rest does not carry it on")
            c.send(c.subscribe_bytes([(x, 0) for x in ("a", "wicked/1", "evil/2", "wicked/evil", "b", "evil/3")], 4))
            tap.equal(b.expect("SUBSCRIBE").body[3:], b"\0\1a\0\0\1b\0", "12 subscribe: what two signatures left over")
            b.send(packet("SUBACK", 0, b"\0\4\0\0\1"))
            tap.equal(list(c.expect("SUBACK").codes), [0, 0x87, 0x87, 0x87, 1, 0x87], "12 subscribe: each in its place")
        for v in (4, 5):
            c, b = pair(gw, f, v)
            with c, b:
                c.unsubscribe(["a", "evil/x"], 5)
                ack = c.expect("UNSUBACK")
                tap.equal((ack.id, list(ack.codes)), (5, [0x87, 0x87] if v == 5 else []),
                          "12 unsubscribe: all of it is answered (%d)" % v)
                c.send(c.subscribe_bytes([("a", 0), ("b", 0)], 5))
                tap.equal(b.expect("SUBSCRIBE").body[:2], b"\0\5", "12 unsubscribe: and not passed on (%d)" % v)
                b.send(packet("SUBACK", 0, b"\0\5" + (b"\0" if v == 5 else b"") + b"\0\1"))
                tap.equal(list(c.expect("SUBACK").codes), [0, 1], "12 unsubscribe: its id serves again (%d)" % v)


def test_13_retained(tap):
    with Broker() as real, Proxy(tap, real.address, retain=["state/%c"], retain_delete=["state/%u"]) as gw:
        with gw.client(5, "c", user="u") as c:
            c.publish("state/c", "on", qos=1, id=1, retain=True)
            tap.equal(c.expect("PUBACK").reason in (0, 0x10), True, "13 retained: where the client may")
            c.publish("state/x", "on", qos=1, id=2, retain=True)
            tap.equal(c.expect("PUBACK").reason, 0x87, "13 retained: where it may not")
            c.publish("state/c", "", qos=1, id=3, retain=True)
            tap.equal(c.expect("PUBACK").reason, 0x87, "13 retained: deleting is another right")
            c.publish("state/u", "", qos=1, id=4, retain=True)
            tap.equal(c.expect("PUBACK").reason in (0, 0x10), True, "13 retained: where it may delete")
    with Broker() as real:
        real.publish("state/poison", ["evil"], 1, 5, "-r")
        real.publish("state/fine", ["fine"], 1, 5, "-r")
        with Proxy(tap, real.address, inspect="both") as gw, gw.client(4) as c:
            c.subscribe(["state/#"])
            tap.equal(c.expect("PUBLISH").payload, b"fine", "13 retained: what was stored before is judged")
            tap.ok(c.is_silent(), "13 retained: and dropped")
    with FakeBroker() as f, Proxy(tap, f.address) as gw:
        c, b = pair(gw, f, 5, broker_properties=[(0x25, 0)])
        with c, b:
            c.publish("t", "x", retain=True)
            tap.equal(c.expect("DISCONNECT").reason, 0x9a, "13 retained: a broker that keeps none")


def test_14_format_and_type(tap):
    with FakeBroker() as f, Proxy(tap, f.address) as gw:
        c, b = pair(gw, f, 5)
        with c, b:
            c.publish("t", b"\xff\xfe", qos=1, id=1, properties=[(0x01, 1)])
            tap.equal(c.expect("PUBACK").reason, 0x99, "14 format: text that is none")
            c.publish("t", b"\xff\xfe", properties=[(0x01, 0)])
            tap.equal(b.expect("PUBLISH").payload, b"\xff\xfe", "14 format: bytes may be anything")
            c.publish("t", "{\"a\": \"ZXZpbCBiYXNlNjQ=\"}", qos=1, id=2, properties=[(0x03, "image/png")])
            tap.equal(c.expect("PUBACK").reason, 0x87, "14 type: a wrong content type hides nothing")
            event = {"specversion": "1.0", "id": "1", "type": "t", "source": "s",
                     "data_base64": "ZXZpbCBiYXNlNjQ="}
            c.publish("t", json.dumps(event), qos=1, id=3, properties=[(0x03, "application/cloudevents+json")])
            tap.equal(c.expect("PUBACK").reason, 0x87, "14 type: a CloudEvent is opened")


def test_15_properties(tap):
    with FakeBroker() as f, Proxy(tap, f.address, publish=["t/#"], user_properties_max=3) as gw:
        c, b = pair(gw, f, 5)
        with c, b:
            sent = [(0x26, ("k", "1")), (0x26, ("k", "2")), (0x09, b"\x00\x01"), (0x08, "t/answer"), (0x02, 60)]
            c.publish("t/a", "x", properties=sent)
            got = b.expect("PUBLISH").properties
            tap.equal([(k, v if k != 0x26 else tuple(x.decode() for x in v)) for k, v in got],
                      [(k, v.encode() if isinstance(v, str) else v) for k, v in sent],
                      "15 properties: go on as they came, twice and in order")
            for i, (bad, why) in enumerate((((0x26, ("evil", "v")), "a name"), ((0x26, ("n", "evil")), "a value"),
                                            ((0x09, b"evil"), "correlation data"), ((0x08, "t/evil"), "response topic"),
                                            ((0x03, "evil/x"), "content type")), 1):
                c.publish("t/a", "x", qos=1, id=i, properties=[bad])
                tap.equal(c.expect("PUBACK").reason, 0x87, "15 properties: %s is judged" % why)
            c.publish("t/a", "x", qos=1, id=10, properties=[(0x08, "other")])
            tap.equal(c.expect("PUBACK").reason, 0x87, "15 properties: a response topic that the client may not use")
            c.publish("t/a", "x", qos=1, id=11, properties=[(0x26, ("k", str(i))) for i in range(4)])
            tap.equal(c.expect("PUBACK").reason, 0x83, "15 properties: too many")
            c.publish("t/a", "x", properties=[(0x0b, 1)])
            tap.equal(c.expect("DISCONNECT").reason, 0x82, "15 properties: a subscription identifier of a client's")


def test_16_packet_size(tap):
    with FakeBroker() as f, Proxy(tap, f.address, route={"limits": {"message": 10000}}) as gw:
        c, b = pair(gw, f, 5)
        with c, b:
            most = c.connack.get(0x27)
            tap.equal(most, 10000 + 131072, "16 size: CONNACK says how much is taken")
            c.send(b"\x30" + b"\xff\xff\xff\x7f")
            tap.equal(c.expect("DISCONNECT").reason, 0x95, "16 size: a larger one ends at its head")
            tap.ok(b.is_closed(), "16 size: nothing of it goes on")
        c, b = pair(gw, f, 5, broker_properties=[(0x27, 100)])
        with c, b:
            tap.equal(c.connack.get(0x27), 100, "16 size: the broker's own, where it is less")
            c.publish("t", "x" * 200)
            tap.equal(c.expect("DISCONNECT").reason, 0x95, "16 size: is kept to")
        c, b = pair(gw, f, 4)
        with c, b:
            c.publish("t", "x" * 20000, qos=1, id=1)
            tap.equal(c.expect("PUBACK").id, 1, "16 size: past the route's limit it is dropped as any")
            c.send(b"\x30" + b"\xff\xff\xff\x7f")
            tap.ok(c.is_closed(), "16 size: 3.1.1 is closed")
        c, b = pair(gw, f, 4)
        with c, b:
            b.publish("t", b"x" * 3000000)
            b.publish("t", b"after")
            tap.equal((len(c.expect("PUBLISH").payload), c.expect("PUBLISH").payload), (3000000, b"after"),
                      "16 size: what comes from the broker is not held")


def test_16_packet_size_downstream(tap):
    with FakeBroker() as f, Proxy(tap, f.address, inspect="both", route={"limits": {"message": 10000}}) as gw:
        c, b = pair(gw, f, 5)
        with c, b:
            tap.ok(b"\x27" + struct.pack(">I", 10000 + 131072) in b.hello_bytes, "16 size: a broker of 5 is told")
        c, b = pair(gw, f, 4)
        with c, b:
            for qos in (0, 1, 2):
                large = b.publish_bytes("t", b"x" * 300000, qos=qos, id=qos + 1)
                b.send(large[:-1])
                tap.ok(b.is_silent(0.1), "16 size: one of 3.1.1 that is too large for the client (QoS %d)" % qos)
                b.send(large[-1:])
                if qos:
                    tap.equal(b.read().id, qos + 1, "16 size: is acknowledged after its last byte")
            b.publish("t", "after")
            tap.equal(c.expect("PUBLISH").payload, b"after", "16 size: and what follows is passed on")
        tap.equal(len(gw.wait_events(3, event_type="exception", reason="oversize")), 3, "16 size: each on record")


def test_17_takeover(tap):
    with FakeBroker() as f, Proxy(tap, f.address) as gw:
        c, b = pair(gw, f, 5)
        with c, b:
            b.disconnect(0x8e)
            b.close()
            tap.equal(c.expect("DISCONNECT").reason, 0x8e, "17 takeover: the client is told")
            tap.ok(c.is_closed(), "17 takeover: and closed")
    with FakeBroker(4) as f, Proxy(tap, f.address) as gw:
        def again(present):
            w = gw.raw(4)
            w.send(w.connect_bytes("stays", clean=False))
            b = f.accept(present=present)
            w.expect("CONNACK")
            return w, b

        one, b1 = again(0)
        one.publish("t", "evil", qos=2, id=4)
        tap.equal(one.expect("PUBREC").id, 4, "17 takeover: an id that was dropped")
        two, b2 = again(1)
        b1.close()
        tap.ok(one.is_closed(), "17 takeover: the old connection ends when the new one is there")
        one.close()
        two.ack("PUBREL", 4)
        b2.expect("PUBREL")
        b2.ack("PUBCOMP", 4)
        two.expect("PUBCOMP")
        two.publish("t", "good", qos=2, id=4)
        b2.expect("PUBLISH")
        b2.ack("PUBREC", 4)
        two.expect("PUBREC")
        two.close(), b2.is_closed()
        three, b3 = again(1)
        three.ack("PUBREL", 4)
        tap.equal(getattr(b3.read(2), "name", None), "PUBREL", "17 takeover: which is another message's by now")
        for w in (three, b2, b3):
            w.close()
    with Broker() as real, Proxy(tap, real.address, workers=2) as gw:
        for _ in range(4):
            with gw.client(5, "same") as one, gw.client(5, "same") as two:
                tap.ok(one.is_closed(), "17 takeover: mosquitto ends the first, whichever worker has the second")
                two.ping()
                tap.equal(two.expect("PINGRESP").name, "PINGRESP", "17 takeover: the second stays")
        with gw.client(5, "") as c:
            name = (c.connack.get(0x12) or b"").decode()
            tap.ok(name, "17 takeover: a client without an id is given one")
            c.publish("t", "evil")
            tap.ok(wait_for(lambda: gw.events(event_type="drop")), "17 takeover: an event")
            tap.equal(gw.events(event_type="drop")[-1]["mqtt"]["client_id"], name, "17 takeover: by which it is logged")


def test_18_auth(tap):
    def auth(reason, data=b"data", method="M"):
        return packet("AUTH", 0, bytes([reason]) + properties([(0x15, method), (0x16, data)]))

    with FakeBroker() as f, Proxy(tap, f.address) as gw, gw.raw(5) as c:
        c.send(c.connect_bytes("c", properties=[(0x15, "M"), (0x16, b"first")]))
        with f.accept(answer=False) as b:
            b.send(auth(0x18, b"challenge"))
            tap.equal(c.expect("AUTH").get(0x16), b"challenge", "18 AUTH: before CONNACK, from the broker")
            c.send(auth(0x18, b"response"))
            tap.equal(b.expect("AUTH").get(0x16), b"response", "18 AUTH: and from the client")
            b.send(packet("CONNACK", 0, bytes([0, 0]) + properties([(0x15, "M")])))
            tap.equal(c.expect("CONNACK").reason, 0, "18 AUTH: then CONNACK")
            c.send(auth(0x19, b"again"))
            tap.equal(b.expect("AUTH").reason, 0x19, "18 AUTH: again, later")
            c.send(auth(0x19, b"evil"))
            tap.equal(c.expect("DISCONNECT").reason, 0x87, "18 AUTH: its data are judged")
            tap.ok(b.is_closed(), "18 AUTH: before the broker sees them")
    with FakeBroker() as f, Proxy(tap, f.address) as gw:
        c, b = pair(gw, f, 5)
        with c, b:
            c.send(packet("AUTH", 0, bytes([0x19]) + properties([(0x16, b"x")])))
            tap.equal(c.expect("DISCONNECT").reason, 0x82, "18 AUTH: without a method")


def test_19_old_versions_and_bridges(tap):
    with Broker() as real, Proxy(tap, real.address) as gw:
        with gw.client(3) as c:
            tap.equal(c.subscribe(["a"]), [1], "19 versions: 3.1")
        for v, level in ((3, 0x83), (4, 0x84)):
            with gw.client(v, level=level) as c:
                tap.equal(c.subscribe(["a"]), [1], "19 versions: a bridge, level %#x" % level)
        for name, level, code in (("MQTT", 3, 1), ("MQIsdp", 4, 1), ("MQTT", 6, 0x84), ("mqtt", 4, 1), ("", 4, None)):
            with gw.raw(5 if level > 4 else 4) as c:
                c.send(c.connect_bytes("c", level=level, name=name) if name else
                       packet("CONNECT", 0, text("") + bytes([level, 2, 0, 0]) + text("c")))
                got = c.read()
                tap.equal(getattr(got, "reason", None), code, "19 versions: %r %d" % (name, level))
                tap.ok(got is None or c.is_closed(), "19 versions: and closed")


def test_21_malformed(tap):
    def sub(body):
        return packet("SUBSCRIBE", 2, body)

    bad = [
        ("a length of five bytes", b"\x30\xff\xff\xff\xff\x01", 0x81),
        ("a length that is not minimal", b"\x30\x85\x00\x00\x01t\x00x", 0x81),
        ("QoS 3", packet("PUBLISH", 6, text("t") + b"\0\1\0x"), 0x81),
        ("id 0", packet("PUBLISH", 2, text("t") + b"\0\0\0x"), 0x82),
        ("reserved flags", packet("PINGREQ", 1, b""), 0x81),
        ("DUP at QoS 0", packet("PUBLISH", 8, text("t") + b"\0x"), 0x81),
        ("U+0000", packet("PUBLISH", 0, text("a\0b") + b"\0x"), 0x81),
        ("a surrogate", packet("PUBLISH", 0, text(b"a\xed\xa0\x80") + b"\0x"), 0x81),
        ("a wildcard in a topic", packet("PUBLISH", 0, text("a/+") + b"\0x"), 0x81),
        ("a property twice", packet("PUBLISH", 0, text("t") + properties([(1, 0), (1, 0)]) + b"x"), 0x82),
        ("a property of another packet", packet("PUBLISH", 0, text("t") + properties([(0x21, 5)]) + b"x"), 0x82),
        ("no filter", sub(b"\0\1\0"), 0x82),
        ("bytes left over", packet("PINGREQ", 0, b"x"), 0x81),
        ("a packet of the broker's", packet("SUBACK", 0, b"\0\1\0\0"), 0x82),
        ("a reserved type", b"\x00\x00", 0x81),
    ]
    with FakeBroker() as f, Proxy(tap, f.address) as gw:
        for name, data, code in bad:
            c, b = pair(gw, f, 5)
            with c, b:
                c.send(data)
                tap.equal(c.expect("DISCONNECT").reason, code, "21 malformed: %s" % name)
                tap.ok(c.is_closed() and b.is_closed(), "21 malformed: %s: nothing goes on" % name)
        for name, data, code in bad[:5]:
            c, b = pair(gw, f, 4)
            with c, b:
                c.send(data)
                tap.ok(c.is_closed() and b.is_closed(), "21 malformed: %s closes 3.1.1" % name)
        c, b = pair(gw, f, 5)
        with c, b:
            c.send(c.connect_bytes("again"))
            tap.equal(c.expect("DISCONNECT").reason, 0x82, "21 malformed: a second CONNECT")
        with gw.raw(5) as c:
            c.publish("t", "x")
            tap.ok(c.is_closed(), "21 malformed: a packet before CONNECT")
        with gw.raw(5) as c:
            c.send(b"GET / HTTP/1.1\r\n\r\n")
            tap.ok(c.is_closed(), "21 malformed: no MQTT at all")
        tap.equal(len(gw.wait_events(len(bad) + 8, event_type="mqtt_reject")), len(bad) + 8, "21 malformed: each is in the log")


def test_22_the_bytes_that_were_read(tap):
    with FakeBroker() as f, Proxy(tap, f.address) as gw:
        c, b = pair(gw, f, 5)
        with c, b:
            for data in (c.publish_bytes("t", "x", 1, 5, True, True, [(0x26, ("k", "v")), (0x02, 9)]),
                         c.publish_bytes("t/\u00fc", b"\0\1\2"), c.subscribe_bytes([("a/+", 0x2d)], 3, [(0x0b, 7)]),
                         packet("PUBACK", 0, b"\0\7"), packet("PUBACK", 0, b"\0\7\0"),
                         packet("PUBACK", 0, b"\0\7\0\0"), packet("PINGREQ", 0, b""),
                         packet("DISCONNECT", 0, b"\0" + properties([(0x11, 5)]))):
                c.send(data)
                b.read()
                tap.equal(b.last, data, "22 bytes: %s goes on as it came" % data[:12].hex())
        for v in VERSIONS:
            hello = gw.raw(v).connect_bytes("c", clean=False, keep_alive=7, user="u", password=b"\0p",
                                            will=("w", b"x", 1, True, ()))
            with gw.raw(v) as c:
                c.send(hello)
                f.version = v
                with f.accept() as b:
                    tap.equal(b.hello_bytes, hello, "22 bytes: a CONNECT goes on as it came (%d)" % v)


def test_23_slow_and_hostile_clients(tap):
    with FakeBroker() as f, Proxy(tap, f.address, connect_timeout_ms=600, packet_timeout_ms=700) as gw:
        began = time.monotonic()
        with gw.raw(5) as c, gw.raw(5) as half:
            half.send(b"\x10\x20\x00")
            tap.ok(c.is_closed(3) and half.is_closed(3) and time.monotonic() - began < 3,
                   "23 slow: who does not finish a CONNECT is closed")
        c, b = pair(gw, f, 5)
        with c, b:
            c.send(b"\x30\x40\x00")
            tap.equal(c.expect("DISCONNECT", 4).reason, 0x80, "23 slow: nor does a packet take for ever")
        c, b = pair(gw, f, 4)
        with c, b:
            for byte in c.publish_bytes("t", "slowly but whole"):
                c.send(bytes([byte]))
                time.sleep(0.01)
            tap.equal(b.expect("PUBLISH").payload, b"slowly but whole", "23 slow: byte by byte is fine")
        c, b = pair(gw, f, 4)
        with c, b:
            c.sock.settimeout(2 * harness.PATIENCE)
            sent, one = 0, c.publish_bytes("t", b"x" * 60000)
            try:
                while sent < 200 << 20:
                    c.sock.sendall(one)
                    sent += len(one)
            except (socket.timeout, OSError):
                pass
            tap.ok(sent < 64 << 20, "23 flood: a broker that does not read stops the client (%d MB)" % (sent >> 20))
            rss = int(open("/proc/%d/status" % gw.process.pid).read().split("VmRSS:")[1].split()[0])
            tap.ok(rss < 400000, "23 flood: and costs no memory (%d MB)" % (rss >> 10))
        with f.listener:
            pass
        with gw.raw(5) as c:
            c.send(c.connect_bytes("c"))
            tap.equal(c.expect("CONNACK").reason, 0x88, "23 broker: away: server unavailable")
        with gw.raw(4) as c:
            c.send(c.connect_bytes("c"))
            tap.equal(c.expect("CONNACK").reason, 3, "23 broker: in the words of 3.1.1, too")
    with FakeBroker() as f, Proxy(tap, f.address, buffers_mb=4, packet_timeout_ms=2000) as gw:
        pairs = [pair(gw, f, 5, client_id="big%d" % i) for i in range(60)]
        c, b = pair(gw, f, 5, client_id="small")
        for one, _ in pairs:
            one.sock.setblocking(False)
            try:
                one.sock.send(one.publish_bytes("t", b"x" * 1000000)[:-1])
            except BlockingIOError:
                pass
        time.sleep(0.5)
        rss = int(open("/proc/%d/status" % gw.process.pid).read().split("VmRSS:")[1].split()[0])
        tap.ok(rss < 30000 * harness.PATIENCE, "23 memory: unfinished packets do not take more than they may (%d KB)" % rss)
        c.publish("t", "small")
        tap.equal(b.expect("PUBLISH").payload, b"small", "23 memory: and a small one passes")
        tap.equal([w.read(8) for w, _ in pairs].count("silence"), 0, "23 memory: those that do not end are ended")
        for w, b in pairs:
            w.close()
            b.close()
        c.close()
    with Broker() as real, Proxy(tap, real.address) as gw:
        real.stop()
        with gw.raw(5) as c:
            c.send(c.connect_bytes("c"))
            tap.equal(c.expect("CONNACK").reason, 0x88, "23 broker: stopped")
        real.start()
        with gw.client(5) as c:
            tap.equal(c.subscribe(["a"]), [1], "23 broker: back")
            real.stop()
            tap.ok(c.read() is None or c.is_closed(), "23 broker: its end ends the client")
            real.start()


def test_23_answers_that_do_not_come(tap):
    with FakeBroker(4) as f, Proxy(tap, f.address, buffers_mb=4) as gw:
        pairs = [pair(gw, f, 4, client_id="c%d" % i) for i in range(40)]
        few = pair(gw, f, 4, client_id="few")
        flood, left = few[0].publish_bytes("t", qos=1) * 60000, {w.sock: 0 for w, _ in pairs}
        read = [b.sock for _, b in pairs]
        for s in list(left) + read:
            s.setblocking(False)
        end = time.monotonic() + 20 * harness.PATIENCE
        while time.monotonic() < end:
            got, free, _ = select.select(read, list(left), [], 1)
            if not got and not free:
                break
            for s in got:
                s.recv(1 << 20)
            for s in free:
                left[s] += s.send(flood[left[s]:])
                if left[s] == len(flood):
                    del left[s]
        rss = int(open("/proc/%d/status" % gw.process.pid).read().split("VmRSS:")[1].split()[0])
        tap.ok(rss < 40000 * harness.PATIENCE, "23 memory: nor do answers that a broker owes (%d KB)" % rss)
        few[0].publish("t", "small")
        tap.equal(few[1].expect("PUBLISH").payload, b"small", "23 memory: and who waits for few goes on")
        for w in sum(pairs, few):
            w.close()


def test_25_open_or_closed(tap):
    deep = "[" * 40 + "]" * 40
    for policy, what in (("drop", "closed"), ("pass", "open")):
        with FakeBroker() as f, Proxy(tap, f.address, route={"limits": {"depth": 8},
                                                             "on_exception": {"default": policy}}) as gw:
            c, b = pair(gw, f, 5)
            with c, b:
                c.publish("t", deep, qos=1, id=1)
                if policy == "drop":
                    tap.equal(c.expect("PUBACK").reason, 0x83, "25 closed: what could not be inspected is refused")
                else:
                    tap.equal(b.expect("PUBLISH").payload, deep.encode(), "25 open: forwarded")
                event = gw.wait_events(1, event_type="exception")[-1]
                tap.equal(event["exception"]["action"], policy, "25 %s: and on record" % what)


def test_binding(tap):
    with FakeBroker() as f, Proxy(tap, f.address, publish=["dev/%c/#", "users/%u"]) as gw:
        c, b = pair(gw, f, 5, client_id="one", user="me")
        with c, b:
            for i, (topic, good) in enumerate((("dev/one/t", True), ("dev/two/t", False), ("users/me", True),
                                               ("users/you", False), ("$SYS/x", False)), 1):
                c.publish(topic, "x", qos=1, id=i)
                if good:
                    b.expect("PUBLISH")
                    b.ack("PUBACK", i)
                tap.equal(c.expect("PUBACK").reason, 0 if good else 0x87, "binding: %s" % topic)
        c, b = pair(gw, f, 5, client_id="+", user="#")
        with c, b:
            c.publish("dev/+/t".replace("+", "two"), "x", qos=1, id=1)
            tap.equal(c.expect("PUBACK").reason, 0x87, "binding: a client id cannot be a wildcard")
        with gw.raw(5) as c:
            c.send(c.connect_bytes("evil"))
            tap.equal(c.expect("CONNACK").reason, 0x87, "binding: signatures judge client ids")
        with gw.raw(4) as c:
            c.send(c.connect_bytes("c", user="evil"))
            tap.equal(c.expect("CONNACK").reason, 5, "binding: and user names")
    told = None
    with FakeBroker() as f, Proxy(tap, f.address) as gw:
        c, b = pair(gw, f, 5, client_id="one", user="me")
        with c, b:
            c.publish("t/x", "evil", qos=1, id=3)
            c.expect("PUBACK")
        told = gw.wait_events(1, event_type="drop")[-1]["mqtt"]
    tap.equal({k: told.get(k) for k in ("client_id", "user", "topic", "qos", "packet", "peer")},
              {"client_id": "one", "user": "me", "topic": "t/x", "qos": 1, "packet": "PUBLISH", "peer": "127.0.0.1"},
              "binding: who and what stands in the log")


def test_rates(tap):
    with FakeBroker() as f, Proxy(tap, f.address, client_rate=1, client_burst=3) as gw:
        for v, no in ((4, 0), (5, 0x97)):
            c, b = pair(gw, f, v, client_id="r%d" % v)
            with c, b:
                for i in range(1, 6):
                    c.publish("t", "x", qos=1, id=i)
                for i in range(3):
                    b.ack("PUBACK", b.expect("PUBLISH").id)
                tap.equal([c.expect("PUBACK").reason for _ in range(5)], [0, 0, 0, no, no],
                          "rates: a burst, then the answer of version %d" % v)
                tap.ok(b.is_silent(), "rates: what is too much is dropped (%d)" % v)
        tap.ok(gw.events(event_type="mqtt_reject", reason="rate"), "rates: and on record")
    with FakeBroker() as f, Proxy(tap, f.address, client_rate=4, client_burst=1, on_rate="hold") as gw:
        c, b = pair(gw, f, 4)
        with c, b:
            began = time.monotonic()
            for i in range(1, 6):
                c.publish("t", "x%d" % i)
            tap.equal([b.expect("PUBLISH").payload for _ in range(5)], [b"x%d" % i for i in range(1, 6)],
                      "rates: a client that is held loses nothing")
            tap.ok(time.monotonic() - began > 0.7, "rates: it waits")
    with FakeBroker() as f, Proxy(tap, f.address, topic_rate=1, topic_burst=1) as gw:
        c, b = pair(gw, f, 5)
        with c, b:
            for i, topic in enumerate(("a", "b", "a"), 1):
                c.publish(topic, "x", qos=1, id=i)
            for _ in range(2):
                b.ack("PUBACK", b.expect("PUBLISH").id)
            tap.equal([c.expect("PUBACK").reason for _ in range(3)], [0, 0, 0x97], "rates: by topic")


class Through:
    """As a Broker to its clients: the proxy's address."""

    publish = Broker.publish

    def __init__(self, gw):
        self.port = gw.listen["@mqtt"][1]


def test_as_without(tap):
    with Broker() as real, Proxy(tap, real.address, inspect="both", workers=2) as gw:
        through = Through(gw)
        for v in (4, 5):
            for qos in (0, 1, 2):
                lines = ["v%d q%d n%d" % (v, qos, i) for i in range(100)]
                with Listener(through, "some/#", min(qos, 1)) as there:
                    through.publish("some/topic", lines[:50] + ["evil"] + lines[50:], qos, v)
                    tap.equal(there.wait(100), lines, "as without: mosquitto's clients, version %d, QoS %d" % (v, qos))
        through.publish("kept/a", ["first"], 1, 5, "-r", "-D", "publish", "user-property", "k", "v")
        with Listener(through, "kept/#") as there:
            tap.ok(wait_for(lambda: "first" in there.payloads()), "as without: a retained message")
            tap.ok("\"k\":\"v\"" in there.messages[0]["line"].replace(" ", ""), "as without: with its properties")
        with Listener(through, "stays/#", 1, "sleeper"):
            pass
        through.publish("stays/a", ["while away"], 1, 4)
        with Listener(through, "stays/#", 1, "sleeper") as there:
            tap.ok(wait_for(lambda: "while away" in there.payloads()), "as without: a session is resumed")
        with Listener(through, "$share/g/work") as one, Listener(through, "$share/g/work") as two:
            before = len(one.payloads()) + len(two.payloads())
            through.publish("work", ["w%d" % i for i in range(20)], 1, 5)
            wait_for(lambda: len(one.payloads()) + len(two.payloads()) >= before + 20)
            got = [p for p in one.payloads() + two.payloads() if p.startswith("w")]
            tap.equal(sorted(got), sorted("w%d" % i for i in range(20)), "as without: a shared subscription")


def test_quarantine(tap):
    with Broker() as real, Listener(real, "dead") as dead, \
            Proxy(tap, real.address, route={"quarantine": "dead"},
                  functions={"dead": {"mqtt": {"broker": real.address, "topic": "dead"}}}) as gw:
        with gw.client(5) as c:
            c.publish("t", "evil", qos=1, id=1)
            tap.equal(c.expect("PUBACK").reason, 0x87, "quarantine: answered")
            tap.equal(dead.wait(1), ["evil"], "quarantine: kept, by a connection of the gateway's own")
            c.subscribe([("evil/#", 0)], 2)
            c.publish("t", "good", qos=1, id=2)
            tap.ok(c.expect("PUBACK").reason in (0, 0x10), "quarantine: and the client goes on")
        real.stop()
        time.sleep(0.2)
    tap.ok(True, "quarantine: stopped with its broker away")


def test_quarantine_that_is_slow(tap):
    with FakeBroker() as f, FakeBroker() as q, \
            Proxy(tap, f.address, route={"quarantine": "dead"},
                  functions={"dead": {"mqtt": {"broker": q.address, "topic": "dead"}, "max_in_flight": 2}}) as gw:
        sink = q.accept()
        c, b = pair(gw, f, 5)
        with c, b, sink:
            c.publish("t", "evil", qos=1, id=1)
            c.publish("t", "good", qos=1, id=2)
            tap.equal(b.expect("PUBLISH").id, 2, "slow quarantine: what passes does not wait for it")
            b.ack("PUBACK", 2)
            tap.equal(c.expect("PUBACK").id, 2, "slow quarantine: nor does its answer")
            tap.ok(c.is_silent(), "slow quarantine: the dropped one is answered")
            kept = sink.expect("PUBLISH")
            sink.ack("PUBACK", kept.id)
            tap.equal((kept.payload, c.expect("PUBACK").reason), (b"evil", 0x87), "slow quarantine: once it is kept")
            for i in range(3, 9):
                c.publish("t", "evil", qos=1, id=i)
            first = [sink.expect("PUBLISH").id for _ in range(2)]
            tap.ok(sink.is_silent(), "slow quarantine: with no room for more the client waits")
            for id in first:
                sink.ack("PUBACK", id)
            for _ in range(4):
                sink.ack("PUBACK", sink.expect("PUBLISH").id)
            tap.equal([c.expect("PUBACK").id for _ in range(6)], list(range(3, 9)),
                      "slow quarantine: and goes on, in order")
            c.publish("t", "evil", qos=1, id=20)
            kept = sink.expect("PUBLISH")
            c.close()
            tap.ok(b.is_closed(), "slow quarantine: a client that goes does not wait for it")
            sink.ack("PUBACK", kept.id)
        c, b = pair(gw, f, 5)
        with c, b:
            c.publish("t", "evil", qos=1, id=1)
            c.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    tap.ok(True, "slow quarantine: stopped with one on its way")


def test_judging_that_takes_time(tap):
    def slow(request):
        time.sleep(0.4)
        return 200, [], b"{\"schema\": \"\\\"string\\\"\"}"

    def record(n):
        return b"\0" + struct.pack(">I", n) + b"\x06abc"

    with harness.Function(slow) as registry, FakeBroker() as f, \
            Proxy(tap, f.address, route={"schema_registry": registry.url}) as gw:
        c, b = pair(gw, f, 5)
        with c, b:
            c.publish("t", record(1), qos=1, id=1)
            c.publish("t", "next", qos=1, id=2)
            c.disconnect()
            tap.ok(b.is_silent(0.1 / harness.PATIENCE), "judging: a message waits for its schema")
            tap.equal([b.expect("PUBLISH").id for _ in range(2)], [1, 2], "judging: those behind it wait, too")
            tap.equal(b.expect("DISCONNECT").name, "DISCONNECT", "judging: and a goodbye")
        c, b = pair(gw, f, 5)
        with c, b:
            c.publish("t", record(2), qos=1, id=1)
            time.sleep(0.1)
            c.close()
            tap.equal([getattr(b.read(), "name", None) for _ in range(2)], ["PUBLISH", None],
                      "judging: a client that closed is judged to its end")
        c, b = pair(gw, f, 5)
        with c, b:
            c.publish("t", record(3), qos=1, id=1)
            time.sleep(0.1)
            b.close()
            tap.ok(c.is_closed(), "judging: a broker that goes")
            time.sleep(0.5)
        c, b = pair(gw, f, 5)
        with c, b:
            c.publish("t", record(4), qos=1, id=1)
            time.sleep(0.1)
        tap.ok(gw.stop() == 0, "judging: stopped meanwhile")


def test_reload_and_drain(tap):
    with FakeBroker() as f, Proxy(tap, f.address, publish=["a"]) as gw:
        c, b = pair(gw, f, 5)
        with c, b:
            conf = gw.config
            conf["routes"][0]["source"]["mqtt_proxy"]["publish"] = ["b"]
            gw.write(conf)
            tap.equal(gw.reload()[0], 200, "reload: done")
            c.publish("a", "x", qos=1, id=1)
            tap.equal(c.expect("PUBACK").reason, 0x87, "reload: new rules hold for a connection that stays")
            c.publish("b", "x")
            tap.equal(b.expect("PUBLISH").topic, "b", "reload: which goes on")
            gw.signal(15)
            tap.equal(c.expect("DISCONNECT").reason, 0x8b, "drain: the client is told")
            tap.ok(c.is_closed() and b.is_closed(), "drain: and both sides end")
            tap.equal(gw.stop(), 0, "drain: the end")


def main():
    global FOLDER
    if not which("mosquitto") or not which("mosquitto_sub"):
        skip_all("mosquitto is not installed")
    FOLDER = tempfile.mkdtemp(prefix="ew-set-")
    with open(os.path.join(FOLDER, "net-mqtt.json"), "w") as f:
        json.dump(SET, f)
    tap = Tap()
    try:
        run_tests(tap, globals())
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
    tap.done()


if __name__ == "__main__":
    main()
