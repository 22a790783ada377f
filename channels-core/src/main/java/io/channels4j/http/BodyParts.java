package io.channels4j.http;

import io.channels4j.Scope;
import io.channels4j.engine.InputMemory;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** Collects the body of one request up to a limit. Confined to its consumer. */
final class BodyParts {

    /** The size of an incomplete body, in bytes, from which its memory is reported. */
    private static final int REPORTED_BYTES = 16 * 1024;

    private @Nullable ByteArrayOutputStream parts;
    private byte[] body = {};
    private boolean discards;
    private int reported;

    /** The result of adding a part. */
    enum Progress {
        /** The part is stored, or discarded because the request has already been rejected. */
        INCOMPLETE,
        /** The body is complete. */
        COMPLETE,
        /** The body exceeds the limit with this part, which is discarded like all later ones. */
        TOO_LARGE
    }

    /**
     * Adds a part.
     *
     * @param part the bytes
     * @param more whether more parts follow
     * @param maxBytes the maximum size of the whole body
     */
    Progress add(byte[] part, boolean more, int maxBytes) {
        if (discards) {
            return Progress.INCOMPLETE;
        }
        if (part.length > maxBytes - size()) {
            discards = true;
            return Progress.TOO_LARGE;
        }
        if (!more && parts == null) {
            body = part;
            return Progress.COMPLETE;
        }
        if (parts == null) {
            parts = new ByteArrayOutputStream(2 * part.length);
        }
        parts.writeBytes(part);
        if (more) {
            return Progress.INCOMPLETE;
        }
        body = parts.toByteArray();
        parts = new ByteArrayOutputStream(0);
        return Progress.COMPLETE;
    }

    /** Reports the memory of an incomplete body to the server. The memory counts until the connection has ended. */
    void reportTo(Scope scope) {
        int size = size();
        if (size >= REPORTED_BYTES) {
            int change = size - reported;
            reported = size;
            scope.get(InputMemory.KEY).ifPresent(memory -> memory.held(change));
        }
    }

    /** Discards this and all later parts. Returns false if parts were already being discarded. */
    boolean startDiscarding() {
        boolean first = !discards;
        discards = true;
        return first;
    }

    private int size() {
        return parts == null ? 0 : parts.size();
    }

    /** Returns the complete body. A single part is not copied. */
    byte[] body() {
        return body;
    }
}
