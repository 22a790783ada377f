package io.channels4j.testing;

import io.channels4j.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The response to a WebSocket handshake.
 *
 * @param accepted whether the connection was accepted
 * @param subprotocol the chosen subprotocol, or empty for none
 * @param status the HTTP status. It is 101 if accepted, 403 if closed, and otherwise the status of the rejecting
 *     response.
 * @param headers the headers that the application added, or the headers of the rejecting response
 * @param closeCode the code with which the application closed the connection before accepting it. It is empty for other
 *     responses. A client never receives this code.
 * @param body the body of the rejecting response; empty for other responses
 */
@SuppressWarnings("ArrayRecordComponent") // compared by content below
public record Handshake(
        boolean accepted,
        Optional<String> subprotocol,
        int status,
        Headers headers,
        OptionalInt closeCode,
        byte[] body) {

    /**
     * Returns the body as text.
     *
     * @return the body, decoded as UTF-8
     */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Handshake that
                && accepted == that.accepted
                && subprotocol.equals(that.subprotocol)
                && status == that.status
                && headers.equals(that.headers)
                && closeCode.equals(that.closeCode)
                && Arrays.equals(body, that.body);
    }

    @Override
    public int hashCode() {
        return Objects.hash(accepted, subprotocol, status, headers, closeCode, Arrays.hashCode(body));
    }
}
