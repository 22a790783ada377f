package io.channels4j.monitoring;

import static java.util.Objects.requireNonNull;

import io.channels4j.layer.LayerListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Records the drops, gaps and outages of a layer with Micrometer. Requires {@code io.micrometer:micrometer-core}.
 *
 * <table>
 * <caption>Meters, each with the tag {@code layer}</caption>
 * <tr><th>name</th><th>kind</th><th>description</th></tr>
 * <tr><td>{@code channels.layer.up}</td><td>gauge</td><td>1 if all processes can be reached, 0.5 if the layer is
 *     degraded, 0 during an outage. 1 until the first report</td></tr>
 * <tr><td>{@code channels.layer.outages}</td><td>counter</td><td>changes from another state to {@code DOWN}</td></tr>
 * <tr><td>{@code channels.layer.dropped}</td><td>counter, with the tag {@code reason}</td><td>dropped messages</td></tr>
 * <tr><td>{@code channels.layer.conflated}</td><td>counter</td><td>messages replaced by later ones</td></tr>
 * <tr><td>{@code channels.layer.gaps}</td><td>counter</td><td>groups whose members may have missed messages</td></tr>
 * <tr><td>{@code channels.layer.lost}</td><td>counter</td><td>messages lost after their sends had completed</td></tr>
 * </table>
 *
 * <p><b>Threads.</b> Thread-safe. Use one listener per layer.
 */
@SuppressWarnings("exports") // Micrometer is optional: only users of this class need its module
public final class MicrometerLayerListener implements LayerListener {

    private static final int FULLY_UP = 2;

    private final Map<DropReason, Counter> drops = new EnumMap<>(DropReason.class);
    private final AtomicInteger halvesUp = new AtomicInteger(FULLY_UP);
    private final Counter outages;
    private final Counter conflated;
    private final Counter gaps;
    private final Counter lost;

    private MicrometerLayerListener(MeterRegistry registry, String layer) {
        Tags tags = Tags.of("layer", requireNonNull(layer, "layer"));
        for (DropReason reason : DropReason.values()) {
            drops.put(
                    reason,
                    Counter.builder("channels.layer.dropped")
                            .description("Dropped messages")
                            .tags(tags)
                            .tag("reason", reason.name())
                            .register(registry));
        }
        Gauge.builder("channels.layer.up", halvesUp, halves -> halves.get() / (double) FULLY_UP)
                .description("Whether all processes can be reached")
                .strongReference(true)
                .tags(tags)
                .register(registry);
        outages = counter(registry, "channels.layer.outages", "Changes of the state to DOWN", tags);
        conflated = counter(registry, "channels.layer.conflated", "Messages replaced by later ones", tags);
        gaps = counter(registry, "channels.layer.gaps", "Groups whose members may have missed messages", tags);
        lost = counter(registry, "channels.layer.lost", "Messages lost after their sends had completed", tags);
    }

    private static Counter counter(MeterRegistry registry, String name, String description, Tags tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    /**
     * Returns a listener, for the builder of a layer or {@link io.channels4j.layer.InMemoryChannelLayer#of}.
     *
     * @param registry the registry for the meters
     * @param layer the value of the tag {@code layer}, such as the layer's alias
     * @return the listener
     */
    public static MicrometerLayerListener of(MeterRegistry registry, String layer) {
        return new MicrometerLayerListener(registry, layer);
    }

    @Override
    public void dropped(DropReason reason, long messages) {
        requireNonNull(drops.get(reason)).increment((double) messages);
    }

    @Override
    public void conflated(long messages) {
        conflated.increment((double) messages);
    }

    @Override
    public void stateChanged(State state) {
        halvesUp.set(
                switch (state) {
                    case UP -> FULLY_UP;
                    case DEGRADED -> 1;
                    case DOWN -> 0;
                });
        if (state == State.DOWN) {
            outages.increment();
        }
    }

    @Override
    public void gapPossible(int groups) {
        gaps.increment(groups);
    }

    @Override
    public void messagesLost(String target, long messages) {
        lost.increment((double) messages);
    }
}
