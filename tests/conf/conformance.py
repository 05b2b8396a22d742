# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""Public vectors with expected values, through `eventwall decode`: the JOSE cookbook, the conformance suite of
CloudEvents over HTTP, Kafka and MQTT, and containers of Avro.  What they say is in an event stands at the path where a
signature would look for it.  Looks in $EW_SUITES."""

import base64
import glob
import json
import os
import re
import subprocess
import sys
import urllib.parse

BUILDDIR = os.environ.get("EW_BUILDDIR", "build")
PROGRAM = os.path.join(BUILDDIR, "eventwall")
SUITES = os.environ.get("EW_SUITES", os.path.join(os.environ.get("EW_SRCDIR", "."), "../shared/suites"))
COOKBOOK = os.path.join(SUITES, "formats/jose-cookbook")
CONFORMANCE = os.path.join(SUITES, "events/cloudevents-conformance")
AVRO = os.path.join(SUITES, "formats/avro")
count = failed = 0


def ok(good, name, notes=()):
    global count, failed
    count += 1
    failed += not good
    print("%sok %d - %s" % ("" if good else "not ", count, name))
    for note in notes if not good else ():
        print("# %s" % (note,))


def decode(data, *args):
    r = subprocess.run([PROGRAM, "decode", "--json"] + list(args), input=data, stdout=subprocess.PIPE, timeout=60)
    x = json.loads(r.stdout)
    return x["status"], [(f["path"], f["value"]) for f in x["fields"]]


def unbase64(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def leaves(path, v):
    """Paths and values of a JSON value, as we write them."""
    if isinstance(v, dict):
        return [x for k, w in v.items() for x in leaves("%s.%s" % (path, k) if path[-1:] != "|" else path + k, w)]
    if isinstance(v, list):
        return [x for i, w in enumerate(v) for x in leaves("%s[%d]" % (path, i), w)]
    return [(path, v if isinstance(v, str) else json.dumps(v))]


# ---- JOSE ----

def vectors_of(x):
    if isinstance(x, dict):
        if isinstance(x.get("output"), dict):
            yield x
        for v in x.values():
            yield from vectors_of(v)


def compact_expected(token):
    parts = token.split(".")
    header = json.loads(unbase64(parts[0]))
    want = leaves("http.body|jwt.header|json", header)
    if header.get("b64") is False:  # RFC 7797: not encoded
        want.append(("http.body", token))
    elif len(parts) == 3 and parts[1]:
        want.append(("http.body|jwt.claims", unbase64(parts[1]).decode()))
    return want


def serialized_expected(x):
    """All that stands there, and the headers and the payload undone."""
    want = leaves("http.body|json", x)
    plain = any(p.endswith(".protected") and json.loads(unbase64(v)).get("b64") is False for p, v in want)
    for p, v in list(want):
        name = p.rsplit(".", 1)[-1]
        if name == "protected":
            want += leaves(p + "|base64|json", json.loads(unbase64(v)))
        elif name == "payload" and not plain:
            want.append((p + "|base64", unbase64(v).decode()))
    return want


def jose():
    wrong, values, vectors = [], 0, 0
    for path in sorted(glob.glob(COOKBOOK + "/**/*.json", recursive=True)):
        with open(path, encoding="utf-8") as f:
            document = json.load(f)
        for vector in vectors_of(document):
            for form, out in vector["output"].items():
                data = out if form == "compact" else json.dumps(out)
                want = compact_expected(out) if form == "compact" else serialized_expected(out)
                status, got = decode(data.encode())
                missing = [w for w in want if w not in got]
                if status != "ok" or missing:
                    wrong.append((os.path.basename(path), form, status, missing))
                values += len(want)
                vectors += 1
    ok(not wrong and vectors > 50, "JOSE: %d tokens, %d values" % (vectors, values), wrong)


# ---- CloudEvents ----

def outline(text):
    """Scenarios of a feature file: its steps, once for each of its examples."""
    for scenario in re.split(r"\n *Scenario", text)[1:]:
        steps, _, examples = scenario.partition("Examples:")
        rows = [[c.strip() for c in line.strip().strip("|").split("|")] for line in examples.splitlines() if "|" in line]
        for row in rows[1:] or [[]]:
            filled = steps
            for name, value in zip(rows[0] if rows else [], row):
                filled = filled.replace("<%s>" % name, value)
            yield filled


def quoted(step):
    """The texts in triple quotes, without the indent of the first."""
    found = []
    for block in re.findall(r'"""\n(.*?)\n *"""', step, re.S):
        indent = len(block) - len(block.lstrip(" "))
        found.append("\n".join(line[indent:] for line in block.split("\n")))
    return found


def table(step, after):
    rows = [line.strip().strip("|").split("|") for line in step.split(after, 1)[1].split("\n\n")[0].split("When")[0]
            .split("And the data")[0].splitlines() if "|" in line]
    return {k.strip(): v.strip() for k, v in rows[1:]} if rows else {}


def attributes_expected(attributes, where, structured, prefix, content_type):
    if structured:
        return [("%s|json.%s" % (where, k), v) for k, v in attributes.items()]
    return [(content_type if k == "datacontenttype" else prefix + k, v) for k, v in attributes.items()]


def features():
    wrong, scenarios = [], 0
    with open(CONFORMANCE + "/features/http-protocol-binding.feature", encoding="utf-8") as f:
        text = f.read()
    for step in outline(text):
        request, data = quoted(step)
        head, body = request.split("\n\n", 1)
        headers = [h for h in head.split("\n")[1:] if not h.lower().startswith("content-length")]
        structured = "cloudevents+json" in head
        want = attributes_expected(table(step, "attributes are:"), "http.body", structured, "http.header.ce-",
                                   "http.header.content-type")
        want += leaves("http.body|json.data" if structured else "http.body|json", json.loads(data))
        status, got = decode(body.encode(), *[x for h in headers for x in ("-H", h)])
        missing = [w for w in want if w not in got]
        wrong += [(step, status, missing)] if status != "ok" or missing else []
        scenarios += 1
    with open(CONFORMANCE + "/features/kafka-protocol-binding.feature", encoding="utf-8") as f:
        text = f.read()
    for step in outline(text):
        payload, data = quoted(step)
        headers = table(step, "Kafka headers:")
        structured = "cloudevents+json" in headers["content-type"]
        want = attributes_expected(table(step, "attributes are:"), "kafka.value", structured, "kafka.header.ce_",
                                   "kafka.header.content-type")
        want += leaves("kafka.value|json.data" if structured else "kafka.value|json", json.loads(data))
        status, got = decode(payload.encode(), "-s", "kafka", *[x for h in headers.items() for x in ("-H", "%s: %s" % h)])
        missing = [w for w in want if w not in got]
        wrong += [(step, status, missing)] if status != "ok" or missing else []
        scenarios += 1
    ok(not wrong and scenarios == 7, "CloudEvents: %d scenarios of HTTP and Kafka" % scenarios, wrong)


def yaml_event(document):
    """The little of YAML that these files use: attributes a line each, some of them and the data as blocks."""
    attributes, section, target, inner = {}, "", None, 0
    for line in document.split("\n"):
        indent = len(line) - len(line.lstrip(" "))
        if target and (indent >= inner or not line.strip()):
            attributes[target] = (attributes[target] + "\n" + line.strip()).strip()
            continue
        target = None
        word = re.match(r" *([A-Za-z0-9]+) *: ?(.*)$", line)
        if not word:
            continue
        name, value = word.groups()
        if indent == 0:
            section = name
        if value == "|":
            target, inner = name, indent + 1
            attributes[target] = ""
        elif indent and section == "ContextAttributes" and value:
            attributes[name] = value.strip().strip('"')
    return attributes, attributes.pop("Data", "")


def yaml_events():
    for path in sorted(glob.glob(CONFORMANCE + "/yaml/**/*.yaml", recursive=True)):
        with open(path, encoding="utf-8") as f:
            for document in f.read().split("\n---\n"):
                yield (os.path.basename(path),) + yaml_event(document)


# Header, how its values are escaped, where headers and the payload stand.
BINDINGS = {
    "http": (lambda k: "ce-" + k, lambda v: urllib.parse.quote(v, safe=" !#$&'()*+,/:;=?@[]{}"), "http.header.", "http.body",
             "http.header.content-type"),
    "kafka": (lambda k: "ce_" + k, str, "kafka.header.", "kafka.value", "kafka.header.content-type"),
    "mqtt": (lambda k: k, str, "mqtt.user_property.", "mqtt.payload", "mqtt.property.content_type"),
}


def data_expected(path, content_type, data):
    if "json" in content_type or not content_type:
        return leaves(path + "|json", json.loads(data))
    if "xml" in content_type:
        return [(path, data), (path + "|xml.msg", re.sub("<[^>]*>", "", data))]
    return [(path, data)]


def bindings():
    wrong, played, values = [], 0, 0
    for name, attributes, data in yaml_events():
        content_type = attributes.get("datacontenttype", "")
        is_json = "json" in content_type or not content_type
        for binding, (header, escape, headers, payload, type_path) in BINDINGS.items():
            for structured in (True, False):
                if structured:
                    event = dict(attributes, data=json.loads(data) if is_json else data)
                    args = ["--content-type", "application/cloudevents+json"]
                    want = [(payload + "|json." + k, v) for k, v in attributes.items()]
                    want += leaves(payload + "|json.data", event["data"]) if is_json else \
                        data_expected(payload + "|json.data", content_type, data)
                    body = json.dumps(event, ensure_ascii=False)
                else:
                    said = {k: v for k, v in attributes.items() if k != "datacontenttype"}
                    args = [x for k, v in said.items() for x in ("-H", "%s: %s" % (header(k), escape(v)))]
                    want = [(headers + header(k), escape(v)) for k, v in said.items()]
                    if content_type:
                        args += ["-H", "content-type: " + content_type] if binding == "kafka" else \
                            ["--content-type", content_type]
                        want.append((type_path, content_type))
                    want += data_expected(payload, content_type, data)
                    body = data
                status, got = decode(body.encode(), "-s", binding, *args)
                missing = [w for w in want if w not in got]
                wrong += [(name, binding, structured, attributes, status, missing)] if status != "ok" or missing else []
                played += 1
                values += len(want)
    ok(not wrong and played > 50, "CloudEvents: %d events, binary and structured, over HTTP, Kafka and MQTT: %d values" %
       (played, values), wrong)


# ---- Avro ----

def datums(path):
    with open(path, "rb") as f:
        status, got = decode(f.read(), "--content-type", "application/octet-stream")
    return status, [(re.sub(r"^.*\|datum", "", p), v) for p, v in got if "|datum" in p]


def avro():
    with open(AVRO + "/share/test/data/weather.json", encoding="utf-8") as f:
        records = [json.loads(line) for line in f]
    want = [("[%d].%s" % (i, k), str(v)) for i, r in enumerate(records) for k, v in r.items()]
    for codec in ("", "-deflate", "-snappy", "-zstd"):
        status, got = datums(AVRO + "/share/test/data/weather%s.avro" % codec)
        ok(status == "ok" and sorted(got) == sorted(want), "Avro: weather%s, %d values" % (codec, len(want)), (status, got))
    status, got = datums(AVRO + "/share/test/data/weather-sorted.avro")
    ok(status == "ok" and sorted(v for _, v in got) == sorted(v for _, v in want),
       "Avro: weather-sorted, the same %d values" % len(want), (status, got))
    named, unnamed = (datums(AVRO + "/lang/js/test/dat/person-10%s" % end) for end in (".avro", ".no-codec.avro"))
    # The second has the end of a line behind it.
    ok(named[0] == "ok" and unnamed[0] == "truncated" and named[1] == unnamed[1] and len(named[1]) == 40,
       "Avro: the same %d values with a codec named and without" % len(named[1]), (named, unnamed))
    for name, good in (("1237-good", True), ("1237-bad-union-discriminant", False), ("1238-good", True),
                       ("1238-truncated", False), ("1279-codec", True), ("1279-no-codec", True)):
        status, got = datums(AVRO + "/lang/c/tests/avro-%s.avro" % name)
        ok((status == "ok") == good and got, "Avro: %s: %s" % (name, status), got)


if not os.path.isdir(COOKBOOK) or not os.path.isdir(CONFORMANCE):
    print("1..0 # SKIP no vectors of others: EW_SUITES names the folder with formats/ and events/")
    sys.exit(0)
for part in (jose, features, bindings, avro):
    part()
print("1..%d" % count)
sys.exit(failed > 0)
