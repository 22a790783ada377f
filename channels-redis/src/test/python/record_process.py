"""Records what a running process on channels_redis' pub/sub layer publishes, for PythonProcessTest.

The layer is the real one from Debian's package python3-channels-redis. A separate raw subscriber records each channel and payload.

    redis-server --port 6399 --save "" &
    python3 record_process.py redis://localhost:6399 > ../resources/io/channels4j/redis/python/process.txt

Each line contains the serializer (followed by "+keys" if messages are encrypted), the name of the message, the Redis channel, and
the payload in hexadecimal.
"""

import asyncio
import platform
import sys

import channels_redis
from redis import __version__ as redis_version
from channels_redis.pubsub import RedisPubSubChannelLayer
from redis import asyncio as redis

MESSAGES = {
    "plain": {"type": "chat.message", "text": "hi"},
    "empty": {"type": "hello"},
    "words": {"type": "words", "text": "Zo\u00eb \U0001f600 \u0000 \" \\ \n", "": "no name"},
    "numbers": {"type": "numbers", "zero": 0, "small": -1, "int": 3000000000, "long": -(2**63), "real": 3.5},
    "kinds": {"type": "kinds", "none": None, "yes": True, "no": False, "list": [], "map": {}},
    "nested": {"type": "nested", "list": [1, ["two", {"three": [None, 4.0]}]], "map": {"a": {"b": {"c": []}}}},
    "long": {"type": "long", "text": "x" * 300, "many": list(range(70))},
}
KEYS = ["first key", "second key"]


async def record(url, serializer, keys):
    layer = RedisPubSubChannelLayer(hosts=[url], serializer_format=serializer, symmetric_encryption_keys=keys)
    client = redis.Redis.from_url(url)
    listener = client.pubsub()
    await listener.psubscribe("*")
    await listener.get_message(timeout=5)
    for name, message in MESSAGES.items():
        await layer.group_send("room", message)
        await layer.send("worker", message)
        for _ in range(2):
            heard = None
            while heard is None:
                heard = await listener.get_message(ignore_subscribe_messages=True, timeout=5)
            print(serializer + ("+keys" if keys else ""), name, heard["channel"].decode(), heard["data"].hex())
    own = await layer.new_channel()
    print("name", own.replace(own[-32:], "0" * 32))
    await layer.flush()
    await client.aclose()


async def main(url):
    print("# Python", platform.python_version(), "channels_redis", channels_redis.__version__, "redis-py", redis_version)
    for serializer in ("json", "msgpack"):
        await record(url, serializer, None)
        await record(url, serializer, KEYS)


asyncio.run(main(sys.argv[1]))
