package io.channels4j.netty.http2;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

/** Has a connection speak HTTP/2 when its TLS handshake agrees on that (ALPN, RFC 9113 §3.2). Confined to its event loop. */
public final class Negotiation extends ChannelInboundHandlerAdapter {

    private final Runnable start;

    /**
     * Creates it.
     *
     * @param start changes the handlers behind this one for those of HTTP/2
     */
    public Negotiation(Runnable start) {
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
