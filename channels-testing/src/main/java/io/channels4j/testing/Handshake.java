package io.channels4j.testing;

import io.channels4j.Headers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a WebSocket handshake.
 *
 * @param accepted whether the connection was accepted
 * @param subprotocol the chosen subprotocol, or empty for none
 * @param status the HTTP status: 101 if accepted, 403 if closed, or that of the response that rejects the connection
 * @param headers the headers that the application added, or those of the response that rejects the connection
 * @param closeCode the code with which the application closed the connection before accepting it, which a client does not see; empty
 *     for other answers
 * @param body the body of the response that rejects the connection; empty for other answers
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
