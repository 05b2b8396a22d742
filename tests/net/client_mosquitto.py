# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""What mosquitto_pub and mosquitto_sub see of a broker, as one JSON object; test_mqtt_clients.py has what it is to see.

    client_mosquitto.py PORT tcp 3|4|5 PREFIX"""

import json
import subprocess
import sys
import threading

PORT, VERSION, PREFIX = sys.argv[1], int(sys.argv[3]), sys.argv[4]
COMMON = ["-h", "127.0.0.1", "-p", PORT, "-V", {3: "mqttv31", 4: "mqttv311", 5: "mqttv5"}[VERSION]]
PATIENCE = 30


def topic(name):
    return "%s/%s" % (PREFIX, name)


def publish(name, lines, *more):
    """One message a line."""
    subprocess.run(["mosquitto_pub", *COMMON, "-t", topic(name), "-l", *more], check=True, timeout=PATIENCE,
                   input="".join(line + "\n" for line in lines).encode())


def publish_one(name, *more):
    subprocess.run(["mosquitto_pub", *COMMON, "-t", topic(name), *more], check=True, timeout=PATIENCE)


class Listener:
    """Listens by the time that it is there; `granted` is what it was told."""

    def __init__(self, filter, qos, form, *more):
        self.process = subprocess.Popen(
            ["stdbuf", "-oL", "mosquitto_sub", *COMMON, "-d", "-t", filter, "-q", str(qos), "-F", "= " + form, *more],
            stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        self.guard = threading.Timer(PATIENCE, self.process.kill)
        self.guard.start()
        self.granted, self.lines = None, []
        while self.granted is None:
            self._take()

    def _take(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit("mosquitto_sub ended: %s" % self.lines)
        if line.startswith("= "):
            self.lines.append(line[2:].rstrip("\n"))
        elif line.startswith("Subscribed"):
            self.granted = int(line.rsplit(":", 1)[1])

    def take(self, n):
        while len(self.lines) < n:
            self._take()
        got, self.lines = self.lines[:n], self.lines[n:]
        return got

    def stop(self, by="terminate"):
        getattr(self.process, by)()
        self.process.wait(PATIENCE)
        self.guard.cancel()


def main():
    out, names = {}, ["m%d" % i for i in range(10)]
    for qos in (0, 1, 2):
        with_q = Listener(topic("q%d" % qos), qos, "%q %p")
        publish("q%d" % qos, names, "-q", str(qos))
        got = [line.split(" ", 1) for line in with_q.take(10)]
        out["qos%d" % qos] = [[with_q.granted], [int(q) for q, _ in got], [p for _, p in got]]
        with_q.stop()
    big = Listener(topic("big"), 1, "%l")
    publish("big", ["x" * 200000], "-q", "1")
    out["big"] = int(big.take(1)[0])
    big.stop()

    publish_one("kept", "-q", "1", "-r", "-m", "kept")
    kept = Listener(topic("kept"), 1, "%r %p")
    publish_one("kept", "-q", "1", "-m", "end")
    out["retained"] = [[p, int(r)] for r, p in (line.split(" ", 1) for line in kept.take(2))]
    kept.stop()
    publish_one("kept", "-q", "1", "-r", "-n")
    kept = Listener(topic("kept"), 1, "%p")
    publish_one("kept", "-q", "1", "-m", "end")
    out["retained deleted"] = kept.take(1)
    kept.stop()

    heirs = Listener(topic("will"), 1, "%p")
    Listener(topic("nothing"), 1, "%p", "--will-topic", topic("will"), "--will-payload", "gone", "--will-qos", "1").stop("kill")
    out["will"] = heirs.take(1)
    heirs.stop()

    lasting = ["-i", PREFIX + "s", "-c"] + (["-x", "300"] if VERSION == 5 else [])
    Listener(topic("session"), 1, "%p", *lasting).stop()
    publish("session", names[:5], "-q", "1")
    session = Listener(topic("session"), 1, "%p", *lasting)
    out["session"] = [1, session.take(5)]  # they came, so it was there
    session.stop()

    group = [Listener("$share/g/" + topic("shared"), 1, "%p", "-W", "2") for _ in range(2)]
    publish("shared", ["%02d" % i for i in range(20)], "-q", "1")
    got = []
    for g in group:
        rest = g.process.communicate()[0].splitlines()  # what came within two seconds
        got += g.lines + [line[2:] for line in rest if line.startswith("= ")]
        g.guard.cancel()
    out["shared"] = sorted(got)

    if VERSION == 5:
        told = Listener(topic("properties"), 1, "%j")
        publish_one("properties", "-q", "1", "-m", "with all", *(
            word for p in (("user-property", "a", "1"), ("user-property", "b", "2"), ("user-property", "a", "3"),
                           ("content-type", "text/plain"), ("response-topic", topic("answer")),
                           ("correlation-data", "c"), ("payload-format-indicator", "1"),
                           ("message-expiry-interval", "300")) for word in ("-D", "publish", *p)))
        # One member for each user property, with names that repeat.
        p = dict(dict(json.loads(told.take(1)[0], object_pairs_hook=list))["properties"])
        out["properties"] = [[list(u) for u in p["user-properties"]], p["content-type"], p["response-topic"][len(PREFIX):],
                             p["correlation-data"].encode().hex(), p["payload-format-indicator"],
                             290 < p["message-expiry-interval"] <= 300]
        told.stop()
    print(json.dumps(out))


main()
