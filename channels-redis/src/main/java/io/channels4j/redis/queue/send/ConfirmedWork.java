package io.channels4j.redis.queue.send;

import io.channels4j.internal.Stages;
import io.channels4j.redis.queue.store.Partition;
import io.channels4j.redis.queue.store.QueueScript;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers the ids of the messages that Redis added to work queues, and finds those that Redis has lost since: after a failover to a
 * replica that was behind, a restart without persistence, or an eviction. Ids never decrease, so a queue whose last id precedes a remembered
 * one has lost this message. Messages that had been completed are not counted if a check has noticed this before the loss.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class ConfirmedWork {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");

    /** The number of remembered messages. The oldest are forgotten first. */
    private static final int MAX_REMEMBERED = 10_000;

    private static final int MAX_QUEUES_PER_CALL = 200;

    private final Duration expiry;
    private final ObjLongConsumer<String> onLost;

    /** Guarded by this. */
    private final Deque<Sent> remembered = new ArrayDeque<>();

    private record Id(long millis, long sequence) {

        static final Id NONE = new Id(0, 0);

        static Id of(Object reply) {
            String text = new String((byte[]) reply, StandardCharsets.US_ASCII);
            int dash = text.indexOf('-');
            return dash < 0
                    ? NONE
                    : new Id(Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
        }

        boolean isAfter(Id other) {
            return millis > other.millis || millis == other.millis && sequence > other.sequence;
        }
    }

    private record Sent(Partition partition, String channel, Id id) {}

    /**
     * Creates an instance that remembers nothing.
     *
     * @param expiry the age at which messages in work queues expire
     * @param onLost a callback for the number of lost messages of a queue
     */
    ConfirmedWork(Duration expiry, ObjLongConsumer<String> onLost) {
        this.expiry = expiry;
        this.onLost = onLost;
    }

    /** Remembers a message. */
    synchronized void confirmed(Partition partition, String channel, Object id) {
        if (remembered.size() >= MAX_REMEMBERED) {
            remembered.remove();
        }
        remembered.add(new Sent(partition, channel, Id.of(id)));
    }

    /** Forgets all messages, before they are flushed. */
    synchronized void clear() {
        remembered.clear();
    }

    /** Reports the messages of a partition that Redis has lost. */
    void check(Partition partition) {
        Map<String, List<Sent>> byChannel = new HashMap<>();
        synchronized (this) {
            long oldest = partition.clock() - expiry.toMillis();
            remembered.removeIf(
                    sent -> sent.partition() == partition && sent.id().millis() < oldest);
            for (Sent sent : remembered) {
                if (sent.partition() == partition) {
                    byChannel
                            .computeIfAbsent(sent.channel(), key -> new ArrayList<>())
                            .add(sent);
                }
            }
        }
        List<String> channels = List.copyOf(byChannel.keySet());
        for (int from = 0; from < channels.size(); from += MAX_QUEUES_PER_CALL) {
            List<String> some = channels.subList(from, Math.min(channels.size(), from + MAX_QUEUES_PER_CALL));
            Stages.ignore(partition
                    .connection()
                    .run(
                            QueueScript.FIND_LAST_WORK,
                            some.stream().map(partition::queue).toList())
                    .thenAccept(reply -> {
                        for (int i = 0; i < some.size(); i++) {
                            String channel = some.get(i);
                            compare(
                                    channel,
                                    byChannel.getOrDefault(channel, List.of()),
                                    Id.of(reply.get(2 * i)),
                                    Id.of(reply.get(2 * i + 1)));
                        }
                    }));
        }
    }

    private void compare(String channel, List<Sent> before, Id last, Id first) {
        List<Sent> lost = new ArrayList<>();
        synchronized (this) {
            for (Sent sent : before) {
                boolean isLost = sent.id().isAfter(last);
                boolean isGone = isLost || first.equals(Id.NONE) || first.isAfter(sent.id());
                if (isGone && remembered.remove(sent) && isLost) {
                    lost.add(sent);
                }
            }
        }
        if (!lost.isEmpty()) {
            LOG.warn("work queue {}: Redis has lost {} confirmed messages", channel, lost.size());
            onLost.accept(channel, lost.size());
        }
    }
}
