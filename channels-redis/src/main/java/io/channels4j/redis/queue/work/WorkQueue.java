package io.channels4j.redis.queue.work;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * This process's share of one work queue: waiting calls, delivered messages, and outcomes that Redis has not confirmed. Confined to the
 * control thread.
 */
final class WorkQueue {

    /** Precedes the ids of all messages. */
    static final String FIRST_ID = "0-0";

    private final String channel;
    private final String key;
    private final boolean held;

    /** Shared with the held messages of the queue, like the next field. */
    private final Deque<PendingReceive<?>> receives;

    private final Deque<WorkItem> untaken;
    private final List<WorkQueue> family = new ArrayList<>();
    private final Set<String> unsettled = new HashSet<>();
    private final Map<WorkSettlement.Outcome, List<String>> unsent = new EnumMap<>(WorkSettlement.Outcome.class);
    private final Set<String> inFlight = new HashSet<>();
    private @Nullable String deliveryUncertainAfter;

    /**
     * Creates the share of a queue and of its held messages.
     *
     * @param heldKeys the keys of the held messages in the formats that this process reads
     */
    WorkQueue(String channel, String key, List<String> heldKeys) {
        this(channel, key, false, new ArrayDeque<>(), new ArrayDeque<>());
        family.add(this);
        heldKeys.forEach(held -> family.add(new WorkQueue(channel, held, true, receives, untaken)));
    }

    private WorkQueue(
            String channel, String key, boolean held, Deque<PendingReceive<?>> receives, Deque<WorkItem> untaken) {
        this.channel = channel;
        this.key = key;
        this.held = held;
        this.receives = receives;
        this.untaken = untaken;
        for (WorkSettlement.Outcome outcome : WorkSettlement.Outcome.values()) {
            unsent.put(outcome, new ArrayList<>());
        }
    }

    String channel() {
        return channel;
    }

    String key() {
        return key;
    }

    /** Returns true if this share contains messages that another process could not read. They do not expire. */
    boolean isHeld() {
        return held;
    }

    /** Returns this queue and its held messages. Their waiting calls are the same. */
    List<WorkQueue> family() {
        return family;
    }

    /** Returns true if this queue and its held messages are idle. */
    boolean isFamilyIdle() {
        return family.stream().allMatch(WorkQueue::isIdle);
    }

    /** Passes an untaken item to a call and returns the item. If there is none, makes the call wait and returns null. */
    @Nullable
    WorkItem add(PendingReceive<?> receive) {
        WorkItem first = untaken.peek();
        if (first != null && receive.offer(first)) {
            return untaken.poll();
        }
        receives.add(receive);
        return null;
    }

    /** Stores a delivered item. Returns true if a waiting call took it. */
    boolean deliver(WorkItem item) {
        unsettled.add(item.id());
        for (PendingReceive<?> receive = receives.poll(); receive != null; receive = receives.poll()) {
            if (receive.offer(item)) {
                return true;
            }
        }
        untaken.add(item);
        return false;
    }

    /** Returns the number of waiting calls. */
    int demand() {
        receives.removeIf(PendingReceive::isWithdrawn);
        return receives.size();
    }

    /** Marks an item to be returned to the queue, unless a call has taken it. Returns true if the item was marked. */
    boolean returnIfUntaken(WorkItem item) {
        return untaken.remove(item)
                && unsettled.remove(item.id())
                && unsent(WorkSettlement.Outcome.NOT_DELIVERED).add(item.id());
    }

    /** Records an outcome. Returns false if the item was settled before. */
    boolean settle(String id, WorkSettlement.Outcome outcome) {
        return unsettled.remove(id) && unsent(outcome).add(id);
    }

    /** Returns the ids of the messages whose outcome must be sent to Redis. */
    List<String> unsent(WorkSettlement.Outcome outcome) {
        return unsent.getOrDefault(outcome, List.of());
    }

    /** Returns the ids of the messages whose outcome was sent but has not been confirmed. */
    Set<String> inFlight() {
        return inFlight;
    }

    /**
     * Returns the id after which Redis may have delivered messages in a reply that was lost, or null if it has not.
     */
    @Nullable
    String deliveryUncertainAfter() {
        return deliveryUncertainAfter;
    }

    void setDeliveryUncertainAfter(@Nullable String id) {
        deliveryUncertainAfter = id;
    }

    /** Returns the ids of the messages that were delivered here and whose outcome has not been confirmed. */
    Set<String> knownIds() {
        Set<String> known = new HashSet<>(unsettled);
        known.addAll(inFlight);
        unsent.values().forEach(known::addAll);
        return known;
    }

    boolean isIdle() {
        return demand() == 0
                && deliveryUncertainAfter == null
                && unsettled.isEmpty()
                && inFlight.isEmpty()
                && unsent.values().stream().allMatch(List::isEmpty);
    }

    /** Returns the ids of the messages that a call took and has not settled, or that the application returned. */
    List<String> takenIds() {
        List<String> taken = new ArrayList<>(unsent(WorkSettlement.Outcome.RETURNED));
        taken.addAll(unsettled);
        untaken.stream().filter(item -> item.queue() == this).forEach(item -> taken.remove(item.id()));
        return taken;
    }

    /** Fails the waiting calls. */
    void failReceives(RuntimeException cause) {
        receives.forEach(receive -> receive.fail(cause));
        receives.clear();
    }
}
