package io.channels4j.redis.queue;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.command.CommandConnectionFactory;
import io.channels4j.redis.connection.ControlThread;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/** The parts of the keys, and which of them has a name: several in a cluster, which has each on some node, or one on each host. */
final class Tags {

    private final QueueSettings settings;
    private final CommandConnectionFactory links;
    private final String process;
    private final List<Tag> all;

    Tags(
            QueueSettings settings,
            CommandConnectionFactory links,
            List<CommandConnection> hosts,
            String process,
            ControlThread loop,
            Tag.Watcher watcher) {
        this.settings = settings;
        this.links = links;
        this.process = process;
        boolean cluster = settings.hosts().cluster();
        all = IntStream.range(0, cluster ? settings.tags() : hosts.size())
                .mapToObj(i -> {
                    int host = cluster ? 0 : i;
                    String name = cluster ? Integer.toString(i) : "0";
                    return new Tag(name, host, hosts.get(host), process, settings, loop, watcher);
                })
                .toList();
    }

    Stream<Tag> all() {
        return all.stream();
    }

    Stream<Tag> onHost(int host) {
        return all.stream().filter(tag -> tag.host == host);
    }

    /** Returns the tag that has a group, a channel or a process. */
    Tag of(String name) {
        if (!settings.hosts().cluster()) {
            return all.get(links.hostOf(name));
        }
        CRC32 crc = new CRC32();
        crc.update(bytes(name));
        return all.get((int) (crc.getValue() % all.size()));
    }

    /** Returns the tag of this process' direct messages. */
    Tag home() {
        return of(process);
    }
}
