package io.channels4j.benchmarks.bare;

import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;

/**
 * Relays messages to all processes through Redis. There is one subscription per room that has ever had a local member.
 * Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored") // this server does not guarantee delivery
final class Relay implements AutoCloseable {

    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private final RedisClient client;
    private final StatefulRedisPubSubConnection<String, byte[]> in;
    private final StatefulRedisPubSubConnection<String, byte[]> out;

    /** Handles a message from Redis on the connection's thread. */
    interface Listener {

        void said(String room, byte[] json);
    }

    Relay(String url, Listener listener) {
        client = RedisClient.create(url);
        in = client.connectPubSub(CODEC);
        out = client.connectPubSub(CODEC);
        in.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String room, byte[] json) {
                listener.said(room, json);
            }
        });
    }

    void subscribe(String room) {
        in.async().subscribe(room);
    }

    void publish(String room, byte[] json) {
        out.async().publish(room, json);
    }

    @Override
    public void close() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }
}
