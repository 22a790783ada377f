package io.channels4j.netty.outbound;

import io.channels4j.ConnectionClosedException;
import io.netty.channel.Channel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The stage that senders of one connection wait for while its channel or its queue is full. Thread-safe. */
final class Backpressure {

    private final Channel channel;

    /** Guarded by this; null while no sender waits. */
    private @Nullable CompletableFuture<Void> drained;

    Backpressure(Channel channel) {
        this.channel = channel;
    }

    /** Returns the number of bytes in Netty's buffer; exact only above {@link OutboundQueue#LOW_WATER_MARK}. */
    long bytesInChannel() {
        if (!channel.isOpen()) {
            return 0;
        }
        return channel.isWritable()
                ? OutboundQueue.LOW_WATER_MARK - Math.min(OutboundQueue.LOW_WATER_MARK, channel.bytesBeforeUnwritable())
                : OutboundQueue.LOW_WATER_MARK + Math.min(Integer.MAX_VALUE, channel.bytesBeforeWritable());
    }

    /** Returns the stage that completes when all that is queued has been written. */
    synchronized CompletionStage<Void> untilDrained() {
        CompletableFuture<Void> stage = drained;
        if (stage == null) {
            stage = new CompletableFuture<>();
            drained = stage;
        }
        return stage;
    }

    /** Releases the waiting senders. */
    void drained() {
        CompletableFuture<Void> stage = take();
        if (stage != null) {
            stage.complete(null);
        }
    }

    /** Fails the stages of the waiting senders. */
    void closed(String why) {
        CompletableFuture<Void> stage = take();
        if (stage != null) {
            stage.completeExceptionally(new ConnectionClosedException(
                    "send: the connection closed (%s) before all was sent".formatted(why)));
        }
    }

    private synchronized @Nullable CompletableFuture<Void> take() {
        CompletableFuture<Void> stage = drained;
        drained = null;
        return stage;
    }
}
