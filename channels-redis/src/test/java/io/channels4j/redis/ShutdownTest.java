package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.Delivery;
import io.channels4j.support.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A JVM takes work and ends; another process receives the work. */
@Timeout(90)
class ShutdownTest {

    /** Less than the lease of 30 seconds. The work of a dead process is returned after the lease. */
    private static final Duration PROMPTLY = Duration.ofSeconds(5);

    /** Less than the interval at which processes look for the work of others. */
    private static final Duration IMMEDIATELY = Duration.ofSeconds(1);

    private final RedisProcess redis = RedisProcess.start();

    @TempDir
    private Path directory;

    @AfterEach
    void end() {
        redis.close();
    }

    private Process fork(String close, String end) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ForkedProcess.class.getName(),
                        redis.url(),
                        "bye",
                        close,
                        end)
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
    }

    private Path log() {
        return directory.resolve("log");
    }

    /** Starts a process that takes a job and waits for another. */
    private Process take(String close, String end) throws IOException {
        Process process = fork(close, end);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> Files.readString(log()).contains("took 1"));
        return process;
    }

    private void end(Process process) throws Exception {
        process.getOutputStream().close();
        assertThat(process.waitFor(PROMPTLY.toSeconds(), TimeUnit.SECONDS))
                .as("the JVM has ended: %s", Files.readString(log()))
                .isTrue();
        assertThat(Files.readString(log())).contains("ending");
    }

    private void awaitWaitingWorkers(int count) {
        await().until(() -> redis.command("CLIENT", "LIST", "TYPE", "normal")
                        .lines()
                        .filter(client -> client.contains("cmd=xreadgroup"))
                        .count()
                == count);
    }

    @ParameterizedTest
    @CsvSource({"close, exit", "close, return", "stage, return"})
    void workOfAClosedLayerIsReceivedImmediately(String close, String end) throws Exception {
        try (RedisChannelLayer here = RedisChannelLayer.create(redis.url())) {
            done(here.send("jobs", Message.of("job").with("i", 1)));
            Process process = take(close, end);
            CompletableFuture<Long> ended = process.onExit().thenApply(exited -> System.nanoTime());
            CompletableFuture<Delivery> taken = here.take("jobs").toCompletableFuture();
            CompletableFuture<Long> received = taken.thenApply(delivery -> System.nanoTime());
            awaitWaitingWorkers(2);

            end(process);
            Delivery again =
                    taken.orTimeout(PROMPTLY.toSeconds(), TimeUnit.SECONDS).join();

            assertThat(Duration.ofNanos(received.join() - ended.join()))
                    .as("time from the end of the process to the next delivery of its work; usually negative")
                    .isLessThan(IMMEDIATELY);
            assertThat(again.message().getInt("i")).isEqualTo(1);
            assertThat(again.earlierDeliveries()).isEqualTo(1);
            assertThat(redis.command("ZCARD", "channels:{0}:leases")).isEqualTo("1");
            assertThat(redis.command("KEYS", "*:group:*")).isEqualTo("[]");
        }
    }

    @ParameterizedTest
    @CsvSource({"exit", "return"})
    void jvmExitsWithoutAClose(String end) throws Exception {
        try (RedisChannelLayer here = RedisChannelLayer.create(redis.url())) {
            done(here.send("jobs", Message.of("job")));

            Process process = take("open", end);
            end(process);

            assertThat(process.exitValue()).isZero();
        }
    }

    @Test
    void closeReturnsWorkEvenIfThisProcessWaitsForMore() {
        RedisChannelLayer closing = RedisChannelLayer.create(redis.url());
        try (RedisChannelLayer here = RedisChannelLayer.create(redis.url())) {
            done(here.send("jobs", Message.of("job").with("i", 1)));
            done(closing.take("jobs"));
            CompletableFuture<Delivery> more = closing.take("jobs").toCompletableFuture();
            await().until(() ->
                    redis.command("CLIENT", "LIST", "TYPE", "normal").contains("cmd=xreadgroup"));

            CompletableFuture<Void> closed = closing.closeAsync();
            closed.orTimeout(PROMPTLY.toSeconds(), TimeUnit.SECONDS).join();

            assertThat(more).isCompletedExceptionally();
            assertThat(redis.command("XPENDING", "channels:{0}:queue:jobs", "w"))
                    .startsWith("[0");
            assertThat(done(here.take("jobs")).earlierDeliveries()).isEqualTo(1);
        }
    }

    @Test
    void closeDoesNotWaitForARedisThatIsAway() {
        RedisChannelLayer closing = RedisChannelLayer.create(redis.url());
        redis.kill();
        await().until(() -> closing.health().state() != io.channels4j.layer.LayerListener.State.UP);

        CompletableFuture<Void> closed = closing.closeAsync();

        assertThat(closed).succeedsWithin(PROMPTLY);
        assertThat(closing.closeAsync()).isSameAs(closed);
    }
}
