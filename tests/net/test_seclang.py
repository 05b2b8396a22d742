# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""Rule files of ModSecurity in routes: a small one over a running gateway, its reload and its log; Debian's Core Rule
Set over HTTP, MQTT and Kafka."""

import glob
import json
import os
import subprocess
import tempfile

from harness import PROGRAM, SRCDIR, Function, Gateway, Tap, request

CRS = ["/etc/modsecurity/crs/crs-setup.conf", "/usr/share/modsecurity-crs/rules/*.conf"]

RULES = """SecAction "id:1,phase:1,pass,nolog,setvar:tx.score=0"
SecRule ARGS "@rx (?i)union\\s+select" \\
    "id:10,phase:2,pass,capture,t:urlDecodeUni,msg:'sql in %{MATCHED_VAR_NAME}',logdata:'%{TX.0}',severity:CRITICAL,\\
    tag:'attack-sqli',tag:'mine',ver:'mine/1',setvar:tx.score=+5"
SecRule REQUEST_HEADERS:X-Tool "@pm nikto" "id:11,phase:1,pass,msg:'a tool'"
SecRule TX:score "@ge 5" "id:99,phase:2,deny,msg:'score %{tx.score}'"
SecRule REMOTE_ADDR "@ipMatch 10.0.0.0/8" "id:100,phase:1,deny"
"""


def config(function, rules, **route):
    return {"functions": {"f": {"http": {"url": function.url}}}, "log": {"excerpt": "redacted"},
            "routes": [dict({"name": "r", "source": {"http": {"listen": "@http"}}, "signatures": [rules],
                             "function": "f", "log_forwarded": True}, **route)]}


def post(gw, body, headers=()):
    return request(gw.http, "POST", "/order", json.dumps(body).encode(),
                   [("Content-Type", "application/json"), ("User-Agent", "shop/1"), ("Accept", "*/*")] + list(headers))[0]


ATTACK = {"note": "1 UNION SELECT password from users -- -"}
BENIGN = {"note": "two tickets, please", "n": 2}


def test_small(tap, folder):
    path = os.path.join(folder, "mine.conf")
    with open(path, "w") as f:
        f.write(RULES)
    with Function() as f, Gateway(config(f, {"seclang": path})) as gw:
        tap.equal([post(gw, BENIGN), post(gw, ATTACK)], [200, 403], "a score of the rules' own drops")
        tap.equal(post(gw, BENIGN, [("X-Tool", "nikto")]), 200, "a rule that only logs does not")
        drop = gw.wait_events(1, event_type="drop")[0]
        tap.equal(drop["alert"]["signature_id"], 99, "the rule that denies decides")
        tap.equal(drop["alert"]["signature"], "score %{tx.score}", "its message as it is written")
        rules = drop["rules"]
        tap.equal([r["id"] for r in rules], [10, 99], "rules as they ran")
        tap.equal(rules[0], {"id": 10, "msg": "sql in ARGS:json.note", "data": "UNION SELECT", "severity": "critical",
                             "version": "mine/1", "tags": ["attack-sqli", "mine"], "variable": "ARGS:json.note",
                             "path": "http.body|json.note"}, "what a rule says")
        tap.equal(rules[1]["msg"], "score 5", "a macro with what rules reckoned")
        noted = [e for e in gw.wait_events(3) if e["verdict"] == "forward" and e.get("rules")]
        tap.equal([r["msg"] for e in noted for r in e["rules"]], ["a tool"], "what only logs is in the log")
        with open(path, "a") as more:
            more.write("SecRule ARGS \"@rx (\" id:7,phase:2,deny\n")
        status, text = gw.reload()
        tap.ok(status >= 400 and "mine.conf:8:20" in text, "a reload with a broken rule says where: " + text.strip())
        tap.equal([post(gw, BENIGN), post(gw, ATTACK)], [200, 403], "and the rules before go on")
    with open(path, "w") as f:
        f.write(RULES)
    for mode, code in (("detect", 200), ("shadow", 200), ("off", 200)):
        with Function() as f, Gateway(config(f, {"seclang": path}, mode=mode)) as gw:
            tap.equal(post(gw, ATTACK), code, "mode %s forwards" % mode)
            event = gw.wait_events(1, verdict="shadow" if mode == "shadow" else "forward")[0]
            tap.equal("rules" in event, mode != "off", "and says what was found")
    with Function() as f, Gateway(dict(config(f, {"seclang": path}), log={"excerpt": "off"})) as gw:
        post(gw, ATTACK)
        rules = gw.wait_events(1, event_type="drop")[0]["rules"]
        tap.ok(not any("data" in r or "msg" in r for r in rules), "without excerpts no content is in the log")


def run(*args, **more):
    r = subprocess.run([PROGRAM] + list(args), stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, **more)
    return r.returncode, r.stdout.decode(), r.stderr.decode()


def test_check(tap, folder):
    path, conf = os.path.join(folder, "mine.conf"), os.path.join(folder, "c.json")
    with open(path, "w") as f:
        f.write(RULES)

    def check(rules, **route):
        with open(conf, "w") as f:
            json.dump({"functions": {"f": {"http": {"url": "http://127.0.0.1:9/"}}},
                       "routes": [dict({"name": "r", "source": {"http": {"listen": "127.0.0.1:1"}}, "function": "f",
                                        "signatures": rules}, **route)]}, f, indent=1)
        return run("check", "-c", conf)

    code, out, err = check([{"seclang": "mine.conf"}])
    tap.ok(code == 0 and "1 file, 5 rules with 5 conditions" in out, "check sums rule files up")
    tap.ok("mine.conf:7:9: REMOTE_ADDR is always empty here" in out, "and lists what is not honoured")
    tap.ok("1 thing in its rule files is not honoured" in err, "which loading tells of")
    code, out, err = check([{"seclang": "mine.conf"}, {"seclang": "mine.conf"}])
    tap.ok(code == 78 and "second object" in err, "one object at most")
    code, out, err = check([{"seclang": "mine.conf", "paranoia": 5}])
    tap.ok(code == 78 and "takes 1 to 4" in err, "a level that there is not")
    code, out, err = check([{"paranoia": 1}])
    tap.ok(code == 78 and '"seclang" is missing' in err, "no files")
    code, out, err = check([{"seclang": "mine.conf"}], exclusions=[{"signatures": ["10"], "paths": ["http.body"],
                                                                     "reason": "x"}])
    tap.ok(code == 78 and "SecRuleUpdateTargetById 10" in err, "an exclusion of a rule says what to write instead")
    code, out, err = run("rules", "explain", "--signatures", path, "10")
    tap.ok(code == 0 and "transformations  urlDecodeUni" in out and "engine" in out, "a rule explained")
    code, out, err = run("rules", "list", "--signatures", path)
    tap.ok(code == 0 and len(out.splitlines()) == 5, "rules are listed")
    code, out, err = run("rules", "cost", "--signatures", path)
    tap.equal(code, 0, "and have no price of their own")
    code, out, err = run("explain", "--signatures", path, input=json.dumps(ATTACK).encode())
    tap.ok(code == 1 and 'data "UNION SELECT"' in out and 'SecRuleUpdateTargetById 10 "!ARGS:json.note"' in out,
           "explain shows what a rule says, and the exception to write")


def test_core_rule_set(tap, folder):
    if not all(glob.glob(path) for path in CRS):
        tap.skip("the Core Rule Set", "modsecurity-crs is not installed")
        return
    rules = {"seclang": CRS, "paranoia": 1}
    with Function() as f, Gateway(config(f, rules)) as gw:
        tap.equal([post(gw, BENIGN), post(gw, ATTACK)], [200, 403], "over HTTP")
        drop = gw.wait_events(1, event_type="drop")[0]
        tap.equal(drop["alert"]["signature_id"], 949110, "by the score")
        tap.ok(942100 in [r["id"] for r in drop["rules"]], "of what was found")
        tap.ok(all("OWASP_CRS" in r["version"] for r in drop["rules"]), "with its version")
    conf = os.path.join(folder, "crs.json")
    sources = {"http": {"listen": "127.0.0.1:1"}, "mqtt": {"broker": "127.0.0.1:1", "topics": ["t"]},
               "kafka": {"brokers": "127.0.0.1:1", "group": "g", "topics": ["t"]}}
    shapes = {"http": {"headers": {"host": "a.example", "content-type": "application/json", "user-agent": "shop/1",
                                   "accept": "*/*", "content-length": "50"}},
              "mqtt": {"source": "mqtt", "topic": "t/1"}, "kafka": {"source": "kafka", "topic": "t"}}
    for name, source in sources.items():
        with open(conf, "w") as f:
            json.dump({"functions": {"f": {"http": {"url": "http://127.0.0.1:9/"}}},
                       "routes": [{"name": "r", "source": {name: source}, "function": "f", "signatures": [rules]}]}, f)
        events = [dict(shapes[name], body=BENIGN, expect="forward"), dict(shapes[name], body=ATTACK, expect="drop"),
                  dict(shapes[name], body={"a": {"b": ["<script>alert(1)</script>"]}}, expect="drop"),
                  dict(shapes[name], body={"path": "../../../../etc/passwd"}, expect="drop")]
        code, out, err = run("replay", "-c", conf, input="\n".join(json.dumps(e) for e in events).encode())
        tap.ok(code == 0 and "1 forwarded, 3 dropped" in out, "replayed over " + name) or tap.note(out + err)


def main():
    tap = Tap()
    with tempfile.TemporaryDirectory() as folder:
        for test in (test_small, test_check, test_core_rule_set):
            test(tap, folder)
    tap.done()


main()
