package io.channels4j.redis.dialect;

/**
 * A pub/sub channel of Redis.
 *
 * @param kind what it stands for
 * @param name the name of the group, channel or process
 * @param redisName the name of the pub/sub channel
 * @param partition the partition, which has a host
 */
public record Address(Kind kind, String name, String redisName, int partition) {

    /** Returns the kind for messages. */
    public String what() {
        return kind == Kind.GROUP ? "group" : kind == Kind.PROCESS ? "process" : "channel";
    }

    /** The kind of an address. */
    public enum Kind {
        /** A group. */
        GROUP,
        /** A channel that any process may receive from. */
        CHANNEL,
        /** All channels that belong to one process. */
        PROCESS,
        /** Messages of a process to itself, which show that it receives. */
        PROBE
    }
}
