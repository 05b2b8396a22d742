# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""The lines that the unit test of the event log makes are as docs/eventlog.schema.json says, and every
member of the schema is told in docs/eventlog.md."""

import json
import os
import subprocess
import sys
import tempfile

SRCDIR = os.environ.get("EW_SRCDIR", ".")
BUILDDIR = os.environ.get("EW_BUILDDIR", "build")
sys.path.insert(0, os.path.join(SRCDIR, "tests"))
import schema  # noqa: E402

count = failed = 0


def ok(good, name, note=""):
    global count, failed
    count += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", count, name))
    for line in note.splitlines() if not good else ():
        print("#", line)


with open(os.path.join(SRCDIR, "docs", "eventlog.schema.json")) as f:
    rules = json.load(f)
with open(os.path.join(SRCDIR, "docs", "eventlog.md")) as f:
    guide = f.read()
with tempfile.NamedTemporaryFile() as out:
    subprocess.run([os.path.join(BUILDDIR, "tests", "unit", "test_eventlog")], timeout=120, check=True,
                   env=dict(os.environ, EW_LINES=out.name), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(out.name, "rb") as f:
        lines = [line.decode("utf-8") for line in f]
ok(len(lines) >= 7, "there are lines (%d)" % len(lines))
seen = set()
for line in lines:
    event = json.loads(line)
    seen |= set(event)
    found = schema.faults(event, rules)
    ok(not found, "a line about a %s is as the schema says" % event["event_type"], "\n".join(found) + "\n" + line[:300])
    ok(not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in line.rstrip("\n")), "and holds no raw control character")
missing = [name for name in rules["properties"] if name not in seen]
ok(not missing, "every member was seen", "not seen: " + ", ".join(missing))
untold = [name for name in rules["properties"] if "`%s`" % name not in guide]
ok(not untold, "every member is told in the guide", "untold: " + ", ".join(untold))
ok(schema.faults(dict(json.loads(lines[0]), verdict="maybe"), rules) != [], "the schema refuses what is wrong")
print("1..%d" % count)
sys.exit(failed > 0)
