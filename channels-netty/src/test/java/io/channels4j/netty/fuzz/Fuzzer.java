package io.channels4j.netty.fuzz;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A client that sends inputs to a server over many concurrent connections.
 *
 * <p>Each input is followed by a probe. After the response to the probe, the next input is sent on the same connection. If the
 * server closes the connection instead, a new connection replaces it. If the server reads the probe as part of the input, it
 * neither responds nor closes the connection. The client then disconnects in one of three ways, and the server must close the
 * connection.
 *
 * <p>The inputs depend only on the seed and on the responses from the server.
 */
@SuppressWarnings("FutureReturnValueIgnored") // failures are passed to the channel handler
final class Fuzzer {

    private static final int CONNECTIONS = 256;
    private static final int MAX_INPUTS_PER_CONNECTION = 500;
    private static final int SOURCE_ADDRESSES = 200;
    private static final long RESPONSE_TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long CHECK_INTERVAL_MILLIS = 10;
    private static final long CLOSE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(FuzzedServer.TIMEOUT_SECONDS);

    private final InetSocketAddress server;
    private final List<Corpus> corpora;
    private final long inputs;
    private final SplittableRandom random;
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final Set<Peer> peers = new HashSet<>();
    private final CompletableFuture<Outcome> done = new CompletableFuture<>();

    // Confined to the event loop.
    private long sent;
    private long connected;
    private long closedByServer;
    private long abandoned;
    private String failure = "";

    /**
     * The result of a run.
     *
     * @param inputs the number of inputs that were sent
     * @param connections the number of connections
     * @param closed the number of connections that the server closed first
     * @param abandoned the number of connections that the client ended. The server waited for more input, or the
     *     connection reached its limit on inputs.
     * @param failure the first misbehaviour of the server; empty if there was none
     */
    record Outcome(long inputs, long connections, long closed, long abandoned, String failure) {}

    private Fuzzer(InetSocketAddress server, List<Corpus> corpora, long inputs, long seed) {
        this.server = server;
        this.corpora = corpora;
        this.inputs = inputs;
        this.random = new SplittableRandom(seed);
    }

    /** Sends all inputs and blocks until the last connection has ended. */
    static Outcome run(InetSocketAddress server, List<Corpus> corpora, long inputs, long seed) {
        Fuzzer fuzzer = new Fuzzer(server, corpora, inputs, seed);
        fuzzer.loop.execute(fuzzer::start);
        try {
            return fuzzer.done.join();
        } finally {
            fuzzer.group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    private void start() {
        loop.scheduleWithFixedDelay(
                this::checkPeers, CHECK_INTERVAL_MILLIS, CHECK_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        for (int i = 0; i < CONNECTIONS; i++) {
            connect();
        }
    }

    private void connect() {
        long index = connected++;
        Peer peer = new Peer(corpora.get((int) (index % corpora.size())), random.split());
        peers.add(peer);
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, false)
                .handler(peer)
                .connect(server, new InetSocketAddress(source(index), 0));
        connecting.addListener(result -> {
            if (!result.isSuccess()) {
                fail("connect: " + result.cause());
                closed(peer);
            }
        });
    }

    /** Returns a local address. On Linux, many addresses are used, because each has a limited number of ports. */
    private static InetAddress source(long index) {
        boolean linux = System.getProperty("os.name").equals("Linux");
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (linux ? 2 + index % SOURCE_ADDRESSES : 1)});
        } catch (UnknownHostException e) {
            throw new AssertionError("an address has 4 bytes", e);
        }
    }

    private boolean isComplete() {
        return sent >= inputs || !failure.isEmpty();
    }

    private void fail(String what) {
        failure = failure.isEmpty() ? what : failure;
    }

    private void closed(Peer peer) {
        if (!peers.remove(peer)) {
            return;
        }
        if (!isComplete()) {
            connect();
        } else if (peers.isEmpty()) {
            done.complete(new Outcome(sent, connected, closedByServer, abandoned, failure));
        }
    }

    private void checkPeers() {
        long now = System.nanoTime();
        List.copyOf(peers).forEach(peer -> peer.check(now));
    }

    private final class Peer extends SimpleChannelInboundHandler<ByteBuf> {

        private final Corpus corpus;
        private final SplittableRandom random;
        private final ByteBuf received = Unpooled.buffer();
        private ByteBuf expected = Unpooled.EMPTY_BUFFER;
        private ChannelHandlerContext context;
        private int probes;
        private long waitingSince;
        private long disconnectedAt;

        Peer(Corpus corpus, SplittableRandom random) {
            this.corpus = corpus;
            this.random = random;
            this.waitingSince = System.nanoTime();
        }

        @Override
        public void channelActive(ChannelHandlerContext active) {
            context = active;
            send(corpus.preamble());
        }

        /** Sends an input and a probe, sometimes in two writes. */
        private void send(byte[] input) {
            expected = Unpooled.wrappedBuffer(corpus.answer(probes));
            ByteBuf bytes = Unpooled.wrappedBuffer(input, corpus.probe(probes));
            probes++;
            waitingSince = System.nanoTime();
            if (random.nextInt(4) == 0) {
                context.writeAndFlush(bytes.readRetainedSlice(random.nextInt(bytes.readableBytes())));
            }
            context.writeAndFlush(bytes);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext source, ByteBuf bytes) {
            if (disconnectedAt != 0) {
                return;
            }
            received.writeBytes(bytes);
            if (ByteBufUtil.indexOf(expected, received) >= 0) {
                received.clear();
                next();
            }
        }

        private void next() {
            if (isComplete()) {
                disconnect();
            } else if (probes > MAX_INPUTS_PER_CONNECTION) {
                abandoned++;
                disconnect();
            } else {
                sent++;
                send(corpus.input(probes, random));
            }
        }

        void check(long now) {
            if (context == null) {
                return;
            }
            if (disconnectedAt == 0
                    && now - waitingSince > (probes == 1 ? CLOSE_TIMEOUT_NANOS : RESPONSE_TIMEOUT_NANOS)) {
                if (probes == 1) {
                    fail("a valid preamble and probe were not answered");
                }
                abandoned++;
                disconnect();
            } else if (disconnectedAt != 0 && now - disconnectedAt > CLOSE_TIMEOUT_NANOS) {
                fail("the server did not close a connection that its peer had closed");
                context.close();
            }
        }

        private void disconnect() {
            disconnectedAt = System.nanoTime();
            switch (random.nextInt(3)) {
                case 0 -> ((DuplexChannel) context.channel()).shutdownOutput();
                case 1 -> context.close();
                default -> {
                    context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
                    context.close();
                }
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext inactive) {
            if (disconnectedAt == 0) {
                closedByServer++;
                if (probes == 1) {
                    fail("a valid preamble and probe closed the connection after %d ms, which received \"%s\""
                            .formatted(
                                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - waitingSince),
                                    received.toString(StandardCharsets.US_ASCII)));
                }
            }
            closed(this);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
            failed.close(); // the server may reset the connection
        }
    }
}
