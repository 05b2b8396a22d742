# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""The edges of the MQTT proxy: WebSocket below the packets (pitfall 20), and who the client is, behind balancers and
proxies and towards the broker (pitfall 24)."""

import json
import os
import shutil
import socket
import tempfile
import time

import test_mqtt_proxy
from harness import Tap, run_tests, skip_all, which
from mqtt_wire import FakeBroker, Wire
from test_mqtt import SET
from test_mqtt_proxy import Proxy
from websocket_wire import Refused, WebSocket, frame

V1 = b"PROXY TCP4 198.51.100.7 203.0.113.9 56324 1883\r\n"
V2 = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc6\x33\x64\x07\xcb\0\x71\x09\xdc\x04\x07\x5b"
V2_V6 = (b"\r\n\r\n\0\r\nQUIT\n\x21\x21\0\x24" + socket.inet_pton(socket.AF_INET6, "2001:db8::7") +
         socket.inet_pton(socket.AF_INET6, "2001:db8::9") + b"\xdc\x04\x07\x5b")
LOCAL = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0"


def wrapped(gw, version=5, **more):
    return Wire(WebSocket(gw.listen["@mqtt"], **more), version)


def pair(gw, f, version=5, **more):
    """A client over WebSocket and the broker's side of its connection."""
    f.version = version
    w = wrapped(gw, version, **more)
    w.send(w.connect_bytes("c"))
    b = f.accept()
    w.expect("CONNACK")
    return w, b


def test_websocket_packets_and_frames(tap):
    with FakeBroker() as f, Proxy(tap, f.address, websocket=True) as gw:
        for v in (3, 4, 5):
            c, b = pair(gw, f, v)
            with c, b:
                c.sock.frame = 1
                c.publish("t", "good", qos=1, id=7)
                tap.equal(b.expect("PUBLISH").payload, b"good", "20: a packet in frames of one byte (%d)" % v)
                b.ack("PUBACK", 7)
                tap.equal(c.expect("PUBACK").id, 7, "20: and its answer (%d)" % v)
                c.sock.frame = None
                c.send(b"".join(c.publish_bytes("t", "m%d" % i) for i in range(100)))
                tap.equal([b.expect("PUBLISH").payload for _ in range(100)], [b"m%d" % i for i in range(100)],
                          "20: a hundred packets in one frame (%d)" % v)
                c.publish("t", "evil", qos=1, id=8)
                tap.equal((c.expect("PUBACK").id, b.is_silent()), (8, True), "20: what is dropped is answered (%d)" % v)
        c, b = pair(gw, f, 5)
        with c, b:
            raw = c.publish_bytes("t", "in pieces")
            for part in (frame(raw[:3], 2, False), frame(b"are you there", 9), frame(raw[3:4], 0, False),
                         frame(b"", 10), frame(raw[4:], 0, True)):
                for i in range(0, len(part), 3):
                    c.sock.sock.sendall(part[i:i + 3])
                    time.sleep(0.005)
            tap.equal(b.expect("PUBLISH").payload, b"in pieces", "20: a message in pieces, its heads cut, a ping within")
            b.send(b.publish_bytes("t", "answer"))
            tap.equal(c.expect("PUBLISH").payload, b"answer", "20: the other way")
            tap.equal(c.sock.told, [(10, b"are you there")], "20: the ping is answered")
            big = bytes(range(256)) * 2000
            c.publish("t", big, qos=1, id=9)
            tap.ok(b.expect("PUBLISH").payload == big, "20: a large message, to the broker")
            b.send(b.publish_bytes("t", big))
            tap.ok(c.expect("PUBLISH").payload == big, "20: and back, as it comes")
            c.sock.sock.sendall(frame(b"\x03\xe8", 8))
            tap.ok(c.is_closed() and b.is_closed(), "20: a close ends both sides")
            tap.equal(c.sock.told[-1], (8, b"\x03\xe8"), "20: and is answered with one")
        c, b = pair(gw, f, 5)
        with c, b:
            b.close()
            tap.ok(c.is_closed() and c.sock.told == [(8, b"\x03\xe8")], "20: when the broker goes, we close")
        for name, bad, code in (("text", frame(b"hello", 1), 1003), ("not masked", frame(b"\xc0\0", mask=None), 1002),
                                ("compressed", frame(b"\xc0\0", bits=0x40), 1002),
                                ("a continuation of nothing", frame(b"\xc0\0", 0), 1002)):
            c, b = pair(gw, f, 5)
            with c, b:
                c.sock.sock.sendall(frame(c.publish_bytes("t", "before")) + bad + frame(c.publish_bytes("t", "after")))
                tap.equal(b.expect("PUBLISH").payload, b"before", "20: %s: what came before it goes on" % name)
                tap.ok(b.is_closed() and c.is_closed() and c.sock.told == [(8, code.to_bytes(2, "big"))],
                       "20: and then it ends, with %d" % code)
        tap.equal([e["reason"] for e in gw.wait_events(4, event_type="mqtt_reject")],
                  ["ws.text", "ws.mask", "ws.reserved", "ws.fragment"], "20: each is on record")


def test_websocket_handshake(tap):
    with FakeBroker() as f, Proxy(tap, f.address, websocket=True, websocket_path="/mqtt",
                                  websocket_origins=["https://a.example"]) as gw:
        def code(**more):
            try:
                w = WebSocket(gw.listen["@mqtt"], **more)
                w.close()
                return 101
            except Refused as e:
                return e.code
        tap.equal(code(), 101, "20: a client that is no browser")
        tap.equal(code(path="/mqtt?x=1"), 101, "20: with a query")
        tap.equal(code(path="/"), 404, "20: another path")
        tap.equal(code(fields=["Origin: https://a.example"]), 101, "20: a page that is allowed")
        tap.equal(code(fields=["Origin: https://b.example"]), 403, "20: one that is not")
        tap.equal(code(protocol="mqttv3.1"), 101, "20: the old name of the protocol")
        tap.equal(code(protocol="chat"), 400, "20: another protocol")
        w = WebSocket(gw.listen["@mqtt"], fields=["Sec-WebSocket-Extensions: permessage-deflate"])
        tap.ok(b"xtensions" not in w.head, "20: no extension is agreed to")
        w.close()
        with gw.raw() as c:
            c.send(c.connect_bytes("c"))
            tap.ok(c.sock.recv(100).startswith(b"HTTP/1.1 400 "), "20: a client without WebSocket is told so")
        with gw.raw() as c:
            c.send(b"GET /mqtt HTTP/1.1\r\nHost: a\r\n\r\n")
            tap.ok(b"426 Upgrade Required" in c.sock.recv(1000), "20: so is one that asks for a page")
    with Proxy(tap, "127.0.0.1:1", websocket=True, connect_timeout_ms=400) as gw:
        with gw.raw() as c:
            c.send(b"GET /mqtt HTTP/1.1\r\n")
            tap.ok(c.is_closed(3), "20: a request that does not end has its time")
        c = wrapped(gw)
        tap.ok(c.is_closed(3), "20: so has a handshake that nothing follows")
        with wrapped(gw, 4) as c:
            c.send(c.connect_bytes("c"))
            tap.equal((c.expect("CONNACK").reason, c.is_closed()), (3, True), "20: a broker that is away")


def memory(gw):
    with open("/proc/%d/status" % gw.process.pid) as f:
        return next(int(line.split()[1]) for line in f if line.startswith("VmRSS"))


def test_websocket_floods(tap):
    with FakeBroker() as f, Proxy(tap, f.address, websocket=True) as gw:
        c, b = pair(gw, f, 5)
        with c, b:
            before, flood, sent = memory(gw), frame(b"x" * 125, 9) * 500, 0
            c.sock.sock.settimeout(0.5)
            try:
                while sent < 100000000:
                    sent += c.sock.sock.send(flood)
            except socket.timeout:
                pass
            grown = memory(gw) - before
            tap.ok(grown < 8192, "20: %d MB of pings whose answers nobody reads take %d KiB" % (sent >> 20, grown))
        c, b = pair(gw, f, 5)
        with c, b:
            c.sock.sock.sendall(frame(b"", 2, False) + frame(b"", 0, False) * 200000 + frame(c.publish_bytes("t", "x"), 0))
            tap.equal(b.expect("PUBLISH", 20).payload, b"x", "20: empty frames are nothing, however many")


def test_websocket_pings_are_no_sign_of_life(tap):
    with FakeBroker(4) as f, Proxy(tap, f.address, websocket=True) as gw:
        w = wrapped(gw, 4)
        w.send(w.connect_bytes("c", keep_alive=1))
        with w, f.accept() as b:
            w.expect("CONNACK")
            for _ in range(10):
                w.sock.sock.sendall(frame(b"x", 9))
                time.sleep(0.15)
            tap.ok(b.is_silent(0.1), "10: a balancer that pings does not keep a silent client alive")
            for _ in range(10):
                w.publish("t", "evil")
                time.sleep(0.15)
            tap.equal(b.expect("PINGREQ", 1).name, "PINGREQ", "10: a client of which all is dropped is kept so")


def peer_of(gw, n):
    """Whom the event log takes for the client of the n-th drop."""
    events = gw.wait_events(n, event_type="drop")
    return events[n - 1]["mqtt"].get("peer") if len(events) >= n else None


def test_who_the_client_is(tap):
    n = 0
    with FakeBroker(4) as f, Proxy(tap, f.address, proxy_protocol_from=["127.0.0.1"]) as gw:
        for header, want in ((V1, "198.51.100.7"), (V2, "198.51.100.7"), (V2_V6, "2001:db8::7"), (LOCAL, "127.0.0.1"),
                             (b"PROXY UNKNOWN\r\n", "127.0.0.1")):
            with gw.raw(4) as c:
                for part in (header[:5], header[5:17], header[17:] + c.connect_bytes("c")[:4], c.connect_bytes("c")[4:]):
                    c.send(part)
                    time.sleep(0.02)
                with f.accept() as b:
                    c.expect("CONNACK")
                    c.publish("t", "evil", qos=1)
                    c.expect("PUBACK")
                    n += 1
                    tap.equal(peer_of(gw, n), want, "24: a balancer says %r" % header[:20])
        for bad in (b"", V1 + V1, V1[:-2] + b"\n", b"PROXY TCP4 1.2.3.4\r\n"):
            with gw.raw(4) as c:
                c.send(bad + c.connect_bytes("c"))
                tap.ok(c.is_closed(), "24: it has to, and to say it right: %r" % bad[:20])
        f.listener.settimeout(0.3)
        try:
            f.listener.accept()
            tap.ok(False, "24: the broker sees none of these")
        except socket.timeout:
            tap.ok(True, "24: the broker sees none of these")
    with FakeBroker(4) as f, Proxy(tap, f.address, proxy_protocol_from=["10.0.0.0/8"]) as gw:
        with gw.raw(4) as c:
            c.send(V1 + c.connect_bytes("c"))
            tap.ok(c.is_closed(), "24: from anybody else no header is taken")
        with gw.raw(4) as c:
            c.send(c.connect_bytes("c"))
            with f.accept():
                tap.equal(c.expect("CONNACK").reason, 0, "24: and none is wanted")


def test_what_the_broker_is_told(tap):
    def told(gw, f, before=b""):
        """The bytes before CONNECT."""
        with gw.raw(4) as c:
            c.send(before + c.connect_bytes("c"))
            mine = "%s %d" % c.sock.getsockname()
            s = f.listener.accept()[0]
            s.settimeout(5)
            data = b""
            while b"\0\4MQTT" not in data:
                data += s.recv(1000)
            s.close()
            return data[:data.index(b"\0\4MQTT") - 2], mine

    with FakeBroker(4) as f:
        with Proxy(tap, f.address, proxy_protocol=1) as gw:
            got, mine = told(gw, f)
            host, port = mine.split()
            tap.equal(got.decode(), "PROXY TCP4 %s 127.0.0.1 %s %d\r\n" % (host, port, gw.listen["@mqtt"][1]),
                      "24: who connected, in a line")
        with Proxy(tap, f.address, proxy_protocol=2, proxy_protocol_from=["127.0.0.0/8"]) as gw:
            tap.equal(told(gw, f, V1)[0], V2, "24: whom a balancer named, in bytes")
            tap.equal(told(gw, f, V2_V6)[0], V2_V6, "24: of IPv6, too")
        with Proxy(tap, f.address) as gw:
            tap.equal(told(gw, f)[0], b"", "24: nothing, unless it wants to know")


def test_websocket_behind_proxies(tap):
    with FakeBroker() as f, Proxy(tap, f.address, websocket=True, proxy_protocol_from=["127.0.0.1"],
                                  trust_forwarded_from=["198.51.100.0/24"]) as gw:
        for i, (header, fields, want) in enumerate((
                (V1, ["X-Forwarded-For: 6.6.6.6, 192.0.2.1"], "192.0.2.1"),
                (V1, [], "198.51.100.7"),
                (V2_V6, ["X-Forwarded-For: 192.0.2.1"], "2001:db8::7"))):
            c, b = pair(gw, f, before=header, fields=fields)
            with c, b:
                c.publish("t", "evil", qos=1)
                c.expect("PUBACK")
                tap.equal(peer_of(gw, i + 1), want, "24: %s behind a balancer" % (fields or "nothing"))


def test_reload_keeps_what_is_there(tap):
    with FakeBroker() as f, Proxy(tap, f.address, websocket=True, websocket_path="/a") as gw:
        c, b = pair(gw, f, path="/a")
        slow = gw.raw()
        slow.send(b"GET /b HTTP/1.1\r\nHost: a\r\n")
        time.sleep(0.2)
        conf = gw.config
        for path in ("/b", "/b"):  # twice: the first configuration is gone by then
            conf["routes"][0]["source"]["mqtt_proxy"]["websocket_path"] = path
            gw.write(conf)
            tap.equal(gw.reload()[0], 200, "reload")
        c.publish("t", "still there")
        tap.equal(b.expect("PUBLISH").payload, b"still there", "a connection stays")
        slow.send(b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                  b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n")
        tap.ok(slow.sock.recv(1000).startswith(b"HTTP/1.1 101 "), "a handshake is judged by the newest rules")
        slow.close()
        c.close()
        b.close()


def main():
    tap = Tap()
    if not which("mosquitto"):
        skip_all("mosquitto is not installed")
    test_mqtt_proxy.FOLDER = tempfile.mkdtemp(prefix="ew-set-")
    with open(os.path.join(test_mqtt_proxy.FOLDER, "net-mqtt.json"), "w") as f:
        json.dump(SET, f)
    try:
        run_tests(tap, globals())
    finally:
        shutil.rmtree(test_mqtt_proxy.FOLDER, ignore_errors=True)
    tap.done()


main()
