package io.channels4j.netty.http2;

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
 * Makes a stream look like the connection of a WebSocket (RFC 8441 §5): DATA are its bytes, the end of the peer's side is the end of
 * the connection.
 *
 * <p>Confined to its event loop.
 */
final class WebSocketStream extends ChannelInboundHandlerAdapter {

    /** How long what we wrote before may wait for the window of a peer that has said its last. */
    private static final long LAST_SECONDS = 2;

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
            end(context); // trailers, which mean nothing but the end
        }
    }

    /** What we wrote before goes out before. */
    @SuppressWarnings("FutureReturnValueIgnored") // the stream tells when it is closed
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
                            LAST_SECONDS,
                            TimeUnit.SECONDS);
        }
    }
}
