package io.channels4j.benchmarks.bare;

import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * All rooms: for each, the members of every event loop apart.
 *
 * <p>Thread-safe. A room stays when its last member has left: a run has few names, and no broadcast should pay for the tidying.
 */
final class Rooms {

    private final Map<String, Map<EventLoop, Shard>> byName = new ConcurrentHashMap<>();

    /** Returns the shards of a room; later members show up in it. */
    Map<EventLoop, Shard> room(String name) {
        return byName.computeIfAbsent(name, fresh -> new ConcurrentHashMap<>());
    }
}
