package io.channels4j.redis.pubsub;

import io.channels4j.redis.connection.ConnectionLostException;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.HostSettings;
import io.channels4j.redis.connection.LettuceClients;
import io.channels4j.redis.connection.ReconnectingConnection;
import io.channels4j.redis.dialect.Address;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One Redis host, with one connection for publishing and one for subscribing. About every second, a probe is published on the first
 * connection and received on the second. The probe measures the lag and detects a host that no longer responds.
 *
 * <pre>
 * from                event                                           to
 * STARTING, IMPAIRED  both connections are established,
 *                     and all subscriptions restored                  UP
 * STARTING, UP        a connection was lost or an attempt failed      IMPAIRED
 * </pre>
 *
 * <p><b>Threads.</b> Confined to the control thread, except for {@link #queue}, {@link #lag}, {@link HostSubscriptions#confirmed} and
 * {@link HostSubscriptions#size}.
 */
final class PubSubHost {

    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    private static final byte[] EMPTY = {};

    final PublishQueue queue;
    final HostSubscriptions subscriptions;

    private final Owner owner;
    private final Duration timeout;
    private final ReconnectingConnection<StatefulRedisConnection<String, byte[]>> publishing;
    private final ReconnectingConnection<StatefulRedisPubSubConnection<String, byte[]>> subscribing;
    private State state = State.STARTING;
    private Address probe;

    /** The {@link System#nanoTime} at which the probe in flight was sent; 0 if there is none. */
    private volatile long probeSent;

    private volatile long lag;

    private enum State {
        STARTING,
        UP,
        IMPAIRED
    }

    /** The transport that owns the hosts. Called on the control thread. */
    interface Owner {

        HostSubscriptions.Events eventsOf(PubSubHost host);

        /** Returns the addresses to subscribe to on a host that has a new connection. */
        Collection<Address> addressesToRestore(PubSubHost host);

        /** The state of the host has changed. */
        void changed(PubSubHost host, @Nullable Throwable cause);

        /** The subscribing connection was lost, and with it all subscriptions. */
        void subscriptionsLost(PubSubHost host);
    }

    PubSubHost(
            RedisURI uri,
            Address probe,
            LettuceClients clients,
            HostSettings hosts,
            PublishSettings settings,
            ControlThread control,
            Owner owner) {
        this.probe = probe;
        this.owner = owner;
        this.timeout = hosts.timeout();
        this.queue = new PublishQueue(hosts.cluster(), settings);
        this.subscriptions = new HostSubscriptions(hosts.cluster(), control, owner.eventsOf(this));
        this.publishing = new ReconnectingConnection<>(
                () -> clients.connect(CODEC, uri), control, hosts.backoff(), new PublishListener());
        this.subscribing = new ReconnectingConnection<>(
                () -> clients.connectPubSub(CODEC, uri), control, hosts.backoff(), new SubscribeListener());
    }

    void open() {
        publishing.open();
        subscribing.open();
    }

    Address probe() {
        return probe;
    }

    /** Changes the address of the probe after the partition of the old address has moved to another host. */
    void probe(Address address) {
        probe = address;
        probeSent = 0;
    }

    boolean isUp() {
        return state == State.UP;
    }

    boolean isConnected() {
        return publishing.isConnected() && subscribing.isConnected();
    }

    /** Returns true if the first attempt to connect has ended. */
    boolean isAttempted() {
        return state != State.STARTING;
    }

    /** Returns why the host is not connected; null if it is connected, or if no attempt was made yet. */
    @Nullable
    Throwable failure() {
        Throwable failure = publishing.failure();
        return failure == null ? subscribing.failure() : failure;
    }

    /** Returns the round-trip time of the last probe, or the age of the probe in flight if that is longer. */
    Duration lag() {
        long since = probeSent;
        return Duration.ofNanos(since == 0 ? lag : Math.max(lag, System.nanoTime() - since));
    }

    /**
     * Fails the messages that have waited for longer than the given time. Resets both connections if a probe or a subscription
     * command has been unanswered for longer than the time-out. Otherwise, sends a probe unless one is in flight.
     */
    void check(Duration maxWait) {
        queue.expire(maxWait.toNanos());
        long now = System.nanoTime();
        boolean silent = probeSent != 0 && now - probeSent > timeout.toNanos();
        if (silent || subscriptions.batchAge() > timeout.toNanos()) {
            ConnectionLostException cause =
                    new ConnectionLostException("no answer for %d ms".formatted(timeout.toMillis()));
            publishing.reset(cause);
            subscribing.reset(cause);
        } else if (probeSent == 0 && isConnected() && subscriptions.isConfirmed(probe)) {
            probeSent = now;
            queue.publish(probe.redisName(), EMPTY); // a failure is detected later, because the probe does not arrive
        }
    }

    /** Records that the probe was received. */
    void probeReceived() {
        if (probeSent != 0) {
            lag = System.nanoTime() - probeSent;
            probeSent = 0;
        }
    }

    /** Records that all subscriptions are restored on the current connection. */
    void restored() {
        changed(null);
    }

    /** Closes both connections. The stage completes when they are closed. */
    CompletionStage<Void> close() {
        publishing.close();
        subscribing.close();
        queue.close();
        subscriptions.disconnected();
        return CompletableFuture.allOf(publishing.whenClosed(), subscribing.whenClosed());
    }

    /** Closes hosts. The stage completes when all are closed. */
    static CompletionStage<Void> closeAll(Collection<PubSubHost> hosts) {
        return CompletableFuture.allOf(
                hosts.stream().map(host -> host.close().toCompletableFuture()).toArray(CompletableFuture<?>[]::new));
    }

    private void changed(@Nullable Throwable cause) {
        if (isConnected() && !subscriptions.isRestoring()) {
            state = State.UP;
        } else if (state == State.UP || failure() != null) {
            state = State.IMPAIRED;
        }
        owner.changed(this, cause);
    }

    private final class PublishListener
            implements ReconnectingConnection.Listener<StatefulRedisConnection<String, byte[]>> {

        @Override
        public void connected(StatefulRedisConnection<String, byte[]> connection) {
            queue.connected(connection);
            changed(null);
        }

        @Override
        public void disconnected(Throwable cause) {
            probeSent = 0;
            queue.disconnected(cause);
            changed(cause);
        }
    }

    private final class SubscribeListener
            implements ReconnectingConnection.Listener<StatefulRedisPubSubConnection<String, byte[]>> {

        @Override
        public void connected(StatefulRedisPubSubConnection<String, byte[]> connection) {
            subscriptions.connected(connection, owner.addressesToRestore(PubSubHost.this));
            changed(null);
        }

        @Override
        public void disconnected(Throwable cause) {
            probeSent = 0;
            subscriptions.disconnected();
            owner.subscriptionsLost(PubSubHost.this);
            changed(cause);
        }
    }
}
