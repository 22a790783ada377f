package io.channels4j.redis.queue.send;

import java.util.concurrent.CompletableFuture;

/** A message to a group or to one process that has yet to be added to inboxes. Confined to its {@link InboxBatcher}. */
final class InboxMessage {

    private enum Kind {
        TO_GROUP,
        CONTROL_TO_GROUP,
        TO_PROCESS
    }

    private final Kind kind;
    private final String target;
    private final byte[] payload;
    private final long created = System.nanoTime();
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

    /** The number of times that the message was sent. */
    int attempts;

    /**
     * The effects of a message.
     *
     * @param full the number of inboxes that were full
     * @param added the number of inboxes that have the message
     * @param now the Redis clock in milliseconds; 0 if the script did not need it
     * @param members the members of the group
     */
    record Outcome(long full, long added, long now, GroupMembers members) {}

    private InboxMessage(Kind kind, String target, byte[] payload) {
        this.kind = kind;
        this.target = target;
        this.payload = payload;
    }

    static InboxMessage toGroup(String group, byte[] payload) {
        return new InboxMessage(Kind.TO_GROUP, group, payload);
    }

    /** Returns a message that is added to an inbox only after its length was read. */
    static InboxMessage controlToGroup(String group, byte[] payload) {
        return new InboxMessage(Kind.CONTROL_TO_GROUP, group, payload);
    }

    static InboxMessage toProcess(String process, byte[] payload) {
        return new InboxMessage(Kind.TO_PROCESS, process, payload);
    }

    boolean isToGroup() {
        return kind != Kind.TO_PROCESS;
    }

    boolean isControl() {
        return kind == Kind.CONTROL_TO_GROUP;
    }

    /** Returns the name of the group or the process. */
    String target() {
        return target;
    }

    byte[] payload() {
        return payload;
    }

    long ageNanos() {
        return System.nanoTime() - created;
    }

    CompletableFuture<Outcome> outcome() {
        return outcome;
    }
}
