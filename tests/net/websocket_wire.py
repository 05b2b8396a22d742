# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""WebSocket for tests: a socket's stand-in that wraps what is sent into frames, as wrong or as small as one likes.

    ws = WebSocket(("127.0.0.1", 8083), fields=["Origin: https://a"])
    c = Wire(ws, version=5)      # mqtt_wire.Wire takes it for a socket
    ws.frame = 1                 # from now on frames of one byte"""

import base64
import hashlib
import os
import socket
import struct


def frame(payload, opcode=2, fin=True, mask=b"\x37\xfa\x21\x3d", bits=0):
    head = bytes([(0x80 if fin else 0) | bits | opcode])
    flag, n = (0x80 if mask is not None else 0), len(payload)
    if n < 126:
        head += bytes([flag | n])
    elif n < 65536:
        head += bytes([flag | 126]) + struct.pack(">H", n)
    else:
        head += bytes([flag | 127]) + struct.pack(">Q", n)
    if mask is None:
        return head + payload
    key = int.from_bytes((mask * (n // 4 + 1))[:n], "big") if n else 0
    return head + mask + (int.from_bytes(payload, "big") ^ key).to_bytes(n, "big")


class Refused(OSError):
    """The answer is no 101; .code and .head are what it is."""

    def __init__(self, head):
        super().__init__(head[:40])
        self.head, self.code = head, int(head.split(b" ")[1]) if head.startswith(b"HTTP/1.1 ") else None


class WebSocket:
    def __init__(self, address, path="/mqtt", fields=(), protocol="mqtt", before=b"", timeout=10):
        self.sock = socket.create_connection(address, timeout)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.frame = None  # bytes in each frame of ours; None: what is sent is one
        self.raw, self.told = b"", []  # read and not understood; control frames: (opcode, content)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = ["GET %s HTTP/1.1" % path, "Host: test", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + key, *fields]
        if protocol:
            lines.append("Sec-WebSocket-Protocol: " + protocol)
        self.sock.sendall(before + ("\r\n".join(lines) + "\r\n\r\n").encode())
        while b"\r\n\r\n" not in self.raw:
            try:
                data = self.sock.recv(65536)
            except ConnectionResetError:
                data = b""
            if not data:
                raise Refused(self.raw)
            self.raw += data
        self.head, self.raw = self.raw.split(b"\r\n\r\n", 1)
        accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest())
        if not self.head.startswith(b"HTTP/1.1 101 ") or b"Sec-WebSocket-Accept: " + accept not in self.head:
            raise Refused(self.head)

    def sendall(self, data):
        size = self.frame or len(data) or 1
        self.sock.sendall(b"".join(frame(data[i:i + size]) for i in range(0, len(data), size)))

    def _parse(self):
        """One frame off the front: its content, b"" for a control frame, None if it is not all there."""
        if len(self.raw) < 2:
            return None
        n, at = self.raw[1], 2
        if n >= 126:
            wide = 2 if n == 126 else 8
            if len(self.raw) < 2 + wide:
                return None
            n, at = int.from_bytes(self.raw[2:2 + wide], "big"), 2 + wide
        if len(self.raw) < at + n:
            return None
        first, content, self.raw = self.raw[0], self.raw[at:at + n], self.raw[at + n:]
        if first & 0x0f >= 8:
            self.told.append((first & 0x0f, content))
            return b""
        if first != 0x82:
            raise AssertionError("a frame that begins with %#x" % first)
        return content

    def recv(self, n):
        """Content of frames; b"" at the end of the stream or a close."""
        while True:
            content = self._parse()
            if content:
                return content
            if self.told and self.told[-1][0] == 8:
                return b""
            if content is None:
                data = self.sock.recv(65536)
                if not data:
                    return b""
                self.raw += data

    def setsockopt(self, *unused):
        pass

    def settimeout(self, seconds):
        self.sock.settimeout(seconds)

    def close(self):
        self.sock.close()
