package io.channels4j.http;

import io.channels4j.http.multipart.PartLimits;

/**
 * The limits on a form that {@link Form#of(io.channels4j.Scope, byte[], FormLimits)} accepts. A form that exceeds one of
 * them is rejected with status 413. The body as a whole is also limited by {@link AsyncHttpConsumer#maxBodyBytes()}. Immutable.
 *
 * @param maxParts the maximum number of fields and files together; default 1,000
 * @param maxPartBytes the maximum size of one field or file, in bytes; default 10 MiB
 * @param maxBytes the maximum size of the whole form, in bytes; default 10 MiB
 * @param maxHeaderBytes the maximum size of the headers of one part of a multipart form, in bytes; default 4 KiB
 */
public record FormLimits(int maxParts, int maxPartBytes, int maxBytes, int maxHeaderBytes) {

    private static final int MEBIBYTES_10 = 10 * 1024 * 1024;
    private static final FormLimits DEFAULTS = new FormLimits(1_000, MEBIBYTES_10, MEBIBYTES_10, 4 * 1024);

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if one of them is zero or negative
     */
    public FormLimits {
        requirePositive("maxParts", maxParts);
        requirePositive("maxPartBytes", maxPartBytes);
        requirePositive("maxBytes", maxBytes);
        requirePositive("maxHeaderBytes", maxHeaderBytes);
    }

    /**
     * Returns the default limits.
     *
     * @return the limits
     */
    public static FormLimits defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these limits with a different number of parts.
     *
     * @param number the maximum number of fields and files together, one or more
     * @return the new limits
     */
    public FormLimits withMaxParts(int number) {
        return new FormLimits(number, maxPartBytes, maxBytes, maxHeaderBytes);
    }

    /**
     * Returns these limits with a different size of one part.
     *
     * @param bytes the maximum size of one field or file, one or more
     * @return the new limits
     */
    public FormLimits withMaxPartBytes(int bytes) {
        return new FormLimits(maxParts, bytes, maxBytes, maxHeaderBytes);
    }

    /**
     * Returns these limits with a different size of the form.
     *
     * @param bytes the maximum size of the whole form, one or more
     * @return the new limits
     */
    public FormLimits withMaxBytes(int bytes) {
        return new FormLimits(maxParts, maxPartBytes, bytes, maxHeaderBytes);
    }

    /**
     * Returns these limits with a different size of the headers of a part.
     *
     * @param bytes the maximum size of the headers of one part, one or more
     * @return the new limits
     */
    public FormLimits withMaxHeaderBytes(int bytes) {
        return new FormLimits(maxParts, maxPartBytes, maxBytes, bytes);
    }

    PartLimits partLimits() {
        return new PartLimits(maxParts, maxPartBytes, maxBytes, maxHeaderBytes);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s: %d (expected: 1 or more)".formatted(name, value));
        }
    }
}
