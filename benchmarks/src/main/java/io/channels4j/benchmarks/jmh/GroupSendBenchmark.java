package io.channels4j.benchmarks.jmh;

import io.channels4j.Broadcast;
import io.channels4j.Message;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.Subscription;
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

/** Measures the in-memory layer from {@code groupSend} to the last member, with all members on one event loop. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class GroupSendBenchmark {

    private static final String GROUP = "room";

    /** The number of members of the group. */
    @Param({"1", "100", "1000"})
    public int members;

    private final ManualExecutor loop = new ManualExecutor();
    private final Message message = Message.of("chat.message", "hello");
    private final Broadcast broadcast = Broadcast.text("hello");
    private InMemoryChannelLayer layer;
    private long delivered;

    private final class Member {

        private final Subscription subscription = layer.subscribe(loop, this::take);

        private void take(Message taken) {
            delivered += taken.type().length();
            subscription.consumed();
        }
    }

    /** Called by JMH. */
    @SuppressWarnings("NullAway.Init") // JMH calls setUp first
    public GroupSendBenchmark() {}

    /** Fills the group. */
    @Setup(Level.Trial)
    public void setUp() {
        layer = InMemoryChannelLayer.create();
        for (int i = 0; i < members; i++) {
            layer.groupAdd(GROUP, new Member().subscription.channel())
                    .toCompletableFuture()
                    .join();
        }
        if (message() == 0) {
            throw new IllegalStateException("group: no member received the message");
        }
    }

    /** Closes the layer. */
    @TearDown(Level.Trial)
    public void tearDown() {
        layer.close();
    }

    /**
     * Sends a message.
     *
     * @return a counter that grows with every delivery
     */
    @Benchmark
    public long message() {
        layer.groupSend(GROUP, message).toCompletableFuture().join();
        loop.turn();
        return delivered;
    }

    /**
     * Sends a broadcast.
     *
     * @return a counter that grows with every delivery
     */
    @Benchmark
    public long broadcast() {
        layer.groupSend(GROUP, broadcast).toCompletableFuture().join();
        loop.turn();
        return delivered;
    }
}
