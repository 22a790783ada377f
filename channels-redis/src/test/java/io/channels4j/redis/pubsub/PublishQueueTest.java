package io.channels4j.redis.pubsub;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.redis.connection.ConnectionLostException;
import io.channels4j.support.RedisProcess;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PublishQueueTest {

    private static final byte[] HELLO = {1};

    private final RedisProcess redis = RedisProcess.start();
    private final RedisClient client = RedisClient.create(redis.url());
    private final PublishQueue queue =
            new PublishQueue(false, new PublishSettings(1, true, 10_000, Duration.ofSeconds(60)), failure -> {});

    @AfterEach
    void end() {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
        redis.close();
    }

    private StatefulRedisConnection<String, byte[]> connect() {
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .build());
        return client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
    }

    @Test
    void messageRejectedByLostConnectionWaitsForNextOne() {
        StatefulRedisConnection<String, byte[]> gone = connect();
        queue.connected(gone);
        redis.command("CLIENT", "KILL", "TYPE", "normal");
        await().until(() -> !gone.isOpen());

        CompletionStage<Long> first = queue.publish("a", HELLO);
        CompletionStage<Long> second = queue.publish("a", HELLO);
        assertThat(first).isNotDone();
        assertThat(second).isNotDone();
        queue.connected(gone);
        assertThat(first).isNotDone();
        queue.connected(connect());

        assertThat(first).succeedsWithin(Duration.ofSeconds(5));
        assertThat(second).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void flowsAfterFirstAnswerWhileFewAreUnanswered() {
        assertThat(queue.isFlowing()).isFalse();
        queue.connected(connect());
        assertThat(queue.isFlowing()).isFalse();
        assertThat(queue.publish("a", HELLO)).succeedsWithin(Duration.ofSeconds(5));
        assertThat(queue.isFlowing()).isTrue();

        redis.command("CLIENT", "PAUSE", "10000", "WRITE");
        CompletionStage<Long> first = queue.publish("a", HELLO);
        assertThat(queue.isFlowing()).isTrue();
        CompletionStage<Long> second = queue.publish("a", HELLO);
        assertThat(queue.isFlowing()).isFalse();

        redis.command("CLIENT", "UNPAUSE");
        assertThat(first).succeedsWithin(Duration.ofSeconds(5));
        assertThat(second).succeedsWithin(Duration.ofSeconds(5));
        assertThat(queue.isFlowing()).isTrue();
    }

    @Test
    void stopsFlowingWhenRedisRejects() {
        queue.connected(connect());
        assertThat(queue.publish("a", HELLO)).succeedsWithin(Duration.ofSeconds(5));

        redis.command("ACL", "SETUSER", "default", "-publish");
        assertThat(queue.publish("a", HELLO)).failsWithin(Duration.ofSeconds(5));
        assertThat(queue.isFlowing()).isFalse();

        redis.command("ACL", "SETUSER", "default", "+publish");
        assertThat(queue.publish("a", HELLO)).succeedsWithin(Duration.ofSeconds(5));
        assertThat(queue.isFlowing()).isTrue();
    }

    @Test
    void stopsFlowingWithoutConnection() {
        queue.connected(connect());
        assertThat(queue.publish("a", HELLO)).succeedsWithin(Duration.ofSeconds(5));

        queue.disconnected(new ConnectionLostException("test"));

        assertThat(queue.isFlowing()).isFalse();
    }

    @Test
    @DisplayName("a sender's stage completes without a lock: another thread can publish meanwhile")
    void completesStagesWithoutItsLock() {
        CompletableFuture<Boolean> returned = new CompletableFuture<>();
        CompletionStage<Long> waiting = queue.publish("a", HELLO);
        waiting.thenRun(() -> {
            CompletableFuture<Void> other = CompletableFuture.runAsync(() -> queue.expire(Long.MAX_VALUE / 4));
            returned.complete(returnsInTime(other));
        });

        queue.connected(answeringImmediately());

        assertThat(returned).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
    }

    private static boolean returnsInTime(CompletableFuture<Void> other) {
        try {
            other.get(5, SECONDS);
            return true;
        } catch (Exception blocked) {
            return false;
        }
    }

    /** Returns a connection on which commands complete immediately. */
    @SuppressWarnings("unchecked")
    private static StatefulRedisConnection<String, byte[]> answeringImmediately() {
        RedisFuture<Long> reply =
                proxy(RedisFuture.class, "toCompletableFuture", CompletableFuture.completedFuture(1L));
        RedisAsyncCommands<String, byte[]> commands = proxy(RedisAsyncCommands.class, "publish", reply);
        return proxy(StatefulRedisConnection.class, "async", commands);
    }

    private static <T> T proxy(Class<T> type, String method, Object result) {
        return type.cast(
                Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, called, arguments) -> {
                    assertThat(called.getName()).isEqualTo(method);
                    return result;
                }));
    }
}
