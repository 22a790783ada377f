package io.channels4j.redis;

import io.channels4j.Application;
import io.channels4j.layer.MessageEvent;
import io.channels4j.support.RedisCli;
import io.channels4j.worker.Worker;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The main class of a forked JVM. Its worker handles the messages on channel {@code jobs} of a {@link DjangoChannelLayer}, at least once.
 * The lists {@code java} and {@code completed} in Redis record started and completed jobs. The argument is the URL of the host.
 */
final class ForkedDjangoWorker {

    private ForkedDjangoWorker() {}

    public static void main(String[] arguments) throws InterruptedException {
        int port = URI.create(arguments[0]).getPort();
        Application application =
                (scope, receiver, sender) -> receiver.receive().thenCompose(event -> {
                    String job = String.valueOf(((MessageEvent) event).message().getInt("i"));
                    append(port, "java", job);
                    return CompletableFuture.runAsync(
                            () -> append(port, "completed", job),
                            CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS));
                });
        try (DjangoChannelLayer layer = DjangoChannelLayer.builder(RedisHosts.of(arguments[0]))
                        .lease(Duration.ofSeconds(2), Duration.ofMillis(500))
                        .build();
                Worker worker = Worker.builder(application, layer)
                        .concurrency("jobs", 8)
                        .atLeastOnce()
                        .start()) {
            System.out.println("working; handled " + worker.handled());
            boolean unused = new CountDownLatch(1).await(2, TimeUnit.MINUTES); // the test kills the process before that
        }
        System.exit(0);
    }

    private static void append(int port, String list, String job) {
        try (RedisCli cli = RedisCli.connect(port)) {
            cli.command("RPUSH", list, job);
        }
    }
}
