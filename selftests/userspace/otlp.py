#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""A receiver of OpenTelemetry logs for otlp.sh, which takes nothing that the schema has not.

    otlp.py serve DIR [PORT [CERTIFICATE USER:PASSWORD]]
                                answer POST /v1/logs; DIR/port has the port
    otlp.py count DIR MS        take anything, MS later; DIR/bytes has the size of each request
    otlp.py judge FILE          is this a request?
    otlp.py check LINES EVENTS  are the events of DIR/events the lines of --json, in order?

DIR/plan has a line for each of the next answers: STATUS, "STATUS SECONDS" for Retry-After,
"partial N" to reject N records, "drop" to store and give no answer, or "cut" to do neither.  DIR/poison has a text: requests
with that text are wrong.  DIR/events has the records that were stored, one a line, DIR/log the answers,
DIR/sizes the number of records of each request, DIR/most the number of requests that were there at once.
All are compressed, unless DIR/plain exists; DIR/early exists if requests that were on the way may come before the
end of Retry-After.
"""
import base64
import http.server
import json
import os
import re
import ssl
import sys
import threading
import time
import zlib

# Field numbers and types of opentelemetry-proto 1.8: a name in capitals is a message, "*" is repeated.
SCHEMA = {
    "REQUEST": {1: ("resource_logs", "LOGS*")},
    "LOGS": {1: ("resource", "RESOURCE"), 2: ("scope_logs", "SCOPED*"), 3: ("schema_url", "string")},
    "RESOURCE": {1: ("attributes", "PAIR*"), 2: ("dropped_attributes_count", "varint")},
    "SCOPED": {1: ("scope", "SCOPE"), 2: ("log_records", "RECORD*"), 3: ("schema_url", "string")},
    "SCOPE": {1: ("name", "string"), 2: ("version", "string"), 3: ("attributes", "PAIR*"),
              4: ("dropped_attributes_count", "varint")},
    "RECORD": {1: ("time_unix_nano", "fixed64"), 2: ("severity_number", "varint"), 3: ("severity_text", "string"),
               5: ("body", "VALUE"), 6: ("attributes", "PAIR*"), 7: ("dropped_attributes_count", "varint"),
               8: ("flags", "fixed32"), 9: ("trace_id", "bytes"), 10: ("span_id", "bytes"),
               11: ("observed_time_unix_nano", "fixed64"), 12: ("event_name", "string")},
    "PAIR": {1: ("key", "string"), 2: ("value", "VALUE")},
    "VALUE": {1: ("string", "string"), 2: ("bool", "varint"), 3: ("int", "varint"), 4: ("double", "fixed64"),
              5: ("array", "ARRAY"), 6: ("kvlist", "LIST"), 7: ("bytes", "bytes")},
    "ARRAY": {1: ("values", "VALUE*")},
    "LIST": {1: ("values", "PAIR*")},
}
WIRE = {"varint": 0, "fixed64": 1, "fixed32": 5}
# Types that the semantic conventions give to attributes.
CONVENTIONS = {
    "service.name": str, "host.name": str, "host.id": str, "log.record.uid": str, "error.type": str,
    "process.pid": int, "process.parent_pid": int, "process.user.id": int, "process.executable.name": str,
    "process.executable.path": str, "thread.id": int, "thread.name": str, "container.id": str,
}


class Wrong(Exception):
    pass


def need(good, why):
    if not good:
        raise Wrong(why)


def varint(data, at):
    value = shift = 0
    begin = at
    while True:
        need(at < len(data) and shift < 64, "a number is cut")
        value |= (data[at] & 0x7f) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            need(data[at - 1] or at == begin + 1, "a number is longer than it must be")
            need(value < 1 << 64, "a number is too large")
            return value, at


def message(data, kind):
    got, at = {}, 0
    while at < len(data):
        tag, at = varint(data, at)
        need(tag >> 3 in SCHEMA[kind], f"{kind} has no field {tag >> 3}")
        name, type_ = SCHEMA[kind][tag >> 3]
        many, type_ = type_.endswith("*"), type_.rstrip("*")
        need(tag & 7 == WIRE.get(type_, 2), f"{name}: wire type {tag & 7}")
        if type_ == "varint":
            value, at = varint(data, at)
        else:
            size = {"fixed64": 8, "fixed32": 4}.get(type_)
            if size is None:
                size, at = varint(data, at)
            need(at + size <= len(data), f"{name} is cut")
            value, at = data[at:at + size], at + size
            if type_.isupper():
                value = message(value, type_)
            elif type_ == "string":
                value = value.decode("utf-8", "strict")
            elif type_ != "bytes":
                value = int.from_bytes(value, "little")
        need(many or name not in got, f"{name} is there twice")
        if many:
            got.setdefault(name, []).append(value)
        else:
            got[name] = value
    return got


def plain(value):
    """An AnyValue of the types that are used here."""
    need(len(value) == 1, f"a value has {len(value)} types")
    (kind, v), = value.items()
    if kind == "kvlist":
        return pairs(v.get("values", []))
    need(kind in ("string", "int"), f"a value of type {kind}")
    return v


def pairs(items):
    got = {}
    for p in items:
        need(p.get("key") and "value" in p, "a pair has no key, or no value")
        need(p["key"] not in got, f"{p['key']} is there twice")
        got[p["key"]] = plain(p["value"])
    return got


def attributes(items):
    got = pairs(items)
    for key, value in got.items():
        need(key.startswith("vsyscalls.") or type(value) is CONVENTIONS.get(key), f"attribute {key}={value}")
    return got


def records(data):
    """All records of a request, with the attributes of their resource."""
    for logs in message(data, "REQUEST").get("resource_logs", []):
        resource = attributes(logs.get("resource", {}).get("attributes", []))
        need({"service.name", "host.name"} <= set(resource), "the resource has no name")
        need(logs.get("scope_logs"), "a resource without logs")
        for scoped in logs["scope_logs"]:
            need(scoped.get("scope", {}).get("name"), "the scope has no name")
            for url in scoped.get("schema_url", ""), logs.get("schema_url", ""):
                need(re.fullmatch(r"https://opentelemetry.io/schemas/\d+\.\d+\.\d+", url), "schema_url " + url)
            need(scoped.get("log_records"), "a scope without records")
            for r in scoped["log_records"]:
                need(1 <= r.get("severity_number", 0) <= 24, "severity")
                need(r.get("observed_time_unix_nano") and r.get("event_name"), "no time, or no name")
                r["attributes"] = attributes(r.get("attributes", []))
                need(r["attributes"].get("log.record.uid"), "no id")
                r["body"] = plain(r.get("body", {}))
                r["resource"] = resource
                yield r


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    folder, not_before, login = "", 0.0, None
    lock, counting, here, most = threading.Lock(), threading.Lock(), 0, 0

    def log_message(self, *_):
        pass

    def path_of(self, name):
        return os.path.join(self.folder, name)

    def read(self, name):
        try:
            with open(self.path_of(name), "rb") as f:
                return f.read()
        except FileNotFoundError:
            return b""

    def append(self, name, lines):
        with open(self.path_of(name), "a", encoding="utf-8") as f:
            f.writelines(line + "\n" for line in lines)

    def next_answer(self):
        first, _, rest = self.read("plan").decode().partition("\n")
        with open(self.path_of("plan"), "w", encoding="utf-8") as f:
            f.write(rest)
        return first.split() or ["200"]

    def answer(self, status, body=b"", pause=None):
        self.append("log", [str(status)])
        self.send_response(int(status))
        self.send_header("Content-Length", str(len(body)))
        if pause:
            self.send_header("Retry-After", pause)
            Receiver.not_before = time.monotonic() + float(pause)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        with self.counting:
            Receiver.here += 1
            Receiver.most = max(self.most, self.here)
        data = self.rfile.read(int(self.headers["Content-Length"]))
        with self.lock:
            self.take(data)
        with self.counting:
            Receiver.here -= 1

    def unpacked(self, data):
        if os.path.exists(self.path_of("plain")):
            need("Content-Encoding" not in self.headers, "encoding")
            return data
        need(self.headers["Content-Encoding"] == "gzip", "encoding")
        z = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            data = z.decompress(data)
        except zlib.error as e:
            raise Wrong(str(e)) from e
        need(z.eof and not z.unused_data, "gzip is cut, or has more behind it")
        return data

    def take(self, data):
        if self.headers["Authorization"] != self.login:
            return self.answer(401)
        try:
            need(self.path == "/v1/logs", "path " + self.path)
            need(self.headers["Content-Type"] == "application/x-protobuf", "type")
            early = os.path.exists(self.path_of("early"))
            need(early or time.monotonic() >= self.not_before, "too early")
            data = self.unpacked(data)
            got = list(records(data))
        except (Wrong, UnicodeDecodeError) as e:
            self.append("wrong", [str(e)])
            return self.answer(400)
        with open(self.path_of("body"), "wb") as f:
            f.write(data)
        self.append("sizes", [str(len(got))])
        self.append("most", [str(self.most)])
        poison = self.read("poison").strip()
        if poison and poison in data:
            return self.answer(400)
        self.give(self.next_answer(), got)

    def give(self, plan, got):
        rejected = min(int(plan[1]), len(got)) if plan[0] == "partial" else 0
        if plan[0] in ("200", "partial", "drop"):
            self.append("events", (json.dumps(r) for r in got[rejected:]))
        if plan[0] in ("drop", "cut"):
            self.append("log", plan[:1])
            self.close_connection = True
        elif plan[0] == "partial":
            why = b"no\x1b[31m room"
            partial = b"\x08%c\x12%c%s" % (rejected, len(why), why)
            self.answer(200, b"\x0a%c%s" % (len(partial), partial))
        else:
            self.answer(*plan[:1], pause=plan[1] if len(plan) > 1 else None)


def serve(folder, port="0", certificate="", login=""):
    if login:
        Receiver.login = "Basic " + base64.b64encode(login.encode()).decode()
    listen(folder, port, Receiver, certificate)


class Counter(Receiver):
    delay = 0.0

    def do_POST(self):
        n = len(self.rfile.read(int(self.headers["Content-Length"])))
        time.sleep(self.delay)
        with self.lock:
            self.append("bytes", [str(n)])
            self.answer(200)


def listen(folder, port, receiver, certificate=""):
    receiver.folder = folder
    with http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), receiver) as server:
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, certificate + ".key")
            server.socket = context.wrap_socket(server.socket, server_side=True)
        with open(os.path.join(folder, "port.new"), "w", encoding="utf-8") as f:
            f.write(str(server.server_address[1]))
        os.rename(f.name, os.path.join(folder, "port"))
        server.serve_forever()


def count(folder, delay):
    Counter.delay = float(delay) / 1000
    listen(folder, "0", Counter)


def judge(path):
    try:
        with open(path, "rb") as f:
            print(len(list(records(f.read()))), "records")
    except (Wrong, UnicodeDecodeError) as e:
        print("wrong:", e)


def as_line(r):
    """What a record and a line of --json must have in common."""
    a = r["attributes"]
    got = {"vm": r["resource"]["vsyscalls.machine.pid"], "vcpu": a["vsyscalls.vcpu"],
           "type": r["event_name"].removeprefix("vsyscalls.")}
    if "vsyscalls.missing.count" in a:
        got.update((k, a["vsyscalls.missing." + k]) for k in ("first", "last", "count"))
    if got["type"] == "call":
        got.update((k, a.get("vsyscalls." + k)) for k in ("nr", "abi", "profile", "seq", "latency"))
        got.update(name=a["vsyscalls.call"], args=list(a.get("vsyscalls.args", {}).items()),
                   text=a.get("vsyscalls.result"), error=a.get("error.type"), pid=a.get("process.pid"),
                   tid=a.get("thread.id"), ppid=a.get("process.parent_pid"), uid=a.get("process.user.id"),
                   comm=a.get("thread.name"), program=a.get("process.executable.path"),
                   container=a.get("container.id"))
    return got


def of_line(o):
    def number(key):
        return int(o[key], 16) if key in o else None

    got = {"vm": o["vm"], "vcpu": o["vcpu"], "type": o["type"]}
    if "count" in o:
        got.update((k, number(k)) for k in ("first", "last", "count"))
    if got["type"] == "call":
        got.update((k, o.get(k)) for k in ("nr", "abi", "profile", "name", "text", "error"))
        got.update(args=[(a["name"], a["text"]) for a in o["args"]], seq=number("seq"), latency=number("latency_ns"))
        task = o.get("task", {})
        got.update((k, task.get(k)) for k in ("pid", "tid", "ppid", "uid", "comm", "program", "container"))
    return got


def check(lines, events):
    with open(lines, encoding="utf-8") as f:
        want = [of_line(json.loads(line)) for line in f]
    with open(events, encoding="utf-8") as f:
        stored = [json.loads(line) for line in f]
    seen, got = set(), []
    for r in stored:
        uid = r["attributes"]["log.record.uid"]
        if uid not in seen:
            got.append(as_line(r))
        seen.add(uid)
    # In the order of each vCPU.
    for events in want, got:
        events.sort(key=lambda e: (e["vm"], e["vcpu"]))
    for a, b in zip(want, got):
        if a != b:
            print("want", a, "got", b)
            break
    print(len(want) - len(got), "missing,", len(stored) - len(got), "twice")


COMMANDS = {"serve": serve, "count": count, "judge": judge, "check": check}
COMMANDS[sys.argv[1]](*sys.argv[2:])
