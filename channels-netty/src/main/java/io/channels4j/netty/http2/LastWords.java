package io.channels4j.netty.http2;

import io.channels4j.netty.connection.HalfClose;
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
 * Has a peer read why its connection ends: closes when all is written, and throws away what still comes, so that no reset destroys
 * it. Confined to its event loop.
 */
final class LastWords extends ChannelDuplexHandler {

    private static final long MOST_SECONDS = 2;

    private final Http2Connection streams;
    private @Nullable ChannelHandlerContext context;
    private boolean closing;
    private @Nullable HalfClose lingering;

    LastWords(Http2Connection streams) {
        this.streams = streams;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /** Closes without a word. */
    @SuppressWarnings("FutureReturnValueIgnored") // the channel tells when it is closed
    void closeNow() {
        if (context != null) {
            context.close();
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the channel tells when it is closed
    public void close(ChannelHandlerContext from, ChannelPromise promise) {
        if (closing || !from.channel().isActive()) {
            from.close(promise);
            return;
        }
        closing = true;
        Future<?> limit = from.executor().schedule(() -> from.close(), MOST_SECONDS, TimeUnit.SECONDS);
        from.channel().closeFuture().addListener(closed -> {
            limit.cancel(false);
            promise.trySuccess();
        });
        streams.close(from.voidPromise()); // the same that the codec hands in later
        from.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(written -> lingering = new HalfClose(from.channel()));
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
