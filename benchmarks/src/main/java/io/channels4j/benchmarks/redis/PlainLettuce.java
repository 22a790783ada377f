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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** A publisher and one or more subscribers that use Lettuce with its default settings. Each has its own client. */
@SuppressWarnings("FutureReturnValueIgnored") // delivery is not guaranteed
final class PlainLettuce implements QueueRoundTrips.Contender {

    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    private static final String PING = "plain:ping";
    private static final String PONG = "plain:pong";
    private static final String PREFIX = "{\"type\":\"n\",\"i\":";

    private final RedisClient client;
    private final List<RedisClient> otherClients = new ArrayList<>();
    private final StatefulRedisConnection<String, byte[]> out;
    private final LongAdder received = new LongAdder();
    private volatile RoundTrips.Replies replies = number -> {};
    private volatile boolean replying = true;

    PlainLettuce(String url) {
        this(url, 1);
    }

    /**
     * Connects.
     *
     * @param receivers the number of subscribers, of which the first one replies
     */
    PlainLettuce(String url, int receivers) {
        client = RedisClient.create(url);
        out = client.connect(CODEC);
        for (int i = 0; i < receivers; i++) {
            RedisClient other = RedisClient.create(url);
            otherClients.add(other);
            StatefulRedisConnection<String, byte[]> back = other.connect(CODEC);
            boolean first = i == 0;
            subscribe(other, PING, bytes -> {
                received.increment();
                if (first && replying) {
                    back.async().publish(PONG, bytes);
                }
            });
        }
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
    public void replying(boolean on) {
        replying = on;
    }

    @Override
    public long received() {
        return received.sum();
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        otherClients.forEach(other -> other.shutdown(Duration.ZERO, Duration.ofSeconds(1)));
    }
}
