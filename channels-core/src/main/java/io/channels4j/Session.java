package io.channels4j;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * What the server remembers about one client, from request to request: named values, found again by a cookie.
 *
 * <p>A client without a session has an empty one here, which costs nothing until something is put in. Changes are saved when the
 * headers of the response go out: those of an HTTP response, of a WebSocket's handshake, or of a response that refuses one,
 * unless its status is 500 or more. Later changes, as on an open WebSocket, are saved by {@link #save()}.
 *
 * <p>Values are kept as JSON, in the form they have when they are put in. When two connections of one client save, the later one
 * wins.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public interface Session {

    /**
     * Returns the names of all values.
     *
     * @return the names, as of now
     */
    Set<String> names();

    /**
     * Returns a value that is text.
     *
     * @param name its name
     * @return the text, or empty when there is no such value
     * @throws ChannelsException when it is not text
     */
    default Optional<String> get(String name) {
        return get(name, String.class);
    }

    /**
     * Returns a value as an object, made anew by each call.
     *
     * @param name its name
     * @param type the class to read it as
     * @param <T> the class
     * @return the object, or empty when there is no such value
     * @throws ChannelsException when the value does not fit the class
     */
    <T> Optional<T> get(String name, Class<T> type);

    /**
     * Puts a value in, in place of one of the same name.
     *
     * @param name its name
     * @param value what Jackson can write as JSON
     * @throws ChannelsException when Jackson cannot write it
     */
    void put(String name, Object value);

    /**
     * Removes a value; one that is not there is no error.
     *
     * @param name its name
     */
    void remove(String name);

    /** Removes all values. A session that is saved empty is deleted, and so is its cookie. */
    void clear();

    /**
     * Tells whether there are no values.
     *
     * @return whether it is empty
     */
    boolean isEmpty();

    /**
     * Tells whether there are changes that are not saved.
     *
     * @return whether there are
     */
    boolean modified();

    /**
     * Gives the session a new id when it is saved, and makes the old one worthless. To be done whenever the client gains rights,
     * so that nobody who knew or planted the old id gains them too (session fixation); a login does it by itself.
     */
    void rotateId();

    /**
     * Saves the session now if it is modified.
     *
     * @return completes when it is saved; exceptionally with {@link ChannelsException} when the headers of the response have been
     *     sent and the client would have to learn a new cookie: its first one, one after {@link #rotateId()}, or any change of a
     *     session that is kept in the cookie itself
     */
    CompletionStage<Void> save();
}
