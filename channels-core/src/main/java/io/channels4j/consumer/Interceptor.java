package io.channels4j.consumer;

import static java.util.Objects.requireNonNull;

import io.channels4j.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Observes the callbacks of consumers. An interceptor is the basis of tracing, metrics and logging contexts.
 *
 * {@snippet class="io.channels4j.docs.ObservabilityExample" region="interceptor"}
 *
 * <p>Interceptors are configured on the server, the worker or the communicator, and run around each callback: {@code connect},
 * {@code receive}, {@link Handles} methods, the actions of timers, {@code onError} and {@code disconnect}, for HTTP and event
 * streams as well as WebSockets, and for the messages of a worker. They do not run for a {@link io.channels4j.Broadcast}, which
 * calls no callback. Several interceptors are nested: the first one starts first and completes last.
 *
 * <p><b>Failure.</b> An interceptor that throws an exception is logged once and does not affect the consumer. It
 * observes later callbacks as before.
 *
 * <p><b>Threads.</b> Implementations must be thread-safe, and must not block: the callbacks of asynchronous consumers run on
 * event loops.
 */
@FunctionalInterface
public interface Interceptor {

    /**
     * Observes the start of a callback. Called directly before the callback, on its thread.
     *
     * @param callback the callback
     * @return the observer of this run, {@link Interception#NONE} if its end is of no interest
     */
    Interception start(Callback callback);

    /** Observes one run of a callback. */
    interface Interception {

        /** Does nothing. */
        Interception NONE = new Interception() {};

        /**
         * Observes that the method of the callback has returned or thrown an exception. Called once, on the thread of
         * {@link Interceptor#start}, so thread-locals can be restored here. The stage of an asynchronous callback may be
         * incomplete.
         */
        default void returned() {}

        /**
         * Observes the outcome of the callback. Called once, after {@link #returned}, on the thread that completed the
         * callback's stage. Not called if the stage never completes, for example because a close time-out abandoned the
         * callback.
         *
         * @param failure the failure, or null if the callback succeeded
         */
        default void completed(@Nullable Throwable failure) {}
    }

    /**
     * A callback of a consumer.
     *
     * @param scope the connection
     * @param consumer the consumer's class
     * @param name the name of the method, such as {@code connect}, {@code receive}, {@code receiveJson}, {@code handle}, {@code
     *     onError}, {@code disconnect}, or that of a {@link Handles} method; {@code timer} for the action of a timer, {@code
     *     unhandled} for a message that has no handler. The number of names per class is bounded
     * @param type the type of the event or message, such as {@code websocket.receive} or {@code chat.message}; {@code timer} for
     *     the action of a timer. For {@code onError}, the type of the event whose callback failed
     */
    record Callback(Scope scope, Class<?> consumer, String name, String type) {

        /** Checks that all components are present. */
        public Callback {
            requireNonNull(scope, "scope");
            requireNonNull(consumer, "consumer");
            requireNonNull(name, "name");
            requireNonNull(type, "type");
        }
    }
}
