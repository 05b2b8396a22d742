# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""`eventwall rules`: the examples of the sets that ship hold in every envelope over every source; lists, prices and
warnings; and a signature over its budget is refused when a configuration is loaded."""

import json
import os
import subprocess
import tempfile

SRCDIR = os.environ.get("EW_SRCDIR", ".")
BUILDDIR = os.environ.get("EW_BUILDDIR", "build")
PROGRAM = os.path.join(BUILDDIR, "eventwall")
SHIPPED = os.path.join(SRCDIR, "signatures", "sets")
count = failed = 0


def ok(good, name, note=""):
    global count, failed
    count += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", count, name))
    for line in str(note).splitlines()[:20] if not good else ():
        print("#", line)


def run(*args):
    r = subprocess.run([PROGRAM] + list(args), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    return r.returncode, r.stdout.decode(), r.stderr.decode()


def lines(*args):
    code, out, err = run("rules", *args, "--json")
    return code, [json.loads(line) for line in out.splitlines()] or [{"error": err}]


code, listed = lines("list", "--signature-dir", SHIPPED)
ok(code == 0 and len(listed) > 100 and all(s["id"] < 100000 for s in listed), "the sets that ship are listed", listed)
code, said = lines("test", "--signature-dir", SHIPPED)
broken = {x["id"] for x in said[:-1]}
for s in listed:
    ok(s["id"] not in broken, "%s %d: %s" % (s["set"], s["id"], s["name"]),
       "\n".join(json.dumps(x) for x in said[:-1] if x["id"] == s["id"]))
ok(code == 0 and said[-1] == {"good": len(listed), "bad": 0}, "their examples hold", said[-1])

with tempfile.TemporaryDirectory() as folder:
    def write(*signatures):
        with open(os.path.join(folder, "probe.json"), "w") as f:
            json.dump({"set": "probe", "version": "1", "signatures": [
                dict({"name": "n%d" % i, "class": "probe", "action": "drop", "hit": ["{\"a\": \"evil\"}"],
                      "miss": ["{\"a\": \"good\"}"]}, id=900001 + i, **s) for i, s in enumerate(signatures)]}, f,
                      indent=1)

    D = ("--signature-dir", folder, "--signatures", "probe")
    write({"pattern": "evil", "references": ["https://example.com/1"], "notes": "why", "target": ["body.a", "body.b"],
           "views": ["command"]}, {"anomaly": "dup_key", "hit": ["{\"a\":1,\"a\":2}"]})
    code, out, err = run("rules", "show", "900001", *D)
    shown = json.loads(out)
    ok(code == 0 and shown["pattern"] == "evil" and shown["references"] == ["https://example.com/1"] and
       shown["notes"] == "why" and shown["target"] == ["body.a", "body.b"] and shown["views"] == ["command"] and
       shown["hit"] and shown["line"] == 5, "one signature, whole", out)
    code, shown = lines("show", "900002", *D)
    ok(code == 0 and shown[0]["anomaly"] == "dup_key" and "views" not in shown[0], "one of an anomaly", shown)
    code, out, err = run("rules", "list", *D)
    ok(code == 0 and len(out.splitlines()) == 2 and "dup_key" in out, "a table", out)

    write({"pattern": "evli"}, {"pattern": "good"})
    code, said = lines("test", *D)
    ok(code == 1 and said[-1] == {"good": 0, "bad": 2}, "examples that do not hold", said)
    ok({(x["id"], x["example"]) for x in said[:-1]} ==
       {(900001, "hit"), (900002, "hit"), (900002, "miss")}, "are told", said)
    ok(len({(x["wrapped"], x["source"]) for x in said[:-1]}) == 18, "in six wrappings over three sources", said)
    code, said = lines("test", "900001", *D)
    ok(code == 1 and said[-1] == {"good": 0, "bad": 1}, "of one signature", said)
    code, out, err = run("rules", "test", *D)
    ok(code == 1 and "probe.json:5: 900001 is not found as it stands over http" in out, "as text, with the line", out)

    write({"pattern": "evil"}, {"pattern": "[a-z][^x]{3,400}[0-9].*e"}, {"pattern": "ev"})
    code, priced = lines("cost", *D)
    ok(code == 0 and [p["id"] for p in priced][0] == 900002, "prices, dearest first", priced)
    ok(all(p["ns_per_kb"] > 0 and p["database_bytes"] > 0 for p in priced) and
       99 < sum(p["database_share"] for p in priced) < 101, "each has one, and the shares are of a whole", priced)
    code, warned = lines("lint", *D)
    kinds = {(w["id"], w["warning"]) for w in warned}
    ok((900002, "ordinary") in kinds and (900001, "overlap") in kinds, "what should be looked at", warned)
    write({"pattern": "evil"}, {"pattern": "odd", "hit": ["{\"a\":\"odd\"}"], "miss": ["{\"a\":\"evil\"}"]})
    code, warned = lines("lint", *D)
    ok([(w["id"], w["warning"]) for w in warned] == [(900001, "harmless")], "harmless text of another", warned)
    write({"pattern": "evil"})
    code, out, err = run("rules", "lint", *D)
    ok(code == 0 and out == "0 warnings\n", "nothing", out)

    write({"pattern": "evil|e(?!v)vil"}, {"pattern": "(e)vi\\1?l", "hit": ["{\"a\":\"eviel\"}"]},
          {"pattern": "e[^x]{2,300}l$", "gate": ["evi"]}, {"pattern": "evil"},
          {"pattern": "(?=.*l)evi", "gate": ["evil"]}, {"operator": "sqli", "hit": ["{\"a\":\"x' or 1=1 --\"}"]})
    ways = ["split", "confirmed", "gated", "exact", "confirmed"]
    code, said = lines("test", *D)
    ok(code == 0 and said[-1] == {"good": 6, "bad": 0}, "gates and guesses hold in every envelope", said)
    code, shown = lines("list", *D)
    ok([s.get("match") for s in shown] == ways + [None], "how each pattern is looked for: list", shown)
    code, shown = lines("show", "900003", *D)
    ok(shown[0]["match"] == "gated" and shown[0]["gate"] == ["evi"], "show", shown)
    code, priced = lines("cost", *D)
    ok([p["match"] for p in sorted(priced, key=lambda p: p["id"])] == ways + ["-"] and
       all(p["ns_per_kb"] > 0 for p in priced), "cost", priced)
    code, warned = lines("lint", *D)
    ok([w["id"] for w in warned if w["warning"] == "confirmed"] == [900001, 900002, 900005],
       "lint warns of what is tried by the slow engine", warned)

    def check(**top):
        path = os.path.join(folder, "conf", "c.json")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            json.dump(dict({"cache_dir": os.path.join(folder, "cache"), "signature_dir": folder,
                            "functions": {"f": {"http": {"url": "http://127.0.0.1:9/"}}},
                            "routes": [{"name": "r", "function": "f", "source": {"http": {"listen": "127.0.0.1:0"}}}]},
                           **top), f)
        return run("check", "-c", path)

    write({"pattern": "evil"})
    code, out, err = check()
    ok(code == 0, "the ordinary budget has room", out + err)
    ok("note" not in out + err, "and there is nothing to note", out + err)
    write({"pattern": "evil(?! spirit)"})
    code, out, err = check()
    ok(code == 0 and "probe.json:5: signature 900001 is confirmed" in out + err, "what is guessed at is noted",
       out + err)
    write({"pattern": "\\w+(?!x)"})
    code, out, err = check(signature_ns_per_kb=20)
    ok(code == 78 and "signature 900001 takes" in out + err, "a guess that is found everywhere is over its budget",
       out + err)
    write({"pattern": "[a-z][^x]{3,401}[0-9].*e"})
    code, out, err = check(signature_ns_per_kb=1)
    ok(code == 78 and "probe.json:5" in out + err and "raise \"signature_ns_per_kb\"" in out + err,
       "a signature over the budget of time is refused, with its line", out + err)
    write({"pattern": "(?:%s)\\s{0,9}[(]evil" % "|".join("w%dx" % (i * 7919) for i in range(120))})
    code, out, err = check(signature_database_kb=1)
    ok(code == 78 and "raise \"signature_database_kb\"" in out + err, "and one over that of its database", out + err)

    for args in (("rules",), ("rules", "show"), ("rules", "lst"), ("rules", "show", "x"), ("rules", "list", "1", "2")):
        ok(run(*args)[0] == 64, "wrong usage: %s" % " ".join(args))
    code, out, err = run("rules", "show", "7", *D)
    ok(code == 78 and "no signature 7" in err, "no such signature", err)

print("1..%d" % count)
raise SystemExit(failed > 0)
