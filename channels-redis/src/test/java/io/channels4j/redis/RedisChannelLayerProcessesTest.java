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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests several JVMs that share one Redis server. */
@Timeout(150)
class RedisChannelLayerProcessesTest {

    private static final int MEMBERS = 500;
    private static final int BROADCASTS = 1000;
    private static final Pattern CALLS = Pattern.compile("cmdstat_(?:evalsha|eval):calls=(\\d+)");

    private final RedisProcess redis = RedisProcess.start();
    private final List<Process> processes = new ArrayList<>();

    @TempDir
    private Path directory;

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
        redis.close();
    }

    private Process fork(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                ForkedProcess.class.getName(),
                redis.url()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log" + processes.size()).toFile())
                .start();
        processes.add(process);
        return process;
    }

    private String log(int process) {
        try {
            return Files.readString(directory.resolve("log" + process));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private long scripts() {
        Matcher calls = CALLS.matcher(redis.command("INFO", "commandstats"));
        return calls.results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
    }

    private void broadcastAmong(int count, int members) throws Exception {
        for (int i = 0; i < count; i++) {
            fork("chat", String.valueOf(i), String.valueOf(count), String.valueOf(members), String.valueOf(BROADCASTS));
        }
        for (Process process : processes) {
            assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
        }
        for (int i = 0; i < count; i++) {
            assertThat(log(i)).contains("every member received all messages once and in order");
        }
    }

    @Test
    @DisplayName("P6: in four processes with 500 members each, every member receives all broadcasts once and in order")
    void everyBroadcastReachesEveryMember() throws Exception {
        broadcastAmong(4, MEMBERS);
    }

    @Test
    @DisplayName("P6: the cost in Redis of broadcasts between two processes does not depend on the number of members")
    void costDoesNotGrowWithMembers() throws Exception {
        broadcastAmong(2, 1);
        long few = scripts();
        redis.command("CONFIG", "RESETSTAT");
        processes.clear();

        broadcastAmong(2, MEMBERS);

        System.out.printf(
                "queues, 2 processes: %d broadcasts cost %d scripts for 1 member in each, %d for %d members in each%n",
                2 * BROADCASTS, few, scripts(), MEMBERS);
        // broadcasts that wait at the same time share a script call
        assertThat(few).isBetween(1L, 2L * BROADCASTS + 200);
        assertThat(scripts()).isBetween(1L, 2L * BROADCASTS + 200);
    }

    @Test
    void everyJobIsCompletedAtLeastOnceWhenAWorkerIsKilled() throws Exception {
        int jobs = 400;
        try (RedisChannelLayer here = RedisChannelLayer.create(redis.url())) {
            Process doomed = fork("work");
            fork("work");
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> log(0).contains("working") && log(1).contains("working"));

            List<CompletionStage<Void>> sent = IntStream.range(0, jobs)
                    .mapToObj(i -> here.send("jobs", Message.of("job").with("i", i)))
                    .toList(); // faster than the workers, so that one is killed while working
            sent.forEach(PubSubRules::done);
            await().until(() -> recorded("completed").size() > jobs / 4);
            assertThat(doomed.destroyForcibly().waitFor(10, TimeUnit.SECONDS)).isTrue();
            long killed = System.nanoTime();

            await().atMost(Duration.ofSeconds(30)).until(() -> new HashSet<>(recorded("completed")).size() == jobs);
            List<String> started = recorded("started");
            System.out.printf(
                    "worker killed with -9: %d jobs sent, %d completed, 0 lost, %d completed twice, %d started twice,"
                            + " all done after %d ms%n",
                    jobs,
                    jobs,
                    recorded("completed").size() - jobs,
                    started.size() - jobs,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - killed));
            assertThat(started.size())
                    .as("jobs running when the worker was killed")
                    .isGreaterThan(jobs);
            await().until(() -> redis.command("XLEN", "channels:{0}:queue:jobs").equals("0"));
        }
    }

    private List<String> recorded(String list) {
        try (var cli = redis.cli()) {
            Object reply = cli.reply("LRANGE", list, "0", "-1");
            return reply instanceof List<?> items
                    ? items.stream().map(String::valueOf).toList()
                    : List.of();
        }
    }

    @Test
    void redeliversTheWorkOfAKilledProcessAndRemovesItsMembers() throws Exception {
        try (RedisChannelLayer here = RedisChannelLayer.builder(redis.url())
                .lease(Duration.ofSeconds(2), Duration.ofMillis(500))
                .build()) {
            IntStream.range(0, 20)
                    .forEach(i -> done(here.send("jobs", Message.of("n").with("i", i))));
            Process doomed = fork("take", "20");
            await().atMost(Duration.ofSeconds(20)).until(() -> log(0).contains("took 20"));

            assertThat(doomed.destroyForcibly().waitFor(10, TimeUnit.SECONDS)).isTrue();
            List<CompletionStage<Delivery>> redelivered =
                    IntStream.range(0, 20).mapToObj(i -> here.take("jobs")).toList();

            assertThat(redelivered.stream().map(stage -> done(stage).message().getInt("i")))
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, 20).boxed().toList());
            done(here.groupSend("room", Message.of("hello")));
            assertThat(redis.command("KEYS", "*:group:*")).isEqualTo("[]");
        }
    }
}
