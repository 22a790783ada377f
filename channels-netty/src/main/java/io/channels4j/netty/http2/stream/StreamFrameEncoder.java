package io.channels4j.netty.http2.stream;

import io.channels4j.netty.outbound.StreamMeter;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the output of a stream as frames. Fires {@link #OUTPUT_ENDED} when the last frame has been written.
 *
 * <p>Confined to its event loop.
 */
public final class StreamFrameEncoder extends ChannelDuplexHandler {

    /** The event that is fired when the output of the stream has ended. */
    static final Object OUTPUT_ENDED = "output ended";

    /** Whether a head was written. */
    private boolean headWritten;

    /** The write that ends the output, or null. */
    private @Nullable ChannelFuture end;

    /** The meter of the connection, if it has one. */
    private @Nullable StreamMeter meter;

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        Channel connection = context.channel().parent();
        meter = connection == null ? null : connection.attr(StreamMeter.KEY).get();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise reports a failure
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof StreamResponsePart part) {
            write(context, part, promise);
        } else if (message instanceof ByteBuf bytes) {
            data(context, new DefaultHttp2DataFrame(bytes), promise);
        } else if (message instanceof Http2DataFrame frame) {
            data(context, frame, promise);
        } else {
            context.write(message, promise);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the promise reports a failure
    private void write(ChannelHandlerContext context, StreamResponsePart part, ChannelPromise promise) {
        boolean hasData = part.length() > 0;
        if (part.head() != null) {
            headWritten = true;
            boolean ends = part.last() && !hasData;
            ChannelPromise headPromise = hasData ? context.voidPromise() : promise;
            context.write(
                    new DefaultHttp2HeadersFrame(part.head(), ends), ends ? ending(context, promise) : headPromise);
        }
        if (hasData || part.head() == null) {
            ByteBuf body = context.alloc().buffer(part.length()).writeBytes(part.body(), part.from(), part.length());
            data(context, new DefaultHttp2DataFrame(body, part.last()), promise);
        }
    }

    /**
     * Writes DATA. After the end of the output, nothing is written, and the promise completes together with the end. DATA before
     * the head is dropped (RFC 9113 §8.1), such as a ping while the response to a handshake is still queued.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the promise reports a failure
    private void data(ChannelHandlerContext context, Http2DataFrame frame, ChannelPromise promise) {
        if (!headWritten) {
            ReferenceCountUtil.release(frame);
            promise.trySuccess();
        } else if (end != null) {
            ReferenceCountUtil.release(frame);
            end.addListener(written -> {
                if (written.isSuccess()) {
                    promise.trySuccess();
                } else {
                    promise.tryFailure(written.cause());
                }
            });
        } else {
            if (meter != null) {
                meter.written(context.channel(), frame.content().readableBytes());
            }
            context.write(frame, frame.isEndStream() ? ending(context, promise) : promise);
        }
    }

    /** Ignores HTTP/2 errors, because Netty resets the stream with the right code. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof Http2Exception)) {
            context.fireExceptionCaught(cause);
        }
    }

    private ChannelPromise ending(ChannelHandlerContext context, ChannelPromise promise) {
        ChannelPromise last = promise.unvoid();
        end = last;
        last.addListener(written -> {
            if (written.isSuccess()) {
                context.fireUserEventTriggered(OUTPUT_ENDED);
            }
        });
        return last;
    }
}
