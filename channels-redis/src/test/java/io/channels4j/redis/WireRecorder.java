package io.channels4j.redis;

import io.channels4j.Message;
import io.channels4j.redis.serializer.JsonSerializer;
import io.channels4j.redis.serializer.MessagePackSerializer;
import io.channels4j.redis.serializer.MessageSerializer;
import io.channels4j.support.RedisProcess;
import io.lettuce.core.KeyValue;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Prints what this version of the library stores in Redis, for {@link WireRecordingsTest}. Before changing the wire format, run this
 * class with the version to record, and add the output as a new recording. Each line has a variant, a kind and parts in Base64.
 */
final class WireRecorder implements AutoCloseable {

    static final String SECRET = "the secret of the recordings";
    static final String TOKEN_DATA = "{\"user\":\"ada\"}";
    static final Message JOB = Message.of("job").with("i", 1).with("text", "hä?");
    static final Message SAID = Message.of("chat.said").with("text", "hello");

    private final RedisProcess redis = RedisProcess.start();
    private final RedisClient client = RedisClient.create(redis.url());
    private final RedisCommands<byte[], byte[]> commands =
            client.connect(ByteArrayCodec.INSTANCE).sync();

    public static void main(String[] arguments) throws Exception {
        try (WireRecorder recorder = new WireRecorder()) {
            recorder.record("json", JsonSerializer.create(), null);
            recorder.record("msgpack", MessagePackSerializer.create(), null);
            recorder.record("encrypted", JsonSerializer.create(), SECRET);
        }
        System.exit(0);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    }

    private static void print(String variant, String kind, List<byte[]> parts) {
        StringBuilder line = new StringBuilder(variant).append(' ').append(kind);
        parts.forEach(part -> line.append(' ').append(Base64.getEncoder().encodeToString(part)));
        System.out.println(line);
    }

    private void record(String variant, MessageSerializer serializer, @Nullable String secret) throws Exception {
        commands.flushall();
        recordQueueLayer(variant, serializer, secret);
        recordPubSub(variant, serializer, secret);
        recordSession(variant, secret);
    }

    private RedisChannelLayer layer(MessageSerializer serializer, @Nullable String secret) {
        RedisChannelLayer.Builder builder =
                RedisChannelLayer.builder(redis.url()).serializer(serializer);
        return (secret == null ? builder : builder.encryptionKeys(secret)).build();
    }

    private void recordQueueLayer(String variant, MessageSerializer serializer, @Nullable String secret) {
        RedisChannelLayer sender = layer(serializer, secret);
        RedisChannelLayer receiver = layer(serializer, secret);
        PubSubRules.member(receiver, "room");
        receiver.die();
        done(sender.groupAdd("room", "jobs"));
        done(sender.groupSend("room", SAID));
        print(variant, "inbox", entry("channels:{0}:inbox:*"));
        commands.del(bytes("channels:{0}:queue:jobs"));
        done(sender.send("jobs", JOB));
        print(variant, "work", entry("channels:{0}:queue:jobs"));
        done(sender.sendLater("jobs", JOB, Duration.ofHours(1)));
        print(variant, "delayed", commands.zrange(bytes("channels:{0}:delayed"), 0, 0));
        for (Map.Entry<byte[], byte[]> field :
                commands.hgetall(bytes("channels:{0}:group:room")).entrySet()) {
            if (field.getKey()[0] == 'q') {
                print(variant, "member", List.of(field.getKey(), field.getValue()));
            }
        }
        sender.close();
    }

    private List<byte[]> entry(String pattern) {
        List<byte[]> parts = new ArrayList<>();
        for (byte[] key : commands.keys(pattern)) {
            for (StreamMessage<byte[], byte[]> entry : commands.xrange(key, Range.unbounded())) {
                entry.getBody().forEach((name, value) -> parts.addAll(List.of(name, value)));
            }
        }
        return parts;
    }

    private void recordPubSub(String variant, MessageSerializer serializer, @Nullable String secret)
            throws InterruptedException {
        LinkedBlockingQueue<KeyValue<byte[], byte[]>> published = new LinkedBlockingQueue<>();
        StatefulRedisPubSubConnection<byte[], byte[]> listening = client.connectPubSub(ByteArrayCodec.INSTANCE);
        listening.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(byte[] pattern, byte[] channel, byte[] message) {
                published.add(KeyValue.just(channel, message));
            }
        });
        listening.sync().psubscribe(bytes("channels:group:*"));
        RedisPubSubChannelLayer.Builder builder =
                RedisPubSubChannelLayer.builder(redis.url()).serializer(serializer);
        RedisPubSubChannelLayer sender = (secret == null ? builder : builder.encryptionKeys(secret)).build();
        done(sender.groupSend("room", SAID));
        KeyValue<byte[], byte[]> message =
                Optional.ofNullable(published.poll(5, TimeUnit.SECONDS)).orElseThrow();
        print(variant, "published", List.of(message.getKey(), message.getValue()));
        sender.close();
        listening.close();
    }

    private void recordSession(String variant, @Nullable String secret) {
        RedisSessionStore.Builder builder = RedisSessionStore.builder(redis.url());
        RedisSessionStore store = (secret == null ? builder : builder.encryptionKeys(secret)).build();
        commands.flushall();
        String token = done(store.create(bytes(TOKEN_DATA), Duration.ofHours(1)));
        byte[] key = commands.keys("*").get(0);
        print(variant, "session", List.of(bytes(token), key, commands.get(key)));
        store.close();
    }

    @Override
    public void close() {
        client.shutdown();
        redis.close();
    }
}
