package io.channels4j.redis.connection;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Collects items that must be reported, and reports them together after a pause. This limits the rate of the reports. Each item that was
 * added is part of a later report.
 *
 * <p><b>Threads.</b> {@link #add} is safe from any thread. Reports are made on the control thread.
 *
 * @param <T> the type of the items, which are compared with {@code equals}
 */
public final class BatchedReports<T> {

    private final ControlThread control;
    private final Duration pause;
    private final Consumer<Set<T>> reporter;
    private final Set<T> items = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    public BatchedReports(ControlThread control, Duration pause, Consumer<Set<T>> reporter) {
        this.control = control;
        this.pause = pause;
        this.reporter = reporter;
    }

    /** Adds an item to the next report. */
    public void add(T item) {
        if (items.add(item) && scheduled.compareAndSet(false, true)) {
            control.schedule(pause, this::report);
        }
    }

    private void report() {
        scheduled.set(false);
        Set<T> taken = new LinkedHashSet<>();
        for (Iterator<T> all = items.iterator(); all.hasNext(); ) {
            taken.add(all.next());
            all.remove();
        }
        reporter.accept(taken);
    }
}
