package io.channels4j.websocket;

import java.nio.charset.StandardCharsets;

/**
 * A close code and a reason, as carried in a close frame (RFC 6455 §7.4).
 *
 * @param code the code: 1000-1003, 1007-1014 or 3000-4999
 * @param reason the reason, at most 123 bytes of UTF-8, or an empty string
 */
public record CloseStatus(int code, String reason) {

    /** 1000: the purpose of the connection is fulfilled. */
    public static final CloseStatus NORMAL = new CloseStatus(1000, "");

    /** 1001: an endpoint is going away, such as a browser that leaves the page. */
    public static final CloseStatus GOING_AWAY = new CloseStatus(1001, "");

    /** 1002: a frame violated the protocol. */
    public static final CloseStatus PROTOCOL_ERROR = new CloseStatus(1002, "");

    /** 1003: the endpoint received a type of data that it does not accept. */
    public static final CloseStatus UNSUPPORTED_DATA = new CloseStatus(1003, "");

    /** 1007: the content of a message did not match its type. An example is text that is not UTF-8. */
    public static final CloseStatus INVALID_PAYLOAD = new CloseStatus(1007, "");

    /** 1008: a message violated a policy. */
    public static final CloseStatus POLICY_VIOLATION = new CloseStatus(1008, "");

    /** 1009: a message was too big. */
    public static final CloseStatus MESSAGE_TOO_BIG = new CloseStatus(1009, "");

    /** 1011: the server failed. */
    public static final CloseStatus INTERNAL_ERROR = new CloseStatus(1011, "");

    /** 1012: the server is restarting. The client may reconnect after a random delay (IANA registry). */
    public static final CloseStatus SERVICE_RESTART = new CloseStatus(1012, "");

    /** 1013: the server cannot serve the connection at present. The client may try again later (IANA registry). */
    public static final CloseStatus TRY_AGAIN_LATER = new CloseStatus(1013, "");

    /** 1005 in a disconnect event: the peer's close frame had no code. Never sent. */
    public static final int NO_STATUS_CODE = 1005;

    /** 1006 in a disconnect event: the connection ended without a close frame. Never sent. */
    public static final int ABNORMAL_CODE = 1006;

    private static final int MAX_REASON_BYTES = 123;

    /** Validates the code and the reason. */
    public CloseStatus {
        boolean sendable = code >= 1000 && code <= 1003 || code >= 1007 && code <= 1014 || code >= 3000 && code <= 4999;
        if (!sendable) {
            throw new IllegalArgumentException(
                    "close code: %d (expected: 1000-1003, 1007-1014 or 3000-4999)".formatted(code));
        }
        int bytes = reason.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_REASON_BYTES) {
            throw new IllegalArgumentException(
                    "close reason: %d bytes of UTF-8 (expected: at most %d)".formatted(bytes, MAX_REASON_BYTES));
        }
    }

    /**
     * Returns a status without a reason.
     *
     * @param code the code
     * @return the status
     * @throws IllegalArgumentException if endpoints must not send this code
     */
    public static CloseStatus of(int code) {
        return new CloseStatus(code, "");
    }

    /**
     * Returns a copy of this status with the given reason.
     *
     * @param newReason the reason, at most 123 bytes of UTF-8
     * @return the new status
     */
    public CloseStatus because(String newReason) {
        return new CloseStatus(code, newReason);
    }
}
