package io.channels4j.benchmarks.bare;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Pings all connections. One timer per event loop writes the same frame to each of them. Pongs are not checked. */
@Sharable
@SuppressWarnings("FutureReturnValueIgnored") // failures reach exceptionCaught
final class Pings extends ChannelInboundHandlerAdapter {

    private static final ByteBuf PING =
            Unpooled.unreleasableBuffer(Unpooled.directBuffer(2).writeShort(0x8900));

    private final Duration interval;
    private final Map<EventLoop, Set<ChannelHandlerContext>> open = new ConcurrentHashMap<>();

    Pings(Duration interval) {
        this.interval = interval;
    }

    private Set<ChannelHandlerContext> here(ChannelHandlerContext context) {
        return open.computeIfAbsent(context.channel().eventLoop(), this::start);
    }

    private Set<ChannelHandlerContext> start(EventLoop loop) {
        Set<ChannelHandlerContext> all = new LinkedHashSet<>();
        long nanos = interval.toNanos();
        loop.scheduleAtFixedRate(() -> all.forEach(Pings::ping), nanos, nanos, TimeUnit.NANOSECONDS);
        return all;
    }

    private static void ping(ChannelHandlerContext context) {
        context.writeAndFlush(PING.duplicate(), context.voidPromise());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof HandshakeComplete || event == StreamFront.OPENED) {
            here(context).add(context);
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        here(context).remove(context);
        context.fireChannelInactive();
    }
}
