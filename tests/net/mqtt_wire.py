# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""An MQTT client (and broker side) of bytes: packets are made and read here, right or wrong, and nothing is done
unasked: no ping, no acknowledgement, no retry.

    c = Wire(("127.0.0.1", 1883), version=5)
    c.connect("me", properties=[(0x21, 10)])
    c.publish("a/b", b"x", qos=1, id=7)
    c.expect("PUBACK").reason"""

import socket
import struct

import harness

NAMES = ["", "CONNECT", "CONNACK", "PUBLISH", "PUBACK", "PUBREC", "PUBREL", "PUBCOMP", "SUBSCRIBE", "SUBACK",
         "UNSUBSCRIBE", "UNSUBACK", "PINGREQ", "PINGRESP", "DISCONNECT", "AUTH"]
TYPES = {name: i for i, name in enumerate(NAMES)}

BYTE, TWO, FOUR, VARINT, TEXT, PAIR = range(6)
KINDS = {0x01: BYTE, 0x02: FOUR, 0x03: TEXT, 0x08: TEXT, 0x09: TEXT, 0x0b: VARINT, 0x11: FOUR, 0x12: TEXT, 0x13: TWO,
         0x15: TEXT, 0x16: TEXT, 0x17: BYTE, 0x18: FOUR, 0x19: BYTE, 0x1a: TEXT, 0x1c: TEXT, 0x1f: TEXT, 0x21: TWO,
         0x22: TWO, 0x23: TWO, 0x24: BYTE, 0x25: BYTE, 0x26: PAIR, 0x27: FOUR, 0x28: BYTE, 0x29: BYTE, 0x2a: BYTE}


def varint(n):
    out = bytearray()
    while True:
        n, byte = n >> 7, n & 0x7f
        out.append(byte | (0x80 if n else 0))
        if not n:
            return bytes(out)


def text(s):
    b = s.encode() if isinstance(s, str) else s
    return struct.pack(">H", len(b)) + b


def properties(pairs):
    out = b""
    for key, value in pairs:
        kind = KINDS[key]
        out += bytes([key])
        if kind == PAIR:
            out += text(value[0]) + text(value[1])
        elif kind == TEXT:
            out += text(value)
        elif kind == VARINT:
            out += varint(value)
        else:
            out += struct.pack({BYTE: ">B", TWO: ">H", FOUR: ">I"}[kind], value)
    return varint(len(out)) + out


def packet(name, flags, body):
    return bytes([TYPES[name] << 4 | flags]) + varint(len(body)) + body


class Packet:
    """One that was read.  What it does not have is None or empty."""

    def __init__(self, first, body, version):
        self.name, self.flags, self.body, self.version = NAMES[first >> 4], first & 15, body, version
        self.at, self.id, self.reason, self.codes = 0, None, None, b""
        self.topic, self.payload, self.properties = None, None, []
        getattr(self, "_" + self.name.lower(), lambda: None)()

    def _take(self, n):
        part = self.body[self.at:self.at + n]
        self.at += n
        return part

    def _number(self, n):
        return int.from_bytes(self._take(n), "big")

    def _text(self):
        return self._take(self._number(2))

    def _varint(self):
        value = shift = 0
        while True:
            byte = self._number(1)
            value |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return value

    def _properties(self):
        if self.version < 5 or self.at >= len(self.body):
            return
        end = self._varint() + self.at
        while self.at < end:
            key = self._number(1)
            kind = KINDS[key]
            if kind == PAIR:
                value = (self._text(), self._text())
            elif kind == TEXT:
                value = self._text()
            elif kind == VARINT:
                value = self._varint()
            else:
                value = self._number({BYTE: 1, TWO: 2, FOUR: 4}[kind])
            self.properties.append((key, value))

    def get(self, key):
        return next((v for k, v in self.properties if k == key), None)

    def _connack(self):
        self.present, self.reason = self._number(1), self._number(1)
        self._properties()

    def _publish(self):
        self.topic = self._text().decode("utf-8", "replace")
        self.qos, self.retain, self.dup = self.flags >> 1 & 3, self.flags & 1, self.flags >> 3
        if self.qos:
            self.id = self._number(2)
        self._properties()
        self.payload = self.body[self.at:]

    def _puback(self):
        self.id = self._number(2)
        self.reason = self._number(1) if self.at < len(self.body) else 0
        self._properties()

    _pubrec = _pubrel = _pubcomp = _puback

    def _suback(self):
        self.id = self._number(2)
        self._properties()
        self.codes = self.body[self.at:]

    _unsuback = _suback

    def _disconnect(self):
        self.reason = self._number(1) if self.body else 0
        self._properties()

    _auth = _disconnect

    def __repr__(self):
        return "<%s %s %s %s>" % (self.name, self.id, self.reason, self.body[:40])


class Wire:
    def __init__(self, address, version=5, timeout=5.0):
        self.version = version
        self.sock = socket.create_connection(address, 10) if isinstance(address, tuple) else address
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.settimeout(timeout * harness.PATIENCE)
        self.buffer = b""

    # ---- reading

    def read(self, seconds=None):
        """The next packet; None at the end of the stream; "silence" if nothing comes in time."""
        if seconds is not None:
            self.sock.settimeout(seconds * harness.PATIENCE)
        while True:
            done = self._parse()
            if done:
                return done
            try:
                data = self.sock.recv(65536)
            except socket.timeout:
                return "silence"
            except (ConnectionResetError, BrokenPipeError):
                return None
            if not data:
                return None
            self.buffer += data

    def _parse(self):
        length = shift = 0
        for i in range(1, 5):
            if i >= len(self.buffer):
                return None
            length |= (self.buffer[i] & 0x7f) << shift
            shift += 7
            if self.buffer[i] < 0x80:
                break
        end = i + 1 + length
        if len(self.buffer) < end:
            return None
        first, body = self.buffer[0], self.buffer[i + 1:end]
        self.last = self.buffer[:end]
        self.buffer = self.buffer[end:]
        return Packet(first, body, self.version)

    def expect(self, name, seconds=5.0):
        """The next packet, which has to be one of that name."""
        p = self.read(seconds)
        if getattr(p, "name", p) != name:
            raise AssertionError("expected %s, got %r" % (name, p))
        return p

    def is_silent(self, seconds=0.3):
        return self.read(seconds) == "silence"

    def is_closed(self, seconds=5.0):
        return self.read(seconds) is None

    # ---- writing

    def send(self, data):
        self.sock.sendall(data)

    def _section(self, pairs):
        return properties(pairs) if self.version == 5 else b""

    def connect_bytes(self, client_id="", clean=True, keep_alive=60, user=None, password=None, will=None,
                      properties=(), level=None, name=None):
        """`will`: (topic, payload, qos, retain, properties)."""
        flags = (2 if clean else 0) | (0x80 if user is not None else 0) | (0x40 if password is not None else 0)
        body = text(client_id)
        if will:
            topic, payload, qos, retain, more = (tuple(will) + (0, False, ()))[:5] if len(will) < 5 else will
            flags |= 4 | qos << 3 | (0x20 if retain else 0)
            body += self._section(more) + text(topic) + text(payload)
        body += text(user) if user is not None else b""
        body += text(password) if password is not None else b""
        head = text(name or ("MQIsdp" if self.version == 3 else "MQTT"))
        head += bytes([self.version if level is None else level, flags]) + struct.pack(">H", keep_alive)
        return packet("CONNECT", 0, head + self._section(properties) + body)

    def connect(self, client_id="", **more):
        """Connect and be accepted: the CONNACK."""
        self.send(self.connect_bytes(client_id, **more))
        ack = self.expect("CONNACK")
        if ack.reason:
            raise AssertionError("refused: %r" % ack)
        return ack

    def publish_bytes(self, topic, payload=b"", qos=0, id=1, retain=False, dup=False, properties=()):
        body = text(topic) + (struct.pack(">H", id) if qos else b"") + self._section(properties)
        body += payload.encode() if isinstance(payload, str) else payload
        return packet("PUBLISH", (8 if dup else 0) | qos << 1 | (1 if retain else 0), body)

    def publish(self, *args, **more):
        self.send(self.publish_bytes(*args, **more))

    def ack(self, name, id, reason=0):
        body = struct.pack(">H", id) + (bytes([reason]) if reason and self.version == 5 else b"")
        self.send(packet(name, 2 if name == "PUBREL" else 0, body))

    def subscribe(self, filters, id=1, properties=()):
        """`filters`: names or (name, options).  Answers the codes of the SUBACK."""
        self.send(self.subscribe_bytes(filters, id, properties))
        return list(self.expect("SUBACK").codes)

    def subscribe_bytes(self, filters, id=1, properties=()):
        body = struct.pack(">H", id) + self._section(properties)
        for f in filters:
            name, options = f if isinstance(f, tuple) else (f, 1)
            body += text(name) + bytes([options])
        return packet("SUBSCRIBE", 2, body)

    def unsubscribe(self, filters, id=1):
        self.send(packet("UNSUBSCRIBE", 2, struct.pack(">H", id) + self._section([]) +
                         b"".join(text(f) for f in filters)))

    def ping(self):
        self.send(packet("PINGREQ", 0, b""))

    def disconnect(self, reason=0):
        self.send(packet("DISCONNECT", 0, bytes([reason]) if reason else b""))

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()


class FakeBroker:
    """A listener whose connections the test answers itself: accept() gives the broker's side as a Wire."""

    def __init__(self, version=5):
        self.version = version
        self.listener = socket.socket()
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(16)
        self.listener.settimeout(5 * harness.PATIENCE)
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]

    def accept(self, properties=(), present=0, answer=True):
        """The next connection, its CONNECT read and accepted."""
        w = Wire(self.listener.accept()[0], self.version)
        w.hello = w.expect("CONNECT")
        w.hello_bytes = w.last
        if answer:
            section = globals()["properties"](properties) if self.version == 5 else b""
            w.send(packet("CONNACK", 0, bytes([present, 0]) + section))
        return w

    def close(self):
        self.listener.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()
