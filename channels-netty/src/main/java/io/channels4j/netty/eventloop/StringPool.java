package io.channels4j.netty.eventloop;

/**
 * Strings that many clients send alike, kept once: an idle connection keeps its headers, and those of two browsers differ in
 * little. The memory is bounded, since a string takes the place of another one.
 *
 * <p>Confined to its event loop.
 */
public final class StringPool {

    private static final int PLACES = 512;
    private static final int MOST_CHARACTERS = 256;

    private final String[] recent = new String[PLACES];

    /** Returns an equal string: one that came before, if it is still known. */
    public String of(String text) {
        if (text.isEmpty() || text.length() > MOST_CHARACTERS) {
            return text;
        }
        int hash = text.hashCode();
        int place = (hash ^ hash >>> 16) & PLACES - 1;
        String known = recent[place];
        if (text.equals(known)) {
            return known;
        }
        recent[place] = text;
        return text;
    }
}
