package io.channels4j.redis.pubsub;

import io.channels4j.ChannelsException;
import io.channels4j.internal.Stages;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.redis.connection.ConnectionLostException;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.HostSettings;
import io.channels4j.redis.connection.LettuceClients;
import io.channels4j.redis.connection.RedisFailures;
import io.channels4j.redis.connection.RedisStatus;
import io.channels4j.redis.dialect.Address;
import io.channels4j.redis.dialect.Address.Kind;
import io.channels4j.redis.dialect.AddressScheme;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of messages between processes: publishes, keeps what is subscribed equal to what this process wants, and makes it good
 * after an outage.
 *
 * <p><b>Threads.</b> Thread-safe; nothing blocks.
 */
public final class PubSubTransport implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");
    private static final Duration CHECK = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofMillis(300);
    private static final int TRIES = 8;

    private final AddressScheme addresses;
    private final Member member;
    private final LettuceClients clients;
    private final ControlThread loop;
    private final RedisStatus status;
    private final PublishSettings sending;
    private final PartitionRoutes routes;
    private final int retries;
    private final PendingGaps gaps = new PendingGaps();
    private final CompletableFuture<Void> started = new CompletableFuture<>();

    /** What is wanted, or was a moment ago; changed on the loop. */
    private final Map<String, Address> known = new ConcurrentHashMap<>();

    private volatile boolean closed;

    /** The process that takes part. */
    public interface Member {

        /** Returns a name that no other process has. */
        String process();

        /** Tells whether this process wants to hear an address; from any thread. */
        boolean wants(Address address);

        /** Takes what was published to an address; on the thread of a connection, in order. */
        void arrived(Address address, byte[] payload);

        /** Some groups may have missed messages, and hear again; on the loop. */
        void missed(List<Address> groups);
    }

    /** What an exchange works with. LettuceClients and loop end with it. */
    public record Parts(
            HostSettings hosts,
            LettuceClients clients,
            AddressScheme addresses,
            ControlThread loop,
            RedisStatus status,
            PublishSettings sending) {}

    public PubSubTransport(Parts parts, Member member) {
        this.addresses = parts.addresses();
        this.member = member;
        this.clients = parts.clients();
        this.loop = parts.loop();
        this.status = parts.status();
        this.sending = parts.sending();
        this.routes = routes(parts);
        this.retries = parts.clients().cluster() == null ? 0 : TRIES;
    }

    private PartitionRoutes routes(Parts parts) {
        LinkOwner owner = new LinkOwner();
        if (parts.clients().cluster() == null) {
            return new FixedRoutes(
                    parts.clients().uris(), addresses, (uri, partition) -> link(parts, uri, partition, owner));
        }
        return new ClusterRoutes(
                parts.clients().cluster(),
                addresses,
                (uri, partition) -> link(parts, parts.clients().node(uri), partition, owner),
                this::moved,
                this::looked,
                loop);
    }

    private PubSubHost link(Parts parts, RedisURI uri, int partition, LinkOwner owner) {
        Address probe = addresses.probe(partition, member.process());
        return new PubSubHost(uri, probe, parts.clients(), parts.hosts(), sending, loop, owner);
    }

    /**
     * Starts to connect and waits until each host was tried once, or for a time.
     *
     * @throws ChannelsException when a host refuses to let us in; the exchange is closed then
     */
    public void awaitStart(Duration atMost) {
        loop.execute(routes::open);
        loop.every(CHECK, this::check);
        try {
            started.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException slow) {
            LOG.warn("Redis pub/sub layer: no answer within {} ms; it goes on trying", atMost.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            close();
            throw new ChannelsException(
                    "Redis pub/sub layer: refused (%s)".formatted(RedisFailures.text(e)), e.getCause());
        }
    }

    /** Publishes; completes with the number of processes that Redis passed it to. */
    public CompletableFuture<Long> publish(Address address, byte[] payload) {
        return publish(address, payload, retries);
    }

    /**
     * Tells whether the host of an address answers, and no more is unanswered than a sender need not wait for. Never in a cluster:
     * what is published again since its slot has moved must not come behind what the same sender sends next.
     */
    public boolean flows(Address address) {
        PubSubHost link = routes.link(address.partition());
        return retries == 0 && link != null && link.outbox.flows();
    }

    private CompletableFuture<Long> publish(Address address, byte[] payload, int tries) {
        PubSubHost link = routes.link(address.partition());
        if (link == null) {
            return CompletableFuture.failedFuture(
                    new ConnectionLostException("no host of the cluster has partition " + address.partition()));
        }
        CompletableFuture<Long> sent = link.outbox.publish(address.redisName(), payload);
        if (tries == 0) {
            return sent;
        }
        return sent.exceptionallyCompose(
                failure -> isMoved(failure) ? later(() -> publish(address, payload, tries - 1)) : sent);
    }

    /** A slot has another host, and nothing was published. */
    private CompletableFuture<Long> later(Supplier<CompletableFuture<Long>> publish) {
        CompletableFuture<Long> sent = new CompletableFuture<>();
        loop.execute(routes::refresh);
        loop.schedule(RETRY, () -> Stages.relay(publish.get(), sent));
        return sent;
    }

    private static boolean isMoved(Throwable failure) {
        return RedisFailures.answer(failure)
                .filter(answer -> answer.startsWith("MOVED") || answer.startsWith("CLUSTERDOWN"))
                .isPresent();
    }

    /** Tells that this process may want an address now, or not want it any more. */
    public void changed(Address address) {
        if (!closed) {
            loop.execute(() -> refresh(address));
        }
    }

    /** Looks at all addresses again; completes when that is under way. */
    public CompletionStage<Void> refreshAll() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            List.copyOf(known.values()).forEach(this::refresh);
            done.complete(Stages.NOTHING);
        });
        return done;
    }

    /** Completes when this process hears an address, or at once while its host is out of reach: it is made good later. */
    public CompletionStage<Void> confirmed(Address address) {
        PubSubHost link = routes.link(address.partition());
        return link == null || closed ? Stages.done() : link.subscriptions.confirmed(address);
    }

    /** Returns the longest time from publishing to hearing on any host, as last measured. */
    public Duration lag() {
        return routes.links().stream()
                .map(PubSubHost::lag)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** Returns how many addresses are subscribed. */
    public int subscribed() {
        return routes.links().stream()
                .mapToInt(link -> link.subscriptions.size())
                .sum();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            loop.execute(() -> {
                CompletionStage<Void> unused = routes.close().whenComplete((nothing, failure) -> clients.close());
                loop.close();
            });
        }
    }

    private void refresh(Address address) {
        if (closed) {
            return;
        }
        if (member.wants(address)) {
            known.put(address.redisName(), address);
        }
        PubSubHost link = routes.link(address.partition());
        if (link != null) {
            link.subscriptions.changed(address);
        }
    }

    private void moved(int partition) {
        List<Address> concerned = known.values().stream()
                .filter(address -> address.partition() == partition && address.kind() != Kind.PROBE)
                .toList();
        gaps.opened(concerned);
        for (PubSubHost link : routes.links()) {
            concerned.forEach(link.subscriptions::changed);
        }
    }

    private void looked() {
        for (PubSubHost link : routes.links()) {
            Address probe = link.probe();
            if (routes.link(probe.partition()) != link) {
                for (int partition = 0; partition < addresses.partitions(); partition++) {
                    if (routes.link(partition) == link) {
                        link.probe(addresses.probe(partition, member.process()));
                        break;
                    }
                }
                known.put(link.probe().redisName(), link.probe());
                link.subscriptions.changed(probe);
                link.subscriptions.changed(link.probe());
            }
        }
        update(null);
    }

    private void check() {
        routes.links().forEach(link -> link.check(sending.longest().toNanos()));
    }

    private void update(@Nullable Throwable why) {
        if (closed) {
            return;
        }
        Collection<PubSubHost> links = routes.links();
        long up = links.stream().filter(PubSubHost::isUp).count();
        long connected = links.stream().filter(PubSubHost::isConnected).count();
        boolean all = !links.isEmpty() && up == links.size();
        tellGaps();
        if (routes.isTried()) {
            Throwable cause = why == null ? routes.why() : why;
            status.now(all ? State.UP : connected > 0 ? State.DEGRADED : State.DOWN, cause);
            finishStart(cause);
        }
    }

    private void finishStart(@Nullable Throwable why) {
        if (why != null && RedisFailures.isNoEntry(why)) {
            started.completeExceptionally(why);
        } else {
            started.complete(Stages.NOTHING);
        }
    }

    private void tellGaps() {
        List<Address> groups = gaps.toTell();
        if (!groups.isEmpty()) {
            status.gapPossible(groups.size());
            member.missed(groups);
        }
    }

    private boolean wants(PubSubHost link, Address address) {
        return address.kind() == Kind.PROBE
                ? address.equals(link.probe())
                : routes.link(address.partition()) == link && member.wants(address);
    }

    private final class LinkOwner implements PubSubHost.Owner {

        @Override
        public HostSubscriptions.Events eventsOf(PubSubHost link) {
            return new Hearing(link);
        }

        @Override
        public Collection<Address> wantedFrom(PubSubHost link) {
            List<Address> here = known.values().stream()
                    .filter(address -> address.kind() != Kind.PROBE && routes.link(address.partition()) == link)
                    .toList();
            Set<Address> wanted = here.stream().filter(member::wants).collect(Collectors.toSet());
            List<Address> left =
                    here.stream().filter(address -> !wanted.contains(address)).toList();
            left.forEach(address -> known.remove(address.redisName()));
            gaps.forget(left);
            known.put(link.probe().redisName(), link.probe());
            wanted.add(link.probe());
            gaps.opened(wanted);
            return wanted;
        }

        @Override
        public void changed(PubSubHost link, @Nullable Throwable why) {
            if (why != null) {
                routes.refresh();
            }
            update(why);
        }

        @Override
        public void deaf(PubSubHost link) {
            gaps.forget(known.values().stream()
                    .filter(address -> routes.link(address.partition()) == link)
                    .toList());
        }
    }

    private final class Hearing implements HostSubscriptions.Events {

        private final PubSubHost link;

        Hearing(PubSubHost link) {
            this.link = link;
        }

        @Override
        public boolean wanted(Address address) {
            return wants(link, address);
        }

        @Override
        public void message(String redisName, byte[] payload) {
            Address address = known.get(redisName);
            if (address == null) {
                return; // the last member here has left
            }
            if (address.kind() == Kind.PROBE) {
                loop.execute(link::probed);
            } else {
                member.arrived(address, payload);
            }
        }

        @Override
        public void subscribed(List<Address> heard) {
            gaps.closed(heard);
            tellGaps();
        }

        @Override
        public void unsubscribed(List<Address> left) {
            List<Address> unwanted = left.stream()
                    .filter(address -> address.kind() != Kind.PROBE
                            && routes.link(address.partition()) == link
                            && !member.wants(address))
                    .toList();
            unwanted.forEach(address -> known.remove(address.redisName()));
            gaps.forget(unwanted);
        }

        @Override
        public void revoked(String redisName) {
            Address address = known.get(redisName);
            if (address != null) {
                gaps.opened(List.of(address));
                refused(List.of(address), new ConnectionLostException("the slot has moved"));
            }
        }

        @Override
        public void refused(List<Address> refused, Throwable why) {
            routes.refresh();
            loop.schedule(RETRY, () -> refused.forEach(PubSubTransport.this::refresh));
        }

        @Override
        public void restored() {
            update(null);
        }
    }
}
