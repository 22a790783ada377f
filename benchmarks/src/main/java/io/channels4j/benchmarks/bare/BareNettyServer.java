package io.channels4j.benchmarks.bare;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.RecvByteBufAllocator;
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
import io.netty.handler.codec.http.websocketx.extensions.WebSocketServerExtensionHandler;
import io.netty.handler.codec.http.websocketx.extensions.compression.PerMessageDeflateServerExtensionHandshaker;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Implements the same contract as {@code ContractServer} with Netty alone. It is the baseline for our server.
 *
 * <p>A broadcast is encoded once, and a duplicate of the frame is written to each member. All messages of one read are flushed
 * once per member. Clients may use HTTP/2 with prior knowledge. There is no authentication and no routing. The only protection
 * against slow members is that a member with 1 MiB of unsent data is disconnected. The system property {@code contract.pings}
 * enables pings at an interval such as {@code PT20S}.
 */
@SuppressWarnings("FutureReturnValueIgnored") // awaited by the callers that depend on the result
public final class BareNettyServer implements AutoCloseable {

    static final int MOST_MESSAGE_BYTES = 1 << 20;

    private static final int BEHIND_BYTES = 1 << 20;
    private static final WriteBufferWaterMark MARKS = new WriteBufferWaterMark(BEHIND_BYTES / 2, BEHIND_BYTES);

    /**
     * Removes the limit of 16 frames per read. Netty never resets its count of the frames on a stream. With the limit, it would
     * treat each frame after the 16th as a separate batch.
     */
    private static final RecvByteBufAllocator ALL_FRAMES =
            new FixedRecvByteBufAllocator(1).maxMessagesPerRead(Integer.MAX_VALUE);

    private final EventLoopGroup loops;
    private final Channel listener;
    private final Rooms rooms;

    private BareNettyServer(EventLoopGroup loops, Rooms rooms, Channel listener) {
        this.loops = loops;
        this.rooms = rooms;
        this.listener = listener;
    }

    /**
     * Serves on the loopback address until the process ends.
     *
     * <p>The system property {@code contract.certificate} names a directory with {@code chain.pem} and {@code key.pem} and enables TLS.
     *
     * @param arguments the port, and optionally the URL of the Redis server through which servers share their rooms
     */
    public static void main(String... arguments) {
        String redis = arguments.length == 2 ? arguments[1] : null;
        start(Integer.parseInt(arguments[0]), redis, System.getProperty("contract.certificate"));
    }

    /**
     * Starts the server with one event loop per processor.
     *
     * @param port the port on the loopback address, or 0 for a free port
     * @param redis the URL of the Redis server through which servers share their rooms, or null for local rooms
     * @param certificate the directory that contains the certificate, or null for no TLS
     * @return the running server
     */
    public static BareNettyServer start(int port, @Nullable String redis, @Nullable String certificate) {
        SslContext tls = certificate == null ? null : tls(Path.of(certificate));
        boolean epoll = Epoll.isAvailable();
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
                Runtime.getRuntime().availableProcessors(),
                epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        Rooms rooms = new Rooms(redis);
        Endpoints endpoints = new Endpoints(rooms);
        String interval = System.getProperty("contract.pings", "");
        Pings pings = interval.isEmpty() ? null : new Pings(Duration.parse(interval));
        Channel listener = new ServerBootstrap()
                .group(loops)
                .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 4096)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, MARKS)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline()
                                .addLast(new Preface(
                                        pipeline -> startHttp1(pipeline, endpoints, pings),
                                        pipeline -> startHttp2(pipeline, endpoints, pings)));
                    }
                })
                .bind("127.0.0.1", port)
                .syncUninterruptibly()
                .channel();
        return new BareNettyServer(loops, rooms, listener);
    }

    private static SslContext tls(Path certificate) {
        try {
            return SslContextBuilder.forServer(
                            certificate.resolve("chain.pem").toFile(),
                            certificate.resolve("key.pem").toFile())
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("certificate: %s cannot be used".formatted(certificate), e);
        }
    }

    private static void startHttp1(ChannelPipeline pipeline, Endpoints endpoints, @Nullable Pings pings) {
        // Utf8 validates text eight bytes at a time. Netty's validator would halve the throughput of this server.
        WebSocketServerProtocolConfig config = WebSocketServerProtocolConfig.newBuilder()
                .websocketPath("/ws")
                .checkStartsWith(true)
                .maxFramePayloadLength(MOST_MESSAGE_BYTES)
                .withUTF8Validator(false)
                .allowExtensions(true)
                .build();
        pipeline.addLast(new HttpServerCodec())
                .addLast(new HttpObjectAggregator(64 * 1024))
                .addLast(new Front(endpoints))
                .addLast(new WebSocketServerExtensionHandler(new PerMessageDeflateServerExtensionHandshaker(0)))
                .addLast(new WebSocketServerProtocolHandler(config));
        if (pings != null) {
            pipeline.addLast(pings);
        }
    }

    private static void startHttp2(ChannelPipeline pipeline, Endpoints endpoints, @Nullable Pings pings) {
        pipeline.addLast(StreamCodec.create()).addLast(new Http2MultiplexHandler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.config().setWriteBufferWaterMark(MARKS);
                stream.config().setRecvByteBufAllocator(ALL_FRAMES);
                stream.pipeline().addLast(new StreamFront(endpoints, pings));
            }
        }));
    }

    /**
     * Returns the port to which the server is bound.
     *
     * @return the port
     */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        rooms.close();
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
