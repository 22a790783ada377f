package io.channels4j.worker;

import io.channels4j.concurrent.NonBlocking;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** One worker thread, which runs receivers and the callbacks of asynchronous consumers. */
final class WorkerLoop extends ScheduledThreadPoolExecutor {

    WorkerLoop(int number) {
        super(1, task -> new LoopThread(task, number));
        setRemoveOnCancelPolicy(true);
        setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    private static final class LoopThread extends Thread implements NonBlocking {

        LoopThread(Runnable task, int number) {
            super(task, "channels-worker-" + number);
            setDaemon(true);
        }
    }
}
