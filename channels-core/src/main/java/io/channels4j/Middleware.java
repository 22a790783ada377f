package io.channels4j;

/**
 * Wraps an application in another one: adds facts to its scope, or looks at, changes or refuses its events.
 *
 * <p><b>Threads.</b> {@link #wrap} runs once, when the applications are put together; what it returns serves every
 * connection and must be thread-safe.
 */
@FunctionalInterface
public interface Middleware {

    /**
     * Wraps an application.
     *
     * @param inner the application to call for connections that pass
     * @return the application that stands in front of it
     */
    Application wrap(Application inner);
}
