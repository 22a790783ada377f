package io.channels4j.netty.http2.stream;

import io.channels4j.netty.eventloop.LoopMemory;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2StreamChannelOption;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * Merges the DATA frames that arrive while a stream is not being read, and passes them on as one frame when reading resumes.
 * Netty would keep each frame with its buffer, and a window of 64 KiB in one-byte frames would take many megabytes (guarantee
 * P3). The stream's window is not restored in the meantime.
 *
 * <p>Confined to its event loop.
 */
public final class StreamInput extends ChannelDuplexHandler {

    private static final int INITIAL_BYTES = 256;

    private final LoopMemory memory;

    /** The content that arrived since the pause, or null. */
    private @Nullable ByteBuf held;

    /** Whether the client ended its side of the stream with the held content. */
    private boolean heldLast;

    /** The trailers that arrived since the pause, or null. */
    private @Nullable Object heldTrailers;

    public StreamInput(LoopMemory memory) {
        this.memory = memory;
    }

    /** Returns the number of bytes that arrived since the pause. */
    int heldBytes() {
        return held == null ? 0 : held.readableBytes();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (isReading(context) && !isHolding()) {
            context.fireChannelRead(message);
        } else if (message instanceof Http2DataFrame data) {
            hold(context, data);
        } else {
            ReferenceCountUtil.release(heldTrailers);
            heldTrailers = message;
        }
    }

    private static boolean isReading(ChannelHandlerContext context) {
        return context.channel().config().isAutoRead();
    }

    private boolean isHolding() {
        return held != null || heldTrailers != null;
    }

    private void hold(ChannelHandlerContext context, Http2DataFrame data) {
        ByteBuf content = data.content();
        ByteBuf all = held;
        if (all == null) {
            all = context.alloc().buffer(Math.max(INITIAL_BYTES, content.readableBytes()));
            held = all;
        }
        all.writeBytes(content, content.readerIndex(), content.readableBytes());
        heldLast |= data.isEndStream();
        memory.add(content.readableBytes());
        data.release();
    }

    /** Continues to read from a paused stream, so that no frames accumulate in Netty's queue. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        if (!isReading(context)) {
            restoresWindow(context, false);
            context.read();
            memory.relieve();
        }
    }

    private static void restoresWindow(ChannelHandlerContext context, boolean restores) {
        context.channel().config().setOption(Http2StreamChannelOption.AUTO_STREAM_FLOW_CONTROL, restores);
    }

    @Override
    public void read(ChannelHandlerContext context) {
        while (isHolding() && isReading(context)) {
            passOn(context);
        }
        if (isReading(context)) {
            restoresWindow(context, true);
        }
        context.read();
    }

    private void passOn(ChannelHandlerContext context) {
        ByteBuf content = held;
        if (content != null) {
            held = null;
            memory.add(-content.readableBytes());
            context.fireChannelRead(new DefaultHttp2DataFrame(content, heldLast));
        } else if (heldTrailers != null) {
            Object trailers = heldTrailers;
            heldTrailers = null;
            context.fireChannelRead(trailers);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        while (isHolding()) {
            passOn(context);
        }
        context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        memory.add(-heldBytes());
        ReferenceCountUtil.release(held);
        ReferenceCountUtil.release(heldTrailers);
        held = null;
        heldTrailers = null;
    }
}
