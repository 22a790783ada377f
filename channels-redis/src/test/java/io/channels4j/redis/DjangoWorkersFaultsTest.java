package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelFullException;
import io.channels4j.layer.LayerSettings;
import io.channels4j.support.RedisCli;
import io.channels4j.support.RedisProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Kills Java and Django workers alternately while both sides send work to them. Skipped where {@code channels} and {@code channels_redis}
 * are not installed.
 */
@Timeout(180)
class DjangoWorkersFaultsTest {

    private static final int JOBS = 1000;

    private final RedisProcess redis = RedisProcess.start();
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void checkPackages() {
        DjangoProcess.assumeInstalled();
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
        redis.close();
    }

    /** The recorded jobs in the order of their start or completion. */
    private List<String> recorded(String list) {
        try (RedisCli cli = redis.cli()) {
            return cli.reply("LRANGE", list, "0", "-1") instanceof List<?> items
                    ? items.stream().map(String::valueOf).toList()
                    : List.of();
        }
    }

    private AutoCloseable java() throws IOException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ForkedDjangoWorker.class.getName(),
                        redis.url())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        AutoCloseable kill = () -> process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        open.add(kill);
        var output = process.inputReader(StandardCharsets.UTF_8);
        for (String line = output.readLine(); line != null && !line.startsWith("working"); line = output.readLine()) {}
        return kill;
    }

    private AutoCloseable django() {
        DjangoProcess process = DjangoProcess.start("work", "core", redis.url());
        open.add(process);
        return process;
    }

    /** The outcome of the work after all workers have stopped making progress. */
    private record Counts(String workers, int sent, int done, int doneTwice, int lost, int lostByJava) {

        static Counts of(String workers, Set<Integer> sent, List<String> completed, List<String> startedByJava) {
            Set<String> done = new HashSet<>(completed);
            List<String> lost = sent.stream()
                    .map(String::valueOf)
                    .filter(job -> !done.contains(job))
                    .toList();
            int byJava = (int) lost.stream().filter(startedByJava::contains).count();
            return new Counts(workers, sent.size(), done.size(), completed.size() - done.size(), lost.size(), byJava);
        }

        void print() {
            System.out.printf(
                    "%s: %d sent, %d done, %d done twice, %d lost, %d of them by Java%n",
                    workers, sent, done, doneTwice, lost, lostByJava);
        }
    }

    /** Sends jobs from both sides and runs an action after each batch. */
    private Set<Integer> send(DjangoChannelLayer here, DjangoProcess there, List<Action> actions) throws Exception {
        Set<Integer> sent = new HashSet<>();
        int part = JOBS / (actions.size() + 1);
        for (int i = 0; i < JOBS; i++) {
            if (i % part == part - 1 && i / part < actions.size()) {
                actions.get(i / part).run();
            }
            sendOne(here, there, i);
            sent.add(i);
        }
        return sent;
    }

    private static void sendOne(DjangoChannelLayer here, DjangoProcess there, int job) {
        if (job % 2 == 0) {
            whileFull(ChannelFullException.class.getSimpleName(), () -> {
                done(here.send("jobs", Message.of("job").with("i", job)));
                return true;
            });
        } else {
            whileFull("ChannelFull", () -> {
                there.call("send", "jobs", Map.of("type", "job", "i", job));
                return true;
            });
        }
    }

    /** Repeats a send while the queue is full. */
    private static void whileFull(String failureName, Callable<Boolean> send) {
        await().ignoreExceptionsMatching(
                        failure -> Stages.unwrap(failure).toString().contains(failureName))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(30))
                .until(send);
    }

    interface Action {

        void run() throws Exception;
    }

    /** Waits until Redis contains no work and no worker has completed a job for some time. Django's workers keep work in memory. */
    private Counts finished(String workers, Set<Integer> sent) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> redis.command("KEYS", "asgijobs*").equals("[]"));
        Set<String> seen = new HashSet<>();
        await().atMost(Duration.ofSeconds(90))
                .during(Duration.ofSeconds(3))
                .until(() -> !seen.add(redis.command("LLEN", "completed")));
        return Counts.of(workers, sent, recorded("completed"), recorded("java"));
    }

    private DjangoChannelLayer sender() {
        DjangoChannelLayer layer = DjangoChannelLayer.builder(RedisHosts.of(redis.url()))
                .settings(LayerSettings.defaults().withCapacity(100))
                .build();
        open.add(layer);
        return layer;
    }

    private DjangoProcess djangoSender() {
        DjangoProcess process = DjangoProcess.start("call", "core", redis.url());
        open.add(process);
        return process;
    }

    private Action killAndReplace(List<AutoCloseable> workers, Callable<AutoCloseable> start) {
        return () -> {
            workers.remove(0).close();
            workers.add(start.call());
        };
    }

    @Test
    void killedJavaWorkersLoseNothing() throws Exception {
        DjangoChannelLayer here = sender();
        DjangoProcess there = djangoSender();
        List<AutoCloseable> workers = new ArrayList<>(List.of(java(), java()));
        Action kill = killAndReplace(workers, this::java);

        Counts counts = finished("two Java workers, killed three times", send(here, there, List.of(kill, kill, kill)));

        counts.print();
        assertThat(counts.sent()).isEqualTo(JOBS);
        assertThat(counts.lost()).isZero();
    }

    @Test
    void killedJavaWorkerLosesNothingBesideDjangoWorker() throws Exception {
        DjangoChannelLayer here = sender();
        DjangoProcess there = djangoSender();
        django();
        Action kill = killAndReplace(new ArrayList<>(List.of(java())), this::java);

        Counts counts = finished(
                "a Java worker, killed three times, and a Django worker", send(here, there, List.of(kill, kill, kill)));

        counts.print();
        assertThat(counts.lost()).isZero();
    }

    @Test
    void onlyWorkInTheMemoryOfKilledDjangoWorkersIsLost() throws Exception {
        DjangoChannelLayer here = sender();
        DjangoProcess there = djangoSender();
        Action killJava = killAndReplace(new ArrayList<>(List.of(java())), this::java);
        Action killDjango = killAndReplace(new ArrayList<>(List.of(django())), this::django);

        Counts counts = finished(
                "a Java and a Django worker, each killed three times",
                send(here, there, List.of(killJava, killDjango, killJava, killDjango, killJava, killDjango)));

        counts.print();
        assertThat(counts.lostByJava()).isZero();
        assertThat(counts.done()).isEqualTo(JOBS - counts.lost());
    }
}
