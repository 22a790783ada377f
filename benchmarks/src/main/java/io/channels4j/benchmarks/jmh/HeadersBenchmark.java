package io.channels4j.benchmarks.jmh;

import io.channels4j.Headers;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Measures adding, validating and finding the headers of a browser's handshake. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HeadersBenchmark {

    private final String[] browser = {
        "Host", "chat.example.org",
        "Connection", "Upgrade",
        "Pragma", "no-cache",
        "Cache-Control", "no-cache",
        "User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Safari/537.36",
        "Upgrade", "websocket",
        "Origin", "https://chat.example.org",
        "Sec-WebSocket-Version", "13",
        "Accept-Encoding", "gzip, deflate, br",
        "Accept-Language", "en-GB,en;q=0.9",
        "Cookie", "session=0123456789abcdef0123456789abcdef; theme=dark",
        "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"
    };
    private final Headers headers = Headers.of(browser);

    /** Called by JMH. */
    public HeadersBenchmark() {}

    /**
     * Adds all headers of the handshake.
     *
     * @return the headers
     */
    @Benchmark
    public Headers takeIn() {
        return Headers.of(browser);
    }

    /**
     * Looks up the last header that a handshake needs.
     *
     * @return true if the header is present
     */
    @Benchmark
    public boolean lookUp() {
        return headers.first("sec-websocket-key").isPresent();
    }
}
