package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests sends that require confirmation by a replica. The fault tests cover the loss of a master. */
@Timeout(30)
class RedisChannelLayerReplicasTest {

    private static final int SENDS = 500;

    private final RedisProcess master = RedisProcess.start();
    private final RedisChannelLayer layer = RedisChannelLayer.builder(master.url())
            .confirmedByReplicas(1, Duration.ofMillis(500))
            .build();

    @AfterEach
    void end() {
        layer.close();
        master.close();
    }

    private RedisProcess replica() {
        RedisProcess replica = RedisProcess.start("--replicaof", "127.0.0.1 " + master.port());
        await().until(() -> replica.command("INFO", "replication").contains("master_link_status:up"));
        return replica;
    }

    @Test
    void replicaHasConfirmedMessages() {
        try (RedisProcess replica = replica()) {
            for (int i = 1; i <= 20; i++) {
                done(layer.send("jobs", Message.of("job")));

                assertThat(replica.command("XLEN", "channels:{0}:queue:jobs")).isEqualTo(String.valueOf(i));
            }
        }
    }

    @Test
    void concurrentSendsShareAConfirmation() {
        try (RedisProcess replica = replica()) {
            List<CompletionStage<Void>> sent = IntStream.range(0, SENDS)
                    .mapToObj(i -> layer.send("jobs", Message.of("job")))
                    .toList();
            sent.forEach(PubSubRules::done);

            assertThat(replica.command("XLEN", "channels:{0}:queue:jobs")).isEqualTo(String.valueOf(SENDS));
            assertThat(waits()).isBetween(1, SENDS / 2);
        }
    }

    private int waits() {
        Matcher calls = Pattern.compile("cmdstat_wait:calls=(\\d+)").matcher(master.command("INFO", "commandstats"));
        return calls.find() ? Integer.parseInt(calls.group(1)) : 0;
    }

    @Test
    void sendFailsWithoutReplicaAndMayBeDelivered() {
        assertThatThrownBy(() -> done(layer.send("jobs", Message.of("job"))))
                .cause()
                .isInstanceOf(LayerUnavailableException.class)
                .hasMessageContaining("0 of 1 have the message after PT0.5S");
        assertThat(done(layer.receive("jobs"))).isEqualTo(Message.of("job"));
    }

    @Test
    void rejectsATimeoutLongerThanTheHeartbeat() {
        RedisChannelLayer.Builder builder =
                RedisChannelLayer.builder(master.url()).confirmedByReplicas(1, Duration.ofSeconds(11));

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("time for replicas: PT11S with a heartbeat of PT10S (expected: at most as long)");
        assertThatThrownBy(() -> builder.confirmedByReplicas(-1, Duration.ofSeconds(1)))
                .hasMessage("replicas: -1 (expected: zero or more)");
    }
}
