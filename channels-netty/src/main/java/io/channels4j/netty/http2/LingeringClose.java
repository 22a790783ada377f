package io.channels4j.netty.http2;

import io.channels4j.netty.connection.HalfClose;
import io.channels4j.netty.eventloop.EventLoopState;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection once all output is written, and discards any further input. Otherwise, a TCP reset could destroy the
 * output before the client has read it.
 *
 * <p>Confined to its event loop.
 */
final class LingeringClose extends ChannelDuplexHandler {

    private static final long MAX_SECONDS = 2;

    private final Http2Connection streams;
    private final EventLoopState loop;
    private @Nullable ChannelHandlerContext context;
    private boolean closing;
    private long written;

    /** Discards further input; null until the connection is closing and all output is written. */
    private @Nullable HalfClose lingering;

    LingeringClose(Http2Connection streams, EventLoopState loop) {
        this.streams = streams;
        this.loop = loop;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /** Returns the number of bytes that the codec has written so far. */
    long written() {
        return written;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise reports a failure
    public void write(ChannelHandlerContext to, Object message, ChannelPromise promise) {
        written += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        to.write(message, promise);
    }

    /** Closes the channel without waiting for output. */
    @SuppressWarnings("FutureReturnValueIgnored") // closing the channel ends its handlers
    void closeNow() {
        if (context != null) {
            context.close();
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // closing the channel ends its handlers
    public void close(ChannelHandlerContext from, ChannelPromise promise) {
        if (!from.channel().isActive()) {
            from.close(promise);
            return;
        }
        from.channel().closeFuture().addListener(closed -> promise.trySuccess());
        if (closing) {
            return; // Netty's codec closes twice after an error
        }
        closing = true;
        Future<?> limit = from.executor().schedule(() -> from.close(), MAX_SECONDS, TimeUnit.SECONDS);
        from.channel().closeFuture().addListener(closed -> limit.cancel(false));
        streams.close(from.voidPromise()); // the codec calls this again later, with the same promise
        from.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> {
            limit.cancel(false);
            lingering = HalfClose.start(from.channel(), loop);
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        if (lingering != null) {
            lingering.discard(message);
        } else if (closing) {
            ReferenceCountUtil.release(message);
        } else {
            from.fireChannelRead(message);
        }
    }
}
