package io.channels4j.benchmarks.bare;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All rooms, with the members of each room grouped by event loop.
 *
 * <p>Thread-safe. A room is kept after its last member has left. A run uses few names, and cleanup would slow down broadcasts.
 */
final class Rooms implements AutoCloseable {

    private final Map<String, Map<EventLoop, Shard>> byName = new ConcurrentHashMap<>();
    private final @Nullable Relay relay;

    /** Creates rooms that are local to this process or shared through Redis. */
    Rooms(@Nullable String redis) {
        relay = redis == null ? null : new Relay(redis, this::said);
    }

    /** Returns the shards of a room. The map is live and includes shards that are added later. */
    Map<EventLoop, Shard> room(String name) {
        return byName.computeIfAbsent(name, fresh -> {
            if (relay != null) {
                relay.subscribe(fresh);
            }
            return new ConcurrentHashMap<>();
        });
    }

    /** Returns the relay to other processes, or null if there is none. */
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
