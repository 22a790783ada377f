package io.channels4j;

/**
 * One step between a server and an application, such as a received WebSocket message or the start of an HTTP response.
 *
 * <p>The interface is open: a server for another protocol adds its own events, and an application ignores unknown ones. Events are
 * immutable.
 */
public interface Event {

    /**
     * Returns the type of the event as in the ASGI specification, such as {@code websocket.receive}.
     *
     * @return the type
     */
    String type();
}
