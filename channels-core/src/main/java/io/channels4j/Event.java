package io.channels4j;

/**
 * One step between a server and an application, such as a received WebSocket message or the start of an HTTP response.
 *
 * <p>The interface is open: a server for another protocol adds events of its own, and an application ignores what it does
 * not know. Events are immutable.
 */
public interface Event {

    /**
     * Returns the name of this kind of event as in the ASGI specification, such as {@code websocket.receive}.
     *
     * @return the name
     */
    String type();
}
