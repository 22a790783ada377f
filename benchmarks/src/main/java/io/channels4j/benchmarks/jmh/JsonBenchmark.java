package io.channels4j.benchmarks.jmh;

import io.channels4j.Event;
import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import io.channels4j.websocket.ReceivesJson;
import io.channels4j.websocket.WebSocketReceive;
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
import tools.jackson.databind.JsonNode;

/** Measures the conversion between a message's JSON bytes and a record or a tree, in both directions. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class JsonBenchmark {

    /** The number of characters of the message within its JSON. */
    @Param({"64", "1024"})
    public int characters;

    private Event[] saying;
    private ScriptedConnection routed;
    private ScriptedConnection raw;

    record Saying(String message) {}

    record Said(String type, String message, String user) {}

    static final class Routed extends AsyncJsonWebsocketConsumer {

        @ReceivesJson("message")
        CompletionStage<Void> say(Saying saying) {
            return sendJson(new Said("message", saying.message(), "anonymous"));
        }
    }

    static final class Raw extends AsyncJsonWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receiveJson(JsonNode json) {
            return sendJson(json);
        }
    }

    /** Called by JMH. */
    @SuppressWarnings("NullAway.Init") // JMH calls setUp first
    public JsonBenchmark() {}

    /**
     * Opens the connections.
     *
     * @param blackhole the consumer of sent events
     */
    @Setup(Level.Trial)
    public void setUp(Blackhole blackhole) {
        String json = "{\"type\":\"message\",\"message\":\"%s\"}".formatted("x".repeat(characters));
        saying = new Event[] {WebSocketReceive.text(json)};
        routed = ScriptedConnection.answering(saying, new Routed(), blackhole);
        raw = ScriptedConnection.answering(saying, new Raw(), blackhole);
    }

    /**
     * Binds a record and replies with another.
     *
     * @return the number of events sent
     */
    @Benchmark
    public long routedToRecord() {
        routed.receive(saying);
        return routed.sent();
    }

    /**
     * Sends the tree back unchanged.
     *
     * @return the number of events sent
     */
    @Benchmark
    public long treeThroughReceiveJson() {
        raw.receive(saying);
        return raw.sent();
    }
}
