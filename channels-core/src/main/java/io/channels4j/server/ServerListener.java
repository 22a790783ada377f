package io.channels4j.server;

import io.channels4j.Scope;
import java.time.Duration;

/**
 * Observes a server, for metrics and logs. All methods do nothing by default.
 *
 * <p>Reasons can be used as metric tags, because they come from a small fixed set. The server's documentation lists
 * them.
 *
 * <p>{@link Scope#urlRoute()} is available after a router has selected a route. It is not yet available in {@link
 * #opened}. {@link Scope#connectionId()} identifies the connection.
 *
 * <p><b>Threads.</b> Methods are called concurrently on many event loops. Implementations must be thread-safe and must
 * not block. Exceptions do not affect the connection, and only the first exception from each listener is logged.
 */
public interface ServerListener {

    /**
     * Called before the application is called for a connection or request. {@link #closed} is called exactly once after this method.
     *
     * @param scope the connection
     */
    default void opened(Scope scope) {}

    /**
     * Called when a WebSocket has been accepted.
     *
     * @param scope the connection
     */
    default void accepted(Scope scope) {}

    /**
     * Called when a connection or request has ended.
     *
     * @param scope the connection
     * @param summary the connection's totals and its close code or status
     */
    default void closed(Scope scope, ConnectionSummary summary) {}

    /**
     * Called when the server has refused a connection or request before a scope was created.
     *
     * @param reason the reason, such as the name of a limit
     */
    default void refused(String reason) {}

    /**
     * Called when a message, or a part of a request body, has been received.
     *
     * @param scope the connection
     * @param bytes the size, without framing
     */
    default void received(Scope scope, int bytes) {}

    /**
     * Called when a message, or a part of a response body, has been admitted to the outbound queue.
     *
     * @param scope the connection
     * @param bytes the size, without framing
     */
    default void sent(Scope scope, int bytes) {}

    /**
     * Called when a message has been dropped.
     *
     * @param scope the connection
     * @param reason the reason, such as the name of the slow-consumer policy
     * @param bytes the size
     */
    default void dropped(Scope scope, String reason, int bytes) {}

    /**
     * Called when a newer broadcast with the same {@linkplain io.channels4j.Broadcast#latest key} has replaced one that waited for a slow
     * peer.
     *
     * @param scope the connection
     */
    default void conflated(Scope scope) {}

    /**
     * Called when the number of bytes waiting to be written has changed. A connection's changes add up to zero once all
     * bytes have been written or discarded. For a request, this may be after {@link #closed}. Requests that share a
     * queue report their changes with the scope of the first request.
     *
     * @param scope the connection
     * @param change the change in bytes; negative for a decrease
     */
    default void queued(Scope scope, long change) {}

    /**
     * Called when an application has handled an event.
     *
     * @param scope the connection
     * @param time the time from the call of the consumer's callback to the completion of its stage
     */
    default void handled(Scope scope, Duration time) {}
}
