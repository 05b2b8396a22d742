# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""The corpora keep their form and size; what was found stays found, by class; no harmless value is dropped;
and an attack that is found in plain JSON is found in each wrapper.  `make detect` tells more, and names the values."""

import base64
import json
import os
import random
import sys

SRCDIR = os.environ.get("EW_SRCDIR", ".")
sys.path.insert(0, os.path.join(SRCDIR, "tests"))
import corpus  # noqa: E402

# Recall in percent below which a change is a loss.
AT_LEAST = {
    "seen": {"sqli": 99, "shell": 99, "html": 99, "template": 99, "path": 99, "url": 96, "code": 99, "nosqli": 99,
             "serialized": 99, "ldap": 99, "xpath": 99, "lookup": 99, "xxe": 99, "prototype": 99, "prompt": 0, "graphql": 99},
    "blind": {"sqli": 98, "shell": 95, "html": 99, "template": 93, "path": 94, "url": 93, "code": 97, "nosqli": 97,
              "serialized": 99, "ldap": 97, "xpath": 92, "lookup": 99, "xxe": 97, "prototype": 95, "prompt": 0, "graphql": 99},
}
# Wrappers in which a value may be missed: CSV that nobody declares is not read, and segments of a path are not opened
# further.
UNLIKE = {"CSV", "path"}
SHORT = 12  # bytes: less is no base64 or hex to who guesses
SAMPLE = 8  # every so many
count = failed = 0


def ok(good, name, note=""):
    global count, failed
    count += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", count, name))
    for line in str(note).splitlines()[:20] if not good else ():
        print("#", line)


def skip(name, why):
    global count
    count += 1
    print("ok %d - %s # SKIP %s" % (count, name, why))


# ---- the reader itself ----

ok(corpus.unescape(r"a\n\\n\x41\xff\u20ac\ud83d\ude00") == b"a\n\\nA\xff\xe2\x82\xac\xf0\x9f\x98\x80" or
   corpus.unescape(r"\ud83d\ude00") == b"\xf0\x9f\x98\x80", "escapes of a line")
try:
    corpus.unescape(r"C:\windows")
    ok(False, "a backslash that escapes nothing is refused")
except corpus.Wrong:
    ok(True, "a backslash that escapes nothing is refused")

# ---- form and size ----

halves = {half: corpus.read_all("attack/" + half) for half in AT_LEAST}
for half, by_class in halves.items():
    if not by_class:
        skip("the %s half" % half, "it is not there")
        continue
    for kind, least in corpus.CLASSES.items():
        n = len(by_class.get(kind, []))
        least = least * 2 // 3 if half == "blind" else least
        ok(n >= least, "%s, %s: %d values" % (half, kind, n), "at least %d" % least)
    ok(set(by_class) <= set(corpus.CLASSES), "%s: no other classes" % half, set(by_class) - set(corpus.CLASSES))
attacks = [v for by_class in halves.values() for vs in by_class.values() for v in vs]
twice = list(corpus.duplicates(attacks))
ok(not twice, "no attack stands twice", "\n".join("%s\n  as %s" % (b, a) for a, b in twice))
benign = [v for vs in corpus.read_all("benign").values() for v in vs]
twice = list(corpus.duplicates(benign + attacks))
ok(not twice, "no harmless value stands twice, or is an attack", "\n".join("%s\n  as %s" % (b, a) for a, b in twice))

# ---- verdicts ----

judge = corpus.Judge()
for half, by_class in halves.items():
    bounded = {kind: by_class[kind] for kind in AT_LEAST[half] if by_class.get(kind)}
    for kind, (n, refused, missed) in corpus.recall(judge, bounded).items() if bounded else ():
        share, bound = 100 * n / len(bounded[kind]), AT_LEAST[half][kind]
        ok(share >= bound, "%s, %s: %.2f %% found, at least %s" % (half, kind, share, bound),
           "\n".join(str(v) for v in missed) if half == "seen" else "")
if benign:
    ok(len(benign) >= corpus.BENIGN, "%d harmless values" % len(benign), "at least %d" % corpus.BENIGN)
    dropped = [(v, s) for v, s in zip(benign, judge.judge([corpus.plain(v) for v in benign])) if s["verdict"] == "drop"]
    ok(not dropped, "no harmless value is dropped", "\n".join("%s %s  %s" % (
        s.get("signature_id"), s.get("signature", s.get("cause")), v) for v, s in dropped))
else:
    skip("harmless values", "they are not there")

# Bytes that are no text, such as of images and archives.
noise = random.Random(17)
events = [{"source": "http", "method": "POST", "path": "/", "body_base64": base64.b64encode(noise.randbytes(n)).decode()}
          for n in [100, 1000, 3000, 10000, 30000] * 60 + [300000] * 3]
dropped = [s for s in judge.judge(events) if s["verdict"] == "drop"]
ok(not dropped, "no noise is dropped, of %d values" % len(events), "\n".join(json.dumps(s) for s in dropped))

sample = [v for v in attacks if v.kind not in corpus.APART][::SAMPLE]
if sample:
    in_plain, wrapped = corpus.in_wrappers(judge, sample)
    ok(in_plain["http"] == in_plain["mqtt"] == in_plain["kafka"], "plain JSON is judged alike over each transport")
    lost = {}
    for i, name, t, s in wrapped:
        lost.setdefault(name, [])
        if in_plain[t][i] and not corpus.found(s) and len(sample[i].data) >= SHORT:
            lost[name].append("over %s  %s" % (t, sample[i].where()))
    for name, lines in lost.items():
        if name in UNLIKE:
            print("# %s: %d of %d values are not found in it" % (name, len(lines), len(sample)))
        else:
            ok(not lines, "%s: as in plain JSON" % name, "\n".join(lines))

print("1..%d" % count)
sys.exit(failed > 0)
