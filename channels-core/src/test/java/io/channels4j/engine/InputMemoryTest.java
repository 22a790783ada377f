package io.channels4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Event;
import io.channels4j.fixture.ManualExecutor;
import io.channels4j.fixture.ScriptedConnection;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InputMemoryTest {

    private static final int PAYLOAD = 50_000;

    private final ManualExecutor loop = new ManualExecutor();
    private final ScriptedConnection connection = new ScriptedConnection();
    private final ScriptedCallbacks callbacks = new ScriptedCallbacks();

    private boolean scarce;
    private boolean dropped;
    private long held;

    private final InputMemory memory = new InputMemory() {
        @Override
        public void held(long change) {
            held += change;
        }

        @Override
        public boolean isScarce() {
            return scarce;
        }

        @Override
        public boolean isDropped() {
            return dropped;
        }
    };

    private void run(int events) {
        callbacks.payloadBytes = PAYLOAD;
        connection.deliver(
                IntStream.range(0, events).mapToObj(i -> new Note("n" + i)).toArray(Event[]::new));
        new Engine(
                        connection
                                .scope("test", loop)
                                .with(InputMemory.KEY, memory)
                                .build(),
                        connection,
                        connection,
                        callbacks,
                        loop)
                .run();
    }

    @Test
    @DisplayName("P3: the server is notified of the size of waiting events, in steps of 16 KiB")
    void reportsWaitingEvents() {
        run(10);
        assertThat(held).isBetween(10L * PAYLOAD - EventReader.MEMORY_STEP, 10L * PAYLOAD);

        loop.runAll();

        assertThat(held).isZero();
    }

    @Test
    @DisplayName("P3: while the server's memory is scarce, one event waits, and reading continues when it is handled")
    void readsNothingAheadWhileMemoryIsScarce() {
        scarce = true;
        run(10);
        assertThat(connection.unrequested()).isEqualTo(9);

        loop.runAll();

        assertThat(callbacks.calls()).hasSize(10);
        assertThat(connection.isReceiving()).isTrue();
    }

    @Test
    @DisplayName("P3: reading continues if memory is no longer scarce when an event is handled")
    void continuesWhenMemoryIsNoLongerScarce() {
        scarce = true;
        run(10);
        scarce = false;

        loop.runAll();

        assertThat(callbacks.calls()).hasSize(10);
    }

    @Test
    @DisplayName("P2, P3: waiting events of a connection that is closed to release memory are dropped; disconnect runs")
    void dropsWaitingEvents() {
        run(10);
        dropped = true;
        connection.deliver(new Last("closed"));

        loop.runAll();

        assertThat(callbacks.calls()).noneMatch(call -> call.startsWith("n"));
        assertThat(held).isZero();
    }
}
