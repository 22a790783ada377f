package io.channels4j.redis.queue.store;

import io.channels4j.redis.command.LuaScript;
import io.channels4j.redis.command.RedisScript;

/** The Lua scripts of the queue layer. The keys, arguments and reply of each script are documented at its top. */
public enum QueueScript implements RedisScript {
    ACKNOWLEDGE,
    ADD_PROCESS_TO_GROUPS,
    ADD_QUEUE_TO_GROUP,
    BURY_DELAYED_MESSAGE,
    BURY_HELD_WORK,
    BURY_WORK,
    DELAY_MESSAGE,
    DELETE_DEAD_LETTER,
    FIND_LAST_WORK,
    FIND_MISSING_GROUPS,
    HOLD_WORK,
    LEAVE_QUEUE,
    MOVE_TO_PROCESS,
    OPEN_HELD_WORK,
    RELEASE_LEASE,
    REMOVE_FROM_GROUPS,
    RENEW_LEASE,
    REQUEUE_DEAD_LETTER,
    REQUEUE_DELAYED_MESSAGE,
    RETURN_TO_QUEUE,
    RETURN_WORK_OF_DEAD_PROCESSES,
    SEND_TO_GROUP,
    SEND_TO_INBOXES,
    SEND_TO_QUEUE;

    @SuppressWarnings("ImmutableEnumChecker") // never modified
    private final LuaScript script = LuaScript.of(this);

    @Override
    public byte[] body() {
        return script.body();
    }

    @Override
    public String sha() {
        return script.sha();
    }
}
