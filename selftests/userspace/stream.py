#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""JetStream for stream.sh, by the protocol itself; and what must be in a stream.

    stream.py ports N                       ports that nobody has
    stream.py create SERVERS STREAM N       an empty stream of vsys.> with N replicas, and its leader
    stream.py limit SERVERS STREAM BYTES    its largest message
    stream.py await SERVERS STREAM N        until it has N messages
    stream.py count SERVERS STREAM          print how many it has
    stream.py dump SERVERS STREAM [N]       print its messages, N at least: SUBJECT ID TEXT
    stream.py leader SERVERS STREAM         print the name of its leader
    stream.py check LINES <DUMP             has the stream the lines of --json, once and in order?

SERVERS are PORT,PORT.  With STREAM_CA, a certificate, by TLS, and with STREAM_LOGIN, USER:PASSWORD;
with STREAM_CREDS as that .creds file has it.  While a leader is elected requests fail: each is repeated for TRIES seconds.
"""
import base64
import collections
import json
import os
import re
import socket
import ssl
import sys
import time

TRIES = 60
BATCH = 500
NOT_FOUND, IN_USE = 10059, 10058


class Connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        login, greeting = {}, b""
        while not greeting.endswith(b"\n"):
            greeting += self.socket.recv(1)
        if "STREAM_CA" in os.environ:
            context = ssl.create_default_context(cafile=os.environ["STREAM_CA"])
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
            login = dict(zip(("user", "pass"), os.environ["STREAM_LOGIN"].split(":", 1)))
        if "STREAM_CREDS" in os.environ:
            import creds
            login = creds.connect(os.environ["STREAM_CREDS"], json.loads(greeting[len("INFO "):])["nonce"])
        self.file = self.socket.makefile("rb")
        connect = json.dumps({"verbose": False, "headers": True, "no_responders": True, **login})
        self.send(b"CONNECT %s\r\nSUB in.* 1\r\n" % connect.encode())

    def send(self, data):
        self.socket.sendall(data)

    def request(self, subject, text, number=0):
        self.send(b"PUB %s in.%d %d\r\n%s\r\n" % (subject.encode(), number, len(text), text))

    def answer(self):
        """The number of an answer, and its text; None if there is no responder."""
        while True:
            words = self.file.readline().split()
            if not words:
                raise ConnectionError("closed")
            if words[0] == b"PING":
                self.send(b"PONG\r\n")
            if words[0] == b"MSG":
                text = self.file.read(int(words[-1]) + 2)
                return int(words[1][3:]), json.loads(text)
            if words[0] == b"HMSG":
                self.file.read(int(words[-1]) + 2)
                return int(words[1][3:]), None


def connections(servers):
    """Connections to one server after the other, for TRIES seconds."""
    end = time.monotonic() + TRIES
    while time.monotonic() < end:
        for port in servers.split(","):
            try:
                yield Connection(int(port))
            except OSError:
                pass
        time.sleep(0.2)
    sys.exit(f"no answer for {TRIES} seconds")


def ask(servers, subject, what, good=lambda answer: "error" not in answer):
    """The first good answer of any server."""
    text = json.dumps(what).encode() if what is not None else b""
    for c in connections(servers):
        try:
            c.request("$JS.API." + subject, text)
            answer = c.answer()[1]
            if answer is not None and good(answer):
                return answer
        except (OSError, ValueError):
            pass
    return None


def info(servers, stream, good=lambda answer: True):
    return ask(servers, "STREAM.INFO." + stream, None, lambda a: "error" not in a and good(a))


def config(stream, replicas, limit=-1):
    return {"name": stream, "subjects": ["vsys.>"], "num_replicas": replicas, "storage": "file",
            "retention": "limits", "discard": "old", "max_msg_size": limit}


def create(servers, stream, replicas):
    def gone(answer):
        return "error" not in answer or answer["error"].get("err_code") == NOT_FOUND

    # A request whose answer was late has done its work.
    def made(answer):
        return "error" not in answer or answer["error"].get("err_code") == IN_USE

    ask(servers, "STREAM.DELETE." + stream, None, gone)
    ask(servers, "STREAM.CREATE." + stream, config(stream, int(replicas)), made)
    leader(servers, stream)


def leader(servers, stream):
    found = info(servers, stream, lambda a: "cluster" not in a or a["cluster"].get("leader"))
    return found.get("cluster", {}).get("leader", "")


def limit(servers, stream, size):
    ask(servers, "STREAM.UPDATE." + stream, config(stream, 1, int(size)))


def await_messages(servers, stream, n):
    info(servers, stream, lambda a: a["state"]["messages"] >= int(n))


def messages(servers, stream, numbers):
    """The messages with these numbers, asked for in one go; as far as they are answered."""
    got = {}
    for c in connections(servers):
        try:
            missing = [n for n in numbers if n not in got]
            for n in missing:
                c.request("$JS.API.STREAM.MSG.GET." + stream, b'{"seq":%d}' % n, n)
            for _ in missing:
                n, answer = c.answer()
                if answer and "message" in answer:
                    got[n] = answer["message"]
        except (OSError, ValueError):
            pass
        if len(got) == len(numbers):
            return [got[n] for n in numbers]
    return []


def dump(servers, stream, n=0):
    # A server that came back may answer before it has caught up.
    last = info(servers, stream, lambda a: a["state"]["messages"] >= int(n))["state"]["last_seq"]
    for at in range(1, last + 1, BATCH):
        for m in messages(servers, stream, range(at, min(at + BATCH, last + 1))):
            headers = base64.b64decode(m.get("hdrs", "")).decode()
            found = re.search("Nats-Msg-Id: *(.*)\r\n", headers)
            print(m["subject"], found[1] if found else "-", base64.b64decode(m["data"]).decode())


def check(path):
    """Messages must be the lines: each once, those of a vCPU in their order, or in a gap."""
    want = collections.defaultdict(list)
    for line in open(path, encoding="utf-8"):
        o = json.loads(line)
        want[o["vm"], o["vcpu"]].append(line.strip())
    got, gaps, ids = collections.defaultdict(list), collections.defaultdict(list), set()
    for line in sys.stdin:
        _, number, text = line.rstrip("\n").split(" ", 2)
        o = json.loads(text)
        if number in ids:
            print("twice:", number)
        ids.add(number)
        if o["type"] == "gap":
            gaps[o["vm"], o["vcpu"]].append((int(o["seq"], 16), int(o["last"], 16), int(o["count"], 16)))
        else:
            got[o["vm"], o["vcpu"]].append(text)
    for ring in sorted(set(want) | set(got)):
        check_ring(ring, want[ring], got[ring], gaps[ring])
    named = sum(count for ring in gaps.values() for _, _, count in ring)
    print(sum(map(len, got.values())) + named, "events")


def check_ring(ring, want, got, gaps):
    place = {line: i for i, line in enumerate(want)}
    places = [place.get(line, -1) for line in got]
    if -1 in places:
        print(ring, "another event:", got[places.index(-1)])
    if len(set(places)) != len(places):
        print(ring, "an event is there twice")
    for a, b in zip(places, places[1:]):
        if a > b:
            print(ring, "out of order:", got[0])
            break
    there = set(got)
    missing = [json.loads(line) for line in want if line not in there]
    for o in missing:
        if not any(first <= int(o["seq"], 16) <= last for first, last, _ in gaps):
            print(ring, "missing:", o["type"], o["seq"])
            break
    if len(missing) != sum(count for _, _, count in gaps):
        print(ring, len(missing), "are missing, gaps name", sum(count for _, _, count in gaps))


def ports(n):
    sockets = [socket.socket() for _ in range(int(n))]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    print(*(s.getsockname()[1] for s in sockets))


COMMANDS = {"ports": ports, "create": create, "limit": limit, "await": await_messages,
            "count": lambda *a: print(info(*a)["state"]["messages"]), "dump": dump,
            "leader": lambda *a: print(leader(*a)), "check": check}
COMMANDS[sys.argv[1]](*sys.argv[2:])
