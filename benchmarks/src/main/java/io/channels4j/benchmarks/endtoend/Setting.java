package io.channels4j.benchmarks.endtoend;

/** The processes and protocols that a workload runs against. */
enum Setting {
    /** One process with one event loop, without TLS. */
    ONE(1, 1, Wire.PLAIN),
    /** One process with two event loops, both on the server's core if processes are pinned. */
    TWO_LOOPS(1, 2, Wire.PLAIN),
    /** One process with one event loop and TLS 1.3. */
    TLS(1, 1, Wire.TLS),
    /** One process with one event loop, and clients that negotiate compression without context takeover. */
    DEFLATE(1, 1, Wire.DEFLATE),
    /** One process with one event loop, and WebSockets over HTTP/2 without TLS. */
    HTTP2(1, 1, Wire.HTTP2),
    /** Two processes with one event loop each, which share their rooms through Redis. */
    TWO_PROCESSES(2, 1, Wire.PLAIN);

    private final int processes;
    private final int loops;
    private final Wire wire;

    Setting(int processes, int loops, Wire wire) {
        this.processes = processes;
        this.loops = loops;
        this.wire = wire;
    }

    int processes() {
        return processes;
    }

    Wire wire() {
        return wire;
    }

    /** Returns the JVM option that limits the visible processors to the number of event loops. */
    String jvmOption() {
        return "-XX:ActiveProcessorCount=" + loops;
    }
}
