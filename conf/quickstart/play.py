# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0
"""The second half of conf/quickstart/run: brokers, a function, the gateway, the events, the table."""

import argparse
import hashlib
import http.client
import http.server
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
from events import EVENTS  # noqa: E402

LOOPBACK = "127.0.0.1"


def free_port():
    """Below the range that outgoing connections take theirs from, or one of those could be faster."""
    while True:
        port = random.randrange(10000, 32000)
        with socket.socket() as s:
            try:
                s.bind((LOOPBACK, port))
                return port
            except OSError:
                pass


def wait_for(what, test, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        got = test()
        if got:
            return got
        time.sleep(0.05)
    raise SystemExit(f"quickstart: waited {seconds} s in vain for {what}")


def answers(port):
    try:
        socket.create_connection((LOOPBACK, port), 0.2).close()
        return True
    except OSError:
        return False


class Function(http.server.BaseHTTPRequestHandler):
    """What stands behind the gateway: takes anything, remembers it."""

    protocol_version = "HTTP/1.1"
    seen = []
    quiet = True

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        Function.seen.append(body)
        if not Function.quiet:
            print(f"function got {len(body)} bytes: {body[:100]!r}", flush=True)
        self.send_response(200)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"ok\n")

    def log_message(self, *args):
        pass


class Playground:
    def __init__(self, args):
        self.args = args
        self.dir = tempfile.mkdtemp(prefix="eventwall-quickstart-")
        self.children = []
        self.ports = {name: free_port() for name in ("http", "admin", "mqtt", "function")}

    def path(self, name):
        return os.path.join(self.dir, name)

    def spawn(self, name, command, **more):
        log = open(self.path(name + ".log"), "wb")
        child = subprocess.Popen(command, stdout=more.pop("stdout", log), stderr=log,
                                 stdin=more.pop("stdin", subprocess.DEVNULL), **more)
        self.children.append((name, child))
        return child

    def start_function(self):
        server = http.server.ThreadingHTTPServer((LOOPBACK, self.ports["function"]), Function)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def start_mosquitto(self):
        with open(self.path("mosquitto.conf"), "w") as f:
            f.write(f"listener {self.ports['mqtt']} {LOOPBACK}\nallow_anonymous true\npersistence false\n")
        binary = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self.spawn("mosquitto", [binary, "-c", self.path("mosquitto.conf")])
        wait_for("mosquitto", lambda: answers(self.ports["mqtt"]))

    def start_kafka(self):
        topics = ["orders", "dead"]
        if self.args.kafka == "apache":
            port, controller = free_port(), free_port()
            nets = os.path.join(self.args.source, "tests", "net")
            print("== Apache Kafka (the first time it is fetched)", flush=True)
            subprocess.run(["sh", os.path.join(nets, "kafka-fetch")], check=True, stdout=subprocess.DEVNULL)
            out = subprocess.run(["sh", os.path.join(nets, "kafka-start"), str(port), str(controller), self.path("kafka")],
                                 check=True, stdout=subprocess.PIPE, text=True).stdout
            self.kafka_pid = int(out.split()[-1])
            self.kafka = f"{LOOPBACK}:{port}"
        else:
            child = self.spawn("kafka", [os.path.join(self.args.build, "mock-kafka")] + topics,
                               stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
            self.kafka = child.stdout.readline().strip()
        if not self.kafka:
            raise SystemExit("quickstart: the Kafka cluster did not start; see " + self.path("kafka.log"))

    def start_gateway(self):
        function = {"http": {"url": f"http://{LOOPBACK}:{self.ports['function']}/"}}
        dead = {"kafka": {"brokers": self.kafka, "topic": "dead"}}
        common = {"function": "demo", "quarantine": "dead", "log_forwarded": True}
        config = {
            "workers": 1,
            "signature_dir": os.path.join(self.args.source, "signatures", "sets"),
            "cache_dir": os.path.join(self.args.build, "cache"),
            "admin": {"listen": f"{LOOPBACK}:{self.ports['admin']}", "socket": self.path("control.sock")},
            "log": {"file": self.path("events.json")},
            "functions": {"demo": function, "dead": dead},
            "routes": [
                {"name": "web", "source": {"http": {"listen": f"{LOOPBACK}:{self.ports['http']}"}}, **common},
                {"name": "devices", "source": {"mqtt": {"broker": f"{LOOPBACK}:{self.ports['mqtt']}", "topics": ["devices/#"],
                                                        "qos": 1, "client_id": "eventwall-demo"}}, **common},
                {"name": "orders", "source": {"kafka": {"brokers": self.kafka, "topics": ["orders"], "group": "eventwall",
                                                        "properties": {"auto.offset.reset": "earliest"}}}, **common},
            ],
        }
        with open(self.path("eventwall.json"), "w") as f:
            json.dump(config, f, indent=2)
        open(self.path("events.json"), "a").close()
        print("== gateway (the first start compiles the signatures, later ones read the cache)", flush=True)
        binary = os.path.join(self.args.build, "eventwall")
        gateway = self.spawn("gateway", [binary, "run", "-c", self.path("eventwall.json")])

        def ready():
            if gateway.poll() is not None:
                raise SystemExit("quickstart: the gateway stopped:\n" + open(self.path("gateway.log")).read())
            try:
                c = http.client.HTTPConnection(LOOPBACK, self.ports["admin"], timeout=1)
                c.request("GET", "/ready")
                return c.getresponse().status == 200
            except OSError:
                return False

        wait_for("the gateway", ready, 120)
        self.log = open(self.path("events.json"))

    def send_http(self, payload):
        c = http.client.HTTPConnection(LOOPBACK, self.ports["http"], timeout=10)
        c.request("POST", "/events", payload, {"User-Agent": "quickstart"})
        c.getresponse().read()
        c.close()

    def send_mqtt(self, payload):
        subprocess.run(["mosquitto_pub", "-h", LOOPBACK, "-p", str(self.ports["mqtt"]), "-q", "1",
                        "-t", "devices/kettle", "-s"], input=payload, check=True)

    def send_kafka(self, payload):
        with open(self.path("payload"), "wb") as f:
            f.write(payload)
        subprocess.run(["kcat", "-q", "-P", "-b", self.kafka, "-t", "orders", self.path("payload")],
                       check=True, stderr=subprocess.DEVNULL)

    def next_record(self, transport):
        """The log line of the event just sent: one is in flight at a time."""

        def look():
            for line in self.log:
                record = json.loads(line)
                if record.get("event_id") and record.get("source") == transport:
                    return record
            return None

        return wait_for(f"the log line of an event over {transport}", look, 60)

    def wait_subscribed(self):
        """The MQTT session and the Kafka group must stand before the first event, or it goes unread."""
        for transport, send in (("mqtt", self.send_mqtt), ("kafka", self.send_kafka)):
            end = time.monotonic() + 60
            while True:
                send(b'{"hello":"anybody there?"}')
                try:
                    wait_for("", lambda: any(transport == json.loads(l).get("source") for l in self.log), 3)
                    break
                except SystemExit:
                    if time.monotonic() > end:
                        raise SystemExit(f"quickstart: the gateway does not read from {transport}; see {self.dir}")
            time.sleep(0.3)
        self.log.read()
        Function.seen.clear()

    def play(self):
        wrong = 0
        print(f"\n{'source':7} {'event':34} {'verdict':8} {'signature':>9}  {'where it was found':60} {'us':>6}")
        for transport, send in (("http", self.send_http), ("mqtt", self.send_mqtt), ("kafka", self.send_kafka)):
            for name, payload, passes in EVENTS:
                Function.seen.clear()
                send(payload)
                record = self.next_record(transport)
                passed = record["verdict"] == "forward"
                # The sink is told before the log line is written, so what was forwarded has arrived.
                arrived = [hashlib.sha256(b).digest() for b in Function.seen]
                expected = [hashlib.sha256(payload).digest()] if passes else []
                bad = passed != passes or arrived != expected
                wrong += bad
                path = record.get("match", {}).get("path", "")
                path = path if len(path) <= 60 else "..." + path[-57:]
                print(f"{transport:7} {name:34} {record['verdict']:8} {record.get('alert', {}).get('signature_id', ''):>9}  "
                      f"{path:60} {record['inspect_us']:>6}{'   <-- expected otherwise' if bad else ''}", flush=True)
            print()
        total = 3 * len(EVENTS)
        print(f"{total - wrong} of {total} events met their expected end; "
              f"the function saw {'exactly the forwarded ones' if not wrong else 'something else, too'}.")
        return wrong

    def invite(self):
        config, p = self.path("eventwall.json"), self.ports
        binary = os.path.join(self.args.build, "eventwall")
        print(f"""
It stays up until you press Ctrl-C.  Try, from another terminal:

  curl -i http://{LOOPBACK}:{p['http']}/ -d '{{"user":"alice"}}'
  curl -i http://{LOOPBACK}:{p['http']}/ -d '{{"user":"alice'"'"' OR 1=1 -- "}}'
  mosquitto_pub -h {LOOPBACK} -p {p['mqtt']} -q 1 -t devices/1 -m '{{"t":21.5}}'
  echo '{{"file":"x; cat /etc/passwd"}}' | kcat -P -b {self.kafka} -t orders
  kcat -C -e -q -b {self.kafka} -t dead -f '%h\\n%s\\n'     # the quarantine

  echo '{{"note":"eyJ1IjogeyIkbmUiOiAxfX0="}}' | {binary} explain -c {config} -
  {binary} status -c {config}
  curl -s http://{LOOPBACK}:{p['admin']}/metrics | grep -v '^#'
  tail -f {self.path('events.json')}
""", flush=True)
        Function.quiet = False
        self.log.close()
        while all(child.poll() is None for _, child in self.children):
            time.sleep(0.5)
        print("quickstart: a part has stopped; logs are in " + self.dir)

    def stop(self):
        for name, child in reversed(self.children):
            if child.poll() is None:
                child.terminate()
                try:
                    child.wait(10)
                except subprocess.TimeoutExpired:
                    child.kill()
        if getattr(self, "kafka_pid", None):
            os.kill(self.kafka_pid, signal.SIGTERM)


def main():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--source", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--kafka", choices=["embedded", "apache"], default="embedded")
    ground = Playground(parser.parse_args())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    wrong = 1
    try:
        print("== mosquitto, Kafka, a function", flush=True)
        ground.start_function()
        ground.start_mosquitto()
        ground.start_kafka()
        ground.start_gateway()
        ground.wait_subscribed()
        wrong = ground.play()
        if not ground.args.once:
            ground.invite()
    except KeyboardInterrupt:
        print()
    finally:
        ground.stop()
        if ground.args.once and not wrong:
            shutil.rmtree(ground.dir, ignore_errors=True)
        elif wrong:
            print("quickstart: logs are in " + ground.dir)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
