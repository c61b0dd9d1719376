#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""TLS and logins for brokers that librdkafka mocks, which know neither.

    kafkatls.py CERTIFICATE LOGIN PORT...   print a port for each broker's; LOGIN is USER:PASSWORD

The broker gets the question for versions, and others only after the login, by SASL's mechanism PLAIN.  Answers name these ports in place of the brokers' own.
"""
import contextlib
import socket
import ssl
import struct
import sys
import threading

HANDSHAKE, VERSIONS = struct.pack(">h", 17), struct.pack(">h", 18)
HOST = "127.0.0.1"


def frame(file):
    size = file.read(4)
    return file.read(struct.unpack(">i", size)[0]) if len(size) == 4 else b""


def packed(body):
    return struct.pack(">i", len(body)) + body


def ask(broker, body, ports):
    """The broker's answer, with our ports for its own, and the handshake among what it knows."""
    broker.write(packed(body))
    broker.flush()
    answer = frame(broker)
    if body[:2] == VERSIONS and answer[4:6] == b"\0\0":
        count = struct.unpack(">i", answer[6:10])[0]
        answer = answer[:6] + struct.pack(">ihhh", count + 1, 17, 0, 1) + answer[10:]
    for port, own in ports.items():
        name = HOST.encode() + struct.pack(">i", port)
        answer = answer.replace(name, HOST.encode() + struct.pack(">i", own))
    return answer


def serve(client, broker, login, ports):
    known = False
    while body := frame(client):
        if known or body[:2] == VERSIONS:
            answer = ask(broker, body, ports)
        elif body[:2] == HANDSHAKE:
            answer = body[4:8] + struct.pack(">hih", 0, 1, 5) + b"PLAIN"
        elif body == b"\0" + login.replace(":", "\0", 1).encode():
            known, answer = True, b""
        else:
            break
        client.write(packed(answer))
        client.flush()


def connected(client, context, login, port, ports):
    with contextlib.suppress(OSError), context.wrap_socket(client, server_side=True) as client, \
            socket.create_connection((HOST, port)) as broker:
        serve(client.makefile("rwb"), broker.makefile("rwb"), login, ports)
        client.shutdown(socket.SHUT_RDWR)


def accept(listener, *args):
    while True:
        client = listener.accept()[0]
        threading.Thread(target=connected, args=(client, *args), daemon=True).start()


def main(certificate, login, *brokers):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate + ".key")
    listeners = {int(port): socket.create_server((HOST, 0)) for port in brokers}
    ports = {port: listener.getsockname()[1] for port, listener in listeners.items()}
    for port, listener in listeners.items():
        threading.Thread(target=accept, args=(listener, context, login, port, ports)).start()
    print(*ports.values(), flush=True)


main(*sys.argv[1:])
