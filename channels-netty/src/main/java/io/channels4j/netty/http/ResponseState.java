package io.channels4j.netty.http;

/**
 * The state of the response to one request.
 *
 * <table>
 * <caption>Transitions</caption>
 * <tr><th>state</th><th>event</th><th>next state</th></tr>
 * <tr><td>{@code PENDING}</td><td>{@code http.response.start}</td><td>{@code STARTED}</td></tr>
 * <tr><td rowspan="2">{@code STARTED}, {@code STREAMING}</td><td>{@code http.response.body}, more follows</td>
 *     <td>{@code STREAMING}</td></tr>
 * <tr><td>the last {@code http.response.body}</td><td>{@code COMPLETE}</td></tr>
 * <tr><td>{@code STREAMING}</td><td>the server shuts down between two server-sent events</td><td>{@code DRAINED}</td></tr>
 * <tr><td rowspan="2">{@code PENDING}, {@code STARTED}, {@code STREAMING}</td>
 *     <td>the application fails or ends, or the request is refused</td><td>{@code REPLACED}</td></tr>
 * <tr><td>the connection ends</td><td>{@code LOST}</td></tr>
 * </table>
 *
 * <p>{@link HttpExchange#moveTo} makes every change.
 */
enum ResponseState {
    /** The application has sent nothing. */
    PENDING("the response has not started"),
    /** The head is held back until the application sends the first part of the body. */
    STARTED("the response has started"),
    /** The head has been written, but the response is not complete. */
    STREAMING("the response has started"),
    /** The application sent a complete response. */
    COMPLETE("the response is complete"),
    /** The server ended a stream of server-sent events. */
    DRAINED("the server is shutting down"),
    /** The server responded in place of the application, or aborted a partial response. */
    REPLACED("the server responded or aborted the response"),
    /** The connection ended before the response was complete. */
    LOST("the client disconnected");

    private final String description;

    ResponseState(String description) {
        this.description = description;
    }

    /** Returns true if the application can no longer send. */
    boolean isFinal() {
        return compareTo(COMPLETE) >= 0;
    }

    /** Returns a description for error messages. */
    String description() {
        return description;
    }
}
