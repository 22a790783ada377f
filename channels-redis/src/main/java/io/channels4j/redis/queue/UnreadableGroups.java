package io.channels4j.redis.queue;

import io.channels4j.redis.connection.BatchedReports;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.queue.store.Partition;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The groups whose members have missed messages that could not be read. If a message cannot be decrypted, its group is not known. It may
 * then be any group in the partition of the inbox. Groups are reported together, at most once per second. Thread-safe.
 */
final class UnreadableGroups implements InboxDispatcher.Gaps {

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final BatchedReports<String> groups;
    private final BatchedReports<Partition> partitions;

    /**
     * Creates an empty instance.
     *
     * @param groupsIn a function that returns the groups with members in this process whose partition is the given one; called on the
     *     control thread
     * @param reporter a consumer of the groups, called on the control thread
     */
    UnreadableGroups(ControlThread thread, Function<Partition, Set<String>> groupsIn, Consumer<Set<String>> reporter) {
        groups = new BatchedReports<>(thread, PAUSE, reporter);
        partitions = new BatchedReports<>(thread, PAUSE, taken -> {
            Set<String> all = new HashSet<>();
            taken.forEach(partition -> all.addAll(groupsIn.apply(partition)));
            reporter.accept(all);
        });
    }

    @Override
    public void unreadable(String group) {
        groups.add(group);
    }

    @Override
    public void unreadable(Partition partition) {
        partitions.add(partition);
    }
}
