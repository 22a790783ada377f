package io.channels4j.engine;

import io.channels4j.internal.Durations;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Logs a warning once for each callback that exceeds the time limit while its connection is open. Such a callback blocks its
 * event loop or a worker thread, or its stage does not complete. A callback that waits for a slow peer is not considered stuck.
 *
 * <p>Each check is compared with the previous one, so callbacks need not record when they began. A callback is reported
 * only after several checks have found it running. A pause of the whole process is therefore not reported.
 *
 * <p><b>Threads.</b> Confined to one thread, which is not an event loop.
 */
public final class StuckCallbacks {

    private static final int MIN_LOOKS = 3;

    private final Duration limit;
    private final List<CallbackWatch> watches;
    private Map<Object, Sight> sights = new HashMap<>();

    /** A callback that was running or incomplete at a check. */
    private static final class Sight {
        final int round;
        final @Nullable Object what;
        final long since;
        int looks;

        Sight(int round, @Nullable Object what, long since) {
            this.round = round;
            this.what = what;
            this.since = since;
        }

        /** Compares by identity, because equal events may belong to different callbacks. */
        boolean isOf(int nowInRound, @Nullable Object now) {
            return round == nowInRound && what == now;
        }
    }

    /**
     * Creates a detector.
     *
     * @param limit the maximum duration of a callback
     * @param watches the watches of all event loops
     */
    public StuckCallbacks(Duration limit, List<CallbackWatch> watches) {
        this.limit = limit;
        this.watches = List.copyOf(watches);
    }

    /** Checks all callbacks once. {@code now} is in nanoseconds from an arbitrary origin. */
    public void look(long now) {
        Map<Object, Sight> before = sights;
        sights = new HashMap<>();
        for (CallbackWatch watch : watches) {
            lookAtLoop(watch, before.get(watch), now);
            for (ConnectionLife connection : watch.waiting()) {
                lookAtConnection(connection, before.get(connection), now);
            }
        }
    }

    private void lookAtLoop(CallbackWatch watch, @Nullable Sight before, long now) {
        Thread loop = watch.loop();
        ConnectionLife connection = watch.current();
        Object event = connection == null ? null : connection.event();
        if (loop != null && overdue(watch, watch.beats(), event, before, now)) {
            EngineLog.loopBlocked(connection, loop, limit);
        }
    }

    private void lookAtConnection(ConnectionLife connection, @Nullable Sight before, long now) {
        Object event = connection.event();
        if (event != null
                && !connection.hasEnded()
                && !connection.work().waitsForPeer()
                && overdue(connection, 0, event, before, now)) {
            EngineLog.stuck(connection, limit);
        }
    }

    /** Records that a callback was found running. Returns true if it is overdue for the first time. */
    private boolean overdue(Object whose, int round, @Nullable Object what, @Nullable Sight before, long now) {
        Sight sight = before != null && before.isOf(round, what) ? before : new Sight(round, what, now);
        sights.put(whose, sight);
        if (sight.looks > MIN_LOOKS) {
            return false; // already logged
        }
        sight.looks = Math.min(sight.looks + 1, MIN_LOOKS);
        if (sight.looks < MIN_LOOKS || now - sight.since < Durations.nanos(limit)) {
            return false;
        }
        sight.looks = MIN_LOOKS + 1;
        return true;
    }
}
