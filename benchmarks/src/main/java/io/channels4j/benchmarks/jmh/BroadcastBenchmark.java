package io.channels4j.benchmarks.jmh;

import static io.channels4j.routing.Route.path;

import io.channels4j.Broadcast;
import io.channels4j.Message;
import io.channels4j.consumer.Handles;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.netty.NettyServer;
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
 * What a message to a group costs from {@code groupSend} to the last member's socket: layer, consumers and a server with one event
 * loop. Made for {@code -prof gc}: the members, in the same process, allocate nothing (see {@link MembersBenchmark}), so the
 * difference between two numbers of members is what a member costs, and the rest is what the message costs by itself.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class BroadcastBenchmark {

    private static final String GROUP = "room";

    /** How many members the group has. */
    @Param({"100", "1000"})
    public int members;

    private final Said said = new Said("message", "hello", "anonymous");
    private InMemoryChannelLayer layer;
    private NettyServer server;
    private Members room;

    record Said(String type, String message, String user) {}

    /** One in the room, who passes on what was said as it is or says who has heard it. */
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

    /** Made by JMH. */
    @SuppressWarnings("NullAway.Init") // JMH calls setUp first
    public BroadcastBenchmark() {}

    /**
     * Starts the server and fills the group.
     *
     * @throws IOException when a member cannot connect
     */
    @Setup(Level.Trial)
    public void setUp() throws IOException {
        layer = InMemoryChannelLayer.create();
        server = NettyServer.builder(ProtocolTypeRouter.builder()
                        .websocket(URLRouter.of(path("room/", Member::new)))
                        .build())
                .channelLayer(layer)
                .port(0)
                .eventLoopThreads(1)
                .pingInterval(Duration.ZERO) // members expect nothing but messages
                .start();
        room = Members.connect(server.localAddress(), "/room/", members);
    }

    /** Ends it all a little later: what the end allocates would count as the last iteration's. */
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
     * @return how many bytes the members got
     * @throws IOException when a connection fails
     */
    @Benchmark
    public long broadcast() throws IOException {
        return send(Broadcast.json(said));
    }

    /**
     * Sends a message that every member's handler passes on as it is.
     *
     * @return how many bytes the members got
     * @throws IOException when a connection fails
     */
    @Benchmark
    public long passedOn() throws IOException {
        return send(Message.of("room.said", said));
    }

    /**
     * Sends a message whose handler sends every member something of its own.
     *
     * @return how many bytes the members got
     * @throws IOException when a connection fails
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
