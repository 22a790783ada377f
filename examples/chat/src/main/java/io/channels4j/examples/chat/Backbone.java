package io.channels4j.examples.chat;

import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.redis.RedisPubSubChannelLayer;
import io.channels4j.redis.RedisSessionStore;
import io.channels4j.session.InMemorySessionStore;
import io.channels4j.session.SessionStore;

/**
 * The channel layer and the session store, which all connections of one chat share. They are kept in memory for one process and
 * in Redis for several.
 *
 * <p>Thread-safe.
 */
record Backbone(ChannelLayer layer, SessionStore sessions) implements AutoCloseable {

    static Backbone inMemory() {
        return new Backbone(InMemoryChannelLayer.create(), InMemorySessionStore.create());
    }

    /** Returns a backbone shared with all other processes that use the same URL. */
    static Backbone onRedis(String url) {
        RedisSessionStore sessions = RedisSessionStore.create(url);
        try {
            return new Backbone(RedisPubSubChannelLayer.create(url), sessions);
        } catch (RuntimeException e) {
            sessions.close();
            throw e;
        }
    }

    @Override
    public void close() {
        layer.close();
        if (sessions instanceof RedisSessionStore connected) {
            connected.close();
        }
    }
}
