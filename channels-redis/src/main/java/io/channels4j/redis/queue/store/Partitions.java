package io.channels4j.redis.queue.store;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.command.CommandConnectionFactory;
import io.channels4j.redis.connection.ControlThread;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * The partitions of a layer. Without a cluster, there is one per host. In a cluster, a configured number is distributed over the nodes.
 */
public final class Partitions {

    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(1);

    private final QueueSettings settings;
    private final CommandConnectionFactory connections;
    private final String process;
    private final List<Partition> all;

    public Partitions(
            QueueSettings settings,
            CommandConnectionFactory connections,
            List<CommandConnection> hosts,
            String process,
            ControlThread thread,
            Partition.Listener listener) {
        this.settings = settings;
        this.connections = connections;
        this.process = process;
        boolean cluster = settings.hosts().cluster();
        all = IntStream.range(0, cluster ? settings.partitions() : hosts.size())
                .mapToObj(i -> {
                    int host = cluster ? 0 : i;
                    String name = cluster ? Integer.toString(i) : "0";
                    return new Partition(name, host, hosts.get(host), process, settings, thread, listener);
                })
                .toList();
        thread.every(PROBE_INTERVAL, () -> active().forEach(Partition::probe));
    }

    /** Returns all partitions. */
    public Stream<Partition> all() {
        return all.stream();
    }

    /** Returns the partitions that are in use. */
    public Stream<Partition> active() {
        return all.stream().filter(Partition::isActive);
    }

    /** Returns the longest lag of the partitions in use, but not less than the minimum. Thread-safe. */
    public Duration lag(Duration minimum) {
        return Stream.concat(Stream.of(minimum), active().map(Partition::lag))
                .max(Duration::compareTo)
                .orElse(minimum);
    }

    /** Returns the partitions on a host. */
    public Stream<Partition> onHost(int host) {
        return all.stream().filter(partition -> partition.host() == host);
    }

    /** Returns the partition of a group, a channel or a process. */
    public Partition of(String name) {
        if (!settings.hosts().cluster()) {
            return all.get(connections.hostOf(name));
        }
        CRC32 crc = new CRC32();
        crc.update(bytes(name));
        return all.get((int) (crc.getValue() % all.size()));
    }

    /** Returns the partition for messages to the channels of this process. */
    public Partition home() {
        return of(process);
    }
}
