package io.channels4j.redis;

import io.channels4j.layer.LayerListener;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/** Records what the layers of both processes report to their listeners during a fault. */
final class FaultObserver implements LayerListener {

    private final Set<State> states = Collections.synchronizedSet(EnumSet.noneOf(State.class));
    private final LongAdder gaps = new LongAdder();
    private final LongAdder lost = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    @Override
    public void stateChanged(State state) {
        states.add(state);
    }

    @Override
    public void gapPossible(int groups) {
        gaps.increment();
    }

    @Override
    public void messagesLost(String target, long messages) {
        lost.add(messages);
    }

    @Override
    public void dropped(DropReason reason, long messages) {
        dropped.add(messages);
    }

    long gaps() {
        return gaps.sum();
    }

    long lost() {
        return lost.sum();
    }

    /** Returns true if a state other than {@code UP} was reported. */
    boolean hasReportedOutage() {
        return states.contains(State.DEGRADED) || states.contains(State.DOWN);
    }

    /** Forgets the states of the start. */
    void forgetStates() {
        states.clear();
    }

    /** Returns the reports as a column of the table. */
    String summary() {
        return "states %s, gaps %d, reported lost %d, dropped %d"
                .formatted(Set.copyOf(states), gaps(), lost(), dropped.sum());
    }
}
