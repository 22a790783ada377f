package io.channels4j.netty.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The counters, timers and summaries of one route and protocol. Thread-safe. */
final class RouteMeters {

    private static final int FIRST_CLOSE_CODE = 1000;
    private static final int LAST_STANDARD_CODE = 1015;

    private final MeterRegistry registry;
    private final Tags tags;
    private final Counter accepted;
    private final DistributionSummary received;
    private final DistributionSummary sent;
    private final Timer callbacks;
    private final Map<String, Timer> closed = new ConcurrentHashMap<>();
    private final Map<String, DistributionSummary> dropped = new ConcurrentHashMap<>();

    /** A route and its protocol. */
    record Key(String protocol, String route) {}

    RouteMeters(MeterRegistry registry, Key key) {
        this.registry = registry;
        this.tags = Tags.of("protocol", key.protocol(), "route", key.route());
        this.accepted = Counter.builder("channels.connections.accepted")
                .description("Accepted WebSockets")
                .tags(tags)
                .register(registry);
        this.received = bytes("channels.received", "Received messages and parts of bodies", tags);
        this.sent = bytes("channels.sent", "Sent messages and parts of bodies", tags);
        this.callbacks = Timer.builder("channels.callbacks")
                .description("Callbacks of consumers, until their stage is complete")
                .tags(tags)
                .register(registry);
    }

    private DistributionSummary bytes(String name, String description, Tags tagged) {
        return DistributionSummary.builder(name)
                .description(description)
                .baseUnit("bytes")
                .tags(tagged)
                .register(registry);
    }

    void accepted() {
        accepted.increment();
    }

    void received(int bytes) {
        received.record(bytes);
    }

    void sent(int bytes) {
        sent.record(bytes);
    }

    void handled(Duration time) {
        callbacks.record(time);
    }

    void closed(int status, Duration time) {
        String name = name(status);
        Timer timer = closed.get(name);
        if (timer == null) { // registered without a lock, because the registry may call application code
            timer = Timer.builder("channels.connections")
                    .description("Ended WebSockets and requests")
                    .tags(tags.and("status", name))
                    .register(registry);
            closed.put(name, timer);
        }
        timer.record(time);
    }

    void dropped(String reason, int bytes) {
        DistributionSummary summary = dropped.get(reason);
        if (summary == null) {
            summary = bytes("channels.dropped", "Messages for peers that read too slowly", tags.and("reason", reason));
            dropped.put(reason, summary);
        }
        summary.record(bytes);
    }

    /**
     * Returns the tag for a status. Close codes without a standard meaning are combined, because peers can choose them freely.
     */
    private static String name(int status) {
        if (status == 0) {
            return "none";
        }
        return status < FIRST_CLOSE_CODE || status <= LAST_STANDARD_CODE
                ? Integer.toString(status)
                : status / 1000 + "xxx";
    }
}
