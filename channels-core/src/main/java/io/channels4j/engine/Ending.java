package io.channels4j.engine;

import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.concurrent.BlockingThreads;
import io.channels4j.internal.CallbackOwner;
import io.channels4j.internal.Stages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The end of one connection: who decided it, and the time that callbacks have left.
 *
 * <p>When the close time-out has passed, threads that work for the connection are interrupted; a callback that does not come
 * back within another second, or that only waits for a stage, is abandoned. {@code disconnect} runs in every case, once.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class Ending<D> implements CallbackOwner, CallbackWatch.Underway {

    private static final Duration GRACE = Duration.ofSeconds(1);

    @SuppressWarnings("rawtypes") // a class literal has no parameter
    private static final AtomicReferenceFieldUpdater<Ending, @Nullable End> END =
            AtomicReferenceFieldUpdater.newUpdater(Ending.class, End.class, "end");

    @SuppressWarnings("rawtypes")
    private static final AtomicIntegerFieldUpdater<Ending> TOLD =
            AtomicIntegerFieldUpdater.newUpdater(Ending.class, "told");

    private final Scope scope;
    private final Executor executor;
    private final Callbacks<D> callbacks;
    private final BooleanSupplier began;
    private final Supplier<@Nullable Event> during;
    private final CompletableFuture<Void> result = new CompletableFuture<>();
    private volatile @Nullable End<D> end;

    /** 1 once {@code disconnect} was called or passed over. */
    private volatile int told;

    private volatile boolean transportClosed;

    /** The last send that the peer did not take at once. */
    private volatile @Nullable CompletionStage<Void> unsent;

    /** Guarded by this; most connections never need them. */
    private @Nullable List<Thread> workers;

    private boolean interrupted;
    private @Nullable ScheduledFuture<?> clock;

    private record End<D>(D why, @Nullable Throwable failure, boolean eventsCount) {}

    Ending(
            Scope scope,
            Executor executor,
            Callbacks<D> callbacks,
            BooleanSupplier began,
            Supplier<@Nullable Event> during) {
        this.scope = scope;
        this.executor = executor;
        this.callbacks = callbacks;
        this.began = began;
        this.during = during;
    }

    /** Completes when all is told. */
    CompletionStage<Void> result() {
        return result;
    }

    /** Notes how the connection ended, unless it has ended before; returns whether this call decided it. */
    boolean begin(D why, @Nullable Throwable failure, boolean eventsCount) {
        return END.compareAndSet(this, null, new End<>(why, failure, eventsCount));
    }

    boolean begun() {
        return end != null;
    }

    /** Tells whether events that still wait have lost their turn, since it was not the peer who ended the connection. */
    boolean dropsEvents() {
        End<D> ended = end;
        return ended != null && !ended.eventsCount();
    }

    /** Tells whether {@code disconnect} has been called or passed over. */
    boolean told() {
        return told != 0;
    }

    boolean closeTransport() {
        transportClosed = true;
        if (begun()) {
            return false;
        }
        startClock();
        return true;
    }

    boolean transportClosed() {
        return transportClosed;
    }

    /** Runs the hook if it has not run; for whoever has the mailbox's turn and nothing left to do. */
    void disconnect() {
        if (TOLD.compareAndSet(this, 0, 1)) {
            tell();
        }
    }

    private void tell() {
        if (!began.getAsBoolean()) {
            complete();
            return;
        }
        End<D> ended = end;
        if (ended == null) {
            ended = lost();
        }
        restartClock();
        CallbackOwner before = CallbackOwner.enter(this);
        started(Thread.currentThread());
        try {
            callbacks.disconnect(ended.why()).whenComplete((nothing, failure) -> told(failure));
        } catch (Throwable e) {
            told(e);
        } finally {
            finished(Thread.currentThread());
            CallbackOwner.enter(before);
        }
    }

    private End<D> lost() {
        End<D> lost = new End<>(callbacks.aborted(new TransportLostException()), null, false);
        END.compareAndSet(this, null, lost);
        return lost;
    }

    private void told(@Nullable Throwable failure) {
        if (failure != null && !result.isDone()) {
            EngineLog.disconnectFailed(scope, callbacks.consumerClass(), Stages.unwrap(failure));
        }
        complete();
    }

    private void complete() {
        stopClock();
        End<D> ended = end;
        Throwable failure = ended == null ? null : ended.failure();
        if (failure == null) {
            result.complete(null);
        } else {
            result.completeExceptionally(failure);
        }
    }

    // ---- the clock ----

    /** Starts the close time-out unless it runs already. */
    synchronized void startClock() {
        if (clock == null && !result.isDone()) {
            boolean ofDisconnect = told();
            clock = schedule(scope.closeTimeout(), () -> expired(ofDisconnect));
        }
    }

    private synchronized void restartClock() {
        interrupted = false;
        stopClock();
        startClock();
    }

    private synchronized void stopClock() {
        if (clock != null) {
            clock.cancel(false);
            clock = null;
        }
    }

    private ScheduledFuture<?> schedule(Duration delay, Runnable task) {
        return Timers.on(scope.executor()).schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** The time is up: that of {@code disconnect}, or that of what comes before it. */
    private void expired(boolean ofDisconnect) {
        synchronized (this) {
            if (told() && !ofDisconnect) {
                return; // the hook has just begun, and has a time of its own
            }
            EngineLog.overdue(
                    scope,
                    callbacks.consumerClass(),
                    told() ? "disconnect" : work(),
                    workers == null ? List.of() : workers);
            if (interruptWorkers()) {
                clock = schedule(GRACE, () -> abandon(ofDisconnect));
                return;
            }
        }
        abandon(ofDisconnect);
    }

    private void abandon(boolean ofDisconnect) {
        if (ofDisconnect) {
            complete();
        } else if (TOLD.compareAndSet(this, 0, 1)) {
            Stages.execute(executor, this::tell);
        }
    }

    // ---- whose threads work for the connection ----

    @Override
    public Executor executor() {
        return executor;
    }

    @Override
    public Executor blockingExecutor() {
        return BlockingThreads.from(scope).calls();
    }

    @Override
    public synchronized void started(Thread worker) {
        if (workers == null) {
            workers = new ArrayList<>(1);
        }
        workers.add(worker);
        if (interrupted) {
            worker.interrupt(); // the time was up before it started
        }
    }

    @Override
    public synchronized void finished(Thread worker) {
        if (workers != null) {
            workers.remove(worker);
        }
        if (interrupted && worker == Thread.currentThread()) {
            Thread.interrupted(); // it was meant for the work that is done now
        }
    }

    private boolean interruptWorkers() {
        if (workers == null || workers.isEmpty()) {
            return false;
        }
        workers.forEach(Thread::interrupt);
        interrupted = true;
        return true;
    }

    // ---- what the watch sees ----

    @Override
    public Scope scope() {
        return scope;
    }

    @Override
    public Class<?> consumerClass() {
        return callbacks.consumerClass();
    }

    @Override
    public @Nullable Event during() {
        return during.get();
    }

    @Override
    public String method() {
        Event event = during();
        return event == null ? "the start" : callbacks.method(event);
    }

    @Override
    public synchronized List<Thread> threads() {
        return workers == null ? List.of() : List.copyOf(workers);
    }

    /** Notes a send that completes when the peer has caught up. */
    void waitsForPeer(CompletionStage<Void> sent) {
        unsent = sent;
    }

    @Override
    public boolean waitsForPeer() {
        CompletionStage<Void> stage = unsent;
        return stage != null && !stage.toCompletableFuture().isDone();
    }

    @Override
    public boolean ending() {
        return begun();
    }

    @Override
    public boolean over() {
        return result.isDone();
    }

    private String work() {
        Event event = during();
        return event == null ? "the start" : event.type();
    }
}
