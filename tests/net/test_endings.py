# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""How things end when it does not suit: answers that end while their client is behind, and a process
that is told to stop now while clients and brokers hold on to its events."""

import os
import signal
import socket
import threading
import time

from harness import Client, Function, Gateway, Tap, request, request_bytes, wait_for

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


class Broker:
    """Enough of MQTT 3.1.1 to connect and subscribe; it sends `message` and acknowledges nothing."""

    def __init__(self, message=b""):
        self.got = bytearray()
        self.message = message
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(8)
        self.name = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                s, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(s,), daemon=True).start()

    def _talk(self, s):
        try:
            while True:
                data = s.recv(65536)
                if not data:
                    return
                self.got += data
                if data[0] == 0x10:
                    s.sendall(b"\x20\x02\x00\x00")
                elif data[0] == 0x82:
                    s.sendall(b"\x90\x03" + data[2:4] + b"\x01" + self.message)
        except OSError:
            pass

    def sink(self):
        return {"mqtt": {"broker": self.name, "topic": "out", "version": 4}}

    def close(self):
        self.listener.close()


def end_at_once(gw):
    """SIGTERM twice; the exit code."""
    gw.signal(signal.SIGTERM)
    time.sleep(0.2)
    gw.process.send_signal(signal.SIGTERM)
    return gw.stop()


def cut_short():
    """Told to stop now: each event that is still in a sink goes back to its source, once."""
    broker = Broker()
    with Gateway(config(broker.sink())) as gw:
        clients = [Client(gw.http) for _ in range(5)]
        for c in clients:
            c.send(request_bytes("POST", "/", b"{}") * 3)
        wait_for(lambda: broker.got.count(b"out") >= 5)
        tap.equal(end_at_once(gw), 75, "HTTP to MQTT, cut: exit code 75")
        tap.equal([(c.read_response() or [0])[0] for c in clients], [503] * 5, "the clients are told")
        tap.ok("ERROR" not in gw.stderr(), "and nothing else happens")
        gw.process.returncode = 0
    broker.close()
    with Function(lambda r: Function.HANG) as fn, Gateway(config({"http": {"url": fn.url}})) as gw:
        clients = [Client(gw.http) for _ in range(5)]
        for c in clients:
            c.send(request_bytes("POST", "/", b"{}"))
        wait_for(lambda: len(fn.requests) == 5)
        tap.equal(end_at_once(gw), 75, "HTTP to HTTP, cut: exit code 75")
        tap.equal([(c.read_response() or [0])[0] for c in clients], [503] * 5, "the clients are told")
        gw.process.returncode = 0
    broker = Broker(b"\x32\x07\x00\x01a\x00\x05hi" + b"\x32\x07\x00\x01a\x00\x06ho")
    source = {"mqtt": {"broker": broker.name, "topics": ["a"], "version": 4}}
    with Function(lambda r: Function.HANG) as fn, \
            Gateway(config({"http": {"url": fn.url}}, source=source)) as gw:
        wait_for(lambda: len(fn.requests) == 2)
        tap.equal(end_at_once(gw), 75, "MQTT to HTTP, cut: exit code 75")
        tap.ok(b"\x40\x02" not in broker.got, "nothing is acknowledged that was not delivered")
        gw.process.returncode = 0
    broker.close()


def address_that_goes():
    """A reload takes an address away: who had come to it by then is served by the routes it had."""
    with Function() as fn:
        def at(listen):
            return config({"http": {"url": fn.url}}, source={"http": {"listen": listen}})
        with Gateway(at("@http")) as gw:
            gw.write(at("@http2"))  # names the second port, so that both can be taken in turns
            gw.write(at("@http"))
            codes, stop = set(), []

            def come_and_go():
                while not stop:
                    for address in list(gw.listen.values()):
                        try:
                            a = request(address, "POST", "/", b"{}")
                            codes.add(a and a[0])
                        except OSError:
                            pass  # nobody listens there now, or the kernel reset what came in between

            threads = [threading.Thread(target=come_and_go, daemon=True) for _ in range(6)]
            for t in threads:
                t.start()
            for i in range(30):
                gw.write(at("@http" if i % 2 else "@http2"))
                gw.reload()
                time.sleep(0.02)
            stop.append(True)
            for t in threads:
                t.join()
            tap.equal(codes - {None}, {200}, "an address that goes answers those who had come")


def stop_while_building():
    """A build is under way: who waits for it is told, and it ends before the process does."""
    with Function() as fn, Gateway(config({"http": {"url": fn.url}})) as gw:
        folder = gw.config["signature_dir"]
        names = [n[:-5] for n in sorted(os.listdir(folder)) if n.endswith(".json")]
        new = config({"http": {"url": fn.url}}, mode="block", signatures=names)
        gw.write(dict(new, cache_dir=os.path.join(gw.folder, "empty")))
        answers = []
        asking = [threading.Thread(target=lambda: answers.append(gw.reload())) for _ in range(3)]
        for t in asking:
            t.start()
        time.sleep(0.1)
        gw.signal(signal.SIGTERM)
        for t in asking:
            t.join()
        tap.equal(gw.stop(120), 0, "stopped while a generation is being built: exit code 0")
        tap.equal([(code, "is stopping" in text) for code, text in answers], [(409, True)] * 3,
                  "who had asked for it is told")


def signals_while_starting():
    """A reload or a new log file asked for before there is anything to reload: not the end of it."""
    with Function() as fn:
        gw = Gateway(config({"http": {"url": fn.url}}), start=False)
        names = [n[:-5] for n in sorted(os.listdir(gw.config["signature_dir"])) if n.endswith(".json")]
        gw.write(dict(config({"http": {"url": fn.url}}, mode="block", signatures=names),
                      cache_dir=os.path.join(gw.folder, "empty")))
        with gw:
            gw.start(wait=False)
            wait_for(lambda: "compiling" in gw.stderr() or gw.process.poll() is not None)
            gw.signal(signal.SIGHUP)
            gw.signal(signal.SIGUSR1)
            gw.wait_ready()
            tap.ok(wait_for(lambda: "generation 2 is running" in gw.stderr(), 30),
                   "SIGHUP while it starts is a reload afterwards")


def main():
    for test in (last_part_to_a_slow_client, cut_short, address_that_goes, stop_while_building,
                 signals_while_starting):
        tap.note(test.__name__)
        test()
    tap.done()


main()
