package io.channels4j.redis.queue.send;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.queue.send.GroupMembers.Receiver;
import io.channels4j.redis.queue.store.Partition;
import io.channels4j.redis.queue.store.QueueScript;
import io.channels4j.redis.queue.store.QueueSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Messages that one script call adds to inboxes, in order. Confined to its {@link InboxBatcher}. */
final class InboxBatch {

    private static final int MAX_MESSAGES = 128;
    private static final int MAX_BYTES = 256 * 1024;

    /** The maximum number of deliveries to inboxes. It limits how long the script blocks Redis. */
    private static final int MAX_DELIVERIES = 2048;

    private final Partition partition;
    private final KnownReceivers known;
    private final List<InboxMessage> messages = new ArrayList<>();
    private final List<Integer> targets = new ArrayList<>();
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Map<String, Inbox> inboxes = new LinkedHashMap<>();
    private final List<Inbox> inboxOrder = new ArrayList<>();
    private final List<Group> groupOrder = new ArrayList<>();
    private long payloadBytes;
    private long deliveries;
    private boolean needsTime;

    /** Whether the batch is one message to a group whose inboxes all have room. */
    private boolean single;

    private record Group(String name, int position, GroupMembers members, List<Inbox> inboxes) {}

    private static final class Inbox {

        final String process;
        final int position;
        int maxPerEntry = 1;
        boolean check;

        Inbox(String process, int position) {
            this.process = process;
            this.position = position;
        }
    }

    InboxBatch(Partition partition, KnownReceivers known) {
        this.partition = partition;
        this.known = known;
    }

    List<InboxMessage> messages() {
        return messages;
    }

    boolean isEmpty() {
        return messages.isEmpty();
    }

    /** Adds a message, unless the batch has no room for it. An empty batch has room for every message. */
    boolean add(InboxMessage message) {
        int receivers = message.isToGroup()
                ? known.membersOf(message.target()).receivers().size()
                : 1;
        if (!messages.isEmpty()
                && (messages.size() >= MAX_MESSAGES
                        || payloadBytes + message.payload().length > MAX_BYTES
                        || deliveries + receivers > MAX_DELIVERIES)) {
            return false;
        }
        payloadBytes += message.payload().length;
        deliveries += receivers;
        messages.add(message);
        targets.add(message.isToGroup() ? group(message.target()).position() : -processInbox(message.target()));
        return true;
    }

    private Group group(String name) {
        return groups.computeIfAbsent(name, key -> {
            GroupMembers members = known.membersOf(key);
            List<Inbox> receiving = new ArrayList<>(members.receivers().size());
            for (Receiver receiver : members.receivers()) {
                Inbox inbox = inbox(receiver.process());
                inbox.maxPerEntry = receiver.maxPerEntry();
                receiving.add(inbox);
            }
            needsTime |= !members.queues().isEmpty();
            Group group = new Group(key, groupOrder.size() + 1, members, receiving);
            groupOrder.add(group);
            return group;
        });
    }

    /** Returns the position of a process's inbox. The inbox is always checked, because the process may have ended. */
    private int processInbox(String process) {
        Inbox inbox = inbox(process);
        inbox.check = true;
        return inbox.position;
    }

    private Inbox inbox(String process) {
        return inboxes.computeIfAbsent(process, key -> {
            Inbox inbox = new Inbox(key, inboxOrder.size() + 1);
            inbox.check = !known.isChecked(key);
            inboxOrder.add(inbox);
            return inbox;
        });
    }

    /** Calls a script. */
    CommandConnection.ReplicatedReply send(QueueSettings settings, int inboxCapacity) {
        messages.forEach(message -> message.attempts++);
        single = isSingle();
        return single ? sendSingle(settings) : sendAll(settings, inboxCapacity);
    }

    /** Without a lease, other processes do not count this one as a sender, and would not leave room for its messages. */
    private boolean isSingle() {
        return messages.size() == 1
                && messages.get(0).isToGroup()
                && !messages.get(0).isControl()
                && !needsTime
                && partition.isReachable()
                && inboxOrder.stream().allMatch(inbox -> known.hasRoom(inbox.process));
    }

    private CommandConnection.ReplicatedReply sendSingle(QueueSettings settings) {
        Group group = groupOrder.get(0);
        List<String> keys = new ArrayList<>(1 + inboxOrder.size());
        keys.add(partition.group(group.name()));
        for (Inbox inbox : inboxOrder) {
            known.useRoom(inbox.process);
            keys.add(partition.inbox(inbox.process));
        }
        return partition
                .connection()
                .replicated(
                        settings.replication(),
                        QueueScript.SEND_TO_GROUP,
                        keys,
                        bytes(group.members().version()),
                        messages.get(0).payload(),
                        bytes(settings.lease().toMillis()));
    }

    private CommandConnection.ReplicatedReply sendAll(QueueSettings settings, int inboxCapacity) {
        List<String> keys = new ArrayList<>(1 + groupOrder.size() + inboxOrder.size());
        keys.add(partition.leases());
        List<byte[]> values = new ArrayList<>();
        values.add(bytes(groupOrder.size()));
        values.add(bytes(inboxCapacity));
        values.add(bytes(settings.limits().expiry().toMillis()));
        values.add(bytes(settings.lease().toMillis()));
        values.add(Partition.newGroupVersion());
        values.add(bytes(needsTime ? 1 : 0));
        for (Inbox inbox : inboxOrder) {
            values.add(bytes(inbox.process));
            values.add(bytes(inbox.check ? 1 : 0));
            values.add(bytes(inbox.maxPerEntry));
        }
        for (Group group : groupOrder) {
            keys.add(partition.group(group.name()));
            values.add(bytes(group.members().version()));
            values.add(bytes(group.inboxes().size()));
            group.inboxes().forEach(inbox -> values.add(bytes(inbox.position)));
        }
        inboxOrder.forEach(inbox -> keys.add(partition.inbox(inbox.process)));
        for (int i = 0; i < messages.size(); i++) {
            values.add(bytes(targets.get(i)));
            values.add(messages.get(i).payload());
        }
        return partition
                .connection()
                .replicated(settings.replication(), QueueScript.SEND_TO_INBOXES, keys, values.toArray(byte[][]::new));
    }

    /**
     * The effects of a batch.
     *
     * @param outcomes the effects of each message; null if it was not sent because the known group members were outdated
     * @param expired the number of older messages that had expired
     */
    record Result(List<InboxMessage.@Nullable Outcome> outcomes, long expired) {}

    /** Interprets the reply of the script, and updates the known receivers. */
    Result result(List<Object> reply) {
        return single ? resultOfSingle(reply) : resultOfAll(reply);
    }

    private Result resultOfSingle(List<Object> reply) {
        List<InboxMessage.@Nullable Outcome> outcomes = new ArrayList<>(1);
        Group group = groupOrder.get(0);
        if (reply.isEmpty()) {
            outcomes.add(new InboxMessage.Outcome(0, inboxOrder.size(), 0, group.members()));
        } else {
            outcomes.add(null);
            known.update(group.name(), GroupMembers.decode((List<?>) reply.get(0), partition.process()));
        }
        return new Result(outcomes, 0);
    }

    private Result resultOfAll(List<Object> reply) {
        long now = (long) reply.get(0);
        List<?> results = (List<?>) reply.get(2);
        List<?> outdated = (List<?>) reply.get(4);
        updateInboxes((List<?>) reply.get(3), (List<?>) reply.get(5), (long) reply.get(6));
        boolean[] skipped = new boolean[groupOrder.size() + 1];
        for (int i = 0; i + 1 < outdated.size(); i += 2) {
            int position = Math.toIntExact((long) outdated.get(i));
            skipped[position] = true;
            known.update(
                    groupOrder.get(position - 1).name(),
                    GroupMembers.decode((List<?>) outdated.get(i + 1), partition.process()));
        }
        List<InboxMessage.@Nullable Outcome> outcomes = new ArrayList<>(messages.size());
        for (int i = 0; i < messages.size(); i++) {
            int target = targets.get(i);
            outcomes.add(
                    target > 0 && skipped[target]
                            ? null
                            : new InboxMessage.Outcome(
                                    (long) results.get(2 * i),
                                    (long) results.get(2 * i + 1),
                                    now,
                                    target > 0 ? groupOrder.get(target - 1).members() : GroupMembers.NONE));
        }
        return new Result(outcomes, (long) reply.get(1));
    }

    private void updateInboxes(List<?> remaining, List<?> lengths, long processes) {
        if (processes > 0) {
            known.counted(processes);
        }
        for (Inbox inbox : inboxOrder) {
            long millis = (long) remaining.get(inbox.position - 1);
            long length = (long) lengths.get(inbox.position - 1);
            if (millis > 0) {
                known.checked(inbox.process, millis);
            } else if (millis < 0) {
                known.dead(inbox.process);
            }
            if (length >= 0) {
                known.measured(inbox.process, length);
            }
        }
    }
}
