package io.channels4j.redis.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.redis.dialect.Address;
import io.channels4j.redis.dialect.Address.Kind;
import io.channels4j.redis.dialect.GroupSequence;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SentSequencesTest {

    private final AtomicLong nanos = new AtomicLong();
    private final SentSequences sequences =
            new SentSequences(name -> new Address(Kind.GROUP, name, name, 0), nanos::get);

    private GroupSequence of(String group) {
        return Objects.requireNonNull(sequences.of(group));
    }

    private List<byte[]> heartbeats() {
        return sequences.heartbeats(address -> true);
    }

    @Test
    void numbersTheMessagesToEachGroup() {
        assertThat(of("a").next()).isEqualTo(1);
        assertThat(of("b").next()).isEqualTo(1);
        assertThat(of("a").next()).isEqualTo(2);
    }

    @Test
    void announcesEachLastNumberOnce() {
        of("a").next();
        of("b").next();
        nanos.addAndGet(TimeUnit.MINUTES.toNanos(6));

        assertThat(heartbeats())
                .singleElement()
                .satisfies(body -> assertThat(body).hasSize(2 * SentSequences.ENTRY_BYTES));
        assertThat(heartbeats()).isEmpty();
        of("a").next();
        assertThat(heartbeats())
                .singleElement()
                .satisfies(body -> assertThat(body).hasSize(SentSequences.ENTRY_BYTES));
        sequences.announceAgain(address -> true);
        assertThat(heartbeats())
                .singleElement()
                .satisfies(body -> assertThat(body).hasSize(2 * SentSequences.ENTRY_BYTES));
    }

    @Test
    void dividesManyGroupsAmongHeartbeats() {
        for (int i = 0; i < 2_500; i++) {
            of("g" + i).next();
        }

        assertThat(heartbeats()).hasSize(5);
        nanos.addAndGet(TimeUnit.MINUTES.toNanos(6));
        sequences.announceAgain(address -> true);
        assertThat(heartbeats()).hasSize(3);
    }

    @Test
    void announcesTheAgeOfRecentSequences() {
        of("a").next();
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(7));
        of("a").next();

        ByteBuffer body = ByteBuffer.wrap(heartbeats().get(0));

        long hash = ReceivedSequences.hash("a");
        assertThat(List.of(body.getLong(), (long) body.getInt(), body.getLong()))
                .containsExactly(hash, 1L, 2L);
        assertThat(body.getLong()).isEqualTo(hash ^ SentSequences.RECENT);
        assertThat(body.getInt()).isEqualTo(1);
        long ageAndLast = body.getLong();
        assertThat(SentSequences.ageSeconds(ageAndLast)).isEqualTo(8); // rounded up
        assertThat(SentSequences.last(ageAndLast)).isEqualTo(2);
    }

    @Test
    void forgetsTheLeastRecentlyUsedGroups() {
        GroupSequence old = of("old");
        GroupSequence busy = of("busy");
        sequences.tick();
        for (int i = 0; i < SentSequences.MAX_GROUPS; i++) {
            sequences.of("g" + i);
        }
        sequences.of("busy");

        sequences.tick();

        assertThat(sequences.of("busy")).isSameAs(busy);
        assertThat(of("old").epoch()).isGreaterThan(old.epoch());
    }

    @Test
    void memoryIsBounded() {
        for (int i = 0; i < 2 * SentSequences.MAX_GROUPS; i++) {
            sequences.of("g" + i);
        }

        assertThat(sequences.of("one more")).isNull();
        sequences.tick();
        assertThat(sequences.of("one more")).isNotNull();
    }
}
