"""A Django process for the live tests of DjangoProcessesTest. Requires channels and channels_redis.

    python3 django_peer.py call core|pubsub HOSTS PREFIX [KEY...]
    python3 django_peer.py work core|pubsub HOSTS PREFIX [KEY...]

HOSTS is a list of URLs, separated by commas. With "call", each line of the input is a list with the name of a method of the layer and its
arguments, in JSON; the result is printed as {"result": ...}. The method "listen" receives from a channel from then on, and prints each
message as {"channel": ..., "message": ...}. With "work", Django's worker handles the messages of channel "jobs": it appends the field "i"
to the list "started" in the first host, waits for 20 ms, and appends it to the list "completed".
"""

import asyncio
import json
import os
import sys

from redis import asyncio as redis


def layer_of(backend, hosts, prefix, keys):
    options = {"hosts": hosts, "prefix": prefix}
    if keys:
        options["symmetric_encryption_keys"] = keys
    if backend == "core":
        from channels_redis.core import RedisChannelLayer

        return RedisChannelLayer(**options)
    from channels_redis.pubsub import RedisPubSubChannelLayer

    return RedisPubSubChannelLayer(**options)


def say(line):
    print(json.dumps(line), flush=True)


async def listen(layer, channel):
    while True:
        say({"channel": channel, "message": await layer.receive(channel)})


async def call(layer):
    tasks = []
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        method, *arguments = json.loads(line)
        if method == "listen":
            tasks.append(asyncio.ensure_future(listen(layer, *arguments)))
            await asyncio.sleep(0.3)  # the pub/sub layer subscribes when it first receives
            say({"result": None})
            continue
        try:
            say({"result": await getattr(layer, method)(*arguments)})
        except BaseException as error:
            say({"error": repr(error)})


async def work(layer, url):
    from channels.consumer import AsyncConsumer
    from channels.routing import ChannelNameRouter
    from channels.worker import Worker

    client = redis.Redis.from_url(url)

    class Jobs(AsyncConsumer):
        async def job(self, message):
            await client.rpush("started", message["i"])
            await asyncio.sleep(0.02)
            await client.rpush("completed", message["i"])

    worker = Worker(application=ChannelNameRouter({"jobs": Jobs.as_asgi()}), channels=["jobs"], channel_layer=layer)
    say({"result": "working"})
    await worker.handle()


async def main(mode, backend, hosts, prefix, *keys):
    urls = hosts.split(",")
    layer = layer_of(backend, urls, prefix, list(keys))
    await (call(layer) if mode == "call" else work(layer, urls[0]))



if sys.argv[1] == "work":
    import django
    from django.conf import settings

    settings.configure()
    django.setup()
asyncio.run(main(*sys.argv[1:]))
os._exit(0)
