package io.channels4j;

/**
 * A step in the exchange between a server and an application. Examples are a received WebSocket message and the start
 * of an HTTP response.
 *
 * <p>Servers for other protocols can define their own events, so applications must ignore unknown events. Implementations must be
 * immutable.
 */
public interface Event {

    /**
     * Returns the type of the event as named in the ASGI specification, such as {@code websocket.receive}.
     *
     * @return the type
     */
    String type();
}
