package io.channels4j.netty.http2.stream;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Adapts a stream to the connection of a WebSocket (RFC 8441 §5): DATA frames carry its bytes, and the end of the client's side ends
 * the connection.
 *
 * <p>Confined to its event loop.
 */
final class WebSocketStream extends ChannelInboundHandlerAdapter {

    /** How long output may wait for the window of a client that has ended its side. */
    private static final long MAX_OUTPUT_SECONDS = 2;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Http2DataFrame data) {
            boolean last = data.isEndStream();
            context.fireChannelRead(data.content());
            if (last) {
                end(context);
            }
        } else {
            ReferenceCountUtil.release(message);
            end(context); // trailers
        }
    }

    /** Ends the stream after all output, or resets it if the output cannot be written in time. */
    @SuppressWarnings("FutureReturnValueIgnored") // closing the stream ends its handlers
    private static void end(ChannelHandlerContext context) {
        ChannelFuture written = context.writeAndFlush(new DefaultHttp2DataFrame(true));
        if (!written.isDone()) {
            context.executor()
                    .schedule(
                            () -> {
                                if (!written.isDone()) {
                                    context.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
                                }
                            },
                            MAX_OUTPUT_SECONDS,
                            TimeUnit.SECONDS);
        }
    }
}
