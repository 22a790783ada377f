package io.channels4j.benchmarks.jmh;

import static io.channels4j.routing.Route.path;

import io.channels4j.Broadcast;
import io.channels4j.Message;
import io.channels4j.consumer.Handles;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.netty.NettyServer;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.netty.settings.TransportSettings;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;
import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures a group message from {@code groupSend} to the last member's socket. This includes the layer, the consumers
 * and a server with one event loop.
 *
 * <p>Intended for {@code -prof gc}. The members run in the same process but allocate nothing (see {@link MembersBenchmark}).
 * The difference between the results for two member counts is therefore the cost of the additional members.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class BroadcastBenchmark {

    private static final String GROUP = "room";

    /** The number of members of the group. */
    @Param({"100", "1000"})
    public int members;

    private final Said said = new Said("message", "hello", "anonymous");
    private InMemoryChannelLayer layer;
    private NettyServer server;
    private Members room;

    record Said(String type, String message, String user) {}

    /**
     * A member of the group. It forwards {@code room.said} to its client unchanged. In response to {@code room.heard}, it sends a
     * message with the name of its own channel.
     */
    static final class Member extends AsyncJsonWebsocketConsumer {

        private String name = "";

        @Override
        protected Set<String> groups() {
            return Set.of(GROUP);
        }

        @Override
        protected CompletionStage<Void> connect() {
            name = channelName();
            return accept();
        }

        @Handles("room.said")
        CompletionStage<Void> said(Said said) {
            return sendJson(said);
        }

        @Handles("room.heard")
        CompletionStage<Void> heard(Said said) {
            return sendJson(new Said(said.type(), said.message(), name));
        }
    }

    /** Called by JMH. */
    @SuppressWarnings("NullAway.Init") // JMH calls setUp first
    public BroadcastBenchmark() {}

    /**
     * Starts the server and fills the group.
     *
     * @throws IOException if a member cannot connect
     */
    @Setup(Level.Trial)
    public void setUp() throws IOException {
        layer = InMemoryChannelLayer.create();
        server = NettyServer.builder(ProtocolTypeRouter.builder()
                        .websocket(URLRouter.of(path("room/", Member::new)))
                        .build())
                .channelLayer(layer)
                .port(0)
                .transport(TransportSettings.defaults().withEventLoopThreads(1))
                .timeouts(ServerTimeouts.defaults().withPingInterval(Duration.ZERO)) // members expect messages only
                .start();
        room = Members.connect(server.localAddress(), "/room/", members);
    }

    /** Shuts the server down asynchronously, so that the last iteration's allocation does not include the shutdown. */
    @TearDown(Level.Trial)
    public void tearDown() {
        CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(this::close);
    }

    private void close() {
        room.close();
        server.close();
        layer.close();
    }

    /**
     * Sends a broadcast, which needs no handler.
     *
     * @return the number of bytes that the members received
     * @throws IOException if a connection fails
     */
    @Benchmark
    public long broadcast() throws IOException {
        return send(Broadcast.json(said));
    }

    /**
     * Sends a message that every member's handler forwards unchanged.
     *
     * @return the number of bytes that the members received
     * @throws IOException if a connection fails
     */
    @Benchmark
    public long passedOn() throws IOException {
        return send(Message.of("room.said", said));
    }

    /**
     * Sends a message for which every member's handler sends its own message.
     *
     * @return the number of bytes that the members received
     * @throws IOException if a connection fails
     */
    @Benchmark
    public long ownForEach() throws IOException {
        return send(Message.of("room.heard", said));
    }

    private long send(Message message) throws IOException {
        layer.groupSend(GROUP, message).toCompletableFuture().join();
        return room.read();
    }
}
