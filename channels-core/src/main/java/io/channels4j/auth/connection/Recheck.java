package io.channels4j.auth.connection;

import io.channels4j.internal.ControlThreads;
import io.channels4j.internal.Stages;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Authenticates connections again, a few at a time. The user and token stores are therefore not overloaded after an
 * outage.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class Recheck {

    private static final int CONCURRENT = 16;

    private final List<ConnectionAuth> connections;
    private final AtomicInteger next = new AtomicInteger();

    Recheck(List<ConnectionAuth> connections) {
        this.connections = connections;
    }

    void start() {
        for (int i = 0; i < Math.min(CONCURRENT, connections.size()); i++) {
            ControlThreads.executor().execute(this::step);
        }
    }

    private void step() {
        for (int i = next.getAndIncrement(); i < connections.size(); i = next.getAndIncrement()) {
            CompletionStage<Void> checked = connections.get(i).recheck(true);
            if (!Stages.isDone(checked)) {
                checked.whenComplete(
                        (nothing, failure) -> ControlThreads.executor().execute(this::step));
                return;
            }
        }
    }
}
