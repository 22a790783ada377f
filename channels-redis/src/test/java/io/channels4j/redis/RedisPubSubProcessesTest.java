package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.redis.server.RedisProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JVMs of their own on one Redis. More members and broadcasts come from the properties of the same names. */
@Timeout(120)
class RedisPubSubProcessesTest {

    private static final int MEMBERS = Integer.getInteger("redis.test.members", 50);
    private static final int BROADCASTS = Integer.getInteger("redis.test.broadcasts", 200);

    private final RedisProcess redis = RedisProcess.shared();

    /** A forked JVM, spoken to line by line. */
    private record Forked(Process process, PrintWriter in, BufferedReader out) implements AutoCloseable {

        static Forked start(String url, String prefix, int index, int processes) {
            List<String> command = List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    MemberProcess.class.getName(),
                    url,
                    prefix,
                    String.valueOf(index),
                    String.valueOf(processes),
                    String.valueOf(MEMBERS));
            try {
                Process process = new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
                return new Forked(
                        process,
                        new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true),
                        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void say(String line) {
            in.println(line);
        }

        String hear() {
            try {
                return String.valueOf(out.readLine());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            in.close();
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
            }
        }
    }

    private int published() {
        Matcher calls = Pattern.compile("cmdstat_publish:calls=(\\d+)").matcher(redis.command("INFO", "commandstats"));
        return calls.find() ? Integer.parseInt(calls.group(1)) : 0;
    }

    @ParameterizedTest
    @CsvSource({"2", "4"})
    @DisplayName("P6: every broadcast of every process reaches every member once and in order, for one PUBLISH each")
    void everyBroadcastReachesEveryMember(int count) {
        List<Forked> processes = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                processes.add(Forked.start(redis.url(), "processes" + count, i, count));
            }
            processes.forEach(process -> assertThat(process.hear()).isEqualTo("ready"));
            int before = published();

            processes.forEach(process -> process.say("send " + BROADCASTS));
            processes.forEach(process -> assertThat(process.hear()).isEqualTo("sent"));

            int all = count * BROADCASTS;
            for (Forked process : processes) {
                await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                    process.say("count");
                    assertThat(process.hear()).isEqualTo(all + " " + all + " 0");
                });
            }
            assertThat(published() - before).isBetween(all, all + all / 2);
        } finally {
            processes.forEach(Forked::close);
        }
    }
}
