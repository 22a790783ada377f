package io.channels4j.netty.connection;

import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.ManagedConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The staged close of a connection or an HTTP/2 stream whose peer may still be sending (RFC 9112 §9.6). It shuts down the output
 * and discards the input. Otherwise, a TCP reset could destroy the end of the output before the peer has read it. Over TLS, the
 * output ends with a {@code close_notify} alert (RFC 8446 §6.1), and input is discarded without being decrypted.
 *
 * <p>For a WebSocket on its own connection whose peer may still be sending, the output is shut down only after {@link #PAUSE}
 * without input. Proxies such as nginx close both sides of an upgraded connection when one side ends, so an earlier shutdown
 * could destroy the close frame.
 *
 * <p>The channel closes when the peer closes it, or when {@link #MAX_DISCARDED_BYTES}, {@link #MAX_SILENCE} or {@link #MAX_TIME}
 * is exceeded.
 *
 * <p>Confined to its event loop.
 */
public final class HalfClose extends ManagedConnection {

    /** The maximum number of bytes to discard, counted before decryption. A peer that sends more is disconnected. */
    public static final long MAX_DISCARDED_BYTES = 32 << 20;

    /** The time without input after which the channel closes. */
    public static final Duration MAX_SILENCE = Duration.ofSeconds(5);

    /** The time after which the channel closes, even if the peer keeps sending. */
    public static final Duration MAX_TIME = Duration.ofSeconds(30);

    /** The time without input after which the output of a WebSocket is shut down. */
    public static final Duration PAUSE = Duration.ofMillis(300);

    /** The maximum remaining time once the server is closing. */
    private static final Duration MAX_TIME_OF_DRAIN = Duration.ofSeconds(2);

    private final Channel channel;
    private final EventLoopState loop;
    private long discarded;
    private long lastInput;
    private final boolean waitsForPause;
    private long deadline;
    private boolean received;

    private HalfClose(Channel channel, EventLoopState loop, boolean waitsForPause) {
        this.channel = channel;
        this.loop = loop;
        this.waitsForPause = waitsForPause;
    }

    /**
     * Starts the close. All output must have been flushed. The channel's other handlers receive no further input. They must
     * pass any input that they still hold to {@link #discard}.
     */
    public static HalfClose start(Channel channel, EventLoopState loop) {
        return start(new HalfClose(channel, loop, false));
    }

    /**
     * Like {@link #start(Channel, EventLoopState)}, but shuts down the output of a socket only after {@link #PAUSE} without input. It does
     * not wait on an HTTP/2 stream, or if the input has already ended.
     */
    public static HalfClose startAfterPause(Channel channel, EventLoopState loop) {
        return start(new HalfClose(channel, loop, true));
    }

    private static HalfClose start(HalfClose started) {
        Channel channel = started.channel;
        if (channel.isActive()) {
            channel.pipeline().addFirst(started);
        }
        return started;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        lastInput = loop.now();
        deadline = lastInput + MAX_TIME.toNanos();
        loop.add(this);
        if (waitsForPause && channel instanceof DuplexChannel socket && !socket.isInputShutdown()) {
            socket.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
            shutDownAfterPause(added);
        } else {
            shutDownOutput(added.pipeline().get(SslHandler.class));
        }
        if (channel.isActive()) {
            channel.config().setAutoRead(true);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the task ends with the channel
    private void shutDownAfterPause(ChannelHandlerContext context) {
        received = false;
        context.executor()
                .schedule(
                        () -> {
                            if (context.isRemoved() || !channel.isActive()) {
                                return;
                            }
                            if (received) {
                                shutDownAfterPause(context);
                            } else {
                                shutDownOutput(context.pipeline().get(SslHandler.class));
                            }
                        },
                        PAUSE.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel
    private void shutDownOutput(@Nullable SslHandler tls) {
        if (channel instanceof Http2StreamChannel) {
            channel.writeAndFlush(new DefaultHttp2DataFrame(true));
        } else if (!(channel instanceof DuplexChannel socket) || socket.isInputShutdown()) {
            cut();
        } else if (tls == null) {
            shutDownOutput(socket);
        } else {
            tls.closeOutbound().addListener(written -> shutDownOutput(socket));
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the result arrives in channelInactive
    private static void shutDownOutput(DuplexChannel socket) {
        socket.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false); // the end of the input closes the channel
        socket.shutdownOutput();
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        lastInput = loop.now();
        received = true;
        discard(message);
    }

    /** Releases a message from the peer, and closes the channel if the peer has sent too much. */
    public void discard(Object message) {
        discarded += size(message);
        ReferenceCountUtil.release(message);
        if (discarded > MAX_DISCARDED_BYTES) {
            cut();
        }
    }

    private static int size(Object message) {
        if (message instanceof ByteBuf bytes) {
            return bytes.readableBytes();
        }
        return message instanceof ByteBufHolder frame ? frame.content().readableBytes() : 0;
    }

    @Override
    protected void tick(long now) {
        if (now - deadline > 0 || now - lastInput > MAX_SILENCE.toNanos()) {
            cut();
        }
    }

    /** Shortens the time limit, because the server is closing. */
    @Override
    protected void drain() {
        deadline = Math.min(deadline - loop.now(), MAX_TIME_OF_DRAIN.toNanos()) + loop.now();
    }

    /**
     * Closes the channel without another TLS alert. This handler is the first in the pipeline, so its close does not pass through
     * the TLS handler.
     */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the result arrives in channelInactive
    protected void cut() {
        ChannelHandlerContext context = channel.pipeline().context(this);
        if (context != null) {
            context.close();
        }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        loop.remove(this);
    }
}
