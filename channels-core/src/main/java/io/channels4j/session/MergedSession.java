package io.channels4j.session;

/**
 * A session after changes have been applied to it.
 *
 * @param token its token, which is new only if tokens contain the data
 * @param data the data as it is stored now; {@code {}} if no value was left, in which case the session was deleted
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record MergedSession(String token, byte[] data) {

    /**
     * Returns true if no value was left.
     *
     * @return true if it was deleted
     */
    public boolean isEmpty() {
        return data.length <= 2; // {}
    }

    /** Returns only the size, since the token and the data are secret. */
    @Override
    public String toString() {
        return "MergedSession[" + data.length + " bytes]";
    }
}
