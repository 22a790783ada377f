package io.channels4j.examples.ticker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private static final Instant NOON = Instant.ofEpochMilli(1_000);

    @Test
    void numbersPricesFromTheCurrentTime() {
        History history = new History(10, InstantSource.fixed(NOON));

        history.add("FERRY", 100);
        history.add("LATHE", 200);

        assertThat(history.latest())
                .containsExactly(new Tick(1_000, "FERRY", 100, NOON), new Tick(1_001, "LATHE", 200, NOON));
    }

    @Test
    void dropsTheOldestFirst() {
        History history = new History(2, InstantSource.fixed(NOON));

        history.add("FERRY", 100);
        history.add("FERRY", 101);
        history.add("FERRY", 102);

        assertThat(history.latest()).extracting(Tick::cents).containsExactly(101L, 102L);
    }

    @Test
    void keepsText() {
        assertThatThrownBy(() -> new History(0, InstantSource.system()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("history: 0 prices (expected: 1 or more)");
    }
}
