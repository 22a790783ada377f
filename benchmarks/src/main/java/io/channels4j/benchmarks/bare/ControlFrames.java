package io.channels4j.benchmarks.bare;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.util.ReferenceCountUtil;

/** Responds to ping and close frames on a stream. Netty's own handler would close the whole connection. */
@SuppressWarnings("FutureReturnValueIgnored") // failures reach exceptionCaught
final class ControlFrames extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof PingWebSocketFrame ping) {
            context.writeAndFlush(new PongWebSocketFrame(ping.content()), context.voidPromise());
        } else if (message instanceof PongWebSocketFrame) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof CloseWebSocketFrame) {
            context.write(message, context.voidPromise());
            context.writeAndFlush(new DefaultHttp2DataFrame(true), context.voidPromise());
        } else {
            context.fireChannelRead(message);
        }
    }
}
