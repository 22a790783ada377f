package io.channels4j.benchmarks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SequenceTest {

    @Test
    void acceptsMessagesInOrder() {
        assertThat(order(0, 1, 2, 3)).isEqualTo(new Load.Order(0, 0, 0));
    }

    @Test
    void countsGapsAndMissingMessagesAsLost() {
        assertThat(order(0, 2)).isEqualTo(new Load.Order(2, 0, 0));
    }

    @Test
    void countsRepeatedMessagesAsDuplicated() {
        assertThat(order(0, 1, 1, 2, 3, 0)).isEqualTo(new Load.Order(0, 2, 0));
    }

    @Test
    void countsLateMessagesAsReordered() {
        assertThat(order(0, 2, 3, 1)).isEqualTo(new Load.Order(0, 0, 1));
    }

    /** Returns the counts for the given received numbers, assuming that four messages were sent. */
    private static Load.Order order(long... numbers) {
        Sequence sequence = new Sequence();
        LongStream.of(numbers).forEach(sequence::arrived);
        return Load.Order.of(List.of(sequence), 4);
    }
}
