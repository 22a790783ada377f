package io.channels4j.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Warns, once for each, of callbacks that do not come back while their connection is open: of one that holds up its event loop, of
 * one that blocks its worker thread, of a stage that does not complete. One that waits for a slow peer is not stuck.
 *
 * <p>It looks from time to time and compares with what it saw, so that a callback need not tell when it began. What was stopped with
 * the whole process is not taken for stuck: it must have been seen a few times.
 *
 * <p><b>Threads.</b> Confined to one thread, which is none of the event loops.
 */
public final class StuckCallbacks {

    private static final int FEWEST_LOOKS = 3;

    private final Duration limit;
    private final List<CallbackWatch> watches;
    private Map<Object, Sight> sights = new HashMap<>();

    /** What was seen, and since when. */
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

        /** Events that are equal are two all the same. */
        boolean isOf(int nowInRound, @Nullable Object now) {
            return round == nowInRound && what == now;
        }
    }

    /**
     * Creates it.
     *
     * @param limit how long a callback may take
     * @param watches those of all event loops
     */
    public StuckCallbacks(Duration limit, List<CallbackWatch> watches) {
        this.limit = limit;
        this.watches = List.copyOf(watches);
    }

    /** Looks once; {@code now} is in nanoseconds from an arbitrary origin. */
    public void look(long now) {
        Map<Object, Sight> before = sights;
        sights = new HashMap<>();
        for (CallbackWatch watch : watches) {
            lookAtLoop(watch, before.get(watch), now);
            for (CallbackWatch.Underway work : watch.elsewhere()) {
                lookAtWork(watch, work, before.get(work), now);
            }
        }
    }

    private void lookAtLoop(CallbackWatch watch, @Nullable Sight before, long now) {
        Thread loop = watch.loop();
        CallbackWatch.Underway work = watch.here();
        Object during = work == null ? null : work.during();
        if (loop != null && overdue(watch, watch.beats(), during, before, now)) {
            EngineLog.loopHeldUp(work, loop, limit);
        }
    }

    private void lookAtWork(CallbackWatch watch, CallbackWatch.Underway work, @Nullable Sight before, long now) {
        Object during = work.during();
        if (work.over()) {
            watch.remove(work); // abandoned
        } else if (during != null && !work.ending() && !work.waitsForPeer() && overdue(work, 0, during, before, now)) {
            EngineLog.stuck(work, limit);
        }
    }

    /** Notes a sight; returns whether this is the look with which it has become too old. */
    private boolean overdue(Object whose, int round, @Nullable Object what, @Nullable Sight before, long now) {
        Sight sight = before != null && before.isOf(round, what) ? before : new Sight(round, what, now);
        sights.put(whose, sight);
        if (sight.looks > FEWEST_LOOKS) {
            return false; // told
        }
        sight.looks = Math.min(sight.looks + 1, FEWEST_LOOKS);
        if (sight.looks < FEWEST_LOOKS || now - sight.since < limit.toNanos()) {
            return false;
        }
        sight.looks = FEWEST_LOOKS + 1;
        return true;
    }
}
