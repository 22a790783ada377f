package io.channels4j.redis.django.store;

import io.channels4j.redis.command.LuaScript;
import io.channels4j.redis.command.RedisScript;

/**
 * The Lua scripts of the queue layer for Django. The keys, arguments and reply of each script are documented at its top.
 */
public enum DjangoScript implements RedisScript {
    ADD_TO_GROUP,
    CLAIM_WORK,
    GROUP_MEMBERS,
    READ_PROCESS_QUEUE,
    RENEW_WORK,
    RETURN_IN_FLIGHT,
    SEND_TO_QUEUES,
    SETTLE_WORK;

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
