package io.channels4j.netty.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;

/**
 * Closes a connection, or a stream of HTTP/2, whose peer may still be sending: shuts down the output first and discards the input, so
 * that no reset destroys the last bytes of the output (RFC 9112 §9.6).
 *
 * <p>Confined to its event loop.
 */
public final class HalfClose {

    /** The number of bytes beyond which a peer that keeps sending is disconnected. */
    private static final long MAX_DISCARDED_BYTES = 4 << 20;

    private final Channel channel;
    private long discarded;

    /** Shuts down the output. All of it must have been flushed. */
    @SuppressWarnings("FutureReturnValueIgnored") // the result arrives in channelInactive
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

    /** Releases a message from the peer. */
    @SuppressWarnings("FutureReturnValueIgnored") // the result arrives in channelInactive
    public void discard(Object message) {
        discarded += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        ReferenceCountUtil.release(message);
        if (discarded > MAX_DISCARDED_BYTES) {
            channel.close();
        }
    }
}
