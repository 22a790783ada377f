package io.channels4j.benchmarks.bare;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All rooms: for each, the members of every event loop apart.
 *
 * <p>Thread-safe. A room stays when its last member has left: a run has few names, and no broadcast should pay for the tidying.
 */
final class Rooms implements AutoCloseable {

    private final Map<String, Map<EventLoop, Shard>> byName = new ConcurrentHashMap<>();
    private final @Nullable Relay relay;

    /** Makes rooms of this process alone, or of all processes that have the Redis. */
    Rooms(@Nullable String redis) {
        relay = redis == null ? null : new Relay(redis, this::said);
    }

    /** Returns the shards of a room; later members show up in it. */
    Map<EventLoop, Shard> room(String name) {
        return byName.computeIfAbsent(name, fresh -> {
            if (relay != null) {
                relay.subscribe(fresh);
            }
            return new ConcurrentHashMap<>();
        });
    }

    /** Returns the way to other processes; null: there are none. */
    @Nullable
    Relay relay() {
        return relay;
    }

    private void said(String name, byte[] json) {
        Map<EventLoop, Shard> room = byName.get(name);
        if (room != null) {
            ByteBuf frame = Frames.text(json);
            room.forEach((loop, shard) -> {
                ByteBuf its = frame.retainedDuplicate();
                loop.execute(() -> shard.add(loop, its));
            });
            frame.release();
        }
    }

    @Override
    public void close() {
        if (relay != null) {
            relay.close();
        }
    }
}
