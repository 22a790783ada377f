package io.channels4j.netty.connection;

import io.channels4j.ConnectionClosedException;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The way out of one connection: a queue of whole messages in front of Netty's buffer, which itself never holds more than
 * {@link #LOW_MARK} and one message. What is admitted goes out in the order of admission.
 *
 * <p><b>Threads.</b> {@link #send}, {@link #seal} and {@link #sealed()} are safe from any thread, the others belong to the event
 * loop, which alone writes. A send there goes straight to Netty when nothing waits, without the lock.
 */
public final class Outbound {

    /** Netty's buffer is full, and a send has to wait, from here on; bytes. */
    public static final int LOW_MARK = 64 * 1024;

    private static final CompletableFuture<Void> ADMITTED = newAdmitted();
    private static final CompletableFuture<Void> DROPPED = newAdmitted();

    private final ChannelHandlerContext context;
    private final Channel channel;
    private final Loop loop;
    private final Settings settings;
    private final Owner owner;

    /** Guarded by this, as all that follows up to the loop's own fields. */
    private final Backlog backlog = new Backlog();

    /** What was dropped and not told yet. */
    private List<Outgoing> lost = List.of();

    /** How many of the bytes in the backlog the owner was told of. */
    private long told;

    private boolean dropped;
    private boolean drainDue;
    private @Nullable CompletableFuture<Void> drained;

    /** Written under the lock, read without it. */
    private volatile int queued;

    private volatile @Nullable String sealed;

    /** The event loop's own. */
    private boolean draining;

    private boolean unflushed;
    private byte @Nullable [] pong;
    private @Nullable Runnable afterLast;

    /** Hears what became of messages: on the event loop and at most once, save where a method says otherwise. */
    public interface Owner {

        /** The peer is too slow and the policy is to let it go; nothing more is admitted. */
        void overflowed(String reason);

        /** The first message was dropped. */
        void dropping();

        /** A message was dropped. Any thread, each time. */
        void dropped(int bytes);

        /** So many more bytes wait in the queue, or fewer. Any thread, each time. */
        void queued(long change);
    }

    /** Creates the way out. The event loop. */
    public Outbound(ChannelHandlerContext context, Loop loop, Settings settings, Owner owner) {
        this.context = context;
        this.channel = context.channel();
        this.loop = loop;
        this.settings = settings;
        this.owner = owner;
    }

    @SuppressWarnings("NullAway") // the only value of Void is null
    private static CompletableFuture<Void> newAdmitted() {
        return CompletableFuture.completedFuture(null);
    }

    /** Returns the stage of what is admitted already. */
    public static CompletionStage<Void> admitted() {
        return ADMITTED;
    }

    /** Tells whether a stage that {@link #send} returned is that of a message that will be written. */
    public static boolean isAdmitted(CompletionStage<Void> sent) {
        return sent == ADMITTED
                || sent != DROPPED && !sent.toCompletableFuture().isCompletedExceptionally();
    }

    /** Admits a message; the stage is that of {@link io.channels4j.Sender#send}. */
    public CompletionStage<Void> send(Outgoing message) {
        boolean here = loop.executor().inEventLoop();
        if (here && queued == 0 && sealed == null && channel.isWritable()) {
            write(message);
            if (channel.isWritable()) {
                return ADMITTED;
            }
            flush();
            return channel.isWritable() ? ADMITTED : untilDrained();
        }
        CompletionStage<Void> stage = enqueue(message, here);
        tell();
        return stage;
    }

    private CompletionStage<Void> enqueue(Outgoing message, boolean here) {
        CompletionStage<Void> stage;
        boolean wake;
        synchronized (this) {
            String why = sealed;
            if (why != null) {
                return refusal(why);
            }
            if (message.droppable() && overflows() && !makeRoomFor(message)) {
                return sealed == null ? DROPPED : refusal("1013 try again later, slow consumer");
            }
            add(message);
            stage = bytesWaiting() > LOW_MARK ? drainedLocked() : ADMITTED;
            wake = !drainDue;
            drainDue = true;
        }
        return wake(here, wake) ? stage : refusal("1006, the server ended");
    }

    private void add(Outgoing message) {
        backlog.add(message, settings.nanos().getAsLong());
        queued = backlog.size();
    }

    private boolean wake(boolean here, boolean due) {
        if (here) {
            drain();
        } else if (due) {
            try {
                loop.executor().execute(this::drain);
            } catch (RejectedExecutionException serverEnded) {
                return false;
            }
        }
        return true;
    }

    /** Admits a last message, if any, and nothing more. Returns false when somebody else did that before. */
    public boolean seal(String why, @Nullable Outgoing farewell) {
        boolean wake = false;
        synchronized (this) {
            if (sealed != null) {
                return false;
            }
            sealed = why;
            if (farewell != null) {
                add(farewell);
                wake = !drainDue;
                drainDue = true;
            }
        }
        if (farewell != null) {
            wake(loop.executor().inEventLoop(), wake);
        }
        return true;
    }

    /** Returns why nothing more is admitted, or null. */
    public @Nullable String sealed() {
        return sealed;
    }

    private static CompletionStage<Void> refusal(String why) {
        return CompletableFuture.failedFuture(
                new ConnectionClosedException("send: connection is closed (%s); nothing was sent".formatted(why)));
    }

    /** Tells whether all that was admitted has been handed to Netty. The event loop. */
    public boolean isClear() {
        return queued == 0;
    }

    // ---- slow peers ----

    private boolean overflows() {
        return bytesWaiting() >= settings.outboundBytes();
    }

    /** Applies the policy; returns whether the message at hand may be queued now. */
    private boolean makeRoomFor(Outgoing message) {
        if (settings.overflow() == Overflow.DISCONNECT) {
            overflow("the peer is too slow: %d bytes are queued (limit: %d)"
                    .formatted(bytesWaiting(), settings.outboundBytes()));
            return false;
        }
        if (!dropped) {
            dropped = true;
            loop.later(owner::dropping);
        }
        if (settings.overflow() == Overflow.DROP_NEWEST) {
            lose(List.of(message));
            return false;
        }
        lose(backlog.dropOldest(settings.outboundBytes() - bytesInChannel()));
        queued = backlog.size();
        return true;
    }

    private void lose(List<Outgoing> more) {
        List<Outgoing> all = new ArrayList<>(lost);
        all.addAll(more);
        lost = all;
    }

    /** Tells the owner, without the lock, what has changed since it was told last. */
    private void tell() {
        long change;
        List<Outgoing> gone;
        synchronized (this) {
            change = backlog.bytes() - told;
            told = backlog.bytes();
            gone = lost;
            lost = List.of();
        }
        gone.forEach(message -> owner.dropped(message.size()));
        if (change != 0) {
            owner.queued(change);
        }
    }

    private void overflow(String reason) {
        sealed = "1013 try again later, slow consumer";
        loop.later(() -> owner.overflowed(reason));
    }

    /** Looks at the age of the oldest message; {@code now} is the loop's time. */
    public void checkAge(long now) {
        if (queued == 0 || settings.overflow() != Overflow.DISCONNECT) {
            return;
        }
        Duration limit = settings.outboundAge();
        synchronized (this) {
            if (sealed == null && backlog.isOlder(now, limit.toNanos())) {
                overflow("the peer is too slow: a message was queued for more than " + limit);
            }
        }
    }

    // ---- the event loop writes ----

    /** Goes on after a jam: later, since Netty calls this while it writes, and whoever waits may send again and again. */
    public void writable() {
        if (!draining) {
            loop.later(this::drain);
        }
    }

    /** Writes what waits as far as Netty takes it. */
    private void drain() {
        if (draining) {
            return;
        }
        draining = true;
        try {
            while (hasRoom() && writeNext()) {
                // goes on
            }
        } finally {
            draining = false;
        }
        tell();
        if (queued == 0 && channel.isWritable()) {
            completeDrained();
            runAfterLast();
        }
    }

    private boolean hasRoom() {
        if (!channel.isWritable()) {
            flush();
        }
        return channel.isWritable();
    }

    private boolean writeNext() {
        if (pong != null) {
            Raw latest = Raw.of(pong);
            pong = null;
            write(latest);
            return true;
        }
        Outgoing next;
        synchronized (this) {
            next = backlog.poll();
            queued = backlog.size();
            if (next == null) {
                drainDue = false;
                return false;
            }
        }
        write(next);
        return true;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a failure comes as an exception of the channel
    private void write(Outgoing message) {
        context.write(message.encode(context.alloc()), context.voidPromise());
        if (!unflushed) {
            unflushed = true;
            loop.flushLater(this);
        }
    }

    void flushBatch() {
        if (unflushed) {
            flush();
        }
    }

    private void flush() {
        unflushed = false;
        context.flush();
    }

    /** Answers a ping; while an answer waits, only the latest counts (RFC 6455 §5.5.3). */
    public void pong(byte[] frame) {
        if (sealed != null) {
            return;
        }
        if (queued == 0 && channel.isWritable()) {
            write(Raw.of(frame));
        } else {
            pong = frame;
        }
    }

    /** Writes a frame of control ahead of what waits. */
    public void urgent(byte[] frame) {
        write(Raw.of(frame));
    }

    /** Runs a task once all that was admitted has left this process, or the channel is closed. */
    public void afterLast(Runnable task) {
        afterLast = task;
        if (queued == 0 && !draining) {
            runAfterLast();
        }
    }

    private void runAfterLast() {
        Runnable task = afterLast;
        if (task != null) {
            afterLast = null;
            unflushed = false;
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> task.run());
        }
    }

    /** Closes the connection without waiting for anything. */
    @SuppressWarnings("FutureReturnValueIgnored") // the channel tells when it is closed
    public void closeChannel() {
        context.close();
    }

    /** Forgets what waits: nobody will read it. */
    public void abandon(String why) {
        synchronized (this) {
            if (sealed == null) {
                sealed = why;
            }
            backlog.clear();
            queued = 0;
        }
        tell();
        pong = null;
        afterLast = null;
        failDrained(why);
    }

    // ---- back-pressure ----

    private long bytesWaiting() {
        return backlog.bytes() + bytesInChannel();
    }

    private long bytesInChannel() {
        if (!channel.isOpen()) {
            return 0;
        }
        return channel.isWritable()
                ? LOW_MARK - Math.min(LOW_MARK, channel.bytesBeforeUnwritable())
                : LOW_MARK + Math.min(Integer.MAX_VALUE, channel.bytesBeforeWritable());
    }

    private synchronized CompletionStage<Void> untilDrained() {
        return drainedLocked();
    }

    private CompletableFuture<Void> drainedLocked() {
        CompletableFuture<Void> stage = drained;
        if (stage == null) {
            stage = new CompletableFuture<>();
            drained = stage;
        }
        return stage;
    }

    private void completeDrained() {
        CompletableFuture<Void> stage = takeDrained();
        if (stage != null) {
            stage.complete(null);
        }
    }

    private void failDrained(String why) {
        CompletableFuture<Void> stage = takeDrained();
        if (stage != null) {
            stage.completeExceptionally(new ConnectionClosedException(
                    "send: the connection closed (%s) before all was sent".formatted(why)));
        }
    }

    private synchronized @Nullable CompletableFuture<Void> takeDrained() {
        CompletableFuture<Void> stage = drained;
        drained = null;
        return stage;
    }
}
