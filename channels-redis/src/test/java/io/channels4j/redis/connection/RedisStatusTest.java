package io.channels4j.redis.connection;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.channels4j.layer.LayerListener;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.layer.LayerListener.StateChange;
import io.channels4j.support.CapturedLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RedisStatusTest {

    private static final Instant START = Instant.parse("2026-11-29T12:00:00Z");
    private final Throwable refused = new ConnectionLostException("connection refused");

    private final CapturedLog log = CapturedLog.of("io.channels4j.redis");
    private final List<StateChange> changes = new ArrayList<>();
    private final List<State> states = new ArrayList<>();
    private Duration elapsed = Duration.ZERO;
    private final RedisStatus status = new RedisStatus(
            "Redis layer",
            "nothing works",
            List.of(new Changes(), new States()),
            () -> START.plus(elapsed),
            () -> elapsed.toNanos());

    private final class Changes implements LayerListener {

        @Override
        public void stateChanged(StateChange change) {
            changes.add(change);
        }
    }

    private final class States implements LayerListener {

        @Override
        public void stateChanged(State state) {
            states.add(state);
        }
    }

    @AfterEach
    void end() {
        log.close();
    }

    private void after(Duration time, State state, Throwable cause) {
        elapsed = elapsed.plus(time);
        status.report(state, cause);
    }

    private void after(Duration time, State state) {
        elapsed = elapsed.plus(time);
        status.report(state, null);
    }

    @Test
    void logsEachChangeWithItsCauseAndTheDurationOfThePreviousState() {
        status.report(State.UP, null);
        after(Duration.ofMinutes(135), State.DOWN, refused);
        after(Duration.ofSeconds(1), State.DEGRADED);
        after(Duration.ofMillis(2345), State.UP);
        after(Duration.ofSeconds(75), State.DEGRADED, new ConnectionLostException("no answer"));

        assertThat(log.messagesFrom(Level.INFO))
                .containsExactly(
                        "Redis layer: UP",
                        "Redis layer: DOWN after UP for 2 h 15 min (cause: connection refused); nothing works",
                        "Redis layer: DEGRADED after DOWN for 1.0 s (cause: connection refused)",
                        "Redis layer: UP after DEGRADED for 2.3 s (cause: connection refused)",
                        "Redis layer: DEGRADED after UP for 1 min 15 s (cause: no answer)");
        assertThat(log.messages(Level.INFO)).hasSize(2);
    }

    @Test
    void logsNothingUntilTheFirstAttemptHasEnded() {
        status.report(State.DOWN, null);
        assertThat(log.messagesFrom(Level.DEBUG)).isEmpty();

        status.report(State.DEGRADED, refused);

        assertThat(log.messages(Level.WARN)).containsExactly("Redis layer: DEGRADED (cause: connection refused)");
    }

    @Test
    void remembersCauseAndBeginningOfTheState() {
        after(Duration.ofSeconds(1), State.UP);
        assertThat(status.cause()).isEmpty();
        assertThat(status.since()).isEqualTo(START.plusSeconds(1));

        after(Duration.ofSeconds(9), State.DOWN, refused);
        after(Duration.ofSeconds(1), State.DOWN, new ConnectionLostException("WRONGPASS"));
        assertThat(status.cause()).as("the last failure").hasValue("WRONGPASS");
        assertThat(status.since()).isEqualTo(START.plusSeconds(10));

        after(Duration.ofSeconds(1), State.DOWN);
        assertThat(status.cause()).as("an update without a cause keeps it").hasValue("WRONGPASS");

        after(Duration.ofSeconds(1), State.UP);
        assertThat(status.cause()).isEmpty();
        assertThat(status.since()).isEqualTo(START.plusSeconds(13));
    }

    @Test
    void forgetsTheCauseOfAnEarlierOutage() {
        status.report(State.DOWN, refused);
        status.report(State.UP, null);
        status.report(State.DEGRADED, null);

        assertThat(status.cause()).isEmpty();
    }

    @Test
    void notifiesListenersOfBothKindsOncePerChange() {
        after(Duration.ofSeconds(1), State.UP);
        after(Duration.ofSeconds(9), State.DOWN, refused);
        after(Duration.ofSeconds(1), State.DOWN, refused);

        assertThat(states).containsExactly(State.UP, State.DOWN);
        assertThat(changes)
                .containsExactly(
                        new StateChange(
                                State.DOWN, Duration.ofSeconds(1), State.UP, START.plusSeconds(1), Optional.empty()),
                        new StateChange(
                                State.UP,
                                Duration.ofSeconds(9),
                                State.DOWN,
                                START.plusSeconds(10),
                                Optional.of("connection refused")));
    }
}
