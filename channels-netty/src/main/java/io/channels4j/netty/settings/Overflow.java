package io.channels4j.netty.settings;

import java.util.Locale;

/** What happens to a message for a peer that is too far behind. */
public enum Overflow {
    DISCONNECT,
    DROP_NEWEST,
    DROP_OLDEST;

    private final String reason = name().toLowerCase(Locale.ROOT);

    /** Returns the word that a listener gets for it. */
    public String reason() {
        return reason;
    }
}
