package io.channels4j.consumer;

import io.channels4j.engine.timer.ConnectionTimers;
import io.channels4j.engine.timer.ConsumerTimer;
import io.channels4j.internal.Durations;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The timer of an action of a consumer. */
final class ScheduledAction extends ConsumerTimer implements Scheduled {

    private final Supplier<? extends CompletionStage<?>> action;

    private ScheduledAction(ConnectionTimers timers, long interval, Supplier<? extends CompletionStage<?>> action) {
        super(timers, interval);
        this.action = action;
    }

    /** Starts a timer that runs once. */
    static Scheduled after(AbstractConsumer consumer, Duration delay, Supplier<? extends CompletionStage<?>> action) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay: %s (expected: zero or more)".formatted(delay));
        }
        return start(consumer, Durations.nanos(delay), 0, action);
    }

    /** Starts a periodic timer. */
    static Scheduled every(
            AbstractConsumer consumer, Duration interval, Supplier<? extends CompletionStage<?>> action) {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("interval: %s (expected: more than zero)".formatted(interval));
        }
        long nanos = Durations.nanos(interval);
        return start(consumer, nanos, nanos, action);
    }

    private static Scheduled start(
            AbstractConsumer consumer, long delay, long interval, Supplier<? extends CompletionStage<?>> action) {
        ConnectionTimers timers = consumer.engine().timers();
        ScheduledAction timer = new ScheduledAction(
                timers,
                interval,
                InterceptedCallbacks.action(
                        consumer.scope(), consumer.getClass(), Objects.requireNonNull(action, "action")));
        timers.start(timer, delay);
        return timer;
    }

    @Override
    public CompletionStage<?> perform() {
        return action.get();
    }
}
