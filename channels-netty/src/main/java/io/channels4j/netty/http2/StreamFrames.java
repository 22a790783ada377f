package io.channels4j.netty.http2;

import io.netty.buffer.ByteBuf;
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

/** Makes frames of what is written to a stream, and tells its pipeline when the last one has left. Confined to its event loop. */
final class StreamFrames extends ChannelDuplexHandler {

    /** Fired when our side of the stream has ended. */
    static final Object ENDED = "our side has ended";

    /** The write that ends our side. */
    private @Nullable ChannelFuture end;

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise tells
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof StreamPart part) {
            write(context, part, promise);
        } else if (message instanceof ByteBuf bytes) {
            data(context, new DefaultHttp2DataFrame(bytes), promise);
        } else if (message instanceof Http2DataFrame frame) {
            data(context, frame, promise);
        } else {
            context.write(message, promise);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the promise tells
    private void write(ChannelHandlerContext context, StreamPart part, ChannelPromise promise) {
        boolean hasData = part.body().length > 0;
        if (part.head() != null) {
            boolean ends = part.last() && !hasData;
            ChannelPromise headPromise = hasData ? context.voidPromise() : promise;
            context.write(
                    new DefaultHttp2HeadersFrame(part.head(), ends), ends ? ending(context, promise) : headPromise);
        }
        if (hasData || part.head() == null) {
            ByteBuf body = context.alloc().buffer(part.body().length).writeBytes(part.body());
            data(context, new DefaultHttp2DataFrame(body, part.last()), promise);
        }
    }

    /** Behind the end nothing is written, but somebody may want to know when that has left. */
    @SuppressWarnings("FutureReturnValueIgnored") // the promise tells
    private void data(ChannelHandlerContext context, Http2DataFrame frame, ChannelPromise promise) {
        if (end != null) {
            ReferenceCountUtil.release(frame);
            end.addListener(left -> {
                if (left.isSuccess()) {
                    promise.trySuccess();
                } else {
                    promise.tryFailure(left.cause());
                }
            });
        } else {
            context.write(frame, frame.isEndStream() ? ending(context, promise) : promise);
        }
    }

    /** Netty is about to reset the stream with the right code, which nobody is to forestall. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof Http2Exception)) {
            context.fireExceptionCaught(cause);
        }
    }

    private ChannelPromise ending(ChannelHandlerContext context, ChannelPromise promise) {
        ChannelPromise last = promise.unvoid();
        end = last;
        last.addListener(left -> {
            if (left.isSuccess()) {
                context.fireUserEventTriggered(ENDED);
            }
        });
        return last;
    }
}
