package io.channels4j.netty.http2;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

/** Switches a connection to HTTP/2 if its TLS handshake negotiates HTTP/2 (ALPN, RFC 9113 §3.2). Confined to its event loop. */
public final class AlpnHandler extends ChannelInboundHandlerAdapter {

    private final Runnable start;

    /**
     * Creates the handler.
     *
     * @param start the task that replaces the handlers after this one with the handlers for HTTP/2
     */
    public AlpnHandler(Runnable start) {
        this.start = start;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            SslHandler tls = context.pipeline().get(SslHandler.class);
            if (handshake.isSuccess() && ApplicationProtocolNames.HTTP_2.equals(tls.applicationProtocol())) {
                start.run();
            }
            context.fireUserEventTriggered(event);
            context.pipeline().remove(this);
        } else {
            context.fireUserEventTriggered(event);
        }
    }
}
