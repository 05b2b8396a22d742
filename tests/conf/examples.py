# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""Each configuration in conf/ and in the documents passes `eventwall check` and the schema; the sample names
every key, and wherever a key has a default the sample shows it."""

import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile

SRCDIR = os.environ.get("EW_SRCDIR", ".")
BUILDDIR = os.environ.get("EW_BUILDDIR", "build")
sys.path.insert(0, os.path.join(SRCDIR, "tests"))
import schema  # noqa: E402

PROGRAM = os.path.join(BUILDDIR, "eventwall")
# Values in which the sample differs on purpose: what a default could not know.
SHOWN = {"function", "$schema", "signature_dir", "socket", "client_id", "quarantine", "signatures"}
count = failed = 0


def ok(good, name, note=""):
    global count, failed
    count += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", count, name))
    for line in note.splitlines() if not good else ():
        print("#", line)


def shown_in(path):
    """Configurations among the indented blocks of a Markdown page, or the literal ones of a YAML file."""
    block = []
    with open(path) as f:
        lines = f.read().splitlines() + ["end"]
    for line in lines:
        if line.startswith("    "):
            block.append(line)
        elif line.strip():
            text = "\n".join(block)
            block = []
            if text.lstrip().startswith("{") and '"routes"' in text:
                yield json.loads(text)


def check(path, env):
    run = subprocess.run([PROGRAM, "check", "--json", "-c", path], env=env, text=True, timeout=120,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return run.returncode, run.stdout


def keys_of(definition, value, rules, at, seen):
    """Walk schema and sample side by side; note each key and whether its default is shown."""
    while "allOf" in definition or "$ref" in definition:
        ref = definition.get("$ref") or definition["allOf"][0]["$ref"]
        definition = rules["$defs"][ref.rsplit("/", 1)[1]]
    for name, inner in definition.get("properties", {}).items():
        key = at + "." + name
        seen.setdefault(key, False)
        if name not in value:
            continue
        seen[key] = True
        if "default" in inner and name not in SHOWN and value[name] != inner["default"]:
            ok(False, "the sample shows the default of " + key, "%r" % value[name])
        if inner.get("type") == "array" and "$ref" in inner["items"]:
            for item in value[name]:
                keys_of(inner["items"], item, rules, key, seen)
        elif inner.get("type") == "array" and "anyOf" in inner["items"]:
            for item in value[name]:
                if isinstance(item, dict):
                    keys_of(inner["items"]["anyOf"][1], item, rules, key, seen)
        elif isinstance(inner.get("additionalProperties"), dict) and "$ref" in inner["additionalProperties"]:
            for item in value[name].values():
                keys_of(inner["additionalProperties"], item, rules, key, seen)
        elif "allOf" in inner:
            keys_of(inner, value[name], rules, key, seen)


with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, "secret"), "w") as f:
        f.write("x\n")
    sets = os.path.abspath(os.path.join(SRCDIR, "signatures", "sets"))
    env = dict(os.environ, EVENTWALL_SETS=sets, KAFKA="127.0.0.1:9092",
               MQTT_PASSWORD_FILE=os.path.join(folder, "secret"))
    shutil.copy(os.path.join(SRCDIR, "conf", "rules.conf"), folder)
    os.mkdir(os.path.join(folder, "crs"))
    with open(os.path.join(folder, "crs", "one.conf"), "w") as f:
        f.write('SecRule ARGS "@contains evil" "id:1,phase:2,deny"\n')
    env.update(CRS_SETUP=os.path.join(folder, "rules.conf"), CRS_RULES=os.path.join(folder, "crs"))
    with open(os.path.join(SRCDIR, "conf", "eventwall.schema.json")) as f:
        rules = json.load(f)
    have_sets = bool(glob.glob(os.path.join(sets, "*.json")))
    paths = [os.path.join(SRCDIR, "conf", "eventwall.json")]
    paths += sorted(glob.glob(os.path.join(SRCDIR, "conf", "examples", "*.json")))
    ok(len(paths) >= 5, "there are examples")
    # The compiled sets are kept while this test runs: five files, one compilation.
    for path in paths:
        name = os.path.relpath(path, SRCDIR)
        with open(path) as f:
            config = json.load(f)
        found = schema.faults(config, rules)
        ok(not found, name + " is as the schema says", "\n".join(found))
        if not have_sets:
            count += 1
            print("ok %d - %s # SKIP no signature sets in %s" % (count, name, sets))
            continue
        config["cache_dir"] = os.path.join(folder, "cache")
        config["$schema"] = ""
        copy = os.path.join(folder, os.path.basename(path))
        with open(copy, "w") as f:
            json.dump(config, f)
        code, out = check(copy, env)
        ok(code == 0, name + " passes check", out)
    for page, least in (("README.md", 1), ("docs/guide.md", 3), ("docs/mqtt-proxy.md", 1), ("docs/seclang.md", 1),
                        ("conf/kubernetes/sidecar.yaml", 1)):
        found = list(shown_in(os.path.join(SRCDIR, page)))
        ok(len(found) >= least, "%s shows %d configurations" % (page, len(found)))
        for config in found if have_sets else ():
            config["signature_dir"] = sets
            config["cache_dir"] = os.path.join(folder, "cache")
            wrong = schema.faults(config, rules)
            copy = os.path.join(folder, "shown.json")
            with open(copy, "w") as f:
                json.dump(config, f)
            code, out = check(copy, env)
            ok(code == 0 and not wrong, page + ": route " + config["routes"][0]["name"], out + "\n".join(wrong))
    seen = {}
    with open(paths[0]) as f:
        keys_of(rules, json.load(f), rules, "", seen)
    missing = [key for key, there in seen.items() if not there]
    ok(not missing and len(seen) > 90, "the sample names every key (%d)" % len(seen), "\n".join(missing))
    bad = json.load(open(paths[0]))
    bad["routes"][0]["mod"] = "block"
    bad["workers"] = 1000
    del bad["routes"][1]["source"]["mqtt"]["topics"]
    ok(len(schema.faults(bad, rules)) >= 3, "the schema refuses what is wrong")
    with open(os.path.join(folder, "bad.json"), "w") as f:
        json.dump(bad, f, indent=1)
    code, out = check(os.path.join(folder, "bad.json"), env)
    told = json.loads(out)
    ok(code == 78 and not told["good"] and len(told["errors"]) == 3, "check tells the same three, exit code 78", out)
    ok(all(e.get("line", 0) > 1 for e in told["errors"]), "with their lines", out)

print("1..%d" % count)
sys.exit(failed > 0)
