# eventwall - the event firewall
# Copyright (c) 2026 the eventwall authors
# SPDX-License-Identifier: Apache-2.0

"""The part of JSON Schema that our own schemas use, so that tests need no package.  A keyword that is
not known here is an error, never ignored."""

import re

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
SILENT = {"$schema", "$id", "$defs", "title", "description", "default"}


def is_type(value, name):
    if name == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if name == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def faults(value, schema, root=None, at="$"):
    """A list of sentences; empty when `value` is as `schema` says."""
    root = root or schema
    found = []
    for key, want in schema.items():
        if key in SILENT:
            continue
        if key == "$ref":
            target = root
            for step in want[2:].split("/"):
                target = target[step]
            found += faults(value, target, root, at)
        elif key == "type":
            names = want if isinstance(want, list) else [want]
            if not any(is_type(value, name) for name in names):
                found.append("%s is no %s" % (at, " or ".join(names)))
        elif key == "enum":
            if value not in want:
                found.append("%s is none of %r" % (at, want))
        elif key == "const":
            if value != want:
                found.append("%s is not %r" % (at, want))
        elif key == "required":
            found += ["%s lacks %s" % (at, name) for name in want
                      if isinstance(value, dict) and name not in value]
        elif key == "properties":
            if isinstance(value, dict):
                for name, inner in want.items():
                    if name in value:
                        found += faults(value[name], inner, root, at + "." + name)
        elif key == "additionalProperties":
            if isinstance(value, dict):
                for name in value:
                    if name in schema.get("properties", {}):
                        continue
                    if want is False:
                        found.append("%s has an unknown %s" % (at, name))
                    elif want is not True:
                        found += faults(value[name], want, root, at + "." + name)
        elif key == "propertyNames":
            if isinstance(value, dict):
                for name in value:
                    found += faults(name, want, root, at + ": name " + name)
        elif key == "items":
            if isinstance(value, list):
                for i, item in enumerate(value):
                    found += faults(item, want, root, "%s[%d]" % (at, i))
        elif key in ("minimum", "maximum"):
            if is_type(value, "number") and (value < want if key == "minimum" else value > want):
                found.append("%s is beyond its %s %s" % (at, key, want))
        elif key in ("minLength", "maxLength", "minItems", "maxItems"):
            kind = str if key.endswith("Length") else list
            if isinstance(value, kind) and (len(value) < want if key.startswith("min") else len(value) > want):
                found.append("%s is beyond its %s %s" % (at, key, want))
        elif key == "pattern":
            if isinstance(value, str) and not re.search(want, value):
                found.append("%s does not match %s" % (at, want))
        elif key == "allOf":
            for inner in want:
                found += faults(value, inner, root, at)
        elif key == "anyOf":
            tries = [faults(value, inner, root, at) for inner in want]
            if all(tries):
                found += min(tries, key=len)
        elif key == "oneOf":
            if sum(not faults(value, inner, root, at) for inner in want) != 1:
                found.append("%s is not exactly one of its choices" % at)
        else:
            raise ValueError("unknown schema keyword " + key)
    return found
