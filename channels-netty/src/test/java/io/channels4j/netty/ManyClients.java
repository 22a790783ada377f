package io.channels4j.netty;

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
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/** Many WebSocket clients on one thread, implemented with Netty. */
final class ManyClients implements AutoCloseable {

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final List<Channel> sockets = new ArrayList<>();

    /** Opens the connections. {@code onText} is called on one thread with a connection's number and a received message. */
    ManyClients(InetSocketAddress server, String path, int count, BiConsumer<Integer, String> onText)
            throws InterruptedException {
        CountDownLatch open = new CountDownLatch(count);
        WebSocketClientProtocolConfig config = WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(URI.create("ws://127.0.0.1:" + server.getPort() + path))
                .build();
        Bootstrap bootstrap =
                new Bootstrap().group(loop).channel(NioSocketChannel.class).remoteAddress(server);
        for (int i = 0; i < count; i++) {
            int number = i;
            bootstrap.handler(new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel socket) {
                    socket.pipeline()
                            .addLast(new HttpClientCodec(), new HttpObjectAggregator(8192))
                            .addLast(new WebSocketClientProtocolHandler(config), new Listener(number, open, onText));
                }
            });
            sockets.add(bootstrap.connect().sync().channel());
        }
        if (!open.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError(open.getCount() + " connections did not open");
        }
    }

    private static final class Listener extends SimpleChannelInboundHandler<TextWebSocketFrame> {

        private final int number;
        private final CountDownLatch open;
        private final BiConsumer<Integer, String> onText;

        Listener(int number, CountDownLatch open, BiConsumer<Integer, String> onText) {
            this.number = number;
            this.open = open;
            this.onText = onText;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == WebSocketClientProtocolHandler.ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
                open.countDown();
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
            onText.accept(number, frame.text());
        }
    }

    void send(int number, String text) {
        sockets.get(number).writeAndFlush(new TextWebSocketFrame(text));
    }

    @Override
    public void close() {
        sockets.forEach(Channel::close);
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
