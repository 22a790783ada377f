package io.channels4j.redis.pubsub;

import io.channels4j.internal.Stages;
import io.channels4j.redis.connection.ControlThread;
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
 * The subscriptions of this process on one host: makes what is so there equal to what is wanted here, in batches, one command at a
 * time. What changes while a command is under way shares the next one.
 *
 * <p>Everything happens on the loop, but for {@link #confirmed} and what the connection calls.
 */
final class HostSubscriptions {

    private static final int BATCH = 512;

    private final boolean sharded;
    private final ControlThread loop;
    private final Events events;

    /** The names that Redis has confirmed. Read from any thread, see {@link #release}. */
    private final Set<String> confirmed = ConcurrentHashMap.newKeySet();

    private final Map<String, Address> dirty = new LinkedHashMap<>();
    private final Map<String, List<CompletableFuture<Void>>> waiters = new HashMap<>();
    private final Set<String> restoring = new HashSet<>();
    private @Nullable StatefulRedisPubSubConnection<String, byte[]> connection;
    private volatile @Nullable Batch underWay;

    /** What the subscriptions ask, and whom they tell. */
    interface Events {

        /** Whether this process wants an address from this host; from any thread. */
        boolean wanted(Address address);

        /** A message came; on the connection's thread. */
        void message(String redisName, byte[] payload);

        /** HostSubscriptions were confirmed. */
        void subscribed(List<Address> addresses);

        /** HostSubscriptions were given up. */
        void unsubscribed(List<Address> addresses);

        /** The host has given a subscription up by itself: another host has it now. */
        void revoked(String redisName);

        /** The host refuses subscriptions. */
        void refused(List<Address> addresses, Throwable why);

        /** All that was subscribed before the connection broke is subscribed again. */
        void restored();
    }

    /** One command. The names that are open belong to the connection's thread once it is sent. */
    private static final class Batch {

        final boolean subscribe;
        final List<Address> addresses;
        final String[] names;
        final Set<String> open;
        final long since = System.nanoTime();

        Batch(boolean subscribe, List<Address> addresses) {
            this.subscribe = subscribe;
            this.addresses = addresses;
            this.names = addresses.stream().map(Address::redisName).toArray(String[]::new);
            this.open = new HashSet<>(List.of(names));
        }
    }

    HostSubscriptions(boolean sharded, ControlThread loop, Events events) {
        this.sharded = sharded;
        this.loop = loop;
        this.events = events;
    }

    /** Completes when Redis has confirmed an address, or at once while the host is out of reach: it is made good later. */
    CompletionStage<Void> confirmed(Address address) {
        if (confirmed.contains(address.redisName())) {
            return Stages.done();
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            if (connection == null || confirmed.contains(address.redisName()) || !events.wanted(address)) {
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

    /** Tells how long the command under way is under way, in nanoseconds; 0 when there is none. */
    long underWayFor() {
        Batch batch = underWay;
        return batch == null ? 0 : System.nanoTime() - batch.since;
    }

    void changed(Address address) {
        dirty.put(address.redisName(), address);
        pump();
    }

    void up(StatefulRedisPubSubConnection<String, byte[]> made, Collection<Address> wanted) {
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

    void down() {
        connection = null;
        underWay = null;
        confirmed.clear();
        restoring.clear();
        dirty.clear();
        Map<String, List<CompletableFuture<Void>>> left = new HashMap<>(waiters);
        waiters.clear();
        left.values().forEach(HostSubscriptions::complete);
    }

    private void pump() {
        StatefulRedisPubSubConnection<String, byte[]> to = connection;
        while (to != null && underWay == null && !dirty.isEmpty()) {
            List<Address> next = new ArrayList<>();
            boolean subscribe = take(next);
            if (!next.isEmpty()) {
                send(to, subscribe, next);
            }
        }
    }

    /** Takes what can go in one command: all to be subscribed or all not, and in a cluster all of one slot. */
    private boolean take(List<Address> next) {
        boolean subscribe = false;
        Iterator<Address> all = dirty.values().iterator();
        while (all.hasNext() && next.size() < BATCH) {
            Address address = all.next();
            boolean wanted = events.wanted(address);
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
     * Takes a confirmation back before the subscription goes. Whoever joins makes its group wanted first and looks for the
     * confirmation then, so that either it sees none or this sees that the group is wanted again.
     */
    private boolean release(Address address) {
        confirmed.remove(address.redisName());
        if (events.wanted(address)) {
            confirmed.add(address.redisName());
            return false;
        }
        return true;
    }

    private void send(StatefulRedisPubSubConnection<String, byte[]> to, boolean subscribe, List<Address> addresses) {
        Batch batch = new Batch(subscribe, addresses);
        underWay = batch;
        RedisFuture<Void> sent = command(to.async(), subscribe, batch.names);
        CompletionStage<Void> unused = sent.whenComplete((nothing, failure) -> {
            if (failure != null) {
                loop.execute(() -> failed(batch, failure));
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

    private void done(Batch batch) {
        if (underWay != batch) {
            return;
        }
        underWay = null;
        if (batch.subscribe) {
            batch.addresses.forEach(address -> confirmed.add(address.redisName()));
            events.subscribed(batch.addresses);
            batch.addresses.forEach(this::settled);
        } else {
            events.unsubscribed(batch.addresses);
        }
        pump();
    }

    private void failed(Batch batch, Throwable why) {
        if (underWay != batch) {
            return;
        }
        underWay = null;
        events.refused(batch.addresses, why);
        pump();
    }

    /** Nothing is left to do for an address at present. */
    private void settled(Address address) {
        List<CompletableFuture<Void>> waiting = waiters.remove(address.redisName());
        if (waiting != null) {
            complete(waiting);
        }
        if (restoring.remove(address.redisName()) && restoring.isEmpty()) {
            events.restored();
        }
    }

    private void revoked(String redisName) {
        if (confirmed.remove(redisName)) {
            events.revoked(redisName);
        }
    }

    private static void complete(List<CompletableFuture<Void>> waiting) {
        waiting.forEach(done -> done.complete(Stages.NOTHING));
    }

    /** Hears one connection, on its thread; what comes from one that was given up is not heard. */
    private final class Listener extends RedisPubSubAdapter<String, byte[]> {

        private final StatefulRedisPubSubConnection<String, byte[]> heard;

        Listener(StatefulRedisPubSubConnection<String, byte[]> heard) {
            this.heard = heard;
        }

        @Override
        public void message(String channel, byte[] payload) {
            events.message(channel, payload);
        }

        @Override
        public void smessage(String channel, byte[] payload) {
            events.message(channel, payload);
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
            Batch batch = underWay;
            if (batch != null && batch.subscribe == subscribe && batch.open.remove(channel)) {
                if (batch.open.isEmpty()) {
                    loop.execute(() -> ifCurrent(() -> done(batch)));
                }
            } else if (!subscribe) {
                loop.execute(() -> ifCurrent(() -> revoked(channel)));
            }
        }

        private void ifCurrent(Runnable task) {
            if (connection == heard) {
                task.run();
            }
        }
    }
}
