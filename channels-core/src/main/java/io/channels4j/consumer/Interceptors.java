package io.channels4j.consumer;

import static java.util.Objects.requireNonNull;

import io.channels4j.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The interceptors of a connection, outermost first.
 *
 * <p>Servers, workers and communicators store their interceptors in each scope under {@link #KEY}. A middleware can add one
 * for the consumers behind it: {@code scope.with(Interceptors.KEY, Interceptors.from(scope).and(mine))}.
 *
 * <p>Immutable and thread-safe.
 */
public final class Interceptors {

    /** The key under which a server stores its interceptors in each scope. */
    public static final Scope.Key<Interceptors> KEY = new Scope.Key<>("interceptors");

    private static final Logger LOG = LoggerFactory.getLogger(Interceptor.class);
    private static final Interceptors NONE = new Interceptors(List.of());

    private final List<Guarded> outermostFirst;

    private Interceptors(List<Guarded> outermostFirst) {
        this.outermostFirst = outermostFirst;
    }

    /**
     * Returns an instance with the given interceptors.
     *
     * @param outermostFirst the interceptors. The first one starts first and completes last
     * @return the interceptors
     */
    public static Interceptors of(Interceptor... outermostFirst) {
        return NONE.and(outermostFirst);
    }

    /**
     * Returns the interceptors of a connection.
     *
     * @param scope the connection
     * @return the interceptors; empty if none are configured
     */
    public static Interceptors from(Scope scope) {
        return scope.get(KEY).orElse(NONE);
    }

    /**
     * Returns these interceptors and, inside of them, further ones.
     *
     * @param inner the interceptors to add
     * @return the interceptors
     */
    public Interceptors and(Interceptor... inner) {
        if (inner.length == 0) {
            return this;
        }
        List<Guarded> all = new ArrayList<>(outermostFirst);
        for (Interceptor interceptor : inner) {
            all.add(new Guarded(requireNonNull(interceptor, "interceptor"), new AtomicBoolean()));
        }
        return new Interceptors(List.copyOf(all));
    }

    /**
     * Returns whether there are no interceptors.
     *
     * @return true if there are none
     */
    public boolean isEmpty() {
        return outermostFirst.isEmpty();
    }

    Interceptor.Interception start(Interceptor.Callback callback) {
        Interceptor.Interception[] started = new Interceptor.Interception[outermostFirst.size()];
        for (int i = 0; i < started.length; i++) {
            started[i] = outermostFirst.get(i).start(callback);
        }
        return new Nested(started);
    }

    /** The interceptions of one callback, which end in reverse order. */
    private final class Nested implements Interceptor.Interception {

        private final Interceptor.Interception[] started;

        Nested(Interceptor.Interception[] started) {
            this.started = started;
        }

        @Override
        public void returned() {
            for (int i = started.length - 1; i >= 0; i--) {
                try {
                    started[i].returned();
                } catch (Throwable e) { // the consumer must not depend on its observers
                    outermostFirst.get(i).failed(e);
                }
            }
        }

        @Override
        public void completed(@Nullable Throwable failure) {
            for (int i = started.length - 1; i >= 0; i--) {
                try {
                    started[i].completed(failure);
                } catch (Throwable e) {
                    outermostFirst.get(i).failed(e);
                }
            }
        }
    }

    private record Guarded(Interceptor interceptor, AtomicBoolean logged) {

        Interceptor.Interception start(Interceptor.Callback callback) {
            try {
                return requireNonNull(interceptor.start(callback), "start returned null (expected: an interception)");
            } catch (Throwable e) {
                failed(e);
                return Interceptor.Interception.NONE;
            }
        }

        void failed(Throwable failure) {
            if (logged.compareAndSet(false, true)) {
                LOG.error(
                        "interceptor {} failed; its later failures are not logged",
                        interceptor.getClass().getName(),
                        failure);
            }
        }
    }
}
