#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Do all outputs of vsysread tell the same calls and losses?

usage: sinks.py FOLDER

FOLDER has what sinks.sh wrote of one trace, a file for each output.  Each is read
back and compared with what the JSON output lets expect.  A difference is a line
"OUTPUT: - expected" or "OUTPUT: + found".
"""
import collections
import csv
import difflib
import json
import os
import re
import sqlite3
import struct
import sys

HEAD = re.compile(r"\[vm (\d+) [^]]*\] ")
NOT_SEEN = "call that was not seen"


def unpaired(c):
    return c["entry"] == "unseen" and c["abi"] == "unknown"


def number(c):
    return "" if unpaired(c) else str(c["nr"])


def known(c):
    return not c["name"].startswith("syscall_0x")


def name(c):
    return NOT_SEEN if unpaired(c) else c["name"]


def args(c):
    named = known(c) and c["abi"].startswith("windows")
    return ", ".join((a["name"] + "=" if named else "") + a["text"] for a in c.get("args", []))


def result(c):
    return {"seen": c.get("text"), "none": "?", "unseen": "? <return not seen>"}[c["return"]]


def timed(c):
    return "latency_ns" in c


def note(o):
    count = int(o["count"], 16)
    return "<lost %d event%s, seq %d-%d>" % (count, "" if count == 1 else "s", int(o["first"], 16),
                                             int(o["last"], 16))


def comm(o):
    """The name of the caller as text: escaped already in JSON."""
    t = o.get("task", {})
    return t.get("comm") or t.get("program", "").rpartition("/")[2]


def who(o):
    t = o["task"]
    return "%d%s %s" % (t["pid"], "" if t["tid"] == t["pid"] else "/%d" % t["tid"], comm(o))


def head(o):
    return "[vm %d %s] " % (o["vm"], who(o) if "task" in o else "vcpu %d" % o["vcpu"])


# ---- expect_FORM(calls and losses): a line for each; read_FORM(file): the same


def expect_text(objects):
    for o in objects:
        if o["type"] == "lost":
            yield head(o) + note(o)
            continue
        form = "[0x%04x] " if o["abi"].startswith("windows") else "[%4d] "
        nr = "" if unpaired(o) else form % o["nr"]
        begin = name(o) + "(" + args(o) if o["entry"] == "seen" else "<... %s resumed>" % name(o)
        ns = int(o.get("latency_ns", "0"), 16)
        spent = " <%d.%06d>" % (ns // 10**9, ns % 10**9 // 1000) if timed(o) else ""
        yield head(o) + nr + begin + ") = " + result(o) + spent


def lines_of(path):
    with open(path, encoding="utf-8") as f:
        return f.read().splitlines()


def read_text(path):
    return [s for s in lines_of(path) if "] --- " not in s]


# Other lines may split a line in two: take names and results in any order.
def expect_lines(objects):
    for o in objects:
        yield note(o) if o["type"] == "lost" else name(o) + " = " + result(o)


def read_lines(path):
    for s in read_text(path):
        s = HEAD.sub("", s)
        if s.startswith("<lost"):
            yield s
        elif not s.endswith("<unfinished ...>"):
            begun = re.match(r"<\.\.\. (.*) resumed>", s) or re.match(r"([^(]*)\(", s)
            yield begun[1] + " = " + s.rpartition(") = ")[2]


def expect_csv(objects):
    for o in objects:
        first = [int(o["time"], 16), o["vm"], o["vcpu"], o["profile"]]
        if o["type"] == "lost":
            rest = ["", "", "", "<lost>", "", "", note(o), "", "", "", "", ""]
        else:
            rest = [o["abi"], o.get("space", ""), number(o), "" if unpaired(o) else o["name"], args(o),
                    o.get("result", ""), result(o), o.get("error", ""),
                    int(o["latency_ns"], 16) if timed(o) else "", o.get("task", {}).get("pid", ""),
                    o.get("task", {}).get("tid", ""), comm(o)]
        yield "|".join(str(field) for field in first + rest)


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as f:
        return ["|".join(row) for row in csv.reader(f, strict=True)][1:]


def frame(text):
    return re.sub("[^!-~]|;", "_", text)


def expect_folded(objects):
    spent, lost = collections.Counter(), collections.Counter()
    for o in objects:
        machine = "vm %d" % o["vm"]
        if o["type"] == "lost":
            lost[machine] += int(o["count"], 16)
        elif timed(o):
            caller = ["space " + o["space"]]
            if "task" in o:
                program = o["task"].get("program", "").rpartition("/")[2]
                caller = [("%d " % o["task"]["pid"] + frame(program)).strip(),
                          "%d %s" % (o["task"]["tid"], frame(comm(o)))]
            frames = [machine] + caller + [o["name"]] + ([o["error"]] if "error" in o else [])
            spent[";".join(frames)] += int(o["latency_ns"], 16)
    yield from ("%s %d" % s for s in spent.items())
    yield from ("%s;<lost %d event%s> 0" % (m, n, "" if n == 1 else "s") for m, n in lost.items())


def read_folded(path):
    return [re.sub(r"^(vm \d+) [^;]*;", r"\1;", s) for s in lines_of(path)]


def expect_summary(objects):
    calls, errors = collections.Counter(), collections.Counter()
    for o in objects:
        if o["type"] == "lost":
            yield head(o) + note(o)
        else:
            calls[name(o)] += 1
            errors[name(o)] += "error" in o
    yield from ("%s %d %d" % (n, calls[n], errors[n]) for n in calls)


# With several profiles and ABIs a name has both as a suffix.
def read_summary(path):
    calls, errors = collections.Counter(), collections.Counter()
    rows, ruled = lines_of(path), 0
    for row in rows:
        ruled += row.startswith("------")
        if ruled != 1 or row.startswith("------"):
            continue
        what = re.sub(r" \(.*\)$", "", row[51:])
        calls[what] += int(row[30:40])
        errors[what] += int(row[40:50].strip() or 0)
    yield from ("%s %d %d" % (n, calls[n], errors[n]) for n in calls)
    yield from (s for s in lines_of(path + ".said") if "<lost" in s)


# Recording numbers events anew.
def expect_record(objects):
    for o in objects:
        yield json.dumps({k: v for k, v in o.items() if k not in ("seq", "first", "last")})


def read_record(path):
    return expect_record(parse(path))


def expect_sqlite(objects):
    for o in objects:
        first = [int(o["time"], 16), o["vm"], o["vcpu"]]
        if o["type"] == "lost":
            yield first + [int(o["first"], 16), int(o["count"], 16)]
            continue
        yield first + [o["abi"], number(o), "" if unpaired(o) else o["name"], result(o), o.get("error"),
                       int(o["latency_ns"], 16) if timed(o) else None, o.get("task", {}).get("tid"),
                       [[a["name"], a["text"]] for a in o.get("args", [])]]


def read_sqlite(path):
    db = sqlite3.connect(path)
    for row in db.execute("SELECT calls.id, time, calls.vm, vcpu, abi, nr, name, text, error, latency, tid "
                          "FROM calls LEFT JOIN tasks ON tasks.id = task"):
        args_of = db.execute("SELECT name, text FROM args WHERE call = ? ORDER BY n", row[:1])
        yield list(row[1:4]) + [row[4], "" if row[5] is None else str(row[5]), row[6] or ""] + list(
            row[7:]) + [[list(a) for a in args_of]]
    yield from (list(row) for row in db.execute("SELECT time, vm, vcpu, first, count FROM losses"))


# ---- Perfetto: a protobuf


def fields(data):
    at = 0

    def varint():
        nonlocal at
        v = shift = 0
        while True:
            b = data[at]
            at += 1
            v |= (b & 0x7f) << shift
            shift += 7
            if b < 0x80:
                return v

    while at < len(data):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        else:
            n = varint()
            yield key >> 3, data[at:at + n]
            at += n


def message(data):
    out = collections.defaultdict(list)
    for field, value in fields(data):
        out[field].append(value)
    return out


def expect_perfetto(objects):
    for o in objects:
        if o["type"] == "lost":
            yield "|".join(["%d" % o["vm"], "", head(o) + note(o), "", "", "", ""])
            continue
        caller = who(o) if "task" in o and o["entry"] == "seen" else o.get("space", "")
        yield "|".join([str(o["vm"]), caller, name(o), args(o), result(o),
                        number(o), "slice" if timed(o) else "instant"])


def read_perfetto(path):
    names, parents, pids = {}, {}, {}
    with open(path, "rb") as f:
        packets = [message(p) for _, p in fields(f.read())]
    for packet in packets:
        for t in (message(p) for p in packet[60]):
            uuid = t[1][0]
            if t[3]:
                pids[uuid] = message(t[3][0])[1][0]
            else:
                names[uuid], parents[uuid] = t[2][0].decode(), t[5][0]
        for e in (message(p) for p in packet[11]):
            track, notes = e[11][0], {}
            if e[9][0] == 2:
                continue
            for n in (message(p) for p in e[4]):
                value = n[6] or n[3] or n[7]
                notes[n[10][0].decode()] = value[0]
            vm = pids[parents.get(track, track)]
            if e[22][0] == b"lost":
                yield "|".join([str(vm), "", e[23][0].decode(), "", "", "", ""])
            elif e[22][0] != b"trace":
                yield "|".join([str(vm), names.get(track, "").replace("space ", ""), e[23][0].decode(),
                                notes["args"].decode(), notes["result"].decode(),
                                str(notes.get("nr", "")), "slice" if e[9][0] == 1 else "instant"])


# ---- CTF: an entry and an exit of each call, by the metadata


def expect_ctf(objects):
    for o in objects:
        if o["type"] == "lost":
            yield "lost|%d|%d|%s" % (o["vm"], o["vcpu"], head(o) + note(o))
            yield "discarded|%d|%d|%d" % (o["vm"], o["vcpu"], int(o["count"], 16))
            continue
        what = o["name"] if known(o) and not unpaired(o) else "unknown"
        if o["entry"] == "seen":
            values = [int(a["value"] or "0", 16) for a in o["args"]]
            yield "|".join(str(v) for v in ["entry", what, o["vm"], o["vcpu"], int(o["time"], 16), o["nr"],
                                            o["pc"], o["sp"], o["space"], o.get("task", {}).get("pid", 0),
                                            o.get("task", {}).get("tid", 0), comm(o)] + values)
        if o["return"] == "seen":
            yield "|".join(str(v) for v in ["exit", what, o["vm"], o["nr"], o["result"],
                                            o.get("error", ""), args(o), result(o)])


def classes(metadata):
    out = {}
    for body in re.findall(r"\nevent \{\n(.*?)\n\};", metadata, re.S):
        kind = re.search(r'name = "(.*)"', body)[1]
        out[int(re.search(r"\bid = (\d+)", body)[1])] = (
            kind, re.findall(r"\t\t(enum abi|\w+) (\w+);", body))
    return out


def event(data, at, members):
    values = {}
    for kind, member in members:
        if kind == "string":
            end = data.index(b"\0", at)
            values[member], at = data[at:end].decode(), end + 1
        else:
            size = {"enum abi": 1, "uint32_t": 4}.get(kind, 8)
            values[member], at = int.from_bytes(data[at:at + size], "little"), at + size
    return values, at


def show_ctf(kind, v, vm, vcpu, time):
    if kind == "vsyscalls":
        return "lost|%d|%d|%s" % (vm, vcpu, v["_text"]) if "<lost" in v["_text"] else None
    _, side, who = kind.split("_", 2)
    if side == "entry":
        values = [v[m] for m in v if not m.startswith("__")]
        return [side, who, vm, vcpu, time, v["__nr"], hex(v["__pc"]), hex(v["__sp"]),
                hex(v["__space"]), v["__pid"], v["__tid"], v["__comm"]] + values
    return "|".join(str(x) for x in [side, who, vm, v["__nr"], hex(v["__result"]), v["__error"],
                                     v["__args"], v["__text"]])


def read_ctf(path):
    with open(os.path.join(path, "metadata"), encoding="utf-8") as f:
        known_classes = classes(f.read())
    for stream in sorted(set(os.listdir(path)) - {"metadata"}):
        with open(os.path.join(path, stream), "rb") as f:
            data = f.read()
        at = lost = 0
        while at < len(data):
            _, _, _, _, content, size, lost, vm, vcpu = struct.unpack_from("<IIQQQQQII", data, at)
            end, at = at + content // 8, at + 56
            while at < end:
                kind, time = struct.unpack_from("<IQ", data, at)
                v, at = event(data, at + 12, known_classes[kind][1])
                yield show_ctf(known_classes[kind][0], v, vm, vcpu, time)
        if lost:
            yield "discarded|%d|%d|%d" % (vm, vcpu, lost)


# An optional argument is in the class, but not among the decoded ones.
def trim_ctf(expected, found):
    lengths = {tuple(str(x) for x in e.split("|")[:6]): e.count("|") + 1 for e in expected}
    for f in found:
        if isinstance(f, list):
            f = "|".join(str(x) for x in f[:lengths.get(tuple(str(x) for x in f[:6]), len(f))])
        if f:
            yield f


def parse(path):
    return [json.loads(s) for s in lines_of(path)]


def main():
    folder = sys.argv[1]
    objects = [o for o in parse(os.path.join(folder, "json")) if o["type"] in ("call", "lost")]
    for form in ("text", "lines", "csv", "folded", "summary", "record", "sqlite", "perfetto", "ctf"):
        try:
            found = list(globals()["read_" + form](os.path.join(folder, form)))
        except (OSError, ValueError, KeyError, IndexError, TypeError, struct.error, sqlite3.Error) as e:
            print("%s: cannot be read: %r" % (form, e))
            continue
        known_objects = objects if form != "record" else parse(os.path.join(folder, "json"))
        expected = list(globals()["expect_" + form](known_objects))
        if form == "ctf":
            found = list(trim_ctf(expected, found))
        if form == "sqlite":
            expected, found = [str(e) for e in expected], [str(f) for f in found]
        if form not in ("text", "csv", "record", "perfetto"):
            expected.sort()
            found.sort()
        for s in difflib.unified_diff(expected, found, n=0, lineterm=""):
            if not s.startswith(("---", "+++", "@@")):
                print("%s: %s %s" % (form, s[0], s[1:]))


main()
