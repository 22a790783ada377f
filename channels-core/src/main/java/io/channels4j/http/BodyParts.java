package io.channels4j.http;

import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** Gathers the body of one request up to a limit. */
final class BodyParts {

    private @Nullable ByteArrayOutputStream parts;

    /** Adds the last part and returns the whole body; the part itself when it is the only one. */
    byte[] finish(byte[] last) {
        if (parts == null) {
            return last;
        }
        parts.writeBytes(last);
        return parts.toByteArray();
    }

    /** Adds a part that is not the last. */
    void add(byte[] part) {
        if (parts == null) {
            parts = new ByteArrayOutputStream(2 * part.length);
        }
        parts.writeBytes(part);
    }

    /** Tells whether a part would go over the limit. */
    boolean exceeds(int limit, byte[] part) {
        long size = (long) (parts == null ? 0 : parts.size()) + part.length;
        return size > limit;
    }
}
