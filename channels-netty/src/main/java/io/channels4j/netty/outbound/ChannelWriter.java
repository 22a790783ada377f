package io.channels4j.netty.outbound;

import io.channels4j.netty.eventloop.BatchFlush;
import io.channels4j.netty.eventloop.EventLoopState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames to a channel, and flushes once per batch. Pongs wait until the channel is writable.
 *
 * <p>Confined to its event loop.
 */
final class ChannelWriter implements BatchFlush {

    private final ChannelHandlerContext context;
    private final Channel channel;
    private final EventLoopState loop;
    private byte @Nullable [] pong;
    private @Nullable Runnable flushTask;
    private boolean unflushed;
    private long written;

    ChannelWriter(ChannelHandlerContext context, EventLoopState loop) {
        this.context = context;
        this.channel = context.channel();
        this.loop = loop;
    }

    /** Returns the number of bytes written so far. */
    long written() {
        return written;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a failure arrives in exceptionCaught
    void write(OutboundFrame frame) {
        Object encoded = frame.encode(context.alloc());
        if (encoded instanceof ByteBuf bytes) {
            written += bytes.readableBytes();
        }
        context.write(encoded, context.voidPromise());
        if (!unflushed) {
            unflushed = true;
            loop.flushLater(this);
        }
    }

    @Override
    public void flushBatch() {
        if (unflushed) {
            flush();
        }
    }

    void flush() {
        unflushed = false;
        context.flush();
    }

    /**
     * Returns whether the channel is open and writable, after a flush if necessary. Netty reports an HTTP/2 stream as writable
     * even after its end.
     */
    boolean hasRoom() {
        if (!channel.isWritable()) {
            flush();
        }
        return channel.isWritable() && channel.isOpen();
    }

    // ---- pongs ----

    /** Writes a pong now, or stores it for {@link #writePong}. Only the latest stored pong is written (RFC 6455 §5.5.3). */
    void sendPong(byte[] frame, boolean now) {
        if (now) {
            write(EncodedBytes.of(frame));
        } else {
            pong = frame;
        }
    }

    /** Writes the waiting pong. Returns false if none is waiting. */
    boolean writePong() {
        if (pong == null) {
            return false;
        }
        EncodedBytes latest = EncodedBytes.of(pong);
        pong = null;
        write(latest);
        return true;
    }

    // ---- the end of the output ----

    /** Sets the task that {@link #runFlushTask} runs. */
    void flushThen(Runnable task) {
        flushTask = task;
    }

    /**
     * Runs the task, if any, once all written bytes have left this process or the channel is closed.
     */
    void runFlushTask() {
        Runnable task = flushTask;
        if (task != null) {
            flushTask = null;
            unflushed = false;
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> task.run());
        }
    }

    /** Discards the pong and the task. */
    void discard() {
        pong = null;
        flushTask = null;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the result arrives in channelInactive
    void close() {
        context.close();
    }
}
