#!/usr/bin/env python3
# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0
"""Public vectors of CBOR (cbor-wg, cbor/test-vectors, libcbor), MessagePack (msgpack-test-suite) and BSON (the
corpus of MongoDB's drivers), messages of protobuf (protoscope): what they say is read is read to the same values, what
they say is bad is refused or named.  Each vector is played declared, at a guard page, and each of its prefixes survives
in the unit tests."""

import base64
import json
import math
import os
import re
import struct
import subprocess
import sys

SUITES = os.environ.get("EW_SUITES", os.path.join(os.environ.get("EW_SRCDIR", "."), "../shared/suites"))
TOOL = os.path.join(os.environ.get("EW_BUILDDIR", "."), "tests/unit/check_formats")
FORMATS = os.path.join(SUITES, "formats")

sys.setrecursionlimit(20000)  # the vectors nest deep, and so does Cbor
DEEP = (b"\x81" * 128, b"\xa1" * 128, b"\xa1\0" * 128)  # beyond the limit of depth
count = failed = 0


def report(good, what, detail=""):
    global count, failed
    count += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", count, what.replace("#", "").replace("\n", " ")))
    if not good:
        print("# %s" % detail)


def play(format_, vectors):
    lines = "".join("%s %s\n" % (format_, v.hex()) for v in vectors)
    out = subprocess.run([TOOL], input=lines.encode(), stdout=subprocess.PIPE, check=True, timeout=60)
    return [json.loads(line) for line in out.stdout.decode().splitlines()]


# ---- what is expected ----
# ("int", n), ("big", n), ("real", v, size), ("text", b), ("bytes", b), ("is", kind, text),
# ("flags", text), ("array", items), ("map", pairs of items)

class Cbor:
    """A reader apart from the one under test, to know what the vectors say."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        if n > len(self.data) - self.at:
            raise ValueError("short")
        self.at += n
        return self.data[self.at - n:self.at]

    def head(self):
        first = self.take(1)[0]
        info = first & 31
        arg = info if info < 24 else int.from_bytes(self.take(1 << info - 24), "big") if info < 28 else None
        return first >> 5, info, arg

    def items(self, n):
        """n items, or those up to the mark."""
        got = []
        while n is None or len(got) < n:
            if n is None and self.data[self.at] == 0xff:
                self.at += 1
                break
            got.append(self.item())
        return got

    def item(self):
        major, info, arg = self.head()
        if major < 2:
            return ("int", arg if major == 0 else -1 - arg)
        if major < 4:
            body = self.take(arg) if arg is not None else b"".join(i[1] for i in self.items(None))
            return ("bytes" if major == 2 else "text", body)
        if major == 4:
            return ("array", self.items(arg))
        if major == 5:
            flat = self.items(None if arg is None else arg * 2)
            return ("map", list(zip(flat[::2], flat[1::2])))
        if major == 6:
            inner = self.item()
            return ("big", int.from_bytes(inner[1], "big")) if arg in (2, 3) and inner[0] == "bytes" else inner
        if info in (25, 26, 27):
            size = 1 << info - 24
            return ("real", struct.unpack({2: ">e", 4: ">f", 8: ">d"}[size], arg.to_bytes(size, "big"))[0], size)
        named = {20: ("bool", "false"), 21: ("bool", "true"), 22: ("null", "null"), 23: ("null", "undefined")}
        return ("is",) + named.get(arg, ("number", "simple(%d)" % arg))


def plain(item):
    """An item in the shape of cbor2-like values, to look into a file of vectors."""
    if item[0] == "map":
        return {plain(k): v if plain(k) in ("encoded", "decoded") else plain(v) for k, v in item[1]}
    if item[0] == "array":
        return [plain(v) for v in item[1]]
    if item[0] == "text":
        return item[1].decode()
    if item[0] == "is" and item[1] == "bool":
        return item[2] == "true"
    return item[1]


def same_real(text, v, size):
    got = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}.get(text)
    if got is None:
        got = float(text)
    if math.isnan(v):
        return math.isnan(got)
    if size < 8 and not math.isinf(v):
        got = struct.unpack(">f", struct.pack(">f", got))[0]
        v = struct.unpack(">f", struct.pack(">f", v))[0]
    return got == v and math.copysign(1, got) == math.copysign(1, v)


def same_name(name, item):
    if item[0] == "real":
        return same_real(name.decode(), item[1], item[2])
    if item[0] == "big":
        return int.from_bytes(name, "big") == item[1]
    return name == {"int": str(item[1]).encode(), "is": str(item[-1]).encode()}.get(item[0], item[1])


def members_of(pairs):
    """A key that is a container stands before its value, both without a name."""
    for key, value in pairs:
        if key[0] in ("array", "map"):
            yield ("text", b""), key
            key = ("text", b"")
        yield key, value


def same(node, item):
    kind = node[0]
    if item[0] == "array":
        return kind == "array" and len(node[1]) == len(item[1]) and all(map(same, node[1], item[1]))
    if item[0] == "map":
        members = list(members_of(item[1]))
        return kind == "object" and len(node[1]) == len(members) and all(
            same_name(bytes.fromhex(name), k) and same(value, v) for (name, value), (k, v) in zip(node[1], members))
    if kind in ("array", "object"):
        return False
    value = bytes.fromhex(node[1])
    if item[0] == "big":
        return kind == "bytes" and int.from_bytes(value, "big") == item[1]
    if item[0] == "int":
        return kind == "number" and value == str(item[1]).encode()
    if item[0] == "flags":  # in any order
        return kind == "text" and sorted(value.decode()) == sorted(item[1])
    if item[0] == "real":
        return kind == "number" and same_real(value.decode(), item[1], item[2])
    if item[0] == "is":
        return (kind, value) == (item[1], item[2].encode())
    return (kind, value) == item


def named(got):
    """Refused, or with an anomaly that says why."""
    return got[0] != "ok" or got[1]


# ---- CBOR ----

def cbor_wg():
    for folder, _, files in sorted(os.walk(os.path.join(FORMATS, "cbor-wg-vectors", "tests"))):
        for file in sorted(files):
            if not file.endswith(".cbor"):
                continue
            with open(os.path.join(folder, file), "rb") as f:
                suite = plain(Cbor(f.read()).item())
            tests = [t for t in suite["tests"] if "encoded" in t]
            got = play("cbor", [t["encoded"][1] for t in tests])
            wrong = []
            for t, g in zip(tests, got):
                want = t.get("decoded")
                if want and want[0] == "int" and t["encoded"][1][0] in (0xc2, 0xc3):  # the tags of big numbers
                    want = ("big", want[1] if t["encoded"][1][0] == 0xc2 else -1 - want[1])
                if suite.get("fail") or t.get("fail"):
                    good = named(g)
                elif t["encoded"][1].startswith(DEEP):
                    good = g[0] == "over_budget"
                else:
                    good = g[0] == "ok" and len(g[2]) == 1 and same(g[2][0], want)
                if not good:
                    wrong.append((t.get("description"), t["encoded"][1].hex(), t.get("decoded"), g))
            report(not wrong and tests, "%s/%s: %d vectors" % (os.path.basename(folder), file, len(tests)),
                   wrong[:5])


def cbor_appendix():
    with open(os.path.join(FORMATS, "cbor-test-vectors", "appendix_a.json"), encoding="utf-8") as f:
        tests = json.load(f)
    wrong = []
    for t, g in zip(tests, play("cbor", [bytes.fromhex(t["hex"]) for t in tests])):
        if t["hex"] == "f818":  # well-formed in RFC 7049, not so in RFC 8949
            wrong += [(t, g)] * (g[0] != "malformed")
            continue
        item = Cbor(bytes.fromhex(t["hex"])).item()
        good = g[0] == "ok" and len(g[2]) == 1 and same(g[2][0], item)
        # The file's own value, for what JSON can say.
        v = t.get("decoded")
        if good and isinstance(v, str) and item[0] == "text":
            good = bytes.fromhex(g[2][0][1]).decode("utf-8", "surrogatepass") == v
        elif good and isinstance(v, float):
            good = same_real(bytes.fromhex(g[2][0][1]).decode(), v, item[2])
        elif good and isinstance(v, int) and not isinstance(v, bool) and item[0] == "int":
            good = bytes.fromhex(g[2][0][1]) == str(v).encode()
        if not good:
            wrong.append((t, g))
    report(not wrong and len(tests) > 80, "appendix A: %d vectors" % len(tests), wrong[:5])


def cbor_files():
    folder = os.path.join(FORMATS, "libcbor")
    paths = sorted(os.path.join(top, f) for top, _, files in os.walk(folder) for f in files if f.endswith(".cbor"))
    wrong = []
    for path in paths:
        with open(path, "rb") as f:
            data = f.read()
        if data.startswith(b"***"):  # says in words that it is none
            continue
        reader, items = Cbor(data), []
        while reader.at < len(data):
            items.append(reader.item())
        g = play("cbor", [data])[0]
        if g[0] != "ok" or len(g[2]) != len(items) or not all(map(same, g[2], items)):
            wrong.append((path, g))
    report(not wrong and len(paths) > 5, "libcbor: %d files" % len(paths), wrong[:5])


# ---- MessagePack ----

def msgpack_item(v):
    if v is None:
        return ("is", "null", "null")
    if isinstance(v, bool):
        return ("is", "bool", "true" if v else "false")
    if isinstance(v, int):
        return ("int", v)
    if isinstance(v, float):
        return ("real", v, 4)
    if isinstance(v, str):
        return ("text", v.encode())
    if isinstance(v, list):
        return ("array", [msgpack_item(x) for x in v])
    return ("map", [(("text", k.encode()), msgpack_item(x)) for k, x in v.items()])


def hexed(text):
    return bytes.fromhex(text.replace("-", ""))


def msgpack_expected(case):
    for kind, v in case.items():
        if kind == "binary":
            return ("bytes", hexed(v))
        if kind == "ext":
            return ("bytes", hexed(v[1]))
        if kind == "timestamp":
            return ("is", "number", "%d.%09d" % tuple(v) if v[1] else str(v[0]))
        if kind == "bignum":
            return ("int", int(v))
        if kind != "msgpack":
            return msgpack_item(v)
    raise ValueError(case)


def msgpack():
    with open(os.path.join(FORMATS, "msgpack-test-suite", "dist", "msgpack-test-suite.json"), encoding="utf-8") as f:
        suite = json.load(f)
    for title, cases in suite.items():
        pairs = [(hexed(h), msgpack_expected(c)) for c in cases for h in c["msgpack"]]
        wrong = []
        for (raw, item), g in zip(pairs, play("msgpack", [raw for raw, _ in pairs])):
            if raw[0] in (0xca, 0xcb):  # the same number as a real
                item = ("real", float(item[1]), 4 if raw[0] == 0xca else 8)
            if g[0] != "ok" or len(g[2]) != 1 or not same(g[2][0], item):
                wrong.append((raw.hex(), item, g))
        report(not wrong and pairs, "msgpack %s: %d vectors" % (title, len(pairs)), wrong[:5])


# ---- BSON ----

def bson_item(v):
    """Canonical extended JSON to what we say of it."""
    if v is None:
        return ("is", "null", "null")
    if isinstance(v, bool):
        return ("is", "bool", "true" if v else "false")
    if isinstance(v, str):
        return ("text", v.encode("utf-8", "surrogatepass"))
    if isinstance(v, list):
        return ("array", [bson_item(x) for x in v])
    keys = list(v)
    first, x = (keys[0], v[keys[0]]) if keys else ("", None)
    if first in ("$numberInt", "$numberLong"):
        return ("int", int(x))
    if first == "$numberDouble":
        return ("real", float(x.replace("Infinity", "inf")), 8)
    if first == "$numberDecimal":
        return ("is", "number", x)
    if first == "$oid":
        return ("is", "number", x.lower())
    if first == "$date":
        return ("int", int(x["$numberLong"]))
    if first == "$timestamp":
        return ("is", "number", "%d:%d" % (x["t"], x["i"]))
    if first == "$binary" and isinstance(x, dict):
        return ("bytes", base64.b64decode(x["base64"]))
    if first == "$uuid":
        return ("bytes", bytes.fromhex(x.replace("-", "")))
    if first == "$undefined":
        return ("is", "null", "undefined")
    if first in ("$minKey", "$maxKey"):
        return ("is", "null", first[1:].lower())
    if first == "$symbol":
        return bson_item(x)
    if first == "$code" and len(keys) == 1:
        return bson_item(x)
    if first == "$code" and keys == ["$code", "$scope"]:
        return ("map", [(("text", b"code"), bson_item(x)), (("text", b"scope"), bson_item(v["$scope"]))])
    if first == "$regularExpression":
        return ("map", [(("text", b"pattern"), bson_item(x["pattern"])),
                        (("text", b"options"), ("flags", x["options"]))])
    if first == "$dbPointer":
        return ("map", [(("text", b"ref"), bson_item(x["$ref"])), (("text", b"id"), bson_item(x["$id"]))])
    return ("map", [(("text", k.encode()), bson_item(y)) for k, y in v.items()])


def bson():
    folder = os.path.join(FORMATS, "bson-corpus", "source", "bson-corpus", "tests")
    for file in sorted(os.listdir(folder)):
        if not file.endswith(".json"):
            continue
        with open(os.path.join(folder, file), encoding="utf-8") as f:
            suite = json.load(f)
        good, bad, wrong = [], [], []
        for t in suite.get("valid", []):
            item = bson_item(json.loads(t["canonical_extjson"]))
            good += [(t["description"], bytes.fromhex(t[k]), item)
                     for k in ("canonical_bson", "degenerate_bson") if k in t]
        for (what, raw, item), g in zip(good, play("bson", [raw for _, raw, _ in good])):
            if g[0] != "ok" or len(g[2]) != 1 or not same(g[2][0], item):
                wrong.append((what, raw.hex(), item, g))
        for t in suite.get("decodeErrors", []):
            bad.append((t["description"], bytes.fromhex(t["bson"])))
        for (what, raw), g in zip(bad, play("bson", [raw for _, raw in bad])):
            if not named(g):
                wrong.append((what, raw.hex(), g))
        if good or bad:
            report(not wrong, "bson %s: %d valid, %d bad" % (file, len(good), len(bad)), wrong[:5])


# ---- protobuf without a schema ----

class Scope:
    """The language of protoscope, as far as its own writer uses it: to pairs of a field's number and its value."""

    TOKEN = re.compile(r'\s+|#[^\n]*|"((?:[^"\\]|\\.)*)"|`([0-9a-f]*)`|([!{}:])|([-+.\w]+)')

    def __init__(self, text):
        self.tokens, at = [], 0
        while at < len(text):
            m = self.TOKEN.match(text, at)
            if not m:
                raise ValueError(text[at:at + 20])
            at = m.end()
            if m.lastindex:
                self.tokens.append((m.lastindex, m.group(m.lastindex)))
        self.at = 0

    def peek(self, ahead=0):
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else (3, "}")

    def take(self):
        self.at += 1
        return self.tokens[self.at - 1]

    @staticmethod
    def fixed(word):
        """A number with its size: bytes, little end first."""
        m = re.match(r"(.*?)(i32|i64)?$", word)
        size = 4 if m[2] == "i32" else 8
        if "." in m[1] or "e" in m[1]:
            return struct.pack("<f" if size == 4 else "<d", float(m[1]))
        return (int(m[1], 0) % (1 << 8 * size)).to_bytes(size, "little")

    def scalar(self):
        """What we write of a number."""
        word = {"true": "1", "false": "0"}.get(self.peek()[1], self.peek()[1])
        self.take()
        if re.fullmatch(r"-?\d+", word):
            return ("int", int(word) % (1 << 64))
        return ("int", int.from_bytes(self.fixed(word), "little"))

    @staticmethod
    def varint(n):
        out = bytearray()
        while n > 127:
            out.append(n & 127 | 128)
            n >>= 7
        return bytes(out) + bytes([n])

    @staticmethod
    def unescape(text):
        named = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}
        return re.sub(rb"\\(x..|.)", lambda m: bytes.fromhex(m[1][1:].decode()) if m[1][:1] == b"x" and len(m[1]) == 3 else
                      named.get(m[1], m[1]), text.encode())

    def body(self):
        """Between braces: a message, or bytes."""
        if self.peek()[1] == "}" or self.peek(1)[1] == ":":
            return self.message()
        raw = b""
        while self.peek()[1] != "}":
            kind, text = self.take()
            raw += self.unescape(text) if kind == 1 else bytes.fromhex(text) if kind == 2 else \
                self.varint(int(text)) if re.fullmatch(r"\d+", text) else self.fixed(text)
        return ("bytes", raw)

    def message(self):
        fields = []
        while self.peek()[1] != "}":
            number = self.take()[1]
            self.take()
            if self.peek()[1] == "!":
                self.take()
            if self.peek()[1] == "{":
                self.take()
                fields.append((number, self.body()))
                self.take()
            elif self.peek()[0] == 4 and re.match(r"-?\d|true$|false$", self.peek()[1]):
                fields.append((number, self.scalar()))
            else:
                raise ValueError(self.peek())
        return ("message", fields)


def same_message(node, item):
    """All of `item` is there, in its order; where it says bytes we may say more."""
    fields, at = node[1], 0
    for number, value in item[1]:
        while at < len(fields) and not (bytes.fromhex(fields[at][0]) == number.encode() and (
                same_message(fields[at][1], value) if value[0] == "message" and fields[at][1][0] == "object" else
                value == ("message", []) or same(fields[at][1], value))):
            at += 1
        if at == len(fields):
            return False
        at += 1
    return True


def count_of(item):
    return sum(count_of(v) if v[0] == "message" else 1 for _, v in item[1])


def protobuf():
    folder = os.path.join(FORMATS, "protoscope", "testdata")
    # Of packed.pb and proto3.pb the writer guesses marks of groups in one packed field, of which we make bytes.
    for name, skips in (("message", 0), ("oneof", 0), ("maps", 0), ("unittest.proto", 0), ("packed-big", 0), ("packed", 1),
                        ("proto3", 1)):
        with open(os.path.join(folder, name + ".pb.golden"), encoding="utf-8") as f:
            text, skipped = re.subn(r"\n\d+: \{\n( +\d+:EGROUP\n)+\}", "", f.read())
        with open(os.path.join(folder, name + ".pb"), "rb") as f:
            got = play("protobuf", [f.read()])[0]
        item = Scope(text).message()
        report(got[0] == "ok" and len(got[2]) == 1 and skipped == skips and count_of(item) >= 3 and same_message(got[2][0], item),
               "protobuf %s: %d values" % (name, count_of(item)), str(got)[:400])


def main():
    if not os.path.isdir(os.path.join(FORMATS, "bson-corpus")):
        print("ok 1 # SKIP no vectors: set EW_SUITES to the folder with formats/\n1..1")
        return 0
    for part in (cbor_wg, cbor_appendix, cbor_files, msgpack, bson, protobuf):
        part()
    print("1..%d" % count)
    return 1 if failed else 0


sys.exit(main())
