package io.channels4j.netty.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;

/**
 * The end of a connection, or of a stream of HTTP/2, whose peer may still be sending: our side is shut first, and what comes is discarded, so that the last
 * bytes we wrote are not destroyed by a reset (RFC 9112 §9.6).
 *
 * <p>Confined to its event loop.
 */
public final class HalfClose {

    /** Who goes on sending after this much is cut. */
    private static final long MOST_DISCARDED = 4 << 20;

    private final Channel channel;
    private long discarded;

    /** Starts to end a connection all of whose output is flushed. */
    @SuppressWarnings("FutureReturnValueIgnored") // the channel tells when it is closed
    public HalfClose(Channel channel) {
        this.channel = channel;
        if (!channel.isActive()) {
            return;
        }
        if (channel instanceof Http2StreamChannel) {
            channel.writeAndFlush(new DefaultHttp2DataFrame(true));
            channel.config().setAutoRead(true);
        } else if (channel instanceof DuplexChannel duplex && channel.pipeline().get("tls") == null) {
            duplex.shutdownOutput();
            channel.config().setAutoRead(true);
        } else {
            channel.close();
        }
    }

    /** Throws away what still comes. */
    @SuppressWarnings("FutureReturnValueIgnored") // the channel tells when it is closed
    public void discard(Object message) {
        discarded += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        ReferenceCountUtil.release(message);
        if (discarded > MOST_DISCARDED) {
            channel.close();
        }
    }
}
