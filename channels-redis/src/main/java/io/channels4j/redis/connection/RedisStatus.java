package io.channels4j.redis.connection;

import io.channels4j.layer.LayerListener;
import io.channels4j.layer.LayerListener.State;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How well a layer reaches Redis; tells listeners and the log. Changed on the loop, read from any thread. */
public final class RedisStatus {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");

    private final String layer;
    private final List<LayerListener> listeners;
    private volatile State state = State.DOWN;
    private boolean told;
    private boolean everUp;
    private boolean outage;

    public RedisStatus(String layer, List<LayerListener> listeners) {
        this.layer = layer;
        this.listeners = List.copyOf(listeners);
    }

    public State state() {
        return state;
    }

    /** Notes the state and what led there, if anything is known of it. */
    public void now(State next, @Nullable Throwable why) {
        if (told && state == next) {
            return;
        }
        told = true;
        state = next;
        log(next, why);
        everUp |= next == State.UP;
        listeners.forEach(listener -> tell(() -> listener.stateChanged(next)));
    }

    /** Tells that members of some groups here may have missed messages. */
    public void gapPossible(int groups) {
        listeners.forEach(listener -> tell(() -> listener.gapPossible(groups)));
    }

    /** One line when an outage begins and one when it is over. */
    private void log(State next, @Nullable Throwable why) {
        if (next == State.UP) {
            if (outage || !everUp) {
                LOG.info("{}: up", layer);
            }
            outage = false;
        } else if (!outage && (everUp || why != null)) {
            outage = true;
            LOG.warn(
                    "{}: {} ({}); members of this process go on hearing each other",
                    layer,
                    next,
                    why == null ? "no connection" : RedisFailures.text(why));
        }
    }

    private static void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.error("layer listener failed", e);
        }
    }
}
