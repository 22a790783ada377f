package io.channels4j.netty.http2.stream;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * Adapts an HTTP/2 stream to serve as the TCP connection of a WebSocket (RFC 8441 §5). DATA frames carry the WebSocket's bytes.
 * END_STREAM from the client corresponds to the end of its TCP output.
 *
 * <p>Confined to its event loop.
 */
final class WebSocketStream extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        boolean last;
        if (message instanceof Http2DataFrame data) {
            last = data.isEndStream();
            context.fireChannelRead(data.content());
        } else {
            last = true; // trailers
            ReferenceCountUtil.release(message);
        }
        if (last) {
            context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }
}
