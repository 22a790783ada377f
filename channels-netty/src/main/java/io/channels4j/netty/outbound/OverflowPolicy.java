package io.channels4j.netty.outbound;

import io.channels4j.netty.settings.OutboundSettings;
import io.channels4j.netty.settings.SlowConsumerPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The policy for a slow peer, applied to the frames of one {@link OutboundQueue}. Frames that are not {@linkplain
 * OutboundFrame#droppable() droppable} are always admitted.
 *
 * <p>Not thread-safe. The queue's lock guards {@link #decide}, {@link #isTooOld} and {@link #takeDropped}.
 */
public final class OverflowPolicy {

    private final OutboundSettings settings;
    private final LongSupplier nanoTime;
    private final OverflowListener listener;
    private List<OutboundFrame> dropped = List.of();
    private boolean anyReported;

    enum Decision {
        ADMIT,
        DROP,
        DISCONNECT
    }

    /** Dropped frames that have not been reported to the listener. */
    record Dropped(List<OutboundFrame> frames, boolean first) {

        private static final Dropped NONE = new Dropped(List.of(), false);

        void reportTo(OverflowListener listener) {
            for (int i = 0; i < frames.size(); i++) {
                listener.dropped(frames.get(i).size(), first && i == 0);
            }
        }
    }

    public OverflowPolicy(OutboundSettings settings, LongSupplier nanoTime, OverflowListener listener) {
        this.nanoTime = nanoTime;
        this.settings = settings;
        this.listener = listener;
    }

    OverflowListener listener() {
        return listener;
    }

    /** Returns the current time in nanoseconds, for computing the age of frames. */
    long now() {
        return nanoTime.getAsLong();
    }

    /**
     * Decides whether to admit a frame, and drops older frames if the policy requires it.
     *
     * @param exhausted whether the server's memory for output is exhausted. If so, {@link OutboundQueue#LOW_WATER_MARK}
     *     also limits the waiting bytes.
     */
    Decision decide(OutboundFrame frame, Backlog backlog, boolean exhausted) {
        if (!frame.droppable()) {
            return Decision.ADMIT;
        }
        long bytes = backlog.totalBytes();
        boolean exceeds =
                bytes >= settings.maxBytes() || exhausted && bytes + frame.size() > OutboundQueue.LOW_WATER_MARK;
        if (!exceeds) {
            return Decision.ADMIT;
        }
        return switch (settings.policy()) {
            case DISCONNECT -> Decision.DISCONNECT;
            case DROP_NEWEST -> {
                drop(List.of(frame));
                yield Decision.DROP;
            }
            case DROP_OLDEST -> {
                drop(backlog.dropOldest(exhausted ? OutboundQueue.LOW_WATER_MARK : settings.maxBytes()));
                yield Decision.ADMIT;
            }
        };
    }

    private void drop(List<OutboundFrame> more) {
        List<OutboundFrame> all = new ArrayList<>(dropped);
        all.addAll(more);
        dropped = all;
    }

    Dropped takeDropped() {
        if (dropped.isEmpty()) {
            return Dropped.NONE;
        }
        Dropped taken = new Dropped(dropped, !anyReported);
        dropped = List.of();
        anyReported = true;
        return taken;
    }

    /** Returns whether the age of queued frames is limited. Any thread. */
    boolean limitsAge() {
        return settings.policy() == SlowConsumerPolicy.DISCONNECT && !maxAge().isZero();
    }

    /**
     * Returns whether the oldest frame is droppable and has waited for longer than the limit. {@code now} is the event
     * loop's time.
     */
    boolean isTooOld(Backlog backlog, long now) {
        return backlog.isOlder(now, maxAge().toNanos());
    }

    String tooManyBytes(long bytes) {
        return "the peer is too slow: %d bytes are queued (limit: %d)".formatted(bytes, settings.maxBytes());
    }

    String tooOld() {
        return "the peer is too slow: a message was queued for more than " + maxAge();
    }

    private Duration maxAge() {
        return settings.maxAge();
    }
}
