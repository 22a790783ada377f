package io.channels4j.redis.connection;

import io.channels4j.layer.LayerListener;
import io.channels4j.layer.LayerListener.DropReason;
import io.channels4j.layer.LayerListener.State;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The availability of Redis for one layer or session store. Each change is reported to listeners; one line is logged when an outage begins
 * and one when it ends.
 *
 * <pre>
 * from             reported               to        log
 * STARTING         not up, no cause yet   STARTING
 * STARTING, UP     not up                 OUTAGE    warning
 * STARTING, OUTAGE up                     UP        info
 * </pre>
 *
 * <p><b>Threads.</b> Changed on the control thread, read from any thread.
 */
public final class RedisStatus {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");

    private final String component;
    private final List<LayerListener> listeners;
    private volatile @Nullable State reported;
    private Phase phase = Phase.STARTING;

    private enum Phase {
        STARTING,
        UP,
        OUTAGE
    }

    /** Creates the status of a component. Each log line starts with its name. */
    public RedisStatus(String component, List<LayerListener> listeners) {
        this.component = component;
        this.listeners = List.copyOf(listeners);
    }

    /** Returns the state that was reported last, {@code DOWN} initially. */
    public State state() {
        State last = reported;
        return last == null ? State.DOWN : last;
    }

    /** Reports the state, and the cause if it is known. Repetitions are ignored. */
    public void report(State next, @Nullable Throwable cause) {
        if (reported == next) {
            return;
        }
        reported = next;
        log(next, cause);
        listeners.forEach(listener -> notify(() -> listener.stateChanged(next)));
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

    private void log(State next, @Nullable Throwable cause) {
        if (next == State.UP) {
            phase = Phase.UP;
            LOG.info("{}: up", component);
        } else if (phase == Phase.UP || phase == Phase.STARTING && cause != null) {
            phase = Phase.OUTAGE;
            LOG.warn("{}: {} ({})", component, next, cause == null ? "no connection" : RedisFailures.text(cause));
        }
    }

    private static void notify(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.error("layer listener failed", e);
        }
    }
}
