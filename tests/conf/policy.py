# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""Policy of a route: overrides and exclusions, as `explain` shows their effect, and what is wrong with them as
`check` tells it."""

import json
import os
import subprocess
import tempfile

BUILDDIR = os.environ.get("EW_BUILDDIR", "build")
PROGRAM = os.path.join(BUILDDIR, "eventwall")
count = failed = 0

SET = {"set": "probe", "version": "1", "signatures": [
    {"id": 100001, "name": "the word evil", "class": "bad", "action": "drop", "on": "both",
     "pattern": "evil", "hit": ["{\"a\": \"evil\"}"], "miss": ["{\"a\": \"good\"}"]},
    {"id": 100002, "name": "the word odd", "class": "weak", "score": 3,
     "pattern": "odd", "hit": ["{\"a\": \"odd\"}"], "miss": ["{\"a\": \"even\"}"]},
    {"id": 100003, "name": "the word strange", "class": "weak", "score": 3,
     "pattern": "strange", "hit": ["{\"a\": \"strange\"}"], "miss": ["{\"a\": \"even\"}"]},
    {"id": 100004, "name": "a key that stands twice", "class": "shape", "action": "drop", "anomaly": "dup_key",
     "hit": ["{\"a\": 1, \"a\": 2}"], "miss": ["{\"a\": 1}"]},
]}


def ok(good, name, note=""):
    global count, failed
    count += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", count, name))
    for line in str(note).splitlines() if not good else ():
        print("#", line)


with tempfile.TemporaryDirectory() as folder:
    os.mkdir(os.path.join(folder, "sets"))
    with open(os.path.join(folder, "sets", "probe.json"), "w") as f:
        json.dump(SET, f)
    path = os.path.join(folder, "eventwall.json")

    def configure(**route):
        with open(path, "w") as f:
            json.dump({"signature_dir": "sets", "cache_dir": folder, "admin": {"listen": ""},
                       "functions": {"f": {"http": {"url": "http://127.0.0.1:9/"}}},
                       "routes": [dict({"name": "r", "function": "f", "source": {"http": {"listen": "127.0.0.1:0"}}},
                                       **route)]}, f, indent=1)

    def run(command, data, *args):
        return subprocess.run([PROGRAM, command, "-c", path] + list(args), input=data, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60)

    def explain(text):
        r = run("explain", text.encode(), "--json")
        x = json.loads(r.stdout) if r.stdout else {"error": r.stderr.decode()}
        return x.get("verdict"), {h["signature_id"]: h["standing"] for h in x.get("hits", [])}, x

    def check():
        r = run("check", b"")
        return r.returncode, (r.stdout + r.stderr).decode()

    def line_of(text):
        with open(path) as f:
            return next(i for i, line in enumerate(f, 1) if text in line)

    configure()
    ok(explain('{"a": "evil"}')[:2] == ("drop", {100001: "counts"}), "without a policy a hit counts")

    for mode, verdict, standing in (("shadow", "shadow", "shadow"), ("detect", "forward", "noted"),
                                    ("off", "forward", None), ("block", "drop", "counts")):
        configure(overrides=[{"signatures": ["100001"], "mode": mode}])
        v, hits, x = explain('{"a": "evil"}')
        ok(v == verdict and hits.get(100001) == standing, "%s for one signature" % mode, x)

    configure(overrides=[{"signatures": ["100001"], "mode": "shadow"}])
    v, hits, x = explain('{"a": "evil odd", "b": "strange"}')
    ok(v == "drop" and x["score"] == 6 and "the score 6 reaches" in x["why"],
       "what counts still decides beside what is in shadow", x)
    v, hits, x = explain('{"a": "evil odd"}')
    ok(v == "shadow" and x["score"] == 3 and "if it were not in shadow" in x["why"],
       "a score of shadow is none of the message", x)

    configure(overrides=[{"signatures": ["100003"], "mode": "shadow"}])
    v, hits, x = explain('{"a": "odd", "b": "strange"}')
    ok(v == "shadow" and x["score"] == 3, "a score that only shadow would complete is told", x)

    configure(overrides=[{"signatures": ["weak"], "action": "drop"}])
    ok(explain('{"a": "odd"}')[0] == "drop", "a class, and another action")
    configure(overrides=[{"signatures": ["bad"], "action": "score", "score": 1}])
    v, hits, x = explain('{"a": "evil"}')
    ok(v == "forward" and x["score"] == 1, "another score", x)
    configure(overrides=[{"signatures": ["weak"], "mode": "off"}, {"signatures": ["100002"], "action": "drop"}])
    v, hits, x = explain('{"a": "odd", "b": "strange"}')
    ok(v == "drop" and hits == {100002: "counts"}, "of several the last counts", x)
    configure(overrides=[{"signatures": ["shape"], "mode": "shadow"}])
    ok(explain('{"a": 1, "a": 2}')[0] == "shadow", "a signature of an anomaly has a policy, too")

    exclusion = {"signatures": ["100001"], "paths": ["body.note"], "reason": "notes may say so"}
    configure(exclusions=[exclusion])
    v, hits, x = explain('{"note": "evil"}')
    ok(v == "forward" and hits == {100001: "excluded"} and "does not count" in x["why"], "excluded in its field", x)
    ok(explain('{"other": "evil"}')[0] == "drop", "and in no other")
    v, hits, x = explain('{"note": "evil", "other": "evil"}')
    ok(v == "drop" and [h["standing"] for h in x["hits"]] == ["excluded", "counts"], "one of two", x)
    ok(explain('{"note": "odd"}')[1] == {100002: "counts"}, "no other signature is excluded there")
    ok(explain('{"note": "ZXZpbCBldmls"}')[0] == "forward", "below a layer, as targets do")
    configure(exclusions=[dict(exclusion, expires="2020-02-29")])
    ok(explain('{"note": "evil"}')[0] == "drop", "an exclusion that ended does not hold")
    code, text = check()
    ok(code == 0 and "ended on 2020-02-29" in text, "and check says so", text)
    configure(exclusions=[dict(exclusion, expires="2999-12-31")])
    ok(explain('{"note": "evil"}')[0] == "forward", "one that has not ended holds")

    configure()
    r = run("explain", b'{"note": "evil"}').stdout.decode()
    start = r.find('{"signatures": ["100001"]')
    line = json.loads(r[start:r.index("\n", start)]) if start >= 0 else {}
    configure(exclusions=[dict(line, reason="copied")])
    ok(explain('{"note": "evil"}')[0] == "forward", "what explain offers can be copied", r)

    for name, route, at, what in (
            ("an unknown id", {"overrides": [{"signatures": ["7"]}]}, '"7"', 'no signature 7'),
            ("an unknown class", {"exclusions": [dict(exclusion, signatures=["wek"])]}, '"wek"',
             'did you mean "weak"?'),
            ("a broken path", {"exclusions": [dict(exclusion, paths=["a[["])]}, '"a[["', "is no path"),
            ("a day that is none", {"exclusions": [dict(exclusion, expires="2023-02-29")]}, '"2023-02-29"',
             "write YYYY-MM-DD"),
            ("no reason", {"exclusions": [{"signatures": ["100001"], "paths": ["a"]}]}, '"exclusions"',
             '"reason" is missing'),
            ("a mode that is none", {"overrides": [{"signatures": ["100001"], "mode": "blok"}]}, '"blok"',
             '"block"')):
        configure(**route)
        code, text = check()
        ok(code == 78 and what in text, "check refuses %s" % name, text)
        ok(any(":%d:" % n in text for n in range(line_of(at) - 3, line_of(at) + 3)), "and names the line", text)

print("1..%d" % count)
raise SystemExit(failed > 0)
