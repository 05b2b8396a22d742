# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""Real events of others, all of them honest: each is decoded without exception and without an anomaly that it does not
have.  Looks in the folder events of $EW_SUITES and prints what was recognised and which layers were opened."""

import collections
import json
import os
import subprocess
import sys

BUILDDIR = os.environ.get("EW_BUILDDIR", "build")
PROGRAM = os.path.join(BUILDDIR, "eventwall")
SUITES = os.environ.get("EW_SUITES", os.path.join(os.environ.get("EW_SRCDIR", "."), "../shared/suites"))
TOP = os.path.join(SUITES, "events")
# Malformed on purpose; the notation of a shell, not JSON.
MALFORMED = {"dynamodb-event-malformed.2.json", "dbz-2316.json"}
# A mark is benign; documents about events, unlike events, show what is wrong.
BENIGN = {"bom"}

if not os.path.isdir(TOP):
    print(f"1..0 # SKIP no events of others in {TOP}; EW_SUITES names the folder")
    sys.exit(0)

count = failed = 0


def is_document(path):
    """One document; lines of them are known by their looks."""
    try:
        with open(path, encoding="utf-8-sig") as f:
            json.load(f)
        return True
    except ValueError:
        return False


recognised = collections.defaultdict(collections.Counter)
for folder, folders, files in sorted(os.walk(TOP)):
    folders.sort()
    for name in sorted(files):
        path = os.path.join(folder, name)
        shown = os.path.relpath(path, TOP)
        said = ["--content-type", "application/json"] if name in MALFORMED or is_document(path) else []
        r = subprocess.run([PROGRAM, "decode", "--json", path] + said, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        x = json.loads(r.stdout) if r.stdout else {"status": "crash %d" % r.returncode, "anomalies": [], "fields": []}
        odd = set(x["anomalies"]) - BENIGN
        layers = max((f["layers"] for f in x["fields"]), key=len, default=[])
        if name in MALFORMED:
            good = x["status"] in ("malformed", "truncated") and len(x["fields"]) > 20
        else:
            good = x["status"] == "ok" and (not odd or not name.endswith(".json"))
        count += 1
        failed += not good
        print("%sok %d - %s: %s" % ("" if good else "not ", count, shown, ", ".join(x.get("envelopes", [])) or "-"))
        if not good:
            print("# status %s %s, anomalies %s, at %s" % (x["status"], x.get("reason", ""), sorted(odd), x.get("culprit")))
        if name.endswith(".json"):
            recognised[", ".join(x.get("envelopes", [])) or "(none)"][" ".join(layers)] += 1
print("# %-40s %6s  %s" % ("envelopes", "files", "deepest layers"))
for envelopes, layers in sorted(recognised.items()):
    deepest = max(layers, key=lambda text: len(text.split()))
    print("# %-40s %6d  %s" % (envelopes, sum(layers.values()), deepest))
print("1..%d" % count)
sys.exit(failed > 0)
