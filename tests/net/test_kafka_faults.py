#!/usr/bin/env python3
# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""Kafka clusters that refuse and vanish, on librdkafka's mock cluster: what is the cluster's fault is
tried again and never dropped, what is the record's own goes to quarantine alone.  Events come from one
cluster and go to another, so that an injected error meets the gateway."""

import tempfile
import time

from harness import Gateway, Tap, wait_for
from kafka_peer import Load, MockKafka, signature_set

PRODUCE, OFFSET_COMMIT, HEARTBEAT = 0, 8, 12
TOPIC_AUTHORIZATION_FAILED, POLICY_VIOLATION, INVALID_RECORD = 29, 44, 87
NOT_COORDINATOR, COORDINATOR_LOADING = 16, 14

tap = Tap()
SETS = tempfile.TemporaryDirectory(prefix="ew-sets-")
signature_set(SETS.name)


def config(**route):
    def topic(name):
        return {"kafka": {"brokers": out.brokers, "topic": name}, "backoff_ms": 50, "backoff_max_ms": 400,
                "breaker_open_ms": 200}
    return {"signature_dir": SETS.name, "functions": {"f": topic("out"), "q": topic("dead")},
            "routes": [dict({"name": "r", "signatures": ["net"], "mode": "block", "function": "f", "quarantine": "q",
                             "source": {"kafka": {"brokers": k.brokers, "group": "g", "topics": ["in"]}}}, **route)]}


def good_of(a, b):
    return {n for n in range(a, b) if not Load.is_bad(n)}


def seen(topic):
    return {r.json()["n"] for r in out.read(topic)}


def send(a, b):
    k.produce("in", [Load.event(n) for n in range(a, b)])


def arrives(upto, what):
    wait_for(lambda: seen("out") == good_of(0, upto), 30, 0.2)
    tap.equal(len(good_of(0, upto) ^ seen("out")), 0, what)


with MockKafka("in:4") as k, MockKafka("out:4", "dead:1") as out:
    with Gateway(config(on_failure="hold")) as gw:
        send(0, 50)
        arrives(50, "a healthy cluster takes all")

        out.order("error %d %d 5" % (PRODUCE, POLICY_VIOLATION))
        send(50, 100)
        arrives(100, "a cluster's policy delays, it does not drop")
        tap.ok(any("alarm" in e.get("text", "") for e in gw.events()), "and the event log has an alarm")

        out.order("error %d %d 5" % (PRODUCE, TOPIC_AUTHORIZATION_FAILED))
        send(100, 150)
        arrives(150, "missing rights delay, they do not drop")

        k.order("error %d %d 3" % (OFFSET_COMMIT, NOT_COORDINATOR))
        k.order("error %d %d 2" % (HEARTBEAT, COORDINATOR_LOADING))
        send(150, 200)
        arrives(200, "a coordinator that moves does not matter")

        for cluster in (k, out):
            cluster.order("down 1")
        time.sleep(2)
        for cluster in (k, out):
            cluster.order("up 1")
        send(200, 250)
        arrives(250, "nor do brokers that were away for two seconds")
        wait_for(lambda: seen("dead") == set(range(250)) - good_of(0, 250), 20, 0.2)
        tap.equal(seen("dead"), set(range(250)) - good_of(0, 250), "quarantine has the bad ones, only them")
        tap.equal(gw.stop(), 0, "the gateway drains")

    with Gateway(config(on_failure="quarantine")) as gw:
        time.sleep(4)  # its group has formed: the errors meet its records
        out.order("error %d %d 2" % (PRODUCE, INVALID_RECORD))
        send(251, 252)
        wait_for(lambda: 251 in seen("dead"), 30, 0.2)
        odd = [r for r in out.read("dead") if r.json()["n"] == 251]
        tap.equal([(r.get("eventwall-reason"), bool(r.get("eventwall-failure"))) for r in odd], [("undeliverable", True)],
                  "a record that the broker finds invalid, alone too, goes to quarantine with the reason")
        tap.ok(251 not in seen("out"), "and nowhere else")
        out.order("error %d %d 1" % (PRODUCE, INVALID_RECORD))
        send(252, 253)
        wait_for(lambda: 252 in seen("out"), 30, 0.2)
        tap.ok(252 in seen("out") and 252 not in seen("dead"), "one refused for its neighbours' sake is sent alone")
        tap.equal(gw.stop(), 0, "the gateway drains again")
tap.done()
