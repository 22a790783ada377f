package io.channels4j.testing;

import io.channels4j.Application;
import io.channels4j.consumer.Interceptor;
import io.channels4j.consumer.Interceptors;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Collects the failures that consumers do not handle: those of {@code onError}, which end the connection, and those of {@code disconnect}.
 * Both are logged as errors.
 *
 * <p>A separate class from {@link ConsumerErrors}, so that the communicators do not need JUnit.
 */
final class ErrorWatch implements Interceptor {

    private static final ThreadLocal<@Nullable ErrorWatch> CURRENT = new ThreadLocal<>();

    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    /** Watches the applications that are passed to {@link #watched} on this thread. */
    void begin() {
        failures.clear();
        CURRENT.set(this);
    }

    /** Ends the watch and returns the failures so far. */
    List<Throwable> end() {
        CURRENT.remove();
        return List.copyOf(failures);
    }

    /** Returns the application, watched if a test of this thread watches errors. */
    static Application watched(Application application) {
        ErrorWatch watch = CURRENT.get();
        return watch == null ? application : intercepted(application, watch);
    }

    /** Returns the application with an interceptor around the callbacks of its consumers. */
    static Application intercepted(Application application, Interceptor interceptor) {
        return (scope, receiver, sender) -> application.handle(
                scope.with(Interceptors.KEY, Interceptors.from(scope).and(interceptor)), receiver, sender);
    }

    @Override
    public Interception start(Callback callback) {
        if (!callback.name().equals("onError") && !callback.name().equals("disconnect")) {
            return Interception.NONE;
        }
        return new Interception() {
            @Override
            public void completed(@Nullable Throwable failure) {
                if (failure != null) {
                    failures.add(failure);
                }
            }
        };
    }
}
