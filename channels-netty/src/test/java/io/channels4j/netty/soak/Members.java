package io.channels4j.netty.soak;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Well-behaved members of chat rooms. Each member sends one numbered message per second to its room. It checks that it
 * receives every message of its room once and in order.
 */
final class Members implements AutoCloseable {

    static final int MEMBERS = 200;
    static final int ROOMS = 20;

    private static final int PER_ROOM = MEMBERS / ROOMS;
    private static final int TICKS_PER_SECOND = 10;
    private static final int SERVICE_RESTART = 1012;
    private static final int MAX_VIOLATIONS = 20;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<Channel> sockets = new ArrayList<>();
    private final int[] sentBy = new int[MEMBERS];
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private final AtomicInteger closedByDrain = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
    private final Latencies latencies = new Latencies();
    private final ScheduledFuture<?> talk;
    private int ticks;

    Members(InetSocketAddress server) throws InterruptedException {
        CountDownLatch open = new CountDownLatch(MEMBERS);
        for (int i = 0; i < MEMBERS; i++) {
            sockets.add(connect(server, i, open));
        }
        if (!open.await(60, TimeUnit.SECONDS)) {
            throw new AssertionError(open.getCount() + " members could not connect");
        }
        talk = loop.scheduleAtFixedRate(this::tick, 0, 1000 / TICKS_PER_SECOND, TimeUnit.MILLISECONDS);
    }

    private Channel connect(InetSocketAddress server, int member, CountDownLatch open) throws InterruptedException {
        WebSocketClientProtocolConfig config = WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(URI.create("ws://127.0.0.1:%d/room/%d".formatted(server.getPort(), member / PER_ROOM)))
                .handleCloseFrames(false)
                .build();
        return new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .remoteAddress(server)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel socket) {
                        socket.pipeline()
                                .addLast(new HttpClientCodec(), new HttpObjectAggregator(8192))
                                .addLast(new WebSocketClientProtocolHandler(config), new Member(member, open));
                    }
                })
                .connect()
                .sync()
                .channel();
    }

    private void tick() {
        int turn = ticks++ % TICKS_PER_SECOND;
        for (int i = turn; i < MEMBERS; i += TICKS_PER_SECOND) {
            sockets.get(i)
                    .writeAndFlush(new TextWebSocketFrame("%d %d %d".formatted(i, sentBy[i]++, System.nanoTime())));
            sent.incrementAndGet();
        }
    }

    /** A member of a room. Its methods run on the event loop that all members share. */
    private final class Member extends SimpleChannelInboundHandler<WebSocketFrame> {

        private final int number;
        private final CountDownLatch open;
        private final int[] nextOf = new int[MEMBERS];
        private int closeCode;

        Member(int number, CountDownLatch open) {
            this.number = number;
            this.open = open;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == WebSocketClientProtocolHandler.ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                open.countDown();
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
            if (frame instanceof TextWebSocketFrame text) {
                String[] words = text.text().split(" ", 3);
                int sender = Integer.parseInt(words[0]);
                int message = Integer.parseInt(words[1]);
                if (sender / PER_ROOM != number / PER_ROOM || message != nextOf[sender]) {
                    violation("member %d: message %d of member %d (expected: %d, from the same room)"
                            .formatted(number, message, sender, nextOf[sender]));
                }
                nextOf[sender] = message + 1;
                latencies.add(System.nanoTime() - Long.parseLong(words[2]));
                received.incrementAndGet();
            } else if (frame instanceof CloseWebSocketFrame close) {
                closeCode = close.statusCode();
                context.writeAndFlush(close.retain()).addListener(sent -> context.close());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            violation("member %d: %s".formatted(number, cause));
            context.close();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (closeCode == SERVICE_RESTART) {
                closedByDrain.incrementAndGet();
            } else {
                violation("member %d: the connection ended with code %d".formatted(number, closeCode));
            }
        }
    }

    private void violation(String what) {
        if (violations.size() < MAX_VIOLATIONS) {
            violations.add(what);
        }
    }

    /** Stops sending messages. Messages in flight still arrive. */
    void stopTalking() {
        talk.cancel(false);
        loop.submit(() -> {}).awaitUninterruptibly(); // waits for a tick in progress
    }

    long expected() {
        return sent.get() * PER_ROOM;
    }

    long received() {
        return received.get();
    }

    int closedByDrain() {
        return closedByDrain.get();
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    Latencies latencies() {
        return latencies;
    }

    @Override
    public void close() {
        sockets.forEach(Channel::close);
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
