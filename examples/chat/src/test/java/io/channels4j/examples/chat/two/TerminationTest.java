package io.channels4j.examples.chat.two;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.Delivery;
import io.channels4j.netty.NettyServer;
import io.channels4j.redis.RedisChannelLayer;
import io.channels4j.support.RedisProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a server with a Redis layer returns its unfinished work when it receives SIGTERM. */
@Timeout(90)
class TerminationTest {

    /** Less than the lease of 30 seconds, after which the work of a dead process is returned anyway. */
    private static final Duration PROMPTLY = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    private Process startServer(RedisProcess redis) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WorkingServer.class.getName(),
                        redis.url())
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
    }

    private Path log() {
        return directory.resolve("log");
    }

    @Test
    void terminatedServerReturnsItsWorkAndItsLease() throws Exception {
        try (RedisProcess redis = RedisProcess.start();
                RedisChannelLayer here = RedisChannelLayer.create(redis.url())) {
            here.send("jobs", Message.of("job").with("i", 1))
                    .toCompletableFuture()
                    .join();
            Process server = startServer(redis);
            try {
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> Files.readString(log()).contains("took 1"));
                assertThat(redis.command("ZCARD", "channels:{0}:leases")).isEqualTo("2");
                CompletableFuture<Delivery> again = here.take("jobs").toCompletableFuture();

                server.destroy(); // sends SIGTERM

                assertThat(again.get(PROMPTLY.toSeconds(), TimeUnit.SECONDS).earlierDeliveries())
                        .isEqualTo(1);
                assertThat(server.waitFor(PROMPTLY.toSeconds(), TimeUnit.SECONDS))
                        .as("the JVM has ended: %s", Files.readString(log()))
                        .isTrue();
                assertThat(redis.command("ZCARD", "channels:{0}:leases")).isEqualTo("1");
            } finally {
                server.destroyForcibly();
            }
        }
    }

    /** A program with a server and a layer. It takes one job and does not finish it. */
    static final class WorkingServer {

        private WorkingServer() {}

        public static void main(String[] arguments) {
            RedisChannelLayer layer = RedisChannelLayer.create(arguments[0]);
            NettyServer server = NettyServer.builder(
                            (scope, receiver, sender) -> CompletableFuture.completedFuture(null))
                    .channelLayer(layer)
                    .port(0)
                    .start()
                    .alsoClose(layer);
            layer.take("jobs").toCompletableFuture().join();
            System.out.println("took 1 at " + server.localAddress());
        }
    }
}
