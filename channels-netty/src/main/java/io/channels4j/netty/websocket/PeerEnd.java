package io.channels4j.netty.websocket;

import io.channels4j.netty.frame.FrameWriter;
import io.channels4j.netty.frame.ProtocolViolation;
import io.channels4j.netty.outbound.EncodedBytes;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketDisconnect;
import org.jspecify.annotations.Nullable;

/**
 * The end of the peer's input, caused by a close frame or a violation.
 *
 * @param code the code of the close frame that the server sends
 * @param closeReason the reason for the close, for error messages
 * @param answer the close frame that the server sends
 * @param disconnect the last event for the application
 * @param complete whether the peer sends nothing more, because it has sent a close frame
 */
record PeerEnd(int code, String closeReason, EncodedBytes answer, WebSocketDisconnect disconnect, boolean complete) {

    static PeerEnd closed(int code, String reason) {
        return new PeerEnd(
                code,
                WebSocketSender.closeReason(code, reason, "by the peer"),
                EncodedBytes.of(FrameWriter.close(code, "")),
                new WebSocketDisconnect(code, reason),
                true);
    }

    /** Returns the last event for a connection whose handshake was refused. */
    static WebSocketDisconnect refused(@Nullable Throwable failure) {
        return failure == null
                ? new WebSocketDisconnect(CloseStatus.ABNORMAL_CODE, "the handshake was refused")
                : lost(failure);
    }

    /** Returns the last event for a connection that ends without a close frame from the peer. */
    static WebSocketDisconnect lost(@Nullable Throwable failure) {
        String reason = failure == null ? "" : String.valueOf(failure.getMessage());
        return new WebSocketDisconnect(CloseStatus.ABNORMAL_CODE, reason, failure);
    }

    static PeerEnd violated(ProtocolViolation violation) {
        CloseStatus status = violation.status();
        return new PeerEnd(
                status.code(),
                WebSocketSender.closeReason(status.code(), violation.description(), WebSocketSender.BY_SERVER),
                EncodedBytes.of(FrameWriter.close(status.code(), status.reason())),
                new WebSocketDisconnect(CloseStatus.ABNORMAL_CODE, violation.description(), violation),
                false);
    }
}
