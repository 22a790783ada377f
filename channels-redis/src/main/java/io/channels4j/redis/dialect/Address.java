package io.channels4j.redis.dialect;

/**
 * A place in Redis to which messages are published.
 *
 * @param kind what it stands for
 * @param name the group's or channel's name
 * @param redisName the name of the pub/sub channel
 * @param partition decides on the host
 */
public record Address(Kind kind, String name, String redisName, int partition) {

    /** Returns the kind in words. */
    public String what() {
        return kind == Kind.GROUP ? "group" : kind == Kind.PROCESS ? "process" : "channel";
    }

    /** What an address stands for. */
    public enum Kind {
        /** A group. */
        GROUP,
        /** A channel that any process may receive from. */
        CHANNEL,
        /** All channels that belong to one process. */
        PROCESS,
        /** A process's own echo, by which it knows that it would hear others. */
        PROBE
    }
}
