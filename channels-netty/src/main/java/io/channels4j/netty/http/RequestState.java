package io.channels4j.netty.http;

import java.util.EnumSet;
import java.util.Set;

/**
 * The state of a channel that carries requests. The channel is an HTTP/1.1 connection or an HTTP/2 stream. A stream has
 * only one request.
 *
 * <table>
 * <caption>Transitions</caption>
 * <tr><th>state</th><th>input</th><th>event</th><th>next state</th></tr>
 * <tr><td rowspan="4">{@code IDLE}</td><td rowspan="4">the head of a request is expected</td>
 *     <td>head, a body may follow</td><td>{@code RECEIVING}</td></tr>
 * <tr><td>head that ends the stream (HTTP/2)</td><td>{@code RESPONDING}</td></tr>
 * <tr><td>head that requests an upgrade to h2c (HTTP/1.1)</td><td>{@code UPGRADING}</td></tr>
 * <tr><td>head of a WebSocket handshake</td><td>{@code ENDED}, the WebSocket takes over</td></tr>
 * <tr><td>{@code UPGRADING}</td><td>the body is collected</td><td>end of the body</td>
 *     <td>{@code ENDED}, HTTP/2 takes over</td></tr>
 * <tr><td rowspan="2">{@code RECEIVING}</td><td rowspan="2">the body is passed to the application</td>
 *     <td>end of the body</td><td>{@code RESPONDING}</td></tr>
 * <tr><td>the response is complete, or the request was refused</td><td>{@code SKIPPING}</td></tr>
 * <tr><td rowspan="2">{@code RESPONDING}</td><td rowspan="2">further requests wait (HTTP/1.1)</td>
 *     <td>the response is complete, the connection is kept alive (HTTP/1.1)</td><td>{@code IDLE}</td></tr>
 * <tr><td>the response is complete</td><td>{@code CLOSING}</td></tr>
 * <tr><td rowspan="3">{@code SKIPPING}</td><td rowspan="3">the rest of the body is discarded</td>
 *     <td>end of the body, the response is complete</td><td>{@code IDLE}, or {@code CLOSING} on HTTP/2</td></tr>
 * <tr><td>end of the body before the response</td><td>{@code RESPONDING}</td></tr>
 * <tr><td>the response was the last one</td><td>{@code CLOSING}</td></tr>
 * <tr><td>{@code CLOSING}</td><td>discarded</td><td>all output is written (HTTP/1.1)</td><td>{@code LINGERING}</td></tr>
 * <tr><td>{@code RECEIVING}, {@code SKIPPING}</td><td></td><td>the response has been written (HTTP/2)</td>
 *     <td>{@code LINGERING}</td></tr>
 * <tr><td>{@code LINGERING}</td><td>discarded; the output is shut down</td><td>the channel closes</td><td>{@code ENDED}</td></tr>
 * </table>
 *
 * <p>Every state before {@code CLOSING} becomes {@code CLOSING} when the server ends the channel gracefully. Every state becomes
 * {@code ENDED} when the channel closes. {@link HttpHandler#moveTo} makes every change.
 */
public enum RequestState {
    IDLE,
    UPGRADING,
    RECEIVING,
    RESPONDING,
    SKIPPING,
    CLOSING,
    LINGERING,
    ENDED;

    /** Returns true once no further request is served. */
    public boolean isClosing() {
        return compareTo(CLOSING) >= 0;
    }

    /** Returns true while a part of the body may follow. */
    boolean receivesBody() {
        return this == UPGRADING || this == RECEIVING || this == SKIPPING;
    }

    boolean mayBecome(RequestState next) {
        return next.isClosing() ? compareTo(next) <= 0 : successors().contains(next);
    }

    private Set<RequestState> successors() {
        return switch (this) {
            case IDLE -> EnumSet.of(RECEIVING, RESPONDING, UPGRADING);
            case RECEIVING -> EnumSet.of(RESPONDING, SKIPPING);
            case SKIPPING -> EnumSet.of(IDLE, RESPONDING);
            case RESPONDING -> EnumSet.of(IDLE);
            default -> EnumSet.noneOf(RequestState.class);
        };
    }
}
