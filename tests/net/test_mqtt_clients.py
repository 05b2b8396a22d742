# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""Clients that people use, at a broker and through the proxy: what they see has to be the same.

Each is a program of its own (client_*) that goes through one scenario (QoS 0 to 2, retained messages, a will, a session
that is taken up again, shared subscriptions, properties of MQTT 5 ...) and prints what it saw.  It runs twice at once,
against the same broker under names of its own.  What is missing is skipped: paho (python3-paho-mqtt, libpaho-mqtt-dev
at configure), mqtt.js (npm; kept outside the tree)."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from harness import BUILDDIR, PATIENCE, Gateway, Tap, free_port, skip_all, which
from test_mqtt import SET, Broker

HERE = os.path.dirname(os.path.abspath(__file__))
MQTTJS = os.environ.get("EW_MQTTJS_VERSION", "5.10.1")
TEN = ["m%d" % i for i in range(10)]


def expected(client, version):
    """What one that works sees."""
    want = {"connect": [0, 0], "big": 200000, "unsubscribe": ["end"], "retained": [["kept", 1], ["end", 0]],
            "retained deleted": ["end"], "will": ["gone"], "session": [1, TEN[:5]], "shared": ["%02d" % i for i in range(20)]}
    for qos in (0, 1, 2):
        want["qos%d" % qos] = [[qos], [qos] * 10, TEN]
    if version == 5:
        pairs = [["a", "1"], ["b", "2"], ["a", "3"]]
        want["properties"] = [sorted(pairs) if client == "mqtt.js" else pairs, "text/plain", "/answer",
                              "63" if client == "mosquitto" else "00ff", 1, True]
        if client != "mosquitto":
            want["assigned"], want["alias"] = True, ["first", "by alias"]
    if client == "mosquitto":
        del want["connect"], want["unsubscribe"]
    elif version == 3 or (client == "paho C" and version == 5):
        want["session"] = [0, TEN[:5]]  # 3.1 has no word for it, paho C does not pass it on in 5
    return want


def python_with_paho():
    for python in (sys.executable, "/usr/bin/python3"):
        if os.path.exists(python) and subprocess.run([python, "-c", "import paho.mqtt.client"], stderr=subprocess.DEVNULL).returncode == 0:
            return python
    return None


def fetch_mqttjs():
    """The folder of its modules; None and why not."""
    if not which("node") or not which("npm"):
        return None, "node or npm is not installed"
    cache = os.path.join(os.environ.get("EW_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "eventwall"))
    home = os.path.join(cache, "mqttjs-" + MQTTJS)
    if not os.path.isdir(home):
        os.makedirs(cache, exist_ok=True)
        work = tempfile.mkdtemp(prefix="mqttjs-", dir=cache)
        try:
            done = subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", work, "mqtt@" + MQTTJS],
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        except subprocess.TimeoutExpired:
            done = None
        if done is None or done.returncode or not os.path.isdir(os.path.join(work, "node_modules", "mqtt")):
            shutil.rmtree(work, ignore_errors=True)
            return None, "npm did not get mqtt@" + MQTTJS
        try:
            os.rename(work, home)
        except OSError:  # another run was faster
            shutil.rmtree(work, ignore_errors=True)
    return os.path.join(home, "node_modules"), None


def clients(tap):
    """(name, command, environment, transports) of those that are here."""
    yield "mosquitto", [sys.executable, os.path.join(HERE, "client_mosquitto.py")], {}, ("tcp",)
    python = python_with_paho()
    if python:
        yield "paho Python", [python, os.path.join(HERE, "client_paho.py")], {}, ("tcp", "websockets")
    else:
        tap.skip("paho Python", "python3-paho-mqtt is not installed")
    c = os.path.join(BUILDDIR, "client-paho")
    if os.path.exists(c):
        yield "paho C", [c], {}, ("tcp", "websockets")
    else:
        tap.skip("paho C", "libpaho-mqtt-dev was not there at configure")
    modules, why = fetch_mqttjs()
    if modules:
        yield "mqtt.js", ["node", os.path.join(HERE, "client_mqttjs.js")], {"NODE_PATH": modules}, ("tcp", "websockets")
    else:
        tap.skip("mqtt.js", why)


def run(command, env, port, transport, version, prefix):
    """What it saw, or a text that says why it saw nothing.  paho C over WebSocket now and then refuses to publish (-1)
    though nothing was lost, at a broker as well: it is asked again."""
    for _ in range(5):
        saw = run_once(command, env, port, transport, version, prefix)
        if transport != "websockets" or isinstance(saw, dict) or "client-paho: publish: -1" not in saw:
            break
        prefix += "r"
    return saw


def run_once(command, env, port, transport, version, prefix):
    try:
        done = subprocess.run(command + [str(port), transport, str(version), prefix], env=dict(os.environ, **env),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=90 * PATIENCE)
        return json.loads(done.stdout) if done.returncode == 0 else done.stderr.decode("utf-8", "replace")[-2000:]
    except (subprocess.TimeoutExpired, ValueError) as e:
        return repr(e)


def judge(tap, name, want, direct, through):
    if not isinstance(through, dict):
        tap.ok(False, "%s goes through its scenario" % name)
        tap.note("through the proxy: %s" % through)
        return
    wrong = sorted(k for k in set(want) | set(through) if want.get(k) != through.get(k))
    tap.equal({k: through.get(k) for k in wrong}, {k: want.get(k) for k in wrong}, "%s through the proxy" % name)
    # What a broker cannot do itself is not held against the proxy.
    if isinstance(direct, dict):
        other = sorted(k for k in set(direct) | set(through) if direct.get(k) != through.get(k))
        tap.equal({k: through.get(k) for k in other}, {k: direct.get(k) for k in other}, "%s sees the same as without it" % name)
    else:
        tap.note("%s cannot do it at the broker itself: %s" % (name, direct[-300:]))


def has_websockets(folder):
    """Was this mosquitto built with them?"""
    conf = os.path.join(folder, "websockets.conf")
    with open(conf, "w") as f:
        f.write("listener %d 127.0.0.1\nlistener %d 127.0.0.1\nprotocol websockets\n" % (free_port(), free_port()))
    try:
        subprocess.run([which("mosquitto"), "-c", conf], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, timeout=1)
    except subprocess.TimeoutExpired:
        return True
    return False


def everything(tap, folder):
    ws_port = free_port()
    extra = "listener %d 127.0.0.1\nprotocol websockets\nallow_anonymous true\n" % ws_port if has_websockets(folder) else ""
    with Broker("set_tcp_nodelay true\n" + extra) as broker:
        def route(name, **more):
            return {"name": name, "signatures": ["net-mqtt"],
                    "source": {"mqtt_proxy": dict({"listen": "@" + name, "broker": broker.address}, **more)}}
        routes = [route("tcp"), route("websockets", websocket=True, websocket_path="/mqtt", inspect="both")]
        with Gateway({"signature_dir": folder, "routes": routes}, workers=2) as gw, ThreadPoolExecutor(4) as pool:
            jobs = []
            for client, command, env, transports in clients(tap):
                for transport in transports:
                    for version in (3, 4, 5):
                        name = "%s, %s, %s" % (client, transport, {3: "3.1", 4: "3.1.1", 5: "5"}[version])
                        key = "c%d" % len(jobs)
                        at_broker = broker.port if transport == "tcp" else ws_port
                        direct = pool.submit(run, command, env, at_broker, transport, version, key + "d") \
                            if transport == "tcp" or extra else None
                        through = pool.submit(run, command, env, gw.listen["@" + transport][1], transport, version, key + "p")
                        jobs.append((name, expected(client, version), direct, through))
            for name, want, direct, through in jobs:
                judge(tap, name, want, direct.result() if direct else "mosquitto has no WebSocket here", through.result())
            tap.equal(len(gw.events(event_type="drop")), 0, "nothing was dropped")


def main():
    if not which("mosquitto") or not which("mosquitto_sub"):
        skip_all("mosquitto is not installed")
    tap, folder = Tap(), tempfile.mkdtemp(prefix="ew-set-")
    with open(os.path.join(folder, "net-mqtt.json"), "w") as f:
        json.dump(SET, f)
    try:
        everything(tap, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    tap.done()


main()
