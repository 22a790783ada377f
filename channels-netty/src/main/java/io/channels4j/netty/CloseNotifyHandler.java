package io.channels4j.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;

/**
 * Handles a {@code close_notify} alert from the client, which ends its output. In TLS 1.3, the server can still send (RFC 8446
 * §6.1). The alert is then reported as a {@link ChannelInputShutdownEvent}, like the end of the client's TCP output. Earlier
 * versions do not allow output after the alert (RFC 5246 §7.2.1), so the connection is closed. HTTP/2 connections are closed,
 * too.
 *
 * <p>Confined to its event loop.
 */
final class CloseNotifyHandler extends ChannelInboundHandlerAdapter {

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the result arrives in channelInactive
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (!(event instanceof SslCloseCompletionEvent close) || !close.isSuccess()) {
            context.fireUserEventTriggered(event);
        } else if (allowsOutput(context)) {
            context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        } else {
            context.close();
        }
    }

    private static boolean allowsOutput(ChannelHandlerContext context) {
        Boolean halfClosable = context.channel().config().getOption(ChannelOption.ALLOW_HALF_CLOSURE);
        return Boolean.TRUE.equals(halfClosable)
                && !context.pipeline().get(SslHandler.class).engine().isOutboundDone();
    }
}
