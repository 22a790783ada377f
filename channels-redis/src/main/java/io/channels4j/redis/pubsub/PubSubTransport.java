package io.channels4j.redis.pubsub;

import io.channels4j.ChannelsException;
import io.channels4j.internal.Stages;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.redis.connection.ConnectionLostException;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.ErrorReply;
import io.channels4j.redis.connection.ErrorReply.Reaction;
import io.channels4j.redis.connection.HostSettings;
import io.channels4j.redis.connection.LettuceClients;
import io.channels4j.redis.connection.RedisStatus;
import io.channels4j.redis.connection.StartUp;
import io.channels4j.redis.dialect.Address;
import io.channels4j.redis.dialect.AddressScheme;
import io.channels4j.redis.dialect.GroupSequence;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Carries messages between processes over Redis publish/subscribe. Subscribes to the wanted addresses, and restores the subscriptions
 * after an outage.
 *
 * <p><b>Threads.</b> Thread-safe; only {@link #start} blocks.
 */
public final class PubSubTransport implements AutoCloseable {

    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);
    private static final int CHECKS_PER_HEARTBEAT = 5;
    private static final Duration RETRY_PAUSE = Duration.ofMillis(300);
    private static final int MAX_RETRIES_IN_CLUSTER = 8;

    private final String name;
    private final AddressScheme addresses;
    private final Receiver receiver;
    private final LettuceClients clients;
    private final ControlThread control;
    private final RedisStatus status;
    private final PublishSettings settings;
    private final PartitionRoutes routes;
    private final int maxRetries;
    private final KnownAddresses known;
    private final StartUp startUp;
    private final SentSequences sequences;
    private final HostAddresses hostAddresses;
    private final GapReports gaps;
    private final LongAdder retries = new LongAdder();
    private int checks;
    private volatile boolean closed;

    /** The process that sends and receives over a transport. */
    public interface Receiver {

        /** Returns the unique name of this process. */
        String process();

        /** Returns true if this process wants to receive from an address. Called from any thread. */
        boolean wants(Address address);

        /**
         * Receives a message that was published to an address. Called in order, on the connection's thread, with the sequences of the
         * connection.
         */
        void received(Address address, byte[] payload, ReceivedSequences sequences);

        /** Receives a heartbeat. Called like {@link #received}. */
        void heartbeat(Address address, byte[] payload, ReceivedSequences sequences);

        /** Encodes a heartbeat. Called on the control thread. */
        byte[] encodeHeartbeat(Address address, byte[] body);

        /** Messages to a group from other processes are missing. Called on the control thread, before {@link #missed}. */
        void missing(Address group, long messages);

        /** Some groups may have missed messages. All of them are subscribed. Called on the control thread. */
        void missed(List<Address> groups);
    }

    /** The parts of a transport. The transport closes the clients and the control thread. */
    public record Parts(
            String name,
            HostSettings hosts,
            LettuceClients clients,
            AddressScheme addresses,
            ControlThread control,
            RedisStatus status,
            PublishSettings settings) {}

    public PubSubTransport(Parts parts, Receiver receiver) {
        this.name = parts.name();
        this.addresses = parts.addresses();
        this.receiver = receiver;
        this.clients = parts.clients();
        this.control = parts.control();
        this.status = parts.status();
        this.settings = parts.settings();
        this.routes = routes(parts);
        this.maxRetries = parts.clients().cluster() == null ? 0 : MAX_RETRIES_IN_CLUSTER;
        this.known = new KnownAddresses(receiver::wants);
        this.startUp = new StartUp(name);
        this.sequences = new SentSequences(addresses::group, System::nanoTime);
        this.hostAddresses = new HostAddresses(addresses, receiver.process(), routes, known);
        this.gaps = new GapReports(receiver, status, control);
    }

    private PartitionRoutes routes(Parts parts) {
        HostOwner owner = new HostOwner();
        if (parts.clients().cluster() == null) {
            return new FixedRoutes(
                    parts.clients().uris(), addresses, (uri, partition) -> host(parts, uri, partition, owner));
        }
        return new ClusterRoutes(
                parts.clients().cluster(),
                addresses,
                (uri, partition) -> host(parts, parts.clients().node(uri), partition, owner),
                this::partitionMoved,
                this::topologyLookedUp,
                control);
    }

    private PubSubHost host(Parts parts, RedisURI uri, int partition, HostOwner owner) {
        Address probe = addresses.probe(partition, receiver.process());
        return new PubSubHost(uri, probe, clients, parts.hosts(), settings, control, owner);
    }

    /**
     * Starts connecting. Blocks until the first attempt to connect to each host has ended or the time-out has passed.
     *
     * @throws ChannelsException if a host denied access; the transport is then closed
     */
    public void start(Duration timeout) {
        control.execute(routes::open);
        control.every(CHECK_INTERVAL, this::check);
        startUp.await(timeout, this::close);
    }

    private void check() {
        sequences.tick();
        boolean announces = ++checks % CHECKS_PER_HEARTBEAT == 0;
        for (PubSubHost host : routes.hosts()) {
            host.check(settings.maxWait());
            if (announces) {
                sendHeartbeats(host);
            }
        }
    }

    /** Announces the last sequence numbers on a host, so that receivers notice if the last messages are missing. */
    private void sendHeartbeats(PubSubHost host) {
        Address address = host.heartbeat();
        if (address != null && host.isConnected()) {
            for (byte[] body : sequences.heartbeats(isOn(host))) {
                host.queue.publishUrgently(address.redisName(), receiver.encodeHeartbeat(address, body));
            }
        }
    }

    /** Returns the sequence of a group, or null if its messages are not numbered now. */
    public @Nullable GroupSequence sequence(String group) {
        return sequences.of(group);
    }

    /** Publishes a message. Completes with the number of processes to which Redis passed it. */
    public CompletionStage<Long> publish(Address address, byte[] payload) {
        return publish(address, payload, false, maxRetries);
    }

    /** Publishes a control message, which does not count towards the size limit for other messages. Completes like {@link #publish}. */
    public CompletionStage<Long> publishUrgently(Address address, byte[] payload) {
        return publish(address, payload, true, maxRetries);
    }

    /**
     * Returns true if a sender need not wait for a reply from the address's host. Always false in a cluster. When a slot moves, a message
     * is published again and must still arrive before the sender's next message.
     */
    public boolean isFlowing(Address address) {
        PubSubHost host = routes.host(address.partition());
        return maxRetries == 0 && host != null && host.queue.isFlowing();
    }

    private CompletionStage<Long> publish(Address address, byte[] payload, boolean urgent, int retries) {
        PubSubHost host = routes.host(address.partition());
        if (host == null) {
            return CompletableFuture.failedFuture(
                    new ConnectionLostException("no host of the cluster has partition " + address.partition()));
        }
        CompletionStage<Long> sent = urgent
                ? host.queue.publishUrgently(address.redisName(), payload)
                : host.queue.publish(address.redisName(), payload);
        if (retries == 0) {
            return sent;
        }
        return sent.exceptionallyCompose(failure -> ErrorReply.calls(failure, Reaction.REROUTE)
                ? afterRefresh(() -> publish(address, payload, urgent, retries - 1))
                : sent);
    }

    /** Refreshes the routes, and publishes again after a pause. */
    private CompletionStage<Long> afterRefresh(Supplier<CompletionStage<Long>> publish) {
        CompletableFuture<Long> sent = new CompletableFuture<>();
        retries.increment();
        control.execute(routes::refresh);
        control.schedule(RETRY_PAUSE, () -> Stages.relay(publish.get(), sent));
        return sent;
    }

    /** Must be called when an address may have become wanted or unwanted. */
    public void changed(Address address) {
        if (!closed) {
            control.execute(() -> refresh(address));
        }
    }

    /** Must be called when a message to a group cannot be read. Its members are notified of a gap, at most once per second. */
    public void unreadable(Address group) {
        gaps.unreadable(group);
    }

    /**
     * Compares all subscriptions with the wanted addresses. The stage completes when the differences have been queued for the next
     * commands.
     */
    public CompletionStage<Void> refreshAll() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        control.execute(() -> {
            known.all().forEach(this::refresh);
            done.complete(Stages.NOTHING);
        });
        return done;
    }

    /**
     * Completes when an address is subscribed. Completes early while its host is unavailable; the address is then subscribed later.
     */
    public CompletionStage<Void> confirmed(Address address) {
        PubSubHost host = routes.host(address.partition());
        return host == null || closed ? Stages.done() : host.subscriptions.confirmed(address);
    }

    /** Returns the longest lag of any host. */
    public Duration lag() {
        return routes.hosts().stream()
                .map(PubSubHost::lag)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** Returns the number of messages that were published again because their slot had moved. */
    public long retries() {
        return retries.sum();
    }

    /** Returns the number of subscribed addresses. */
    public int subscribed() {
        return routes.hosts().stream()
                .mapToInt(host -> host.subscriptions.size())
                .sum();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            gaps.close();
            control.execute(() -> {
                routes.close().whenComplete((nothing, failure) -> clients.close());
                control.close();
            });
        }
    }

    private void refresh(Address address) {
        if (closed) {
            return;
        }
        if (receiver.wants(address)) {
            known.add(address);
        }
        PubSubHost host = routes.host(address.partition());
        if (host != null) {
            host.subscriptions.changed(address);
        }
    }

    private void partitionMoved(int partition) {
        List<Address> moved = known.moved(partition);
        for (PubSubHost host : routes.hosts()) {
            moved.forEach(host.subscriptions::changed);
        }
    }

    private void topologyLookedUp() {
        for (PubSubHost host : routes.hosts()) {
            hostAddresses.move(host);
        }
        update(null);
    }

    private Predicate<Address> isOn(PubSubHost host) {
        return address -> routes.host(address.partition()) == host;
    }

    private void update(@Nullable Throwable cause) {
        if (closed) {
            return;
        }
        gaps.report(known.takeGaps());
        if (routes.isAttempted()) {
            Throwable failure = cause == null ? routes.failure() : cause;
            status.report(state(), failure);
            startUp.attempted(failure);
        }
    }

    private State state() {
        Collection<PubSubHost> hosts = routes.hosts();
        if (!hosts.isEmpty() && hosts.stream().allMatch(PubSubHost::isUp)) {
            return State.UP;
        }
        return hosts.stream().anyMatch(PubSubHost::isConnected) ? State.DEGRADED : State.DOWN;
    }

    private final class HostOwner implements PubSubHost.Owner {

        @Override
        public HostSubscriptions.Events eventsOf(PubSubHost host) {
            return new HostEvents(host);
        }

        @Override
        public Collection<Address> addressesToRestore(PubSubHost host) {
            Set<Address> wanted = known.restore(isOn(host));
            wanted.addAll(hostAddresses.assign(host));
            return wanted;
        }

        @Override
        public void changed(PubSubHost host, @Nullable Throwable cause) {
            if (cause != null) {
                routes.refresh();
            }
            update(cause);
        }

        @Override
        public void publishingAgain(PubSubHost host) {
            sequences.announceAgain(isOn(host));
            sendHeartbeats(host);
        }

        @Override
        public void subscriptionsLost(PubSubHost host) {
            known.lost(isOn(host));
        }
    }

    private final class HostEvents implements HostSubscriptions.Events {

        private final PubSubHost host;

        HostEvents(PubSubHost host) {
            this.host = host;
        }

        @Override
        public boolean isWanted(Address address) {
            return switch (address.kind()) {
                case PROBE -> address.equals(host.probe());
                case HEARTBEAT -> address.equals(host.heartbeat());
                default -> routes.host(address.partition()) == host && receiver.wants(address);
            };
        }

        @Override
        public void message(String redisName, byte[] payload, ReceivedSequences received) {
            Address address = known.find(redisName);
            if (address == null) {
                return; // the last member in this process has left
            }
            switch (address.kind()) {
                case PROBE -> {
                    received.tick(); // a probe arrives about once a second
                    control.execute(host::probeReceived);
                }
                case HEARTBEAT -> receiver.heartbeat(address, payload, received);
                default -> receiver.received(address, payload, received);
            }
        }

        @Override
        public void subscribed(String redisName, ReceivedSequences received) {
            Address address = known.find(redisName);
            if (address != null && address.kind() == Address.Kind.GROUP && host.heartbeat() != null) {
                received.subscribed(address);
            }
        }

        @Override
        public void missing(Address group, long messages) {
            control.execute(() -> gaps.missing(group, messages));
        }

        @Override
        public void subscribed(List<Address> subscribed) {
            known.subscribed(subscribed);
            gaps.report(known.takeGaps());
        }

        @Override
        public void unsubscribed(List<Address> unsubscribed) {
            known.unsubscribed(unsubscribed, isOn(host));
        }

        @Override
        public void revoked(String redisName) {
            Address address = known.find(redisName);
            if (address != null) {
                known.revoked(address);
                rejected(List.of(address), new ConnectionLostException("the slot has moved"));
            }
        }

        @Override
        public void rejected(List<Address> rejected, Throwable cause) {
            host.answered(cause);
            routes.refresh();
            control.schedule(RETRY_PAUSE, () -> rejected.forEach(PubSubTransport.this::refresh));
        }

        @Override
        public void restored() {
            host.restored();
        }
    }
}
