package io.channels4j.redis;

import io.channels4j.layer.LayerListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Records the states and gaps that a layer reports to its listeners. */
final class Outages implements LayerListener {

    private final List<String> reported = new CopyOnWriteArrayList<>();

    @Override
    public void stateChanged(State state) {
        reported.add(state.name());
    }

    @Override
    public void gapPossible(int groups) {
        reported.add("gap " + groups);
    }

    /** Returns the states and gaps in order. */
    List<String> reported() {
        return List.copyOf(reported);
    }

    void forget() {
        reported.clear();
    }
}
