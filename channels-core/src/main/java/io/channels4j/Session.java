package io.channels4j;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Named values that the server stores for one client between requests, identified by a cookie.
 *
 * <p>If the client has no session, this one is initially empty and is not stored until a value is added. Changes are
 * saved when the response headers of a request or WebSocket handshake are sent, unless the status is 500 or higher.
 * Later changes, such as those made on an open WebSocket, are saved by {@link #save()}.
 *
 * <p>Values are converted to JSON when they are stored. Later changes to the object have no effect. A save writes only
 * the changed values. An open WebSocket therefore does not undo changes saved by the client's other connections. If two
 * connections change the same value, the last save wins. A session that is stored in the cookie, however, is always
 * written as a whole. On a long-lived connection, changes made by other connections become visible after {@link
 * #save()} or {@link #reload()}.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public interface Session {

    /**
     * Returns the id of this session, for {@link io.channels4j.auth.Connections#disconnectSession} and for logs. The id is derived from the
     * secret in the client's cookie but does not reveal it. {@link #rotateId()} changes the id, and so does every save of a session that is
     * stored in the cookie.
     *
     * @return the id, 64 hexadecimal digits; empty for a session that has never been saved
     */
    Optional<String> id();

    /**
     * Returns the names of all values.
     *
     * @return a snapshot of the names
     */
    Set<String> names();

    /**
     * Returns a text value.
     *
     * @param name its name
     * @return the text, or empty if there is no such value
     * @throws ChannelsException if the value is not text
     */
    default Optional<String> get(String name) {
        return get(name, String.class);
    }

    /**
     * Returns a value as a new object.
     *
     * @param name its name
     * @param type the class to convert the value to
     * @param <T> the class
     * @return the object, or empty if there is no such value
     * @throws ChannelsException if the value cannot be converted to the class
     */
    <T> Optional<T> get(String name, Class<T> type);

    /**
     * Stores a value, replacing an existing one with the same name.
     *
     * @param name its name
     * @param value a value that Jackson can write
     * @throws ChannelsException if Jackson cannot write the value
     */
    void put(String name, Object value);

    /**
     * Removes a value. Has no effect if there is no such value.
     *
     * @param name its name
     */
    void remove(String name);

    /**
     * Removes all values. The next save also removes those that other connections have stored. Saving an empty session
     * deletes it and its cookie.
     */
    void clear();

    /**
     * Returns true if there are no values.
     *
     * @return true if the session is empty
     */
    boolean isEmpty();

    /**
     * Returns true if there are unsaved changes.
     *
     * @return true if there are changes to save
     */
    boolean modified();

    /**
     * Replaces the session's id at the next save and invalidates the old one. Call this method whenever the client
     * gains privileges. Otherwise, an attacker who has the old id gains them, too (session fixation). {@code
     * Auth.login} calls it if it stores the login in the session.
     */
    void rotateId();

    /**
     * Saves the session if it is modified.
     *
     * @return a stage that completes when the session is saved. It completes exceptionally with {@link
     *     ClientErrorException} if the client needs a new cookie but the response headers have been sent. A new cookie
     *     is needed when a new session is stored, after {@link #rotateId()}, and for every change to a session that is
     *     stored in the cookie.
     */
    @CheckReturnValue
    CompletionStage<Void> save();

    /**
     * Reads the session from the store again. Unsaved changes are kept. Has no effect on a session that has never been saved.
     *
     * @return a stage that completes when the stored values have been read and the unsaved changes have been applied to
     *     them. It completes exceptionally with {@link io.channels4j.session.SessionGoneException} if the session was
     *     deleted or has expired.
     */
    @CheckReturnValue
    CompletionStage<Void> reload();
}
