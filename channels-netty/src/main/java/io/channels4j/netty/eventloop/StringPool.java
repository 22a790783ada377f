package io.channels4j.netty.eventloop;

/**
 * A bounded pool for strings that many clients send, such as header names and values. Connections share the pooled copies. A
 * new string replaces the pooled string in its slot.
 *
 * <p>Confined to its event loop.
 */
public final class StringPool {

    private static final int SLOTS = 512;
    private static final int MAX_CHARACTERS = 256;

    private final String[] pooled = new String[SLOTS];

    /** Returns an equal string, from the pool if present. */
    public String of(String text) {
        if (text.isEmpty() || text.length() > MAX_CHARACTERS) {
            return text;
        }
        int hash = text.hashCode();
        int slot = (hash ^ hash >>> 16) & SLOTS - 1;
        String known = pooled[slot];
        if (text.equals(known)) {
            return known;
        }
        pooled[slot] = text;
        return text;
    }
}
