package io.channels4j.redis.pubsub;

import io.channels4j.internal.Stages;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.ErrorReply;
import io.channels4j.redis.connection.ErrorReply.Reaction;
import io.channels4j.redis.dialect.Address;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.pubsub.api.async.RedisPubSubAsyncCommands;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of this process on one host. Sends batches of subscriptions and unsubscriptions until the subscriptions match the
 * wanted addresses. At most one command is in flight. Changes made in the meantime are batched.
 *
 * <p><b>Threads.</b> Confined to the control thread, except for {@link #confirmed}, {@link #size} and the listener of the connection.
 */
final class HostSubscriptions {

    private static final int MAX_BATCH = 512;

    private final boolean sharded;
    private final ControlThread control;
    private final Events events;

    /** The names whose subscriptions Redis has confirmed. Read by any thread; see {@link #release}. */
    private final Set<String> confirmed = ConcurrentHashMap.newKeySet();

    private final Map<String, Address> dirty = new LinkedHashMap<>();
    private final Map<String, List<CompletableFuture<Void>>> waiters = new HashMap<>();
    private final Set<String> restoring = new HashSet<>();
    private @Nullable StatefulRedisPubSubConnection<String, byte[]> connection;
    private volatile @Nullable SubscriptionBatch inFlight;

    /** Decides which addresses are wanted, and is notified of subscription changes. Called on the control thread unless noted otherwise. */
    interface Events {

        /** Returns true if this process wants to receive from an address on this host. Called from any thread. */
        boolean isWanted(Address address);

        /** A message was received. Called on the connection's thread, with the sequences of the connection. */
        void message(String redisName, byte[] payload, ReceivedSequences sequences);

        /** Redis confirmed a subscription. Called on the connection's thread, with the sequences of the connection. */
        void subscribed(String redisName, ReceivedSequences sequences);

        /** Messages to a group are missing. Called on the connection's thread. */
        void missing(Address group, long messages);

        /** Redis confirmed subscriptions. */
        void subscribed(List<Address> addresses);

        /** Addresses were unsubscribed, or turned out not to be wanted before they were subscribed. */
        void unsubscribed(List<Address> addresses);

        /** The host ended a subscription because its slot has moved. */
        void revoked(String redisName);

        /** The host rejected a command for these addresses. */
        void rejected(List<Address> addresses, Throwable cause);

        /** All wanted addresses are subscribed on the current connection. */
        void restored();
    }

    HostSubscriptions(boolean sharded, ControlThread control, Events events) {
        this.sharded = sharded;
        this.control = control;
        this.events = events;
    }

    /**
     * Completes when Redis has confirmed the subscription to an address. Also completes if the address is not wanted, there is no
     * connection, or Redis denies the subscription. A wanted address is then subscribed later.
     */
    CompletionStage<Void> confirmed(Address address) {
        if (confirmed.contains(address.redisName())) {
            return Stages.done();
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        control.execute(() -> {
            if (connection == null || confirmed.contains(address.redisName()) || !events.isWanted(address)) {
                done.complete(Stages.NOTHING);
            } else {
                waiters.computeIfAbsent(address.redisName(), name -> new ArrayList<>(1))
                        .add(done);
                changed(address);
            }
        });
        return done;
    }

    boolean isConfirmed(Address address) {
        return confirmed.contains(address.redisName());
    }

    boolean isRestoring() {
        return !restoring.isEmpty();
    }

    int size() {
        return confirmed.size();
    }

    /** Returns the age of the command in flight in nanoseconds, or 0 if there is none. */
    long batchAge() {
        SubscriptionBatch batch = inFlight;
        return batch == null ? 0 : batch.ageNanos();
    }

    /** Must be called when an address may have become wanted or unwanted. */
    void changed(Address address) {
        dirty.put(address.redisName(), address);
        pump();
    }

    /** Starts restoring the wanted addresses on a new connection. */
    void connected(StatefulRedisPubSubConnection<String, byte[]> made, Collection<Address> wanted) {
        connection = made;
        made.addListener(new Listener(made));
        dirty.clear();
        wanted.forEach(address -> {
            dirty.put(address.redisName(), address);
            restoring.add(address.redisName());
        });
        pump();
        if (restoring.isEmpty()) {
            events.restored();
        }
    }

    /** Discards the subscriptions of the lost connection, and completes the joins that waited for them. */
    void disconnected() {
        connection = null;
        inFlight = null;
        confirmed.clear();
        restoring.clear();
        dirty.clear();
        Map<String, List<CompletableFuture<Void>>> left = new HashMap<>(waiters);
        waiters.clear();
        left.values().forEach(stages -> stages.forEach(done -> done.complete(Stages.NOTHING)));
    }

    private void pump() {
        StatefulRedisPubSubConnection<String, byte[]> to = connection;
        while (to != null && inFlight == null && !dirty.isEmpty()) {
            List<Address> next = new ArrayList<>();
            boolean subscribe = take(next);
            if (!next.isEmpty()) {
                send(to, subscribe, next);
            }
        }
    }

    /**
     * Moves the addresses for the next command into a list. Returns true if the command subscribes, false if it unsubscribes. In a cluster,
     * the addresses share a slot.
     */
    private boolean take(List<Address> next) {
        boolean subscribe = false;
        Iterator<Address> all = dirty.values().iterator();
        while (all.hasNext() && next.size() < MAX_BATCH) {
            Address address = all.next();
            boolean wanted = events.isWanted(address);
            if (wanted == confirmed.contains(address.redisName())) {
                all.remove();
                settled(address);
                if (!wanted) {
                    events.unsubscribed(List.of(address));
                }
            } else if (next.isEmpty() || subscribe == wanted && fits(next.get(0), address)) {
                all.remove();
                if (wanted || release(address)) {
                    subscribe = wanted;
                    next.add(address);
                }
            }
        }
        return subscribe;
    }

    private boolean fits(Address first, Address address) {
        return !sharded || first.partition() == address.partition();
    }

    /**
     * Withdraws the confirmation of an address before unsubscribing it. If the address is wanted again, restores the confirmation and
     * returns false. A join makes its group wanted and then checks for the confirmation. Either the join finds no confirmation, or this
     * method finds that the group is wanted.
     */
    private boolean release(Address address) {
        confirmed.remove(address.redisName());
        if (events.isWanted(address)) {
            confirmed.add(address.redisName());
            return false;
        }
        return true;
    }

    private void send(StatefulRedisPubSubConnection<String, byte[]> to, boolean subscribe, List<Address> addresses) {
        SubscriptionBatch batch = new SubscriptionBatch(subscribe, addresses);
        inFlight = batch;
        CompletionStage<Void> sent = command(to.async(), subscribe, batch.names);
        sent.whenComplete((nothing, failure) -> {
            if (failure != null) {
                control.execute(() -> rejected(batch, failure));
            }
        });
    }

    private RedisFuture<Void> command(
            RedisPubSubAsyncCommands<String, byte[]> commands, boolean subscribe, String[] names) {
        if (sharded) {
            return subscribe ? commands.ssubscribe(names) : commands.sunsubscribe(names);
        }
        return subscribe ? commands.subscribe(names) : commands.unsubscribe(names);
    }

    private void answered(SubscriptionBatch batch) {
        if (inFlight != batch) {
            return;
        }
        inFlight = null;
        if (batch.subscribe) {
            batch.addresses.forEach(address -> confirmed.add(address.redisName()));
            events.subscribed(batch.addresses);
            batch.addresses.forEach(this::settled);
        } else {
            events.unsubscribed(batch.addresses);
        }
        pump();
    }

    private void rejected(SubscriptionBatch batch, Throwable cause) {
        if (inFlight != batch) {
            return;
        }
        inFlight = null;
        if (ErrorReply.calls(cause, Reaction.DENY)) {
            batch.addresses.forEach(this::completeJoins);
        }
        events.rejected(batch.addresses, cause);
        pump();
    }

    /** Must be called when the subscription of an address is in the wanted state. Completes the joins that wait for it. */
    private void settled(Address address) {
        completeJoins(address);
        if (restoring.remove(address.redisName()) && restoring.isEmpty()) {
            events.restored();
        }
    }

    private void completeJoins(Address address) {
        List<CompletableFuture<Void>> waiting = waiters.remove(address.redisName());
        if (waiting != null) {
            waiting.forEach(done -> done.complete(Stages.NOTHING));
        }
    }

    private void revoked(String redisName) {
        if (confirmed.remove(redisName)) {
            events.revoked(redisName);
        }
    }

    /** Receives messages and replies from one connection, on its thread. Replies from a connection that was replaced are ignored. */
    private final class Listener extends RedisPubSubAdapter<String, byte[]> {

        private final StatefulRedisPubSubConnection<String, byte[]> source;
        private final ReceivedSequences sequences = new ReceivedSequences(events::missing);

        Listener(StatefulRedisPubSubConnection<String, byte[]> source) {
            this.source = source;
        }

        @Override
        public void message(String channel, byte[] payload) {
            events.message(channel, payload, sequences);
        }

        @Override
        public void smessage(String channel, byte[] payload) {
            events.message(channel, payload, sequences);
        }

        @Override
        public void subscribed(String channel, long count) {
            answered(true, channel);
        }

        @Override
        public void ssubscribed(String channel, long count) {
            answered(true, channel);
        }

        @Override
        public void unsubscribed(String channel, long count) {
            answered(false, channel);
        }

        @Override
        public void sunsubscribed(String channel, long count) {
            answered(false, channel);
        }

        private void answered(boolean subscribe, String channel) {
            if (subscribe) {
                events.subscribed(channel, sequences);
            } else {
                sequences.forget(channel);
            }
            SubscriptionBatch batch = inFlight;
            if (batch != null && batch.subscribe == subscribe && batch.answered(channel)) {
                if (batch.isComplete()) {
                    control.execute(() -> ifCurrent(() -> HostSubscriptions.this.answered(batch)));
                }
            } else if (!subscribe) {
                control.execute(() -> ifCurrent(() -> revoked(channel)));
            }
        }

        private void ifCurrent(Runnable task) {
            if (connection == source) {
                task.run();
            }
        }
    }
}
