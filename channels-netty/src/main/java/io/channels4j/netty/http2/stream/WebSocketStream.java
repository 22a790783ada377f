package io.channels4j.netty.http2.stream;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Adapts a stream to the connection of a WebSocket (RFC 8441 §5): DATA frames carry its bytes, and the end of the client's side ends
 * the connection once it has read them.
 *
 * <p>Confined to its event loop.
 */
final class WebSocketStream extends ChannelDuplexHandler {

    /** How long unread input, and then output without a window, may delay the end of a stream whose client has ended its side. */
    private static final long MAX_DELAY_SECONDS = 2;

    /** Whether the client has ended its side while the connection holds input that the application has not asked for. */
    private boolean endsWhenRead;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Http2DataFrame data) {
            boolean last = data.isEndStream();
            context.fireChannelRead(data.content());
            if (last) {
                inputEnded(context);
            }
        } else {
            ReferenceCountUtil.release(message);
            inputEnded(context); // trailers
        }
    }

    private void inputEnded(ChannelHandlerContext context) {
        if (context.channel().config().isAutoRead()) {
            end(context);
        } else {
            endsWhenRead = true;
            context.executor().schedule(() -> endIfDelayed(context), MAX_DELAY_SECONDS, TimeUnit.SECONDS);
        }
    }

    /** The connection asks for more input, so it holds none. */
    @Override
    public void read(ChannelHandlerContext context) {
        context.read();
        endIfDelayed(context);
    }

    private void endIfDelayed(ChannelHandlerContext context) {
        if (endsWhenRead) {
            endsWhenRead = false;
            end(context);
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
                            MAX_DELAY_SECONDS,
                            TimeUnit.SECONDS);
        }
    }
}
