#!/usr/bin/env python3
# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0
"""The readers of JSON that functions have, Python's json, JSON.parse of Node and the relaxed JSON::PP of Perl, against
ours: each key and each string that one of them hands out is the name or the value of one of our fields.  Documents:
those below, the corpora of the fuzz drivers, and JSONTestSuite where it is.

Three allowances.  A reader may put U+FFFD or a character of Latin-1 in place of a byte that is no UTF-8, which we keep.
What is over our limit of depth is refused by name instead.  And of the escapes \\x, \\v and \\0 we undo what JavaScript
undoes, where Perl drops the backslash: that is relaxed_json, and then the text around is scanned as well."""

import glob
import json
import os
import re
import shutil
import subprocess
import sys

SOURCE = os.environ.get("EW_SRCDIR", ".")
SUITES = os.environ.get("EW_SUITES", os.path.join(SOURCE, "../shared/suites"))
TOOL = os.path.join(os.environ.get("EW_BUILDDIR", "."), "tests/unit/check_formats")
OF_JAVASCRIPT = re.compile(rb"\\[xv0]")
count = failed = 0

DOCUMENTS = [
    b'{"a":"one","a":"two","a":{"a":"three"}}',
    b'\xef\xbb\xbf{"a":"behind a mark"}',
    '\ufeff{"a":"wide"}'.encode("utf-16-le"), '{"a":"wide"}'.encode("utf-16-be"), '{"\u00e4":"wide"}'.encode("utf-32-le"),
    b'["\\ud800", "\\udfff x", "\\ud83d\\ude00", "\\ude00\\ud83d"]', b'{"\\u0000":"\\u0000x"}',
    b'["a\nb\tc\x00d"]', b'[NaN, Infinity, -Infinity, "after"]', b'[1e999, 123456789012345678901234567890, "after"]',
    b'["\xff\xfe", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80"]', '["\u2028\u2029", "\u0085"]'.encode(),
    b'  \t\r\n{"a" : "blanks" }\r\n ', b'"a string"', b'"\\"onload=x "',
    # What Perl takes beyond that.
    b"{'a':'one', 'b' : 'it\\'s'}", b'["one", "two", ]', b'{a:"one", b_2:"two"}', b'{"a":"one", # "no"\n"b":"two"}\n#x',
    b"[ # 'c'\n'one' # ]\n, 'two']", b'{"a":"one",}', b'# first\n{"a":"one"}', b'#{\n["one"]', b'["a#b", 1#, "no"\n, "c"]',
    b'["tab\tin"]', b'["\\q"]', b'["\\x41"]',
]

NODE = r"""
for (const line of require("fs").readFileSync(0, "latin1").split("\n").slice(0, -1)) {
    let out = null;
    try {
        const todo = [JSON.parse(Buffer.from(line, "hex").toString("utf8"))];
        out = [];
        while (todo.length) {
            const v = todo.pop();
            if (typeof v === "string") out.push(Buffer.from(v, "utf16le").toString("hex"));
            else if (v !== null && typeof v === "object")
                for (const [k, w] of Object.entries(v)) {
                    if (!Array.isArray(v)) out.push(Buffer.from(k, "utf16le").toString("hex"));
                    todo.push(w);
                }
        }
    } catch (e) { out = null; }
    console.log(JSON.stringify(out));
}
"""

PERL = r"""
use B; use JSON::PP;
my $reader = JSON::PP->new->utf8(1)->allow_nonref->relaxed->loose->allow_singlequote->allow_barekey->max_depth(4096);
while (my $line = <STDIN>) {
    chomp $line;
    my $v = eval { $reader->decode(pack("H*", $line)) };
    if ($@) { print "null\n"; next; }
    my @todo = ($v);
    my @out;
    my $put = sub { my $s = shift; utf8::encode($s); push @out, '"' . unpack("H*", $s) . '"'; };
    while (@todo) {
        my $x = pop @todo;
        if (ref $x eq "HASH") { $put->($_) for keys %$x; push @todo, values %$x; }
        elsif (ref $x eq "ARRAY") { push @todo, @$x; }
        elsif (!ref $x && B::svref_2object(\$x)->FLAGS & B::SVp_POK) { $put->($x); }
    }
    print "[", join(",", @out), "]\n";
}
"""


def report(good, what, detail=()):
    global count, failed
    count += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", count, what))
    for line in detail:
        print("# %s" % (line,))


def skip(what):
    global count
    count += 1
    print("ok %d # SKIP %s" % (count, what))


def documents():
    found = list(DOCUMENTS)
    folders = [os.path.join(SOURCE, "tests/fuzz/corpus", d) for d in ("json", "json_differential")]
    for path in sorted(p for folder in folders + [os.path.join(SUITES, "JSONTestSuite/test_parsing")]
                       for p in glob.glob(os.path.join(folder, "*"))):
        with open(path, "rb") as f:
            found.append(f.read())
    return [d for d in found if d]


def run(argv, docs, form="%s\n"):
    out = subprocess.run(argv, input="".join(form % d.hex() for d in docs).encode(), stdout=subprocess.PIPE,
                         check=True, timeout=120)
    return [json.loads(line) for line in out.stdout.decode().splitlines()]


def ours(docs):
    """A pair for each: the strings we hold, or None if it was over a limit; and what we said of it."""
    result = []
    for status, anomalies, trees in run([TOOL], docs, "json %s\n"):
        held, todo = set(), list(trees)
        while todo:
            kind, inside = todo.pop()
            if isinstance(inside, str):
                held.add(bytes.fromhex(inside))
            elif kind == "object":
                for name, value in inside:
                    held.add(bytes.fromhex(name))
                    todo.append(value)
            else:
                todo.extend(inside)
        held |= {h.decode("utf-8", "replace").encode() for h in held} | {h.decode("latin-1").encode() for h in held}
        result.append((None if status == "over_budget" else held, [status] + anomalies))
    return result


def by_python(docs):
    def strings_of(doc):
        found = []

        def pairs(members):
            found.extend(k for k, _ in members)
            return [v for _, v in members]

        try:
            todo = [json.loads(doc, strict=False, object_pairs_hook=pairs)]
        except (ValueError, RecursionError):
            return None
        while todo:
            v = todo.pop()
            if isinstance(v, str):
                found.append(v)
            elif isinstance(v, list):
                todo.extend(v)
        return [s.encode("utf-8", "surrogatepass") for s in found]

    return [strings_of(d) for d in docs]


def by_node(docs):
    return [None if got is None else
            [bytes.fromhex(h).decode("utf-16-le", "surrogatepass").encode("utf-8", "surrogatepass") for h in got]
            for got in run([shutil.which("node"), "-e", NODE], docs)]


def by_perl(docs):
    return [None if got is None else [bytes.fromhex(h) for h in got] for got in run([shutil.which("perl"), "-e", PERL], docs)]


def perl_has_reader():
    return shutil.which("perl") and subprocess.run(["perl", "-MJSON::PP", "-e", "1"], stderr=subprocess.DEVNULL).returncode == 0


def main():
    docs = documents()
    held = ours(docs)
    readers = [("json of Python", by_python, True), ("JSON.parse of Node", by_node, shutil.which("node")),
               ("JSON::PP of Perl", by_perl, perl_has_reader())]
    for name, read, there in readers:
        if not there:
            skip("%s is not installed" % name)
            continue
        answers, wrong, strings = read(docs), [], 0
        for doc, got, (have, said) in zip(docs, answers, held):
            if got is None or have is None or (read is by_perl and "relaxed_json" in said and OF_JAVASCRIPT.search(doc)):
                continue
            strings += len(got)
            missing = [s for s in got if s and s not in have]
            if missing:
                wrong.append((doc[:200], missing[:5]))
        taken = sum(a is not None for a in answers)
        report(not wrong and taken > 20 and len(answers) == len(docs),
               "%s took %d of %d documents, and we hold its %d strings" % (name, taken, len(docs), strings), wrong[:20])
        refused = [doc[:200] for doc, got, (_, said) in zip(docs, answers, held) if got is None and said == ["ok"]]
        report(not refused, "%s refuses nothing that we call clean" % name, refused[:20])
    if not glob.glob(os.path.join(SUITES, "JSONTestSuite/test_parsing/*")):
        skip("no JSONTestSuite: set EW_SUITES to the folder that holds it")
    print("1..%d" % count)
    return 1 if failed else 0


sys.exit(main())
