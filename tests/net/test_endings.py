# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""How things end when it does not suit: answers that end while their client is behind, and a process
that is told to stop now while clients and brokers hold on to its events."""

import socket
import time

from harness import Function, Gateway, Tap, request_bytes

tap = Tap()


def config(function, **route):
    return {"functions": {"f": function},
            "routes": [dict({"name": "r", "source": {"http": {"listen": "@http"}}, "function": "f",
                             "mode": "off"}, **route)]}


def last_part_to_a_slow_client():
    """The end of an answer arrives while more is unsent than we like: sizes around what the kernel
    takes, so that some of them end in that state."""
    size = [0]
    with Function(lambda r: (200, [], b"x" * size[0])) as fn, \
            Gateway(config({"http": {"url": fn.url}})) as gw:
        short = []
        for size[0] in range(2400000, 4400000, 48000):
            s = socket.socket()
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            s.settimeout(10)
            s.connect(gw.http)
            s.sendall(request_bytes("GET", "/", headers=[("Connection", "close")]))
            time.sleep(0.04)
            got = 0
            try:
                while True:
                    n = len(s.recv(1 << 20))
                    if n == 0:
                        break
                    got += n
            except OSError:
                got = -1
            s.close()
            if got < size[0]:
                short.append((size[0], got))
            if gw.process.poll() is not None:
                break
        tap.equal((gw.process.poll(), short), (None, []), "a client that reads late gets all of the answer")


def main():
    for test in (last_part_to_a_slow_client,):
        tap.note(test.__name__)
        test()
    tap.done()


main()
