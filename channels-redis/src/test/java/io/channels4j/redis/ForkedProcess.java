package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static io.channels4j.redis.PubSubRules.member;

import io.channels4j.Application;
import io.channels4j.Message;
import io.channels4j.layer.MessageEvent;
import io.channels4j.support.RedisCli;
import io.channels4j.worker.Worker;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * The main class of a forked JVM. The first argument is the URL. The others are {@code chat <number> <processes> <members> <broadcasts>},
 * {@code take <n>}, {@code bye <close> <end>} or {@code work}.
 */
final class ForkedProcess {

    private static final int MAX_IN_FLIGHT = 50;

    private ForkedProcess() {}

    public static void main(String[] arguments) throws InterruptedException, IOException {
        if (arguments[1].equals("bye")) {
            bye(arguments[0], arguments[2], arguments[3]);
            return;
        }
        try (RedisChannelLayer layer = RedisChannelLayer.builder(arguments[0])
                .lease(Duration.ofSeconds(2), Duration.ofMillis(500))
                .build()) {
            if (arguments[1].equals("chat")) {
                chat(
                        layer,
                        IntStream.range(2, 6)
                                .map(i -> Integer.parseInt(arguments[i]))
                                .toArray());
            } else if (arguments[1].equals("take")) {
                take(layer, Integer.parseInt(arguments[2]));
            } else {
                work(layer, arguments[0]);
            }
        }
        System.exit(0);
    }

    private static void chat(RedisChannelLayer layer, int[] numbers) throws InterruptedException {
        int self = numbers[0];
        int count = numbers[1];
        int broadcasts = numbers[3];
        List<Peer> members = IntStream.range(0, numbers[2])
                .mapToObj(i -> member(layer, "room"))
                .toList();
        awaitAll(layer, self, count);
        List<CompletionStage<Void>> sent = new ArrayList<>();
        for (int i = 0; i < broadcasts; i++) {
            sent.add(layer.groupSend("room", Message.of("n").with("from", self).with("i", i)));
            if (sent.size() == MAX_IN_FLIGHT) {
                sent.forEach(PubSubRules::done);
                sent.clear();
            }
        }
        sent.forEach(PubSubRules::done);
        members.forEach(peer -> check(peer, count, broadcasts));
        System.out.println("every member received all messages once and in order");
        awaitAll(layer, self, count);
    }

    /**
     * Takes a job and waits for another. Ends when the test closes the input. {@code close} is {@code close}, {@code stage} for a close
     * that is not awaited, or {@code open}. {@code end} is {@code exit} or {@code return}.
     */
    private static void bye(String url, String close, String end) throws IOException {
        RedisChannelLayer layer = RedisChannelLayer.create(url);
        member(layer, "room");
        done(layer.take("jobs"));
        CompletionStage<?> more = layer.take("jobs");
        System.out.println("took 1");
        int unused = System.in.read();
        if (close.equals("close")) {
            layer.close();
        } else if (close.equals("stage")) {
            CompletionStage<Void> ignored = layer.closeAsync();
        }
        System.out.println("ending; more work: " + more.toCompletableFuture().isDone());
        if (end.equals("exit")) {
            System.exit(0);
        }
    }

    /** Waits until all processes have reached this point. */
    private static void awaitAll(RedisChannelLayer layer, int self, int count) {
        for (int other = 0; other < count; other++) {
            done(layer.send("meet" + other, Message.of("here").with("from", self)));
        }
        for (int other = 0; other < count; other++) {
            layer.receive("meet" + self)
                    .toCompletableFuture()
                    .orTimeout(90, java.util.concurrent.TimeUnit.SECONDS)
                    .join();
        }
    }

    private static void check(Peer peer, int count, int broadcasts) {
        int[] next = new int[count];
        for (Message message : peer.next(count * broadcasts)) {
            int from = message.getInt("from");
            if (message.getInt("i") != next[from]++) {
                throw new AssertionError(
                        "message %d of %d arrived (expected: %d)".formatted(message.getInt("i"), from, next[from] - 1));
            }
        }
        if (peer.waiting() > 0) {
            throw new AssertionError("%d unexpected messages".formatted(peer.waiting()));
        }
    }

    private static void take(RedisChannelLayer layer, int count) throws InterruptedException {
        member(layer, "room");
        for (int i = 0; i < count; i++) {
            done(layer.take("jobs"));
        }
        System.out.println("took " + count);
        awaitEnd();
    }

    /** Handles jobs at least once. Lists in Redis record the jobs that were started and those that were completed. */
    private static void work(RedisChannelLayer layer, String url) throws InterruptedException {
        int port = URI.create(url).getPort();
        Application application =
                (scope, receiver, sender) -> receiver.receive().thenCompose(event -> {
                    String job = String.valueOf(((MessageEvent) event).message().getInt("i"));
                    append(port, "started", job);
                    return CompletableFuture.runAsync(
                            () -> append(port, "completed", job),
                            CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS));
                });
        try (Worker worker = Worker.builder(application, layer)
                .concurrency("jobs", 8)
                .atLeastOnce()
                .start()) {
            System.out.println("working; handled " + worker.handled());
            awaitEnd();
        }
    }

    private static void append(int port, String list, String job) {
        try (RedisCli cli = RedisCli.connect(port)) {
            cli.command("RPUSH", list, job);
        }
    }

    private static void awaitEnd() throws InterruptedException {
        boolean unused = new CountDownLatch(1).await(1, TimeUnit.MINUTES); // the test kills the process before that
    }
}
