package io.channels4j.redis;

import io.channels4j.layer.LayerListener;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** Counts the reports of a layer to its listeners, for {@link LayerHealth}. Thread-safe. */
final class ReportCounts implements LayerListener {

    private final Map<DropReason, LongAdder> drops = new EnumMap<>(DropReason.class);
    private final LongAdder conflated = new LongAdder();
    private final LongAdder gaps = new LongAdder();
    private final LongAdder lost = new LongAdder();

    ReportCounts() {
        for (DropReason reason : DropReason.values()) {
            drops.put(reason, new LongAdder());
        }
    }

    /** Returns the listeners of a layer, preceded by this one. */
    List<LayerListener> before(List<LayerListener> listeners) {
        List<LayerListener> all = new ArrayList<>(listeners);
        all.add(0, this);
        return all;
    }

    @Override
    public void dropped(DropReason reason, long messages) {
        Objects.requireNonNull(drops.get(reason)).add(messages);
    }

    @Override
    public void conflated(long messages) {
        conflated.add(messages);
    }

    @Override
    public void gapPossible(int groups) {
        gaps.add(groups);
    }

    @Override
    public void messagesLost(String target, long messages) {
        lost.add(messages);
    }

    Map<DropReason, Long> drops() {
        Map<DropReason, Long> counts = new EnumMap<>(DropReason.class);
        drops.forEach((reason, count) -> counts.put(reason, count.sum()));
        return counts;
    }

    long dropped() {
        return drops.values().stream().mapToLong(LongAdder::sum).sum();
    }

    long conflated() {
        return conflated.sum();
    }

    long gaps() {
        return gaps.sum();
    }

    long lost() {
        return lost.sum();
    }
}
