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
 * One host: a connection to publish on and one to hear on, and a probe that goes out on the first and must come back on the
 * second, so that a host that is silent is noticed and the way of a message is timed.
 *
 * <p>Everything happens on the loop, but for {@link #outbox}, {@link HostSubscriptions#confirmed} and the figures.
 */
final class PubSubHost {

    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    private static final byte[] NOTHING = {};

    final String name;
    final PublishQueue outbox;
    final HostSubscriptions subscriptions;

    private final Owner owner;
    private Address probe;
    private final Duration timeout;
    private final ReconnectingConnection<StatefulRedisConnection<String, byte[]>> publishing;
    private final ReconnectingConnection<StatefulRedisPubSubConnection<String, byte[]>> hearing;
    private @Nullable Throwable publishingDown = new ConnectionLostException("not connected yet");
    private @Nullable Throwable hearingDown = publishingDown;
    private boolean tried;
    private long probeSent;
    private volatile long lag;
    private volatile long waitingSince;

    /** Whoever has the links. */
    interface Owner {

        HostSubscriptions.Events eventsOf(PubSubHost link);

        /** Returns all addresses that are wanted from this host. */
        Collection<Address> wantedFrom(PubSubHost link);

        /** The state has changed; on the loop. */
        void changed(PubSubHost link, @Nullable Throwable why);

        /** The connection that hears is gone, and with it all its subscriptions. */
        void deaf(PubSubHost link);
    }

    PubSubHost(
            RedisURI uri,
            Address probe,
            LettuceClients clients,
            HostSettings hosts,
            PublishSettings sending,
            ControlThread loop,
            Owner owner) {
        this.name = LettuceClients.nameOf(uri);
        this.probe = probe;
        this.owner = owner;
        this.timeout = hosts.timeout();
        this.outbox = new PublishQueue(hosts.cluster(), sending);
        this.subscriptions = new HostSubscriptions(hosts.cluster(), loop, owner.eventsOf(this));
        this.publishing = new ReconnectingConnection<>(
                () -> clients.connect(CODEC, uri), loop, hosts.backoff(), new Publishing());
        this.hearing = new ReconnectingConnection<>(
                () -> clients.connectPubSub(CODEC, uri), loop, hosts.backoff(), new Hearing());
    }

    void open() {
        publishing.open();
        hearing.open();
    }

    Address probe() {
        return probe;
    }

    /** Probes on another channel from now on: the old one belongs to another host. */
    void probe(Address address) {
        probe = address;
        forgetProbe();
    }

    boolean isUp() {
        return publishingDown == null && hearingDown == null && !subscriptions.isRestoring();
    }

    boolean isConnected() {
        return publishingDown == null && hearingDown == null;
    }

    boolean hears() {
        return hearingDown == null;
    }

    /** Tells whether the first attempt to connect has come to an end. */
    boolean isTried() {
        return tried || isUp();
    }

    @Nullable
    Throwable why() {
        return publishingDown != null ? publishingDown : hearingDown;
    }

    /** Returns the time of the last probe from publishing to hearing, or since the one that is out when that is longer. */
    Duration lag() {
        long since = waitingSince;
        return Duration.ofNanos(since == 0 ? lag : Math.max(lag, System.nanoTime() - since));
    }

    /** Sends a probe unless one is out, and gives up connections on which nothing comes back. */
    void check(long longestWait) {
        outbox.expire(longestWait);
        long now = System.nanoTime();
        boolean silent = probeSent != 0 && now - probeSent > timeout.toNanos();
        if (silent || subscriptions.underWayFor() > timeout.toNanos()) {
            ConnectionLostException why =
                    new ConnectionLostException("no answer for %d ms".formatted(timeout.toMillis()));
            publishing.reset(why);
            hearing.reset(why);
        } else if (probeSent == 0 && isConnected() && subscriptions.isConfirmed(probe)) {
            probeSent = now;
            waitingSince = now;
            CompletableFuture<Long> unused = outbox.publish(probe.redisName(), NOTHING); // not coming back tells enough
        }
    }

    /** The probe has come back. */
    void probed() {
        if (probeSent != 0) {
            lag = System.nanoTime() - probeSent;
            forgetProbe();
        }
    }

    /** Ends both connections for good; completes when they are closed. */
    CompletionStage<Void> close() {
        publishing.close();
        hearing.close();
        outbox.close();
        subscriptions.down();
        return publishing.ended().thenCombine(hearing.ended(), (a, b) -> a);
    }

    /** Closes links; completes when all are closed. */
    static CompletionStage<Void> closeAll(Collection<PubSubHost> links) {
        return CompletableFuture.allOf(
                links.stream().map(link -> link.close().toCompletableFuture()).toArray(CompletableFuture<?>[]::new));
    }

    private void forgetProbe() {
        probeSent = 0;
        waitingSince = 0;
    }

    private final class Publishing implements ReconnectingConnection.Watcher<StatefulRedisConnection<String, byte[]>> {

        @Override
        public void up(StatefulRedisConnection<String, byte[]> connection) {
            publishingDown = null;
            outbox.connected(connection);
            owner.changed(PubSubHost.this, null);
        }

        @Override
        public void down(Throwable why) {
            publishingDown = why;
            tried = true;
            forgetProbe();
            outbox.disconnected(why);
            owner.changed(PubSubHost.this, why);
        }
    }

    private final class Hearing
            implements ReconnectingConnection.Watcher<StatefulRedisPubSubConnection<String, byte[]>> {

        @Override
        public void up(StatefulRedisPubSubConnection<String, byte[]> connection) {
            hearingDown = null;
            subscriptions.up(connection, owner.wantedFrom(PubSubHost.this));
            owner.changed(PubSubHost.this, null);
        }

        @Override
        public void down(Throwable why) {
            hearingDown = why;
            tried = true;
            forgetProbe();
            subscriptions.down();
            owner.deaf(PubSubHost.this);
            owner.changed(PubSubHost.this, why);
        }
    }
}
