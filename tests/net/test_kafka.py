#!/usr/bin/env python3
# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""The Kafka source and sink on a real Apache Kafka: what is forwarded, what is not, and that nothing is
lost when the gateway is killed, the function fails, partitions move or the broker is away."""

import collections
import random
import sys
import tempfile
import time

from harness import PATIENCE, Function, Gateway, Tap, wait_for
from kafka_peer import Kafka, Load, signature_set, unique

tap = Tap()
random.seed(7)
SETS = tempfile.TemporaryDirectory(prefix="ew-sets-")
signature_set(SETS.name)

# Failure of a member is noticed within two seconds instead of ten.
QUICK = {"session.timeout.ms": "2000", "heartbeat.interval.ms": "400"}


def topic_to(k, topic, properties=None, **more):
    return dict({"kafka": {"brokers": k.brokers, "topic": topic, "properties": properties or {}}}, **more)


def config(k, name, function=None, transactions=False, properties=None, **route):
    """One route from topic NAME.in to `function` (topic NAME.out if None) with quarantine NAME.dead."""
    return {
        "signature_dir": SETS.name,
        "functions": {"f": function or topic_to(k, name + ".out"), "q": topic_to(k, name + ".dead")},
        "routes": [dict({
            "name": "r", "signatures": ["net"], "mode": "block", "function": "f", "quarantine": "q",
            "source": {"kafka": {"brokers": k.brokers, "group": name, "topics": [name + ".in"],
                                 "transactions": transactions,
                                 "properties": dict(QUICK, **(properties or {}))}}}, **route)]}


def numbers(records):
    return collections.Counter(r.json()["n"] for r in records)


def seen_by(fn):
    with fn.lock:
        bodies = [r.body for r in fn.requests]
    return collections.Counter(int(b.split(b'"n":')[1].split(b",")[0]) for b in bodies)


def duplicates(counter):
    return sum(counter.values()) - len(counter)


def topic_to_topic(k):
    name = unique("plain")
    k.produce(name + ".in", ['{"n":1,"note":"fine"}'], key="k1", headers=[("h", "one"), ("h", "two")])
    k.produce(name + ".in", ['{"n":2,"note":"an attack"}'], key="k2", headers=[("trace", "t1")])
    k.produce(name + ".in", ['{"n":3,"note":"ZnJvbSBhbiBhdHRhY2sgbm93"}'])
    k.tombstone(name + ".in", "gone")
    with Gateway(config(k, name)):
        wait_for(lambda: len(k.read(name + ".out")) >= 2 and len(k.read(name + ".dead")) >= 2, 30, 0.2)
    out, dead, was = k.read(name + ".out"), k.read(name + ".dead"), k.read(name + ".in")
    tap.equal(sorted((r.key, r.value) for r in out if r.key), [("gone", None), ("k1", '{"n":1,"note":"fine"}')],
              "good records are forwarded with key and value, a tombstone as a tombstone")
    first = [r for r in out if r.key == "k1"]
    tap.equal(first and first[0].headers, [("h", "one"), ("h", "two")], "with their headers, in order")
    tap.equal(first and first[0].ts, [r for r in was if r.key == "k1"][0].ts, "and their timestamp")
    tap.equal(sorted(r.json()["n"] for r in dead), [2, 3], "bad ones are in quarantine, however deep")
    two = [r for r in dead if r.key == "k2"]
    origin = [r for r in was if r.key == "k2"][0]
    tap.equal(two and (two[0].get("eventwall-reason"), two[0].get("eventwall-signature"),
                       two[0].get("eventwall-path"), two[0].get("eventwall-route"), two[0].get("trace")),
              ("signature", "1 the word attack", "kafka.value|json.note", "r", "t1"),
              "headers say why, after the record's own")
    tap.equal(two and (two[0].get("eventwall-topic"), two[0].get("eventwall-partition"),
                       two[0].get("eventwall-offset")),
              (name + ".in", str(origin.partition), str(origin.offset)), "and where it came from")
    tap.equal(two and len(two[0].get("eventwall-event-id") or ""), 26, "and its id in the event log")


def topic_to_function(k):
    name = unique("http")
    k.make(name + ".in")

    def answer(r):
        return (500, [], b"no") if b'"n":13,' in r.body or b'"n":7,' in r.body else (200, [], b"")

    with Function(answer) as fn:
        f = {"http": {"url": fn.url}, "retries": 2, "backoff_ms": 20, "backoff_max_ms": 50, "breaker_failures": 0}
        with Gateway(config(k, name, f, on_failure="quarantine")):
            k.produce(name + ".in", [Load.event(n) for n in range(100)])
            wait_for(lambda: len(k.read(name + ".dead")) >= 11, 30, 0.2)
            wait_for(lambda: len(set(seen_by(fn))) >= 90, 10, 0.1)
        got = set(seen_by(fn))
    dead = k.read(name + ".dead")
    tap.equal(got, {n for n in range(100) if not Load.is_bad(n)}, "each good event reached the function, no bad one did")
    why = {r.json()["n"]: r for r in dead}
    tap.equal(sorted(why), sorted([n for n in range(100) if Load.is_bad(n)] + [7]),
              "bad ones and the one it always refuses are in quarantine")
    tap.ok(7 in why and why[7].get("eventwall-reason") == "undeliverable" and why[7].get("eventwall-failure"),
           "which says that the latter could not be delivered and why")


def function_away(k):
    name = unique("hold")
    k.make(name + ".in")
    fn = Function()
    fn.stop()
    f = {"http": {"url": fn.url}, "backoff_ms": 50, "backoff_max_ms": 500, "max_in_flight": 50,
         "breaker_failures": 5, "breaker_open_ms": 300}
    slow = {"max.poll.interval.ms": "6000", "session.timeout.ms": "6000"}
    total = 2000
    with Gateway(config(k, name, f, properties=slow, on_failure="hold")) as gw:
        k.produce(name + ".in", [Load.event(n) for n in range(total)])
        time.sleep(9)
        tap.equal(sum(seen_by(fn).values()), 0, "nothing is delivered while the function is away")
        fn.start()
        want = {n for n in range(total) if not Load.is_bad(n)}
        wait_for(lambda: set(seen_by(fn)) == want, 40, 0.2)
        tap.equal(len(want - set(seen_by(fn))), 0, "all of it is delivered when it is back")
        tap.ok(duplicates(seen_by(fn)) == 0,
               "once each: a member that holds for longer than max.poll.interval.ms stays a member")
        code = gw.stop()
    tap.equal(code, 0, "and the gateway drains")
    fn.stop()


def killed(k, transactions, kills):
    name = unique("killed")
    k.make(name + ".in")
    properties = {"group.instance.id": name}
    c = config(k, name, transactions=transactions, properties=properties)
    if transactions:
        for f in c["functions"].values():
            f["kafka"]["properties"] = {"transaction.timeout.ms": "2000", "message.timeout.ms": "2000"}
    load = Load(k, name + ".in")
    gw = Gateway(c)
    for _ in range(kills):
        time.sleep(random.uniform(0.3, 1.2) * PATIENCE)
        gw.kill()
        gw.start()
    load.stop()

    def missing():
        return (len(load.good() - set(numbers(k.read(name + ".out", committed=True)))) +
                len(load.bad() - set(numbers(k.read(name + ".dead", committed=True)))))

    wait_for(lambda: missing() == 0, 60, 0.5)
    gw.close()
    out, dead = numbers(k.read(name + ".out", committed=True)), numbers(k.read(name + ".dead", committed=True))
    what = "killed %d times over %d events%s" % (kills, load.sent, ", in transactions" if transactions else "")
    tap.equal(len(load.good() - set(out)), 0, what + ": no good event is missing")
    tap.equal(len(load.bad() - set(dead)), 0, what + ": no bad event is missing in quarantine")
    tap.equal(len(set(out) & load.bad()) + len(set(dead) & load.good()), 0, what + ": none is in the wrong topic")
    tap.note("duplicates: %d forwarded, %d in quarantine" % (duplicates(out), duplicates(dead)))
    if transactions:
        tap.equal(duplicates(out) + duplicates(dead), 0, what + ": each of them exactly once")


def killed_before_function(k, kills):
    name = unique("killed-http")
    k.make(name + ".in")
    with Function() as fn:
        f = {"http": {"url": fn.url}, "retries": 1000, "backoff_ms": 20, "backoff_max_ms": 200}
        load = Load(k, name + ".in", rate=400)
        gw = Gateway(config(k, name, f, properties={"group.instance.id": name}))
        for _ in range(kills):
            time.sleep(random.uniform(0.2, 0.9) * PATIENCE)
            gw.kill()
            gw.start()
        load.stop()
        wait_for(lambda: load.good() <= set(seen_by(fn)), 60, 0.5)
        wait_for(lambda: load.bad() <= set(numbers(k.read(name + ".dead"))), 20, 0.5)
        gw.close()
        got, dead = seen_by(fn), numbers(k.read(name + ".dead"))
    what = "killed %d times before a function, %d events" % (kills, load.sent)
    tap.equal(len(load.good() - set(got)), 0, what + ": no good event is missing at the function")
    tap.equal(len(load.bad() - set(dead)), 0, what + ": no bad event is missing in quarantine")
    tap.equal(len(set(got) & load.bad()), 0, what + ": no bad event reached the function")
    tap.note("duplicates: %d at the function" % duplicates(got))


def rebalance(k, transactions):
    name = unique("moves")
    k.make(name + ".in")
    c = config(k, name, transactions=transactions)
    load = Load(k, name + ".in", rate=1000)
    a = Gateway(c, workers=2)
    time.sleep(2)
    b = Gateway(c)
    time.sleep(5)
    code = a.stop()
    time.sleep(2)
    a.start()
    time.sleep(4)
    load.stop()
    wait_for(lambda: set(numbers(k.read(name + ".out", committed=True))) == load.good(), 40, 0.5)
    codes = (code, a.close(), b.close())
    out, dead = numbers(k.read(name + ".out", committed=True)), numbers(k.read(name + ".dead", committed=True))
    what = "partitions move" + (" in transactions" if transactions else "")
    tap.ok(set(out) == load.good() and set(dead) == load.bad(), what + ": each event is where it should be")
    tap.note("duplicates: %d forwarded, %d in quarantine" % (duplicates(out), duplicates(dead)))
    tap.equal(duplicates(out) + duplicates(dead), 0, what + ": in-flight events end before their partition goes")
    tap.equal(codes, (0, 0, 0), what + ": all gateways ended well")


def too_large(k, transactions):
    name = unique("large")
    k.make(name + ".in")
    k.make(name + ".out", **{"max.message.bytes": "2000"})
    values = [Load.event(n) for n in range(500)]
    values[250] = '{"n":250,"note":"%s"}' % ("long " * 1000)
    k.produce(name + ".in", values)
    with Gateway(config(k, name, transactions=transactions, on_failure="quarantine")):
        wait_for(lambda: len(k.read(name + ".out", committed=True)) +
                 len(k.read(name + ".dead", committed=True)) >= 500, 30, 0.3)
    out, dead = k.read(name + ".out", committed=True), k.read(name + ".dead", committed=True)
    what = "too large for the topic" + (" in transactions" if transactions else "")
    tap.equal(set(numbers(out)), {n for n in range(500) if not Load.is_bad(n)} - {250},
              what + ": one such record does not take others with it")
    tap.equal([r.get("eventwall-reason") for r in dead if r.json()["n"] == 250], ["undeliverable"],
              what + ": it is in quarantine")
    tap.equal(len(dead), 51, what + ": beside the bad ones nothing else is")


def behind(k):
    """A queue that was full holds the reader up no longer than it takes to empty it."""
    name, total = unique("behind"), 20000
    k.make(name + ".in")
    with tempfile.NamedTemporaryFile("w", prefix="ew-lines-") as f:
        f.write("".join('{"n":%d}\n' % n for n in range(total)))
        f.flush()
        # Small batches, since a fetch brings one at least, whatever it is told.
        k.kcat("-P", "-t", name + ".in", "-X", "batch.num.messages=1000", "-X", "sticky.partitioning.linger.ms=0", "-l", f.name)
    short = {"queued.min.messages": "300", "fetch.message.max.bytes": "1000"}
    with Gateway(config(k, name, properties=short)) as gw:
        wait_for(lambda: gw.metric("eventwall_messages_total") > 0, 30, 0.02)
        began = time.monotonic()
        wait_for(lambda: gw.metric("eventwall_messages_total") >= total, 60, 0.05)
        took = time.monotonic() - began
        tap.equal(gw.metric("eventwall_messages_total"), total, "a reader whose queue fills up with every fetch reads them all")
    tap.ok(took < 10 * PATIENCE, "and does not wait a second for each time: %.1f s" % took)


def broker_away(k):
    name = unique("away")
    k.make(name + ".in")
    k.stop()
    with Gateway(config(k, name)) as gw:
        time.sleep(1)
        tap.equal(gw.get("/live")[0], 200, "the gateway runs without a broker")
        k.start()
        k.produce(name + ".in", [Load.event(n) for n in range(0, 50)])
        wait_for(lambda: len(k.read(name + ".out")) >= 45, 40, 0.2)
        tap.equal(len(k.read(name + ".out")), 45, "and goes to work when there is one")
        k.stop()
        time.sleep(1)
        k.start()
        k.produce(name + ".in", [Load.event(n) for n in range(50, 100)])
        wait_for(lambda: len(set(numbers(k.read(name + ".out")))) >= 90, 40, 0.2)
        tap.equal(len(set(numbers(k.read(name + ".out")))), 90, "and again after a restart of the broker")


PARTS = {
    "plain": topic_to_topic,
    "function": topic_to_function,
    "hold": function_away,
    "killed": lambda k: killed(k, False, 10),
    "killed-http": lambda k: killed_before_function(k, 20),
    "killed-txn": lambda k: killed(k, True, 10),
    "moves": lambda k: rebalance(k, False),
    "moves-txn": lambda k: rebalance(k, True),
    "large": lambda k: too_large(k, False),
    "large-txn": lambda k: too_large(k, True),
    "behind": behind,
    "away": broker_away,
}

with Kafka() as kafka:
    for part in sys.argv[1:] or PARTS:
        began = time.monotonic()
        PARTS[part](kafka)
        tap.note("%s: %.1f s" % (part, time.monotonic() - began))
tap.done()
