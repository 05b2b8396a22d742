# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""What a program of paho (Python) sees of a broker, as one JSON object; test_mqtt_clients.py has what it is to see.

    client_paho.py PORT tcp|websockets 3|4|5 PREFIX"""

import json
import queue
import sys
import time

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

PORT, TRANSPORT, VERSION, PREFIX = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
PATIENCE = 20


def properties(packet, **values):
    if VERSION < 5:
        return None
    p = Properties(packet)
    for name, value in values.items():
        setattr(p, name, value)
    return p


class Client:
    """Connected, its loop in a thread; what comes is in `inbox`."""

    def __init__(self, name, clean=True, will=None):
        more = {} if VERSION == 5 else {"clean_session": clean}
        if hasattr(mqtt, "CallbackAPIVersion"):
            more["callback_api_version"] = mqtt.CallbackAPIVersion.VERSION1
        self.c = mqtt.Client(client_id=PREFIX + name if name else "", protocol=VERSION, transport=TRANSPORT, **more)
        self.inbox, self.told = queue.Queue(), queue.Queue()
        self.c.on_connect = lambda c, u, flags, rc, *p: self.told.put(("connect", int(getattr(rc, "value", rc)),
                                                                       flags["session present"], p))
        self.c.on_subscribe = lambda c, u, mid, codes, *p: self.told.put(
            ("subscribe", [getattr(code, "value", code) for code in codes]))
        self.c.on_unsubscribe = lambda *a: self.told.put(("unsubscribe",))
        self.c.on_message = lambda c, u, m: self.inbox.put(m)
        self.c.on_disconnect = lambda *a: self.told.put(("disconnect",))
        if will:
            self.c.will_set(will, "gone", 1)
        self.c.connect("127.0.0.1", PORT, 30, **(
            {"clean_start": clean, "properties": properties(PacketTypes.CONNECT, SessionExpiryInterval=0 if clean else 300)}
            if VERSION == 5 else {}))
        self.c.loop_start()
        _, self.code, self.present, self.properties = self.heard("connect")

    def heard(self, what):
        while True:
            got = self.told.get(timeout=PATIENCE)
            if got[0] == what:
                return got

    def subscribe(self, topic, qos):
        if VERSION == 5:
            self.c.subscribe(topic, options=SubscribeOptions(qos=qos))
        else:
            self.c.subscribe(topic, qos)
        return self.heard("subscribe")[1]

    def unsubscribe(self, topic):
        self.c.unsubscribe(topic)
        self.heard("unsubscribe")

    def publish(self, topic, payload, qos=1, retain=False, p=None):
        self.c.publish(topic, payload, qos, retain, **({"properties": p} if p else {})).wait_for_publish(PATIENCE)

    def take(self, n):
        return [self.inbox.get(timeout=PATIENCE) for _ in range(n)]

    def until(self, last):
        got = []
        while not got or got[-1].payload != last:
            got += self.take(1)
        return got

    def leave(self):
        self.c.disconnect()
        self.heard("disconnect")
        self.c.loop_stop()

    def die(self):
        """Without DISCONNECT."""
        self.c.loop_stop()
        self.c._sock_close()


def text(messages):
    return [m.payload.decode() for m in messages]


def main():
    out = {}
    a, b = Client("a"), Client("b")
    out["connect"] = [b.code, b.present]
    for qos in (0, 1, 2):
        topic = "%s/q%d" % (PREFIX, qos)
        granted = b.subscribe(topic, qos)
        for i in range(10):
            a.publish(topic, "m%d" % i, qos)
        got = b.take(10)
        out["qos%d" % qos] = [granted, [m.qos for m in got], text(got)]
    big = PREFIX + "/big"
    b.subscribe(big, 1)
    a.publish(big, "x" * 200000)
    out["big"] = len(b.take(1)[0].payload)
    b.unsubscribe(big)
    a.publish(big, "unheard")
    a.publish(PREFIX + "/q1", "end")
    out["unsubscribe"] = text(b.take(1))

    kept = PREFIX + "/kept"
    a.publish(kept, "kept", 1, True)
    b.subscribe(kept, 1)
    first = b.take(1)
    a.publish(kept, "end")
    out["retained"] = [[m.payload.decode(), m.retain] for m in first + b.until(b"end")]
    b.unsubscribe(kept)
    a.publish(kept, "", 1, True)
    b.subscribe(kept, 1)
    a.publish(kept, "end")
    out["retained deleted"] = text(b.until(b"end"))

    b.subscribe(PREFIX + "/will", 1)
    Client("w", will=PREFIX + "/will").die()
    out["will"] = text(b.take(1))

    s = Client("s", clean=False)
    s.subscribe(PREFIX + "/session", 1)
    s.leave()
    for i in range(5):
        a.publish(PREFIX + "/session", "m%d" % i)
    s = Client("s", clean=False)
    out["session"] = [s.present, text(s.take(5))]
    s.leave()

    group = [Client("g%d" % i) for i in range(2)]
    for g in group:
        g.subscribe("$share/g/%s/shared" % PREFIX, 1)
    for i in range(20):
        a.publish(PREFIX + "/shared", "%02d" % i)
    end, got = time.monotonic() + PATIENCE, []
    while len(got) < 20 and time.monotonic() < end:
        time.sleep(0.05)
        got = [m for g in group for m in list(g.inbox.queue)]
    out["shared"] = sorted(text(got))
    for g in group:
        g.leave()

    if VERSION == 5:
        topic = PREFIX + "/properties"
        b.subscribe(topic, 1)
        p = properties(PacketTypes.PUBLISH, UserProperty=[("a", "1"), ("b", "2"), ("a", "3")], ContentType="text/plain",
                       ResponseTopic=PREFIX + "/answer", CorrelationData=b"\x00\xff", PayloadFormatIndicator=1,
                       MessageExpiryInterval=300)
        a.publish(topic, "with all", 1, False, p)
        got = b.take(1)[0].properties
        out["properties"] = [[list(u) for u in got.UserProperty], got.ContentType, got.ResponseTopic[len(PREFIX):],
                             got.CorrelationData.hex(), got.PayloadFormatIndicator, 290 < got.MessageExpiryInterval <= 300]
        nameless = Client("")
        out["assigned"] = len(nameless.properties[0].AssignedClientIdentifier) > 0
        nameless.leave()
        alias = properties(PacketTypes.PUBLISH, TopicAlias=1)
        a.publish(topic, "first", 1, False, alias)
        a.publish("", "by alias", 1, False, alias)
        out["alias"] = text(b.take(2))
    a.leave()
    b.leave()
    print(json.dumps(out))


main()
