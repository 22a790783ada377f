package io.channels4j.netty.outbound;

import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.settings.ProgressSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The outbound frames of one connection or stream, in the order of their admission. Apart from control frames, Netty's buffer
 * holds at most {@link #LOW_WATER_MARK} bytes plus one frame, or one part of a frame with several parts. The other frames wait
 * here.
 *
 * <p><b>Threads.</b> {@link #send}, {@link #sendInParts}, {@link #admit}, {@link #admissionEnded}, {@link #close} and {@link
 * #closeReason} may be called from any thread. The other methods may be called only on the event loop, which does all
 * writing. A frame that is sent on the event loop is written immediately and without the lock if no frame is waiting
 * and the channel is writable.
 */
public final class OutboundQueue {

    /** The number of bytes, here and in Netty's buffer, above which senders wait. */
    public static final int LOW_WATER_MARK = 64 * 1024;

    private static final String SLOW_CONSUMER = "1013 try again later, slow consumer";

    private final Channel channel;
    private final ChannelWriter writer;
    private final EventLoopState loop;
    private final QueuedBytesListener listener;
    private final @Nullable OverflowPolicy overflow;
    private final OutputProgress progress;

    // Guarded by this
    private final Backlog backlog;
    private boolean drainScheduled;

    /** The number of replaced frames that have not been reported. */
    private int conflated;

    /** The number of frames in the backlog; written under the lock, read without it. */
    private volatile int queued;

    /** The reason why no more frames are admitted, or null; written once, under the lock. */
    private volatile @Nullable String closeReason;

    // Confined to the event loop
    private boolean draining;

    /**
     * Creates a queue whose droppable frames are subject to a policy, unless the policy is null. Must be called on the event
     * loop.
     */
    public OutboundQueue(
            ChannelHandlerContext context,
            EventLoopState loop,
            QueuedBytesListener listener,
            @Nullable OverflowPolicy overflow) {
        this.channel = context.channel();
        this.writer = new ChannelWriter(context, loop);
        this.loop = loop;
        this.listener = listener;
        this.overflow = overflow;
        this.progress = new OutputProgress(channel);
        this.backlog = new Backlog(channel, loop.outboundContents());
    }

    /** Returns the completed stage for an admitted frame. */
    public static CompletionStage<Void> admitted() {
        return SendStages.ADMITTED;
    }

    /** Returns whether the frame for which {@link #send} returned this stage was neither dropped nor rejected. */
    public static boolean isAdmitted(CompletionStage<Void> sent) {
        return SendStages.isAdmitted(sent);
    }

    /** Sends a frame unless it must be dropped or rejected, and returns the stage for {@link io.channels4j.Sender#send}. */
    public CompletionStage<Void> send(OutboundFrame frame) {
        return writesNow() ? writeNow(frame) : sendInParts(frame);
    }

    /** Sends a frame that may have several {@linkplain OutboundFrame#parts() parts}. Otherwise like {@link #send}. */
    public CompletionStage<Void> sendInParts(OutboundFrame frame) {
        CompletionStage<Void> stage = enqueue(frame);
        if (SendStages.isAdmitted(stage)) {
            drainAndReport();
        } else {
            report();
        }
        return stage;
    }

    /**
     * Admits a frame of any number of parts. It calls no application code, except for the clock of an overflow policy. The caller
     * may therefore hold a lock that determines the order of frames. The caller must call {@link #admissionEnded} after it has
     * released the lock.
     */
    public CompletionStage<Void> admit(OutboundFrame frame) {
        return frame.parts() == 1 && writesNow() ? writeNow(frame) : enqueue(frame);
    }

    /**
     * Reports the effects of {@link #admit} to the listeners. On the event loop, it first writes the admitted frames and
     * completes the stages of earlier senders.
     */
    public void admissionEnded() {
        if (queued != 0) { // otherwise the drain that emptied the queue reports the change
            drainAndReport();
        }
    }

    private void drainAndReport() {
        if (loop.executor().inEventLoop()) {
            drain();
        }
        report();
    }

    private boolean writesNow() {
        return loop.executor().inEventLoop() && queued == 0 && closeReason == null && channel.isWritable();
    }

    private CompletionStage<Void> writeNow(OutboundFrame frame) {
        writer.write(frame);
        if (channel.isWritable()) {
            return SendStages.ADMITTED;
        }
        writer.flush();
        if (channel.isWritable()) {
            return SendStages.ADMITTED;
        }
        report();
        synchronized (this) {
            return backlog.untilDrained();
        }
    }

    /** Adds a frame to the backlog. On the event loop, the caller must then drain it. */
    private CompletionStage<Void> enqueue(OutboundFrame frame) {
        CompletionStage<Void> stage;
        boolean schedules;
        long now = time();
        boolean exhausted = loop.outbound().isExhausted();
        synchronized (this) {
            String closed = closeReason;
            if (closed != null) {
                return SendStages.rejected(closed);
            }
            if (frame.latestKey() != null && backlog.replace(frame)) {
                conflated++;
                return untilAdmitted();
            }
            OverflowPolicy.Decision decision = decide(frame, exhausted);
            if (decision == OverflowPolicy.Decision.DROP) {
                return SendStages.DROPPED;
            }
            if (decision == OverflowPolicy.Decision.DISCONNECT) {
                return SendStages.rejected(SLOW_CONSUMER);
            }
            if (frame.latestKey() != null && backlog.removeEarlier(frame)) {
                conflated++;
            }
            add(frame, now);
            stage = untilAdmitted();
            schedules = !drainScheduled;
            drainScheduled = true;
        }
        return !schedules || loop.executor().inEventLoop() || scheduleDrain()
                ? stage
                : SendStages.rejected("1006, the server ended");
    }

    private CompletionStage<Void> untilAdmitted() {
        return backlog.totalBytes() > LOW_WATER_MARK ? backlog.untilDrained() : SendStages.ADMITTED;
    }

    private OverflowPolicy.Decision decide(OutboundFrame frame, boolean exhausted) {
        if (overflow == null) {
            return OverflowPolicy.Decision.ADMIT;
        }
        OverflowPolicy.Decision decision = overflow.decide(frame, backlog, exhausted);
        if (decision == OverflowPolicy.Decision.DISCONNECT) {
            disconnect(overflow, overflow.tooManyBytes(backlog.totalBytes()));
        }
        return decision;
    }

    /**
     * Returns the time for the age of a frame. The caller must not hold the lock, because the application may implement
     * the clock.
     */
    private long time() {
        return overflow == null ? 0 : overflow.now();
    }

    private void add(OutboundFrame frame, long now) {
        backlog.add(frame, now);
        queued = backlog.size();
    }

    private boolean scheduleDrain() {
        try {
            loop.executor().execute(this::drain);
            return true;
        } catch (RejectedExecutionException serverEnded) {
            return false;
        }
    }

    private void disconnect(OverflowPolicy policy, String reason) {
        closeReason = SLOW_CONSUMER;
        loop.later(() -> policy.listener().overflowed(reason));
    }

    /** Notifies the listeners of changes since the previous call. The caller must not hold the lock. */
    private void report() {
        long change;
        long memory;
        OverflowPolicy.Dropped dropped = null;
        int replaced;
        synchronized (this) {
            replaced = conflated;
            conflated = 0;
            change = backlog.takeChange();
            memory = backlog.takeMemoryChange(loop.executor().inEventLoop());
            if (overflow != null) {
                dropped = overflow.takeDropped();
            }
        }
        if (overflow != null && dropped != null) {
            dropped.reportTo(overflow.listener());
        }
        for (int i = 0; i < replaced && overflow != null; i++) {
            overflow.listener().conflated();
        }
        if (memory != 0) {
            loop.outbound().add(memory);
        }
        if (change != 0) {
            progress.queued(change);
            listener.queued(change);
        }
    }

    /** Admits a last frame, if any, and closes the queue. Returns false if the queue was already closed. */
    public boolean close(String reason, @Nullable OutboundFrame last) {
        boolean schedules = false;
        long now = last == null ? 0 : time();
        synchronized (this) {
            if (closeReason != null) {
                return false;
            }
            closeReason = reason;
            if (last != null) {
                add(last, now);
                schedules = !drainScheduled;
                drainScheduled = true;
            }
        }
        if (last != null) {
            if (loop.executor().inEventLoop()) {
                drain();
            } else if (schedules) {
                scheduleDrain();
            }
        }
        return true;
    }

    /** Returns the reason why no more frames are admitted, or null while frames are admitted. */
    public @Nullable String closeReason() {
        return closeReason;
    }

    /** Returns whether all admitted frames have been handed to Netty. */
    public boolean isEmpty() {
        return queued == 0;
    }

    /**
     * Disconnects the peer if the oldest frame is droppable and has waited for too long. {@code now} is the loop's
     * time.
     */
    public void checkAge(long now) {
        if (queued == 0 || overflow == null || !overflow.limitsAge()) {
            return;
        }
        synchronized (this) {
            if (closeReason == null && overflow.isTooOld(backlog, now)) {
                disconnect(overflow, overflow.tooOld());
            }
        }
    }

    /**
     * Returns whether more than {@link ProgressSettings#MIN_BYTES} bytes are waiting. The peer must then make progress.
     */
    public boolean requiresProgress() {
        return waitingBytes() > ProgressSettings.MIN_BYTES;
    }

    /** Returns the number of bytes that wait for the peer here and in Netty's buffer. */
    public long waitingBytes() {
        if (queued == 0) {
            return backlog.bytesInChannel();
        }
        synchronized (this) {
            return backlog.totalBytes();
        }
    }

    /** Returns true if the peer receives the waiting output too slowly. Must be called at each tick of the event loop. */
    public boolean isTooSlow(ProgressSettings required, long now) {
        writer.flushBatch();
        if (backlog.countsChannel()) {
            report();
        }
        return progress.isTooSlow(required, now, waitingBytes(), writer.written());
    }

    /** Returns whether output is waiting but the peer received none of it between the last two ticks. */
    public boolean stalls() {
        return progress.stalls();
    }

    // ---- writing ----

    /**
     * Resumes writing after the channel has become writable. The work is done in a later task, because Netty may report
     * writability during a write, and waiting senders may send again.
     */
    public void channelWritable() {
        if (!draining) {
            loop.later(this::drain);
        }
    }

    /** Writes until the queue is empty or the channel is full. */
    private void drain() {
        if (draining) {
            return;
        }
        draining = true;
        try {
            boolean wrote = true;
            while (wrote && writer.hasRoom()) {
                wrote = writeNext();
            }
        } finally {
            draining = false;
        }
        report();
        if (queued == 0 && channel.isWritable()) {
            releaseSenders();
            writer.runFlushTask();
        }
    }

    private void releaseSenders() {
        CompletableFuture<Void> stage;
        synchronized (this) {
            stage = backlog.takeDrained();
        }
        if (stage != null) {
            stage.complete(null);
        }
    }

    private boolean writeNext() {
        if (writer.writePong()) {
            return true;
        }
        OutboundFrame next;
        synchronized (this) {
            next = backlog.poll();
            queued = backlog.size();
            if (next == null) {
                drainScheduled = false;
                return false;
            }
        }
        writer.write(next);
        return true;
    }

    /** Responds to a ping. If several pongs are waiting, only the latest is sent (RFC 6455 §5.5.3). */
    public void sendPong(byte[] frame) {
        if (closeReason == null) {
            writer.sendPong(frame, queued == 0 && channel.isWritable());
        }
    }

    /** Writes a control frame ahead of all waiting frames. */
    public void sendUrgent(byte[] frame) {
        writer.write(EncodedBytes.of(frame));
    }

    /** Runs a task once all admitted frames have left this process, or the channel is closed. */
    public void whenFlushed(Runnable task) {
        writer.flushThen(task);
        if (queued == 0 && !draining) {
            writer.runFlushTask();
        }
    }

    /** Closes the channel without waiting for the queue. */
    public void closeChannel() {
        writer.close();
    }

    /** Closes the queue, discards its frames and fails the stages of waiting senders. */
    public void discard(String reason) {
        CompletableFuture<Void> senders;
        synchronized (this) {
            if (closeReason == null) {
                closeReason = reason;
            }
            backlog.clear();
            queued = 0;
            senders = backlog.takeDrained();
        }
        report();
        writer.discard();
        if (senders != null) {
            SendStages.fail(senders, reason);
        }
    }
}
