package io.channels4j.netty.outbound;

import io.channels4j.internal.LatestKey;
import io.channels4j.netty.eventloop.HeldContents;
import io.netty.channel.Channel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The waiting frames of an {@link OutboundQueue} in the order of their admission. Senders wait on a stage until the frames are
 * written. Not thread-safe; guarded by the queue's lock, except where stated.
 */
final class Backlog {

    /** The excess that Netty reports for a channel that is being closed and has no buffer any more. */
    private static final long NO_BUFFER = Long.MAX_VALUE;

    private final Channel channel;
    private final HeldContents contents;

    /** Null or empty while no frame is waiting, which is the usual case. */
    private @Nullable ArrayDeque<Waiting> queue;

    private long bytes;

    /** The memory that the frames occupy, without contents that other queues have counted. */
    private long memory;

    /**
     * The size of Netty's buffer at the last report if the channel was not writable, otherwise 0. A long message may wait only
     * there.
     */
    private long memoryInChannel;

    private long takenBytes;
    private long takenMemory;

    /** The number of parts of the oldest frame that have been removed. */
    private int partsTaken;

    /** Null while no sender is waiting. */
    private @Nullable CompletableFuture<Void> drained;

    /** A frame and the time since which it, or a frame that it replaced, has waited. */
    private static final class Waiting {

        private OutboundFrame frame;
        private final long since;

        Waiting(OutboundFrame frame, long since) {
            this.frame = frame;
            this.since = since;
        }

        OutboundFrame frame() {
            return frame;
        }

        long since() {
            return since;
        }
    }

    Backlog(Channel channel, HeldContents contents) {
        this.channel = channel;
        this.contents = contents;
    }

    /** Adds a frame; {@code now} is the time in nanoseconds. */
    void add(OutboundFrame frame, long now) {
        if (queue == null) {
            queue = new ArrayDeque<>(8);
        }
        queue.add(new Waiting(frame, now));
        bytes += frame.size();
        memory += contents.hold(frame.content(), frame.size());
    }

    /**
     * Replaces a frame that has the same key and is at least as long, in its place, if no application's frame without a key follows it.
     *
     * @return whether the frame was replaced
     */
    boolean replace(OutboundFrame frame) {
        Waiting earlier = queue == null ? null : earlier(frame, queue.descendingIterator(), false);
        if (earlier == null || earlier.frame.size() < frame.size()) {
            return false;
        }
        OutboundFrame old = earlier.frame;
        bytes += frame.size() - old.size();
        release(old);
        memory += contents.hold(frame.content(), frame.size());
        earlier.frame = frame;
        return true;
    }

    /** Removes the frame that has the same key, if any. Returns whether there was one. */
    boolean removeEarlier(OutboundFrame frame) {
        if (queue == null) {
            return false;
        }
        Iterator<Waiting> latestFirst = queue.descendingIterator();
        Waiting earlier = earlier(frame, latestFirst, true);
        if (earlier == null) {
            return false;
        }
        latestFirst.remove();
        bytes -= earlier.frame.size();
        release(earlier.frame);
        return true;
    }

    private static @Nullable Waiting earlier(OutboundFrame frame, Iterator<Waiting> latestFirst, boolean passes) {
        while (latestFirst.hasNext()) {
            Waiting waiting = latestFirst.next();
            LatestKey key = waiting.frame.latestKey();
            if (key != null && key.equals(frame.latestKey())) {
                return waiting;
            }
            if (key == null && !passes) {
                return null;
            }
        }
        return null;
    }

    /**
     * Removes and returns the oldest frame, or its next part if it has several. Returns null if no frame is waiting.
     */
    @Nullable
    OutboundFrame poll() {
        ArrayDeque<Waiting> waiting = queue;
        Waiting next = waiting == null ? null : waiting.peek();
        if (waiting == null || next == null) {
            queue = null;
            return null;
        }
        OutboundFrame frame = next.frame();
        int parts = frame.parts();
        OutboundFrame part = parts == 1 ? frame : frame.part(partsTaken);
        partsTaken = partsTaken + 1 == parts ? 0 : partsTaken + 1;
        if (partsTaken == 0) {
            waiting.remove();
            release(frame);
        }
        bytes -= part.size();
        return part;
    }

    int size() {
        return queue == null ? 0 : queue.size();
    }

    /** Returns the number of bytes in the waiting frames. */
    long bytes() {
        return bytes;
    }

    /** Returns the change in {@link #bytes()} since the previous call. */
    long takeChange() {
        long change = bytes - takenBytes;
        takenBytes = bytes;
        return change;
    }

    /** Returns the change, since the previous call, in the memory that the output occupies. */
    long takeMemoryChange(boolean inEventLoop) {
        if (inEventLoop) {
            memoryInChannel = channel.isWritable() ? 0 : bytesInChannel();
        }
        long change = memory + memoryInChannel - takenMemory;
        takenMemory += change;
        return change;
    }

    /**
     * Returns whether Netty's buffer was counted as memory at the last report. Its size must then be reported again. Called only
     * on the event loop, without the lock.
     */
    boolean countsChannel() {
        return memoryInChannel != 0;
    }

    /** Returns the number of bytes that wait here or in Netty's buffer. */
    long totalBytes() {
        return bytes + bytesInChannel();
    }

    /** Returns the approximate number of bytes in Netty's buffer. Requires no lock. */
    long bytesInChannel() {
        if (!channel.isOpen()) {
            return 0;
        }
        if (channel.isWritable()) {
            return OutboundQueue.LOW_WATER_MARK
                    - Math.min(OutboundQueue.LOW_WATER_MARK, channel.bytesBeforeUnwritable());
        }
        long excess = channel.bytesBeforeWritable();
        return excess == NO_BUFFER ? 0 : OutboundQueue.LOW_WATER_MARK + excess;
    }

    /** Returns the stage that completes when everything in the queue has been written, or fails when the frames are discarded. */
    CompletionStage<Void> untilDrained() {
        CompletableFuture<Void> stage = drained;
        if (stage == null) {
            stage = new CompletableFuture<>();
            drained = stage;
        }
        return stage;
    }

    /**
     * Removes and returns the stage of the waiting senders, or null if no sender is waiting. The caller must complete it without
     * holding the lock.
     */
    @Nullable
    CompletableFuture<Void> takeDrained() {
        CompletableFuture<Void> stage = drained;
        drained = null;
        return stage;
    }

    private void release(OutboundFrame frame) {
        memory -= contents.release(frame.content(), frame.size());
    }

    void clear() {
        if (queue != null) {
            queue.forEach(waiting -> release(waiting.frame()));
        }
        queue = null;
        bytes = 0;
        partsTaken = 0;
    }

    /**
     * Drops droppable frames, oldest first, while at least {@code maxBytes} bytes wait here and in Netty's buffer. Returns the
     * dropped frames.
     */
    List<OutboundFrame> dropOldest(long maxBytes) {
        if (queue == null) {
            return List.of();
        }
        long limit = maxBytes - bytesInChannel();
        List<OutboundFrame> dropped = new ArrayList<>(1);
        for (Iterator<Waiting> oldest = queue.iterator(); oldest.hasNext() && bytes >= limit; ) {
            OutboundFrame frame = oldest.next().frame();
            if (frame.droppable()) {
                oldest.remove();
                bytes -= frame.size();
                release(frame);
                dropped.add(frame);
            }
        }
        return dropped;
    }

    /** Returns whether the oldest frame is droppable and has waited for longer than {@code nanos}. */
    boolean isOlder(long now, long nanos) {
        Waiting oldest = queue == null ? null : queue.peek();
        return oldest != null && oldest.frame().droppable() && now - oldest.since() > nanos;
    }
}
