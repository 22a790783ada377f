package io.channels4j.redis.queue;

import io.channels4j.redis.command.CommandConnectionFactory;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.queue.store.Partition;
import io.channels4j.redis.queue.store.QueueCounters;
import io.channels4j.redis.queue.store.QueueSettings;
import io.channels4j.redis.queue.work.WorkReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** The readers of this process's inboxes and work queues, created when a partition is first read. Confined to the control thread. */
final class QueueReaders {

    private static final Duration MAX_BLOCKING_TIME = Duration.ofSeconds(5);

    private final WorkReader.Settings settings;
    private final int inboxCapacity;
    private final InboxDispatcher dispatcher;
    private final ControlThread thread;
    private final CommandConnectionFactory connections;
    private final Map<Partition, InboxReader> inboxes = new HashMap<>();
    private final Map<Partition, WorkReader> works = new HashMap<>();

    QueueReaders(
            QueueSettings settings,
            String process,
            InboxDispatcher dispatcher,
            QueueCounters counters,
            ControlThread thread,
            CommandConnectionFactory connections) {
        this.settings = new WorkReader.Settings(process, blockingTime(settings), settings, counters);
        this.inboxCapacity = settings.inboxCapacity();
        this.dispatcher = dispatcher;
        this.thread = thread;
        this.connections = connections;
    }

    /**
     * Returns how long a read may block in Redis. This must be shorter than the time-out after which a silent host is considered
     * unavailable.
     */
    private static Duration blockingTime(QueueSettings settings) {
        Duration half = settings.hosts().timeout().dividedBy(2);
        return half.compareTo(MAX_BLOCKING_TIME) < 0 ? half : MAX_BLOCKING_TIME;
    }

    /** Starts reading this process's inbox in a partition, unless it is being read already. */
    void openInbox(Partition partition) {
        inboxes.computeIfAbsent(
                partition,
                key -> new InboxReader(
                        key,
                        settings.process(),
                        (payload, age) -> dispatcher.dispatch(key, payload, age),
                        new InboxReader.Limits(settings.maxBlockingTime(), inboxCapacity),
                        thread,
                        connections));
    }

    /** Returns the reader of the work queues in a partition. */
    WorkReader work(Partition partition) {
        partition.activate();
        return works.computeIfAbsent(
                partition,
                key -> new WorkReader(
                        key,
                        settings,
                        thread,
                        new WorkDecoder(settings.queues(), key, settings.counters()),
                        connections));
    }

    /** Maintains the work queues in a partition from which this process receives. */
    void maintain(Partition partition) {
        WorkReader reader = works.get(partition);
        if (reader != null) {
            reader.maintain();
        }
    }

    /** Fails waiting calls and returns unsettled messages to their queues. The futures complete when Redis has confirmed this. */
    Stream<CompletableFuture<?>> shutDownWork(RuntimeException cause) {
        return works.values().stream().map(reader -> reader.shutDown(cause));
    }

    /** Closes all connections. Each returned future completes when its connection is closed. */
    List<CompletableFuture<?>> close() {
        inboxes.values().forEach(InboxReader::close);
        works.values().forEach(WorkReader::close);
        return Stream.<CompletableFuture<?>>concat(
                        inboxes.values().stream().map(InboxReader::ended),
                        works.values().stream().map(WorkReader::ended))
                .toList();
    }
}
