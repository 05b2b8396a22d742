# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""Kafka for tests: a real broker and the mock as children, and kcat to produce and to read.

Topics are read whole, from the beginning, as often as a test likes: what is there is compared with what
was sent, so no test depends on the moment it looks."""

import json
import os
import random
import subprocess
import tempfile
import threading
import time

from harness import BUILDDIR, PATIENCE, SRCDIR, free_port, skip_all, wait_for, which

NET = os.path.join(SRCDIR, "tests", "net")


def need_kcat():
    if not which("kcat"):
        skip_all("kcat is not installed")


class Record:
    def __init__(self, line):
        d = json.loads(line)
        self.partition, self.offset, self.ts = d["partition"], d["offset"], d.get("ts")
        self.key, self.value = d.get("key"), d.get("payload")
        h = d.get("headers") or []
        self.headers = list(zip(h[0::2], h[1::2]))

    def get(self, name):
        """The last header of that name: the one that counts."""
        values = [v for n, v in self.headers if n == name]
        return values[-1] if values else None

    def json(self):
        return json.loads(self.value)


class Cluster:
    """What both kinds of cluster can do: `brokers` is where."""

    brokers = None

    def kcat(self, *args, data=None, timeout=60):
        done = subprocess.run(["kcat", "-b", self.brokers] + list(args), input=data,
                              stdin=None if data is not None else subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=timeout * PATIENCE)
        if done.returncode:
            raise RuntimeError("kcat %s: %s" % (" ".join(args), done.stderr.decode("utf-8", "replace")))
        return done.stdout

    def tombstone(self, topic, key):
        self.kcat("-P", "-t", topic, "-K", "\t", "-Z", data=key.encode() + b"\t\n")

    def produce(self, topic, values, key=None, headers=()):
        """One record a value (str)."""
        args = ["-P", "-t", topic]
        for name, value in headers:
            args += ["-H", "%s=%s" % (name, value)]
        if key is not None:
            args += ["-k", key]
        with tempfile.NamedTemporaryFile("w", prefix="ew-lines-") as f:
            f.write("".join(v + "\n" for v in values))
            f.flush()
            self.kcat(*args, "-l", f.name)

    def read(self, topic, committed=False):
        """All records there are.  A topic that nobody made yet is empty."""
        level = "read_committed" if committed else "read_uncommitted"
        try:
            out = self.kcat("-C", "-t", topic, "-e", "-q", "-J", "-X", "isolation.level=" + level)
        except RuntimeError as e:
            if "nknown topic" in str(e):
                return []
            raise
        return [Record(line) for line in out.decode("utf-8", "replace").splitlines()]


class Kafka(Cluster):
    """A real Apache Kafka.  Its folder outlives stop(), so start() finds the same topics again."""

    def __init__(self, start=True):
        need_kcat()
        try:
            fetched = subprocess.run(["sh", os.path.join(NET, "kafka-fetch")], stdin=subprocess.DEVNULL,
                                     stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=600)
        except subprocess.TimeoutExpired:
            skip_all("fetching Apache Kafka took too long")
        if fetched.returncode:
            skip_all("no Apache Kafka: " + fetched.stderr.decode("utf-8", "replace").strip()[-200:])
        self.temp = tempfile.TemporaryDirectory(prefix="ew-kafka-")
        self.ports = free_port(), free_port()
        self.brokers = "127.0.0.1:%d" % self.ports[0]
        self.pid = None
        if start:
            self.start()

    def start(self):
        out = subprocess.run(["sh", os.path.join(NET, "kafka-start"), str(self.ports[0]),
                              str(self.ports[1]), self.temp.name], stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, timeout=120 * PATIENCE, check=True).stdout
        self.pid = int(out)

    def stop(self):
        if self.pid is None:
            return
        pid, self.pid = self.pid, None
        os.kill(pid, 15)

        def gone():
            try:
                os.kill(pid, 0)
                with open("/proc/%d/stat" % pid) as f:
                    return f.read().rsplit(")", 1)[1].split()[0] == "Z"
            except (ProcessLookupError, FileNotFoundError):
                return True
        if not wait_for(gone, 20, 0.1):
            os.kill(pid, 9)

    def make(self, topic, partitions=4, **settings):
        """Topics are made on first use; a test that starts with an empty one makes it so."""
        if settings:
            lib = subprocess.run(["sh", os.path.join(NET, "kafka-fetch")], stdout=subprocess.PIPE, check=True,
                                 text=True).stdout.strip() + "/lib/*"
            args = [a for name, value in settings.items() for a in ("--config", "%s=%s" % (name, value))]
            subprocess.run(["java", "-XX:TieredStopAtLevel=1", "-cp", lib, "org.apache.kafka.tools.TopicCommand",
                            "--bootstrap-server", self.brokers, "--create", "--topic", topic,
                            "--partitions", str(partitions)] + args, stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True,
                           timeout=60 * PATIENCE)
        self.kcat("-L", "-t", topic, "-X", "allow.auto.create.topics=true")
        wait_for(lambda: b"%d partitions" % partitions in self.kcat("-L", "-t", topic), 10, 0.1)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.stop()
        self.temp.cleanup()


class MockKafka(Cluster):
    """librdkafka's mock cluster: fails on command."""

    def __init__(self, *topics, brokers=1):
        need_kcat()
        self.child = subprocess.Popen([os.path.join(BUILDDIR, "mock-kafka"), "-b", str(brokers)] + list(topics),
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.DEVNULL, text=True)
        self.brokers = self.child.stdout.readline().strip()

    def order(self, line):
        self.child.stdin.write(line + "\n")
        self.child.stdin.flush()
        answer = self.child.stdout.readline().strip()
        if answer != "ok":
            raise RuntimeError("mock-kafka does not know how to: " + line)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.child.stdin.close()
        try:
            self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


class Load:
    """Numbered events, every tenth of them bad, produced in the background until stop()."""

    def __init__(self, cluster, topic, rate=1500):
        self.sent = 0
        self.rate = rate
        self.stopping = False
        self.kcat = subprocess.Popen(["kcat", "-b", cluster.brokers, "-P", "-t", topic, "-K", "\t",
                                      "-X", "linger.ms=5", "-X", "message.timeout.ms=60000"],
                                     stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    @staticmethod
    def is_bad(n):
        return n % 10 == 3

    @staticmethod
    def event(n):
        return '{"n":%d,"note":"%s"}' % (n, "an attack" if Load.is_bad(n) else "a plain one")

    def _run(self):
        step = max(1, self.rate // 50)
        while not self.stopping:
            lines = ["%d\t%s\n" % (n, self.event(n)) for n in range(self.sent, self.sent + step)]
            self.kcat.stdin.write("".join(lines).encode())
            self.kcat.stdin.flush()
            self.sent += step
            time.sleep(step / self.rate)

    def stop(self):
        self.stopping = True
        self.thread.join()
        self.kcat.stdin.close()
        if self.kcat.wait(60 * PATIENCE):
            raise RuntimeError("the load was not produced")

    def good(self):
        return {n for n in range(self.sent) if not self.is_bad(n)}

    def bad(self):
        return {n for n in range(self.sent) if self.is_bad(n)}


def signature_set(folder):
    """A set with one signature, so that no test moves with the shipped ones."""
    with open(os.path.join(folder, "net.json"), "w") as f:
        json.dump({"set": "net", "version": "1", "description": "one word", "signatures": [
            {"id": 1, "name": "the word attack", "class": "test", "severity": "critical",
             "pattern": "attack", "action": "drop", "hit": ['{"a": "an attack"}'],
             "miss": ['{"a": "a tack"}']}]}, f)
    return folder


def unique(prefix):
    return "%s-%d-%06x" % (prefix, os.getpid(), random.randrange(1 << 24))
