package io.channels4j.benchmarks.jmh;

import io.channels4j.Event;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.WebSocketReceive;
import java.util.Arrays;
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
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Measures the engine, the mailbox and the consumer for messages that arrive in one read and are echoed. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DispatchBenchmark {

    /** The number of messages per read. */
    @Param({"1", "16"})
    public int batch;

    private Event[] texts;
    private Event[] binaries;
    private ScriptedConnection connection;

    static final class Echo extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receive(String text) {
            return send(text);
        }

        @Override
        protected CompletionStage<Void> receive(byte[] bytes) {
            return send(bytes);
        }
    }

    /** Called by JMH. */
    @SuppressWarnings("NullAway.Init") // JMH calls setUp first
    public DispatchBenchmark() {}

    /**
     * Opens the connection.
     *
     * @param blackhole the consumer of sent events
     */
    @Setup(Level.Trial)
    public void setUp(Blackhole blackhole) {
        texts = new Event[batch];
        Arrays.fill(texts, WebSocketReceive.text("x".repeat(32)));
        binaries = new Event[batch];
        Arrays.fill(binaries, WebSocketReceive.binary(new byte[32]));
        connection = ScriptedConnection.answering(texts, new Echo(), blackhole);
    }

    /**
     * Echoes text.
     *
     * @return the number of events sent
     */
    @Benchmark
    public long text() {
        connection.receive(texts);
        return connection.sent();
    }

    /**
     * Echoes bytes.
     *
     * @return the number of events sent
     */
    @Benchmark
    public long binary() {
        connection.receive(binaries);
        return connection.sent();
    }
}
