package io.channels4j.benchmarks.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Two participants that publish and subscribe with Lettuce and its default settings, each with a client of its own. */
@SuppressWarnings("FutureReturnValueIgnored") // delivery is not guaranteed
final class PlainLettuce implements RoundTrips.Contender {

    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    private static final String PING = "plain:ping";
    private static final String PONG = "plain:pong";
    private static final String PREFIX = "{\"type\":\"n\",\"i\":";

    private final RedisClient client;
    private final RedisClient otherClient;
    private final StatefulRedisConnection<String, byte[]> out;
    private volatile RoundTrips.Replies replies = number -> {};

    PlainLettuce(String url) {
        client = RedisClient.create(url);
        otherClient = RedisClient.create(url);
        out = client.connect(CODEC);
        StatefulRedisConnection<String, byte[]> replying = otherClient.connect(CODEC);
        subscribe(otherClient, PING, bytes -> replying.async().publish(PONG, bytes));
        subscribe(client, PONG, bytes -> replies.reply(number(bytes)));
    }

    private interface Handler {

        void handle(byte[] bytes);
    }

    private static void subscribe(RedisClient client, String channel, Handler handler) {
        StatefulRedisPubSubConnection<String, byte[]> in = client.connectPubSub(CODEC);
        in.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String name, byte[] bytes) {
                handler.handle(bytes);
            }
        });
        in.sync().subscribe(channel);
    }

    private static long number(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return Long.parseLong(text.substring(PREFIX.length(), text.length() - 1));
    }

    @Override
    public String name() {
        return "plain Lettuce";
    }

    @Override
    public void send(long number) {
        out.async().publish(PING, (PREFIX + number + "}").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void onReply(RoundTrips.Replies callback) {
        replies = callback;
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        otherClient.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }
}
