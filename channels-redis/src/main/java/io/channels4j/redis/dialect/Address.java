package io.channels4j.redis.dialect;

/**
 * A Redis pub/sub channel.
 *
 * @param kind the kind of recipient
 * @param name the name of the group, channel or process
 * @param redisName the name of the pub/sub channel
 * @param partition the partition, which determines the host
 */
public record Address(Kind kind, String name, String redisName, int partition) {

    /** Returns the kind as text for log and error messages. */
    public String what() {
        return kind == Kind.GROUP ? "group" : kind == Kind.PROCESS ? "process" : "channel";
    }

    /** Returns true if only the layer itself sends to the address. Such an address has no members. */
    public boolean isInternal() {
        return kind == Kind.PROBE || kind == Kind.HEARTBEAT;
    }

    /** The kind of an address. */
    public enum Kind {
        /** A group. */
        GROUP,
        /** A channel that any process may receive from. */
        CHANNEL,
        /** All channels that belong to one process. */
        PROCESS,
        /** Messages that a process sends to itself to verify that it can receive. */
        PROBE,
        /** The last numbers of the sequences of all processes. */
        HEARTBEAT
    }
}
