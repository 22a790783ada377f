package io.channels4j.concurrent;

import io.channels4j.fixture.ManualExecutor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/** A consumer as {@code Blocking} sees it; a test runs its executor and sees which threads work for it. */
final class RecordingCaller implements Caller {

    final ManualExecutor executor = new ManualExecutor();
    final List<Thread> workers = new CopyOnWriteArrayList<>();
    final List<Thread> finished = new CopyOnWriteArrayList<>();

    @Override
    public Executor executor() {
        return executor;
    }

    @Override
    public void started(Thread worker) {
        workers.add(worker);
    }

    @Override
    public void finished(Thread worker) {
        workers.remove(worker);
        finished.add(worker);
    }

    /** Calls code as a callback of this consumer would. */
    void during(Runnable callback) {
        Caller before = Caller.enter(this);
        try {
            callback.run();
        } finally {
            Caller.enter(before);
        }
    }
}
