package io.channels4j.netty;

import io.channels4j.netty.log.ServerLog;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections on which the client starts another TLS handshake. A handshake costs the server far more than the
 * client (CVE-2011-1473). The JDK's engine allows renegotiation in TLS 1.2 unless a process-wide property forbids it.
 * TLS 1.3 has no renegotiation (RFC 8446 §1.2).
 *
 * <p>Confined to its event loop.
 */
final class RenegotiationGuard extends ChannelInboundHandlerAdapter {

    /** The connection's engine; null until the first handshake is complete and after the guard has closed the connection. */
    private @Nullable SSLEngine engine;

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
            SSLEngine complete = context.pipeline().get(SslHandler.class).engine();
            if (complete.getSession().getProtocol().equals("TLSv1.3")) {
                context.pipeline().remove(this);
            } else {
                engine = complete;
            }
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the result arrives in channelInactive
    public void channelReadComplete(ChannelHandlerContext context) {
        SSLEngine complete = engine;
        if (complete != null && isHandshaking(complete)) {
            engine = null;
            ServerLog.peer(context.channel().id(), "connection closed, the client started another TLS handshake");
            context.close();
        }
        context.fireChannelReadComplete();
    }

    private static boolean isHandshaking(SSLEngine engine) {
        return engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING
                && !engine.isOutboundDone()
                && !engine.isInboundDone();
    }
}
