package io.channels4j.netty.websocket;

import io.channels4j.internal.Encodings;
import io.channels4j.netty.frame.MessageDeflater;
import io.channels4j.netty.outbound.OutboundFrame;
import io.channels4j.websocket.WebSocketSend;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the form in which the messages of one connection go out: compressed or not, and shared where members of a group are
 * sent the same event. Thread-safe.
 *
 * @param deflater compresses, or null when that was not agreed on
 * @param threshold messages of fewer bytes are not compressed
 */
record Frames(@Nullable MessageDeflater deflater, int threshold) {

    private static final Frames PLAIN = new Frames(null, 0);

    static Frames of(@Nullable MessageDeflater deflater, int threshold) {
        return deflater == null ? PLAIN : new Frames(deflater, threshold);
    }

    OutboundFrame of(WebSocketSend message) {
        boolean compresses = deflater != null && message.bytes().length >= threshold;
        if (!Encodings.isShared(message)) {
            return compresses && deflater != null ? new CompressedFrame(message, deflater) : new MessageFrame(message);
        }
        SharedFrame shared = shared(message);
        // what others get as well is unknown to the context of this connection
        return compresses && deflater != null && !deflater.keepsContext() ? shared.compressed() : shared;
    }

    private static SharedFrame shared(WebSocketSend message) {
        if (Encodings.get(message) instanceof SharedFrame shared) {
            return shared;
        }
        SharedFrame shared = SharedFrame.of(message);
        Encodings.keep(message, shared);
        return shared;
    }
}
