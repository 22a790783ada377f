"""Writes what a Django process on channels_redis' pub/sub layer would publish, for PythonRecordingsTest.

The layer serializes a message with json.dumps or msgpack.packb, encrypts it with a MultiFernet whose keys are the SHA-256 hashes
of the secrets, publishes group messages to <prefix>__group__<group>, and selects the host by the lower 12 bits of the CRC-32 of
that name. This script does the same with the same libraries, but with a fixed time and initialization vector, so that the output
is reproducible.

    python3 -m venv venv && venv/bin/pip install msgpack cryptography
    venv/bin/python src/test/python/record.py > src/test/resources/io/channels4j/redis/python/recorded.txt

Each line contains a kind, a name and the bytes in hexadecimal. Lines of the kind "ring" contain a name, the number of hosts, and
the index of the selected host.
"""

import base64
import binascii
import hashlib
import json
import platform

import cryptography
import msgpack
from cryptography.fernet import Fernet

MESSAGES = {
    "plain": {"type": "chat.message", "text": "hi"},
    "empty": {"type": "hello"},
    "words": {"type": "words", "text": "Zoë \U0001f600 \u0000 \" \\ \n", "": "no name"},
    "numbers": {
        "type": "numbers",
        "zero": 0,
        "small": -1,
        "byte": 200,
        "short": -30000,
        "int": 3000000000,
        "long": -(2**63),
        "most": 2**64 - 1,
        "real": 3.5,
        "tiny": 5e-324,
    },
    "kinds": {"type": "kinds", "none": None, "yes": True, "no": False, "list": [], "map": {}},
    "nested": {"type": "nested", "list": [1, ["two", {"three": [None, 4.0]}]], "map": {"a": {"b": {"c": []}}}},
    "long": {"type": "long", "text": "x" * 300, "many": list(range(70))},
}
SECRETS = ["first key", "second key"]
TIME = 1_700_000_000
VECTOR = bytes(range(16))
NAMES = ["asgi__group__room", "asgi__group__chat_lobby", "asgi__group__a.b-c", "asgispecific.0123456789abcdef", "worker"]


def line(*words):
    print(" ".join(str(word) for word in words))


def fernet(secret):
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(secret.encode("utf-8")).digest()))


def host(name, hosts):
    return int((binascii.crc32(name.encode("utf8")) & 0xFFF) / (4096 / float(hosts)))


line("#", "Python", platform.python_version(), "msgpack", ".".join(map(str, msgpack.version)),
     "cryptography", cryptography.__version__)
for name, message in MESSAGES.items():
    line("json", name, json.dumps(message).encode("utf-8").hex())
    line("msgpack", name, msgpack.packb(message).hex())
line("msgpack", "bytes", msgpack.packb({"type": "bytes", "bytes": b"\x00\xff"}).hex())
for index, secret in enumerate(SECRETS):
    token = fernet(secret)._encrypt_from_parts(msgpack.packb(MESSAGES["plain"]), TIME, VECTOR)
    line("fernet", index, token.hex())
for name in NAMES:
    for hosts in (1, 2, 3, 7, 10):
        line("ring", name, hosts, host(name, hosts))
