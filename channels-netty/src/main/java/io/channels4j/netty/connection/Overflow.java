package io.channels4j.netty.connection;

/** What happens to a message for a peer that is too far behind. */
public enum Overflow {
    DISCONNECT,
    DROP_NEWEST,
    DROP_OLDEST
}
