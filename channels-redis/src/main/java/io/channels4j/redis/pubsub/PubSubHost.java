package io.channels4j.redis.pubsub;

import io.channels4j.redis.connection.ConnectionLostException;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.ErrorReply;
import io.channels4j.redis.connection.ErrorReply.Reaction;
import io.channels4j.redis.connection.HostSettings;
import io.channels4j.redis.connection.LettuceClients;
import io.channels4j.redis.connection.ProbeLag;
import io.channels4j.redis.connection.ReconnectingConnection;
import io.channels4j.redis.connection.ServerRole;
import io.channels4j.redis.dialect.Address;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One Redis host, with one connection for publishing and one for subscribing. About every second, a probe is published on the first
 * connection and received on the second. The probe measures the lag and detects a host that no longer responds.
 *
 * <pre>
 * from                event                                           to
 * STARTING, IMPAIRED  both connections lead to a master, all
 *                     subscriptions are restored, probes arrive,
 *                     and no command was refused recently             UP
 * STARTING, UP        a connection was lost, an attempt failed, a
 *                     command was refused, or a probe does not arrive IMPAIRED
 * </pre>
 *
 * <p><b>Threads.</b> Confined to the control thread, except for {@link #queue}, {@link #lag}, {@link HostSubscriptions#confirmed} and
 * {@link HostSubscriptions#size}.
 */
final class PubSubHost {

    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    private static final byte[] EMPTY = {};

    /** How long an error reply determines the state. Probes and subscriptions are repeated more often. */
    private static final Duration REFUSAL_LASTS = Duration.ofSeconds(3);

    /** A silent host is reported after the time-out divided by this number. */
    private static final int SILENCE_SHARE = 3;

    final PublishQueue queue;
    final HostSubscriptions subscriptions;

    private final Owner owner;
    private final ControlThread control;
    private final Duration timeout;
    private final ReconnectingConnection<StatefulRedisConnection<String, byte[]>> publishing;
    private final ReconnectingConnection<StatefulRedisPubSubConnection<String, byte[]>> subscribing;
    private State state = State.STARTING;
    private Address probe;
    private volatile @Nullable Address heartbeat;

    /** The error reply that impaired the host; null if there was none recently. See {@link ErrorReply}. */
    private @Nullable Throwable refusal;

    private long refusedAt;

    /** Set while a probe or a subscription command has been unanswered for more than a third of the time-out. */
    private @Nullable Throwable silence;

    /** The {@link System#nanoTime} at which the probe in flight was sent; 0 if there is none. */
    private long probeSent;

    private final ProbeLag lag = new ProbeLag();

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

        /** A new connection for publishing was established. Messages may have been lost with the previous one. */
        void publishingAgain(PubSubHost host);

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
        this.control = control;
        this.queue = new PublishQueue(hosts.cluster(), settings, this::publishFailed);
        this.subscriptions = new HostSubscriptions(hosts.cluster(), control, owner.eventsOf(this));
        this.publishing = new ReconnectingConnection<>(
                () -> clients.connect(CODEC, uri).thenCompose(made -> ServerRole.requireMaster(made, timeout)),
                control,
                hosts.backoff(),
                new PublishListener());
        this.subscribing = new ReconnectingConnection<>(
                () -> clients.connectPubSub(CODEC, uri).thenCompose(made -> ServerRole.requireMaster(made, timeout)),
                control,
                hosts.backoff(),
                new SubscribeListener());
    }

    void open() {
        publishing.open();
        subscribing.open();
    }

    Address probe() {
        return probe;
    }

    /** Changes the address of the probe, because the partition of the old address has moved to another host. */
    void probe(Address address) {
        probe = address;
        probeSent = 0;
    }

    /** Returns the address of the heartbeats on this host; null if there are none. */
    @Nullable
    Address heartbeat() {
        return heartbeat;
    }

    void heartbeat(@Nullable Address address) {
        heartbeat = address;
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

    /**
     * Returns why the host is not connected or does not serve this process. Null if it does, or before the first attempt to connect has
     * ended.
     */
    @Nullable
    Throwable failure() {
        return Stream.of(publishing.failure(), subscribing.failure(), refusal, silence)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Returns the delay of the host; see {@link ProbeLag}. */
    Duration lag() {
        return lag.lag();
    }

    /**
     * Fails the messages that have waited for longer than the given time. Resets both connections if a probe or a subscription command is
     * overdue. Otherwise, verifies that the server is still the master, and sends a probe unless one is in flight.
     */
    void check(Duration maxWait) {
        queue.expire(maxWait.toNanos());
        long now = System.nanoTime();
        long silent = Math.max(probeSent == 0 ? 0 : now - probeSent, subscriptions.batchAge());
        if (silent > timeout.toNanos()) {
            reset(new ConnectionLostException("no answer for %d ms".formatted(timeout.toMillis())));
            return;
        }
        if (silence == null && silent > timeout.toNanos() / SILENCE_SHARE) {
            silence = new ConnectionLostException(
                    "no answer for %d ms".formatted(Duration.ofNanos(silent).toMillis()));
            changed(silence);
        }
        if (refusal != null && now - refusedAt > REFUSAL_LASTS.toNanos()) {
            refusal = null;
            changed(null);
        }
        verifyRole(publishing);
        verifyRole(subscribing);
        if (probeSent != 0) {
            return;
        }
        lag.probed();
        if (isConnected() && subscriptions.isConfirmed(probe)) {
            probeSent = now;
            queue.publish(probe.redisName(), EMPTY); // a failure is detected later, because the probe does not arrive
        }
    }

    private void reset(Throwable cause) {
        publishing.reset(cause);
        subscribing.reset(cause);
    }

    private <C extends StatefulRedisConnection<String, byte[]>> void verifyRole(ReconnectingConnection<C> connection) {
        C current = connection.connection();
        if (current != null && probeSent == 0) {
            ServerRole.isReplica(current).thenAccept(replica -> {
                if (replica) {
                    control.execute(() -> connection.reset(current, ServerRole.demoted()));
                }
            });
        }
    }

    private void publishFailed(Throwable failure) {
        if (ErrorReply.of(failure).isPresent()) {
            control.execute(() -> answered(failure));
        }
    }

    /** Reacts to an error reply from the host, as specified in {@link ErrorReply}. */
    void answered(Throwable failure) {
        ErrorReply reply = ErrorReply.of(failure).orElse(null);
        if (reply == null || reply.state().isEmpty()) {
            return;
        }
        probeSent = 0; // its reply may have been the error
        if (reply.reaction() == Reaction.RECONNECT) {
            reset(failure);
        } else {
            refusedAt = System.nanoTime();
            if (refusal == null) {
                refusal = failure;
                changed(failure);
            }
        }
    }

    /** Records that the probe was received. */
    void probeReceived() {
        if (probeSent != 0) {
            lag.answered();
            probeSent = 0;
        }
        if (silence != null) {
            silence = null;
            changed(null);
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
        if (isConnected() && !subscriptions.isRestoring() && failure() == null) {
            state = State.UP;
        } else if (state == State.UP || failure() != null) {
            state = State.IMPAIRED;
        }
        owner.changed(this, cause);
    }

    private void forgetProbe() {
        probeSent = 0;
        silence = null;
    }

    private final class PublishListener
            implements ReconnectingConnection.Listener<StatefulRedisConnection<String, byte[]>> {

        @Override
        public void connected(StatefulRedisConnection<String, byte[]> connection) {
            queue.connected(connection);
            owner.publishingAgain(PubSubHost.this);
            changed(null);
        }

        @Override
        public void disconnected(Throwable cause) {
            forgetProbe();
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
            forgetProbe();
            subscriptions.disconnected();
            owner.subscriptionsLost(PubSubHost.this);
            changed(cause);
        }
    }
}
