package io.channels4j.server;

import io.channels4j.Scope;
import java.time.Duration;

/**
 * Is told what a server does, to count it. Methods do nothing unless overridden.
 *
 * <p>Reasons are words out of a small fixed set that the server's documentation lists, so that they can be tags of a metric; a path of
 * a request never is.
 *
 * <p>A scope has its {@link Scope#urlRoute()} from when a router has chosen one, so all but that of {@link #opened} do. One scope is
 * told apart from another by {@link Scope#connectionId()}.
 *
 * <p><b>Threads.</b> Called on many event loops at once, so implementations are thread-safe and must not block. What they throw is
 * logged once and does no harm to the connection.
 */
public interface ServerListener {

    /**
     * Tells that a connection or request is there and its application is about to be called. {@link #closed} follows, exactly once.
     *
     * @param scope the connection
     */
    default void opened(Scope scope) {}

    /**
     * Tells that a WebSocket was accepted.
     *
     * @param scope the connection
     */
    default void accepted(Scope scope) {}

    /**
     * Tells that a connection or request is over.
     *
     * @param scope the connection
     * @param summary what became of it, with its close code or status
     */
    default void closed(Scope scope, ConnectionSummary summary) {}

    /**
     * Tells that the server itself turned a connection or request away, before there was a scope.
     *
     * @param reason why, such as a limit's name
     */
    default void refused(String reason) {}

    /**
     * Tells that a message, or a part of a request's body, came.
     *
     * @param scope the connection
     * @param bytes its size, without framing
     */
    default void received(Scope scope, int bytes) {}

    /**
     * Tells that a message, or a part of a response's body, was admitted to be sent.
     *
     * @param scope the connection
     * @param bytes its size, without framing
     */
    default void sent(Scope scope, int bytes) {}

    /**
     * Tells that a message was dropped.
     *
     * @param scope the connection
     * @param reason why, such as the slow-consumer policy's name
     * @param bytes its size
     */
    default void dropped(Scope scope, String reason, int bytes) {}

    /**
     * Tells that the bytes that wait to be written have changed.
     *
     * @param scope the connection
     * @param change how many more they are; negative for fewer. The changes of a connection add up to zero when all is written or
     *     given up, which for a request may be after {@link #closed}. Those of requests that wait together are told with the scope of
     *     the first one
     */
    default void queued(Scope scope, long change) {}

    /**
     * Tells how long an application was busy with a connection's event.
     *
     * @param scope the connection
     * @param time from the call of the consumer's callback until its stage was complete
     */
    default void handled(Scope scope, Duration time) {}
}
