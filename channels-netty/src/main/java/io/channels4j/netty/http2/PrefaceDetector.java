package io.channels4j.netty.http2;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Switches a connection to HTTP/2 if its first bytes are the client preface (prior knowledge, RFC 9113 §3.3). Confined to its event
 * loop.
 */
public final class PrefaceDetector extends ChannelInboundHandlerAdapter {

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final Runnable start;
    private @Nullable ByteBuf held;

    /**
     * Creates the handler.
     *
     * @param start the task that replaces the handlers after this one with the handlers for HTTP/2
     */
    public PrefaceDetector(Runnable start) {
        this.start = start;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            context.fireChannelRead(message);
            return;
        }
        ByteBuf all =
                held == null ? bytes : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), held, bytes);
        held = all;
        boolean matches = matches(all);
        if (!matches || all.readableBytes() >= PREFACE.length) {
            if (matches) {
                start.run();
            }
            context.pipeline().remove(this);
        }
    }

    private static boolean matches(ByteBuf bytes) {
        for (int i = 0; i < Math.min(bytes.readableBytes(), PREFACE.length); i++) {
            if (bytes.getByte(bytes.readerIndex() + i) != PREFACE[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        ByteBuf bytes = held;
        held = null;
        if (bytes != null && bytes.isReadable()) {
            context.fireChannelRead(bytes);
        } else if (bytes != null) {
            bytes.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (held != null) {
            held.release();
            held = null;
        }
        context.fireChannelInactive();
    }
}
