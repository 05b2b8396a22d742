# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""The corpora of attacks and of harmless values (tests/corpus/README.md): reads them, makes events of them and has them
judged by `eventwall replay`, all in one process."""

import glob
import json
import os
import re
import subprocess
import tempfile

import wrap

SRCDIR = os.environ.get("EW_SRCDIR", os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILDDIR = os.environ.get("EW_BUILDDIR", os.getcwd())
PROGRAM = os.path.join(BUILDDIR, "eventwall")
SETS = os.path.join(SRCDIR, "signatures", "sets")
TOP = os.path.join(SRCDIR, "tests", "corpus")

# How many values a half of the attack corpus has at least.
CLASSES = {"sqli": 300, "shell": 250, "html": 250, "template": 150, "path": 150, "url": 150, "code": 120, "nosqli": 100,
           "serialized": 80, "ldap": 50, "xpath": 50, "lookup": 50, "xxe": 40, "prototype": 40, "prompt": 40,
           "graphql": 30}
APART = {"prompt"}  # its signatures are off unless asked for: no part of the sums
BENIGN = 2000

ESCAPE = re.compile(r"\\(?:([nrt\\])|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|(.?))", re.S)
LETTERS = {"n": b"\n", "r": b"\r", "t": b"\t", "\\": b"\\"}


class Wrong(Exception):
    """A line that cannot be read."""


class Value:
    """A value of a corpus: its bytes, and where it stands."""

    def __init__(self, kind, data, file, line):
        self.kind, self.data, self.file, self.line = kind, data, file, line

    def where(self):
        return "%s:%d" % (os.path.relpath(self.file, SRCDIR), self.line)

    def __str__(self):
        return "%s: %s" % (self.where(), self.data.decode("utf-8", "backslashreplace").encode("unicode_escape").decode())


def unescape(text):
    """The bytes of a line: \\xHH is one byte, \\uHHHH a character (a pair of surrogates is one)."""
    parts, at = [], 0
    for m in ESCAPE.finditer(text):
        letter, byte, unit, odd = m.groups()
        parts.append(text[at:m.start()].encode())
        at = m.end()
        if odd is not None:
            raise Wrong("\\%s is no escape; a backslash is written twice" % odd)
        parts.append(LETTERS[letter] if letter else bytes([int(byte, 16)]) if byte
                     else chr(int(unit, 16)).encode("utf-8", "surrogatepass"))
    parts.append(text[at:].encode())
    whole = b"".join(parts)
    try:
        return whole.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16").encode()
    except UnicodeDecodeError:
        return whole  # bytes, or half a pair


def read(file):
    kind = os.path.basename(file)[:-len(".txt")]
    values = []
    with open(file, encoding="utf-8", newline="\n") as f:
        for n, line in enumerate(f, 1):
            line = line.rstrip("\n")
            if line and not line.startswith("#"):
                try:
                    values.append(Value(kind, unescape(line), file, n))
                except Wrong as e:
                    raise Wrong("%s:%d: %s" % (file, n, e))
    return values


def read_all(folder):
    """{kind: values} of a folder below tests/corpus; empty where it is missing."""
    files = sorted(glob.glob(os.path.join(TOP, folder, "*.txt")))
    return {os.path.basename(f)[:-len(".txt")]: read(f) for f in files}


def duplicates(values):
    first = {}
    for v in values:
        if v.data in first:
            yield first[v.data], v
        first.setdefault(v.data, v)


def plain(value, transport="http"):
    return wrap.event(transport, wrap.as_json(value.data))


class Judge:
    """`eventwall replay` with some sets; without, with those that a route has by default."""

    def __init__(self, signatures=None, folder=SETS, threshold=None):
        self.signatures, self.folder, self.threshold = signatures or "all", folder, threshold

    def options(self, folder):
        if self.threshold is None:
            return ["--signature-dir", self.folder, "--signatures", self.signatures]
        file = os.path.join(folder, "corpus.json")
        with open(file, "w") as f:
            json.dump({"signature_dir": os.path.abspath(self.folder), "functions": {"f": {"http": {"url": "http://127.0.0.1:9/"}}},
                       "routes": [{"name": "r", "source": {"http": {"listen": "127.0.0.1:8"}}, "function": "f",
                                   "signatures": self.signatures.split(","), "threshold": self.threshold}]}, f)
        return ["-c", file]

    def judge(self, events):
        """What is said of each event, in order."""
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "events")
            with open(file, "w") as f:
                for e in events:
                    f.write(json.dumps(e) + "\n")
            r = subprocess.run([PROGRAM, "replay", "--json"] + self.options(folder) + [file], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, timeout=1800)
        said = [json.loads(line) for line in r.stdout.decode("utf-8", "replace").splitlines()]
        if r.returncode or not said or "sum" not in said[-1] or said[-1]["sum"]["unread"]:
            raise SystemExit("eventwall replay: code %d\n%s" % (r.returncode, r.stderr.decode("utf-8", "replace")[:2000]))
        return said[:-1]


def found(said):
    """By a signature; an event that is refused for its form was not seen through."""
    return said["verdict"] == "drop" and "signature_id" in said


def recall(judge, by_class):
    """Over HTTP in plain JSON, by class: how many were found, which were refused for another cause, which went through.
    In one run, since a run begins with compiling the sets."""
    said = iter(judge.judge([plain(v) for values in by_class.values() for v in values]))
    answer = {}
    for kind, values in by_class.items():
        missed = [(v, s) for v, s in zip(values, said) if not found(s)]
        answer[kind] = (len(values) - len(missed), [(v, s) for v, s in missed if s["verdict"] == "drop"],
                        [v for v, s in missed if s["verdict"] != "drop"])
    return answer


TRANSPORTS = ("http", "mqtt", "kafka")


def in_wrappers(judge, values, full=False):
    """Each value in plain JSON over each transport and in each wrapper over one of them in turn, or with `full` over each:
    [by transport: found, by value] and [(value's index, wrapper, transport, what was said)]."""
    events, about = [plain(v, t) for t in TRANSPORTS for v in values], []
    for i, v in enumerate(values):
        for k, t in enumerate(TRANSPORTS):
            for w, (name, e) in enumerate(wrap.all_of(t, v.data)):
                if e and (full or name in wrap.BESIDE or (i + w) % len(TRANSPORTS) == k):
                    events.append(e)
                    about.append((i, name, t))
    said = judge.judge(events)
    n = len(values)
    in_plain = {t: [found(s) for s in said[k * n:(k + 1) * n]] for k, t in enumerate(TRANSPORTS)}
    return in_plain, [a + (s,) for a, s in zip(about, said[len(TRANSPORTS) * n:])]
