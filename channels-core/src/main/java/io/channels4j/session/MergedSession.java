package io.channels4j.session;

/**
 * A session after changes have been applied to it.
 *
 * @param token the session's token, which changes only if tokens contain the data
 * @param data the stored data after the changes, or {@code {}} if no values remained and the session was deleted
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record MergedSession(String token, byte[] data) {

    /**
     * Returns true if no values remained.
     *
     * @return true if the session was deleted
     */
    public boolean isEmpty() {
        return data.length <= 2; // {}
    }

    /** Returns only the size, because the token and the data are secret. */
    @Override
    public String toString() {
        return "MergedSession[" + data.length + " bytes]";
    }
}
