"""Records what a process on channels_redis' default layer writes into Redis, for DjangoCodecTest.

The layer is the real one from Debian's packages python3-channels-redis and python3-django-channels. The queues and groups are read
directly from Redis.

    redis-server --port 6399 --save "" &
    /usr/bin/python3 record_core.py redis://localhost:6399 > ../resources/io/channels4j/redis/python/core.txt

A line "entry" contains the settings ("msgpack", followed by "+keys" if messages are encrypted), the name of the message, the receivers
("plain", "channel" or "group"), the key of the queue, and the entry in hexadecimal. A line "message" contains the name of a message and
the message in JSON, in hexadecimal. A line "member" contains the key of a group and a member. A line "ring" contains a name, the number of
hosts, and the index of the host.
"""

import asyncio
import json
import platform
import sys

import channels_redis
from channels_redis.core import RedisChannelLayer
from channels_redis.utils import _consistent_hash
from redis import __version__ as redis_version
from redis import asyncio as redis

MESSAGES = {
    "plain": {"type": "chat.message", "text": "hi"},
    "empty": {"type": "hello"},
    "words": {"type": "words", "text": "Zo\u00eb \U0001f600 \u0000 \" \\ \n", "": "no name"},
    "numbers": {"type": "numbers", "zero": 0, "small": -1, "int": 3000000000, "long": -(2**63), "real": 3.5},
    "kinds": {"type": "kinds", "none": None, "yes": True, "no": False, "list": [], "map": {}},
    "nested": {"type": "nested", "list": [1, ["two", {"three": [None, 4.0]}]], "map": {"a": {"b": {"c": []}}}},
    "fields": {"type": "fields", **{f"f{i}": i for i in range(14)}},
    "more": {"type": "more", **{f"f{i}": i for i in range(40)}},
}
KEYS = ["first key", "second key"]
OTHERS = [f"specific.11112222333344445555666677778888!{i:032x}" for i in range(20)]


async def entry(client, key):
    entries = await client.zrange(key, 0, -1)
    await client.delete(key)
    assert len(entries) == 1
    return entries[0].hex()


async def record(url, settings, keys):
    layer = RedisChannelLayer(hosts=[url], symmetric_encryption_keys=keys)
    layer.client_prefix = "0123456789abcdef0123456789abcdef"
    client = redis.Redis.from_url(url)
    queue = f"asgispecific.{layer.client_prefix}!"
    one = f"specific.{layer.client_prefix}!00000000000000000000000000000001"
    for name, message in MESSAGES.items():
        await layer.send("worker", message)
        print("entry", settings, name, "plain", "asgiworker", await entry(client, "asgiworker"))
        await layer.send(one, message)
        print("entry", settings, name, "channel", queue, await entry(client, queue))
        for channel in [one, *OTHERS]:
            await layer.group_add("room", channel)
        await layer.group_send("room", message)
        print("entry", settings, name, "group", queue, await entry(client, queue))
        other = "asgi" + OTHERS[0].split("!")[0] + "!"
        print("entry", settings, name, "others", other, await entry(client, other))
    for member in await client.zrange("asgi:group:room", 0, 1):
        print("member", "asgi:group:room", member.decode())
    await layer.flush()
    await client.close()


async def main(url):
    print("# Python", platform.python_version(), "channels_redis", channels_redis.__version__, "redis-py", redis_version)
    for name, message in MESSAGES.items():
        print("message", name, json.dumps(message).encode().hex())
    await record(url, "msgpack", None)
    await record(url, "msgpack+keys", KEYS)
    for name in ["room", "chat_lobby", "specific.0123456789abcdef0123456789abcdef!", *OTHERS[:2]]:
        for hosts in (1, 2, 3, 5):
            print("ring", name, hosts, _consistent_hash(name, hosts))


asyncio.run(main(sys.argv[1]))
