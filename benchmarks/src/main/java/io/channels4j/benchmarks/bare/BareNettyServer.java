package io.channels4j.benchmarks.bare;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * The same contract as ours on Netty alone: the limit that ours is measured against.
 *
 * <p>A broadcast is encoded once, as a frame, and every member is written a duplicate of it; what one read brought leaves in one
 * flush for each member. No authentication, no routing, no promises about slow members but one: 1 MiB behind is cut.
 */
@SuppressWarnings("FutureReturnValueIgnored") // waited for where it matters
public final class BareNettyServer implements AutoCloseable {

    private static final int MOST_MESSAGE_BYTES = 1 << 20;
    private static final int BEHIND_BYTES = 1 << 20;

    private final EventLoopGroup loops;
    private final Channel listener;

    private BareNettyServer(EventLoopGroup loops, Channel listener) {
        this.loops = loops;
        this.listener = listener;
    }

    /**
     * Serves on the loopback address until the process ends.
     *
     * @param arguments the port
     */
    public static void main(String... arguments) {
        start(Integer.parseInt(arguments[0]));
    }

    /**
     * Starts the server with one event loop for each processor.
     *
     * @param port the port on the loopback address; 0: one that the system chooses
     * @return the running server
     */
    public static BareNettyServer start(int port) {
        boolean epoll = Epoll.isAvailable();
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                Runtime.getRuntime().availableProcessors(),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        Rooms rooms = new Rooms();
        Channel listener = new ServerBootstrap()
                .group(loops)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(BEHIND_BYTES / 2, BEHIND_BYTES))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        prepare(channel, rooms);
                    }
                })
                .bind("127.0.0.1", port)
                .syncUninterruptibly()
                .channel();
        return new BareNettyServer(loops, listener);
    }

    private static void prepare(Channel channel, Rooms rooms) {
        // Text is checked by Utf8, eight bytes at a time: Netty's validator would cost the limit half of its speed
        WebSocketServerProtocolConfig config = WebSocketServerProtocolConfig.newBuilder()
                .websocketPath("/ws")
                .checkStartsWith(true)
                .maxFramePayloadLength(MOST_MESSAGE_BYTES)
                .withUTF8Validator(false)
                .build();
        channel.pipeline()
                .addLast(new HttpServerCodec())
                .addLast(new HttpObjectAggregator(64 * 1024))
                .addLast(new Front(rooms))
                .addLast(new WebSocketServerProtocolHandler(config));
    }

    /**
     * Returns the port that the server listens on.
     *
     * @return the port
     */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
