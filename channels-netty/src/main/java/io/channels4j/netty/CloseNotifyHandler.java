package io.channels4j.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;

/**
 * Handles a {@code close_notify} alert, with which a client ends its output. TLS 1.3 allows the server to continue sending (RFC
 * 8446 §6.1), so the alert is reported as a {@link ChannelInputShutdownEvent}, like the end of TCP output. Earlier versions do
 * not allow output after the alert (RFC 5246 §7.2.1), so the connection is closed. An HTTP/2 connection is also closed, because
 * it does not allow half-closure.
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
