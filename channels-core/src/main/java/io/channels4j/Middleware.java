package io.channels4j;

/**
 * Wraps an application in another one. The wrapper adds values to the scope, or inspects, changes or rejects events.
 *
 * <p><b>Threads.</b> {@link #wrap} is called once, when the application is composed. The returned application serves all connections
 * and must be thread-safe.
 */
@FunctionalInterface
public interface Middleware {

    /**
     * Wraps an application.
     *
     * @param inner the application to wrap
     * @return the wrapping application
     */
    Application wrap(Application inner);
}
