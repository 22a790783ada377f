package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests several JVMs that share one Redis server. System properties set the numbers of members and broadcasts. */
@Timeout(120)
class RedisPubSubProcessesTest {

    private static final int MEMBERS = Integer.getInteger("redis.test.members", 500);
    private static final int BROADCASTS = Integer.getInteger("redis.test.broadcasts", 1000);

    private final RedisProcess redis = RedisProcess.shared();

    private int published() {
        Matcher calls = Pattern.compile("cmdstat_publish:calls=(\\d+)").matcher(redis.command("INFO", "commandstats"));
        return calls.find() ? Integer.parseInt(calls.group(1)) : 0;
    }

    @ParameterizedTest
    @CsvSource({"2", "4"})
    @DisplayName("P6: every broadcast of every process reaches every member once and in order, for one PUBLISH each")
    void everyBroadcastReachesEveryMember(int count) {
        List<ForkedMember> processes = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                processes.add(ForkedMember.start(redis.url(), "processes" + count, i, count, MEMBERS));
            }
            processes.forEach(process -> assertThat(process.readLine()).isEqualTo("ready"));
            int before = published();

            processes.forEach(process -> process.writeLine("send " + BROADCASTS));
            processes.forEach(process -> assertThat(process.readLine()).isEqualTo("sent"));

            int all = count * BROADCASTS;
            for (ForkedMember process : processes) {
                await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                    process.writeLine("count");
                    assertThat(process.readLine()).isEqualTo(all + " " + all + " 0");
                });
            }
            int commands = published() - before;
            System.out.printf(
                    "pub/sub, %d processes with %d members: %d broadcasts, each received once and in order by all; %d"
                            + " PUBLISH, probes included%n",
                    count, MEMBERS, all, commands);
            assertThat(commands).isBetween(all, all + all / 2);
        } finally {
            processes.forEach(ForkedMember::close);
        }
    }
}
