package io.channels4j.redis;

import io.channels4j.layer.LayerListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Notes what a layer tells its listeners. */
final class Outages implements LayerListener {

    private final List<String> told = new CopyOnWriteArrayList<>();

    @Override
    public void stateChanged(State state) {
        told.add(state.name());
    }

    @Override
    public void gapPossible(int groups) {
        told.add("gap " + groups);
    }

    /** Returns the states and gaps in their order. */
    List<String> told() {
        return List.copyOf(told);
    }

    void forget() {
        told.clear();
    }
}
