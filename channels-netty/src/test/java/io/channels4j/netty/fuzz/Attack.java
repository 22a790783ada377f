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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Sends inputs to a server, over many connections at once, each input on a connection that is known to be sound: behind it goes a
 * probe, and the next one only follows when the probe was answered. Where the server closes instead, a new connection takes the
 * place; where it neither answers nor closes, since an input swallowed the probe, the peer leaves in one of three ways, and the
 * server has to close.
 *
 * <p>What is sent depends on the seed alone, and on the server's answers.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of a connection is told to its handler
final class Attack {

    private static final int CONNECTIONS = 256;
    private static final int MOST_INPUTS_EACH = 500;
    private static final int SOURCES = 200;
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long SWEEP_MILLIS = 10;
    private static final long CLOSE_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final InetSocketAddress server;
    private final List<Corpus> corpora;
    private final long inputs;
    private final SplittableRandom random;
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = group.next();
    private final Set<Peer> peers = new HashSet<>();
    private final CompletableFuture<Outcome> done = new CompletableFuture<>();

    // The loop's own
    private long sent;
    private long connected;
    private long closedByServer;
    private long left;
    private String trouble = "";

    /**
     * What went on.
     *
     * @param inputs how many inputs were sent
     * @param connections over how many connections
     * @param closed how many of them the server closed first
     * @param left how many the peer left, since the server waited for more
     * @param trouble what the server did wrong, empty for nothing
     */
    record Outcome(long inputs, long connections, long closed, long left, String trouble) {}

    private Attack(InetSocketAddress server, List<Corpus> corpora, long inputs, long seed) {
        this.server = server;
        this.corpora = corpora;
        this.inputs = inputs;
        this.random = new SplittableRandom(seed);
    }

    /** Runs from the first connection to the end of the last one. */
    static Outcome on(InetSocketAddress server, List<Corpus> corpora, long inputs, long seed) {
        Attack attack = new Attack(server, corpora, inputs, seed);
        attack.loop.execute(attack::begin);
        try {
            return attack.done.join();
        } finally {
            attack.group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    private void begin() {
        loop.scheduleWithFixedDelay(this::sweep, SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
        for (int i = 0; i < CONNECTIONS; i++) {
            connect();
        }
    }

    private void connect() {
        long number = connected++;
        Peer peer = new Peer(corpora.get((int) (number % corpora.size())), random.split());
        peers.add(peer);
        ChannelFuture connecting = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, false)
                .handler(peer)
                .connect(server, new InetSocketAddress(source(number), 0));
        connecting.addListener(result -> {
            if (!result.isSuccess()) {
                trouble("connect: " + result.cause());
                ended(peer);
            }
        });
    }

    /** Linux has the whole of 127/8, and each address has ports of its own. */
    private static InetAddress source(long number) {
        boolean linux = System.getProperty("os.name").equals("Linux");
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (linux ? 2 + number % SOURCES : 1)});
        } catch (UnknownHostException e) {
            throw new AssertionError("four bytes are an address", e);
        }
    }

    private boolean enough() {
        return sent >= inputs || !trouble.isEmpty();
    }

    private void trouble(String what) {
        trouble = trouble.isEmpty() ? what : trouble;
    }

    private void ended(Peer peer) {
        if (!peers.remove(peer)) {
            return;
        }
        if (!enough()) {
            connect();
        } else if (peers.isEmpty()) {
            done.complete(new Outcome(sent, connected, closedByServer, left, trouble));
        }
    }

    private void sweep() {
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
        private long waitsSince;
        private long leftAt;

        Peer(Corpus corpus, SplittableRandom random) {
            this.corpus = corpus;
            this.random = random;
            this.waitsSince = System.nanoTime();
        }

        @Override
        public void channelActive(ChannelHandlerContext active) {
            context = active;
            send(corpus.greeting());
        }

        /** A probe goes behind every input, in one piece or another. */
        private void send(byte[] input) {
            expected = Unpooled.wrappedBuffer(corpus.answer(probes));
            ByteBuf both = Unpooled.wrappedBuffer(input, corpus.probe(probes));
            probes++;
            waitsSince = System.nanoTime();
            if (random.nextInt(4) == 0) {
                context.writeAndFlush(both.readRetainedSlice(random.nextInt(both.readableBytes())));
            }
            context.writeAndFlush(both);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext from, ByteBuf bytes) {
            if (leftAt != 0) {
                return;
            }
            received.writeBytes(bytes);
            if (ByteBufUtil.indexOf(expected, received) >= 0) {
                received.clear();
                next();
            }
        }

        private void next() {
            if (enough()) {
                leave();
            } else if (probes > MOST_INPUTS_EACH) {
                left++;
                leave();
            } else {
                sent++;
                send(corpus.mutant(probes, random));
            }
        }

        void check(long now) {
            if (context == null) {
                return;
            }
            if (leftAt == 0 && now - waitsSince > (probes == 1 ? CLOSE_LIMIT_NANOS : PATIENCE_NANOS)) {
                if (probes == 1) {
                    trouble("a right greeting and probe were not answered");
                }
                left++;
                leave();
            } else if (leftAt != 0 && now - leftAt > CLOSE_LIMIT_NANOS) {
                trouble("the server did not close a connection whose peer had left");
                context.close();
            }
        }

        private void leave() {
            leftAt = System.nanoTime();
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
        public void channelInactive(ChannelHandlerContext gone) {
            if (leftAt == 0) {
                closedByServer++;
                if (probes == 1) {
                    trouble("a right greeting and probe ended the connection");
                }
            }
            ended(this);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext broken, Throwable failure) {
            broken.close(); // the server may cut
        }
    }
}
