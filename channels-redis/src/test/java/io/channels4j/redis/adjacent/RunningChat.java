package io.channels4j.redis.adjacent;

import java.util.List;

/** A version of the chat that runs in its own class loader. All loaders share this interface, whose types belong to the JDK. */
public interface RunningChat extends AutoCloseable {

    /** Opens a WebSocket in the room and returns its number. */
    int connect();

    /** Sends a text from the client of a WebSocket. */
    void send(int socket, String text);

    /** Returns the next text that the client of a WebSocket receives. Fails if the WebSocket is closed, or if there is none. */
    String receive(int socket);

    /** Returns true if the client of a WebSocket receives nothing for a short time. */
    boolean receivesNothing(int socket);

    /** Adds a message to a work queue, after a delay in milliseconds. */
    void sendWork(String type, String text, int delay);

    /** Takes the next message from a work queue, acknowledges it, and returns its type and text. */
    String takeWork();

    /** Returns the gaps, losses and drops that the layer has reported. */
    List<String> reports();

    @Override
    void close();
}
