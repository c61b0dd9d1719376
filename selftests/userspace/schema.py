#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Are lines of JSON what vsysread(1) says?  usage: schema.py vsysread.1.in <LINES

schema.py --schema vsysread.1.in prints the JSON schema that userspace/vsysread.schema.json is.
"""
import json
import re
import sys

KINDS = {
    "string": lambda v: isinstance(v, str),
    "number": lambda v: type(v) is int and 0 <= v < 1 << 32,
    "hex": lambda v: isinstance(v, str) and re.fullmatch("0x[0-9a-f]{1,16}", v),
    "array": lambda v: isinstance(v, list),
    "object": lambda v: isinstance(v, dict),
    "boolean": lambda v: isinstance(v, bool),
}


# Members whose own members are indented below them.
INNER = ("args", "task", "submissions", "completions")


def members(lines, indent):
    """{name: (kind, may be missing, may be null)} of the lines with that indentation."""
    found = {}
    for line in lines:
        m = re.match(r"( *)(\w+) +(\w+)(\??)[:,]?", line)
        if m and len(m[1]) == indent:
            found[m[2]] = m[3], bool(m[4]), ", or null" in line
    return found


def schema(page):
    text = open(page, encoding="utf-8").read().replace(".nf\ntype", ".TP\n.B all\n.nf\ntype")
    text = text[text.index(".SH JSON"):]
    text = text[:text.index("\n.SH", 1)]
    types = {inner: {} for inner in INNER}
    for part in text.split(".TP\n")[1:]:
        names = re.findall(r"[a-z_]+", part.split("\n", 1)[0].split(" ", 1)[1])
        block = part[part.index(".nf"):part.index(".fi")].split("\n") if ".nf" in part else []
        # The members that are indented belong to the one before them.
        for inner in types:
            at = [i for i, line in enumerate(block) if line.startswith(inner + " ")]
            if inner in INNER and at:
                rest = block[at[0] + 1:]
                end = next((i for i, line in enumerate(rest) if not line.startswith("  ")), len(rest))
                types[inner].update(members(rest[:end], 2))
        for name in names:
            types[name] = members(block, 0)
    return types


def check(what, known, line):
    for name, value in what.items():
        if name not in known:
            return f"{name} is not in the manual"
        kind, _, null = known[name]
        if not (KINDS[kind](value) or (null and value is None)):
            return f"{name} is no {kind}: {value!r}"
    for name, (_, optional, _) in known.items():
        if not optional and name not in what:
            return f"{name} is missing"
    return None


FORMS = {
    "string": {"type": "string"},
    "number": {"type": "integer", "minimum": 0, "maximum": (1 << 32) - 1},
    "hex": {"type": "string", "pattern": "^0x[0-9a-f]{1,16}$"},
    "boolean": {"type": "boolean"},
}


def as_object(known, types, fixed=None):
    """The schema of an object with these members and no others."""
    properties = {}
    for name, (kind, _, null) in known.items():
        if name == "task":
            form = as_object(types["task"], types)
        elif name in INNER:
            form = {"type": "array", "items": as_object(types[name], types)}
        else:
            form = FORMS[kind]
        properties[name] = {"anyOf": [form, {"type": "null"}]} if null else form
    properties.update(fixed or {})
    return {"type": "object", "properties": properties, "additionalProperties": False,
            "required": [name for name, (_, optional, _) in known.items() if not optional]}


def as_schema(types):
    kinds = [name for name in types if name not in ("all", *INNER)]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "A line of vsysread --json",
            "oneOf": [as_object({**types["all"], **types[name]}, types, {"type": {"const": name}})
                      for name in kinds]}


def main():
    if sys.argv[1] == "--schema":
        print(json.dumps(as_schema(schema(sys.argv[2])), indent=1))
        return
    types = schema(sys.argv[1])
    n = 0
    for line in sys.stdin:
        what = json.loads(line)
        wrong = check(what, {**types["all"], **types[what["type"]]}, line)
        for inner in INNER[:1] + INNER[2:]:
            for one in what.get(inner, []):
                wrong = wrong or check(one, types[inner], line)
        if "task" in what:
            wrong = wrong or check(what["task"], types["task"], line)
        if wrong:
            sys.exit(f"{wrong}: {line}")
        n += 1
    print(n)


main()
