package io.channels4j.netty.micrometer;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/** The gauges of one protocol. Thread-safe. */
final class ProtocolMeters {

    private final AtomicLong active = new AtomicLong();
    private final AtomicLong queued = new AtomicLong();

    /** Registers the gauges. Must be called once. */
    void register(MeterRegistry registry, String protocol) {
        Gauge.builder("channels.connections.active", active, AtomicLong::doubleValue)
                .description("Open WebSockets and requests")
                .tag("protocol", protocol)
                .strongReference(true)
                .register(registry);
        Gauge.builder("channels.queued", queued, AtomicLong::doubleValue)
                .description("Bytes that wait for peers to read")
                .baseUnit("bytes")
                .tag("protocol", protocol)
                .strongReference(true)
                .register(registry);
    }

    void active(int change) {
        active.addAndGet(change);
    }

    void queued(long change) {
        queued.addAndGet(change);
    }
}
