package io.channels4j.redis.connection;

import io.channels4j.layer.LayerListener;
import io.channels4j.layer.LayerListener.DropReason;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.layer.LayerListener.StateChange;
import io.channels4j.layer.LayerStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The availability of Redis for one layer or session store. Each change is reported to the listeners and logged, with its cause and the
 * duration of the previous state. The first log line has no such duration.
 *
 * <p><b>Threads.</b> Changed on the control thread, read from any thread.
 */
public final class RedisStatus {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");

    private final String component;
    private final String effect;
    private final List<LayerListener> listeners;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private volatile Current current;
    private long changedAt;

    /** Whether no state has been logged yet. */
    private boolean starting = true;

    /**
     * What is known now.
     *
     * @param reported false until the first report
     * @param cause the text of the last failure; kept when the state becomes {@code UP}
     */
    private record Current(boolean reported, State state, Instant since, Optional<String> cause) {}

    /**
     * Creates the status of a component. Each log line starts with its name.
     *
     * @param effect the consequence of the state {@code DOWN}, for the log
     */
    public RedisStatus(String component, String effect, List<LayerListener> listeners) {
        this(component, effect, listeners, InstantSource.system(), System::nanoTime);
    }

    RedisStatus(
            String component, String effect, List<LayerListener> listeners, InstantSource clock, LongSupplier nanos) {
        this.component = component;
        this.effect = effect;
        this.listeners = List.copyOf(listeners);
        this.clock = clock;
        this.nanos = nanos;
        this.current = new Current(false, State.DOWN, clock.instant(), Optional.empty());
        this.changedAt = nanos.getAsLong();
    }

    /** Returns the state that was reported last, {@code DOWN} initially. */
    public State state() {
        return current.state();
    }

    /** Returns when the state began. */
    public Instant since() {
        return current.since();
    }

    /** Returns why the state is not {@code UP}. Empty in this state, or if no cause is known. */
    public Optional<String> cause() {
        Current now = current;
        return now.state() == State.UP ? Optional.empty() : now.cause();
    }

    /** Returns the state with its cause and its beginning. */
    public LayerStatus snapshot() {
        Current now = current;
        return new LayerStatus(
                now.state(), now.state() == State.UP ? Optional.empty() : now.cause(), Optional.of(now.since()));
    }

    /**
     * Reports the state, and the cause if it is known. A repetition only replaces the cause.
     *
     * @param cause the failure; ignored if the state is {@code UP}
     */
    public void report(State next, @Nullable Throwable cause) {
        Current before = current;
        Optional<String> text = causeOf(next, cause, before);
        if (before.reported() && before.state() == next) {
            current = new Current(true, next, before.since(), text);
            return;
        }
        Duration lasted = Duration.ofNanos(nanos.getAsLong() - changedAt);
        changedAt += lasted.toNanos();
        current = new Current(true, next, clock.instant(), text);
        StateChange change = new StateChange(before.state(), lasted, next, current.since(), text);
        log(change);
        listeners.forEach(listener -> notify(() -> listener.stateChanged(change)));
    }

    private static Optional<String> causeOf(State next, @Nullable Throwable cause, Current before) {
        if (next == State.UP || cause == null && before.state() != State.UP) {
            return before.cause();
        }
        return Optional.ofNullable(cause).map(RedisFailures::text);
    }

    private void log(StateChange change) {
        String cause = change.cause().map(" (cause: %s)"::formatted).orElse("");
        String after = starting ? "" : " after %s for %s".formatted(change.previous(), text(change.lasted()));
        if (change.state() == State.UP) {
            starting = false;
            LOG.info("{}: UP{}{}", component, after, cause);
        } else if (!starting || change.cause().isPresent()) {
            starting = false;
            String what = change.state() == State.DOWN ? "; " + effect : "";
            LOG.warn("{}: {}{}{}{}", component, change.state(), after, cause, what);
        }
    }

    private static String text(Duration time) {
        if (time.toMinutes() > 0) {
            return time.toHours() > 0
                    ? "%d h %d min".formatted(time.toHours(), time.toMinutesPart())
                    : "%d min %d s".formatted(time.toMinutes(), time.toSecondsPart());
        }
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }

    /** Reports that members of some groups in this process may have missed messages. */
    public void gapPossible(int groups) {
        listeners.forEach(listener -> notify(() -> listener.gapPossible(groups)));
    }

    /** Reports messages to other processes that were confirmed to their senders and then lost. */
    public void messagesLost(String target, long messages) {
        listeners.forEach(listener -> notify(() -> listener.messagesLost(target, messages)));
    }

    /** Reports dropped messages, on the thread that dropped them. */
    public void dropped(DropReason reason, long messages) {
        listeners.forEach(listener -> notify(() -> listener.dropped(reason, messages)));
    }

    private static void notify(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.error("layer listener failed", e);
        }
    }
}
