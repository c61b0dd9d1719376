#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Operators, accounts and users of NATS 2, for creds.sh: what its tool nsc, which Debian has not, would write.

    creds.py DIR PORT    write DIR/nats.conf for a server, and DIR/{user,stranger}.creds: of a user whom the
                         server knows, and of one of another account
"""
import base64
import binascii
import hashlib
import json
import os
import sys
import time

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

# First bytes of keys, so that their text begins with O, A, U and S.
PREFIX = {"operator": 14 << 3, "account": 0, "user": 20 << 3}
SEED = 18 << 3
NO_LIMITS = {k: -1 for k in ("subs", "data", "payload", "imports", "exports", "conn", "leaf", "mem_storage",
                             "disk_storage", "streams", "consumer")}


def text(data):
    return base64.b32encode(data + binascii.crc_hqx(data, 0).to_bytes(2, "little")).decode().rstrip("=")


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Key:
    def __init__(self, kind):
        self.kind, self.key = kind, Ed25519PrivateKey.generate()
        raw, plain = serialization.Encoding.Raw, serialization.NoEncryption()
        seed = self.key.private_bytes(raw, serialization.PrivateFormat.Raw, plain)
        public = self.key.public_key().public_bytes(raw, serialization.PublicFormat.Raw)
        prefix = PREFIX[kind]
        self.public = text(bytes([prefix]) + public)
        self.seed = text(bytes([SEED | prefix >> 5, (prefix & 31) << 3]) + seed)

    def jwt(self, subject, name, **what):
        """A claim about @subject, signed with this key."""
        claim = {"iat": int(time.time()), "iss": self.public, "sub": subject.public, "name": name,
                 "nats": {"type": subject.kind, "version": 2, **what}}
        claim["jti"] = base64.b32encode(hashlib.sha256(json.dumps(claim).encode()).digest()).decode().rstrip("=")
        parts = [base64url(json.dumps(o).encode()) for o in ({"typ": "JWT", "alg": "ed25519-nkey"}, claim)]
        signed = ".".join(parts)
        return signed + "." + base64url(self.key.sign(signed.encode()))


def creds(path, account):
    user = Key("user")
    with open(path, "w", encoding="utf-8") as f:
        f.write(f"""-----BEGIN NATS USER JWT-----
{account.jwt(user, "host", subs=-1, data=-1, payload=-1)}
------END NATS USER JWT------

-----BEGIN USER NKEY SEED-----
{user.seed}
------END USER NKEY SEED------
""")


def main(folder, port):
    operator, account, system = Key("operator"), Key("account"), Key("account")
    hosts = operator.jwt(account, "hosts", limits=dict(NO_LIMITS, wildcards=True))
    # JetStream needs an account of the system's own.
    own = operator.jwt(system, "system", limits=dict.fromkeys(("subs", "data", "payload", "conn", "leaf"), -1))
    with open(os.path.join(folder, "nats.conf"), "w", encoding="utf-8") as f:
        f.write(f"""host: 127.0.0.1
port: {port}
jetstream: {{ store_dir: "{folder}/store" }}
operator: "{operator.jwt(operator, "test")}"
resolver: MEMORY
resolver_preload: {{ {account.public}: "{hosts}", {system.public}: "{own}" }}
system_account: {system.public}
""")
    creds(os.path.join(folder, "user.creds"), account)
    creds(os.path.join(folder, "stranger.creds"), Key("account"))


def connect(path, nonce):
    """What CONNECT has of a .creds file, for stream.py."""
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")
    seed = base64.b32decode(lines[5] + "=" * (-len(lines[5]) % 8))[2:34]
    return {"jwt": lines[1], "sig": base64url(Ed25519PrivateKey.from_private_bytes(seed).sign(nonce.encode()))}


if __name__ == "__main__":
    main(*sys.argv[1:])
