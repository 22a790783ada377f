package io.channels4j.redis.django;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.control.ControlTopics;
import io.channels4j.internal.Stages;
import io.channels4j.layer.Delivery;
import io.channels4j.redis.command.CommandConnectionFactory;
import io.channels4j.redis.connection.BatchedReports;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.LettuceClients;
import io.channels4j.redis.connection.RedisStatus;
import io.channels4j.redis.django.store.DjangoCodec;
import io.channels4j.redis.django.store.DjangoCounters;
import io.channels4j.redis.django.store.DjangoHost;
import io.channels4j.redis.django.store.DjangoKeys;
import io.channels4j.redis.django.store.DjangoScript;
import io.channels4j.redis.django.store.DjangoSettings;
import io.channels4j.redis.django.work.DjangoWork;
import io.channels4j.redis.queue.work.PendingReceive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Carries messages between this process and processes that use Django's queue layer. Maintains this process's memberships, queue readers
 * and claims, and restores them after an outage.
 *
 * <p><b>Threads.</b> Thread-safe. Only {@link #start} blocks.
 */
public final class DjangoTransport implements AutoCloseable {

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    private static final Duration PAUSE_OF_UNREADABLE = Duration.ofSeconds(1);
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(1);
    private static final Duration MAX_RENEWAL_INTERVAL = Duration.ofMinutes(1);

    private final DjangoSettings settings;
    private final DjangoKeys keys;
    private final String process;
    private final Member member;
    private final LettuceClients clients;
    private final ControlThread thread;
    private final DjangoCounters counters;
    private final List<DjangoHost> hosts;
    private final List<ProcessQueueReader> readers;
    private final DjangoMemberships memberships;
    private final DjangoGroups groups;
    private final BatchedReports<String> unreadable;
    private final DjangoSender sender;
    private final DjangoWork work;
    private final DjangoStatus status;
    private volatile boolean closed;

    /** The channels of this process. */
    public interface Member {

        /** Passes a message to a channel of this process, if it is open. */
        CompletableFuture<?> deliver(String channel, Message message);

        /** Passes a message to the receivers of a control group in this process. */
        void deliverControl(String group, Message message);

        /** Returns true if a channel can receive messages. */
        boolean isOpen(String channel);

        /** Returns true if a control group has receivers in this process. */
        boolean hasReceivers(String controlGroup);

        /** Called on the control thread when groups may have missed messages. */
        void missed(Set<String> groups);
    }

    /**
     * Creates a transport that owns the clients and the thread. Call {@link #start} to connect.
     *
     * @param process the name of this process's queue, which ends with an exclamation mark
     */
    public DjangoTransport(
            DjangoSettings settings,
            String process,
            LettuceClients clients,
            ControlThread thread,
            RedisStatus redisStatus,
            Member member) {
        this.settings = settings;
        this.keys = settings.keys();
        this.process = process;
        this.member = member;
        this.clients = clients;
        this.thread = thread;
        counters = new DjangoCounters(redisStatus::dropped);
        CommandConnectionFactory connections = new CommandConnectionFactory(
                settings.hosts(),
                clients,
                thread,
                "Redis layer for Django",
                "evicted messages are lost, evicted memberships are restored");
        hosts = IntStream.range(0, connections.count())
                .mapToObj(index -> new DjangoHost(index, connections, thread, new HostListener()))
                .toList();
        unreadable = new BatchedReports<>(thread, PAUSE_OF_UNREADABLE, processes -> unreadable());
        readers = hosts.stream().map(host -> reader(host, connections)).toList();
        memberships = new DjangoMemberships(settings, hosts, thread);
        groups = new DjangoGroups(settings, process, hosts, memberships, member, thread);
        sender = new DjangoSender(settings, process, hosts, counters, this::deliverToOwn);
        work = new DjangoWork(settings, hosts, counters, thread, connections);
        status = new DjangoStatus(redisStatus, hosts, readers, memberships, this::missed);
    }

    /** Notifies the members of all groups, because a message does not name its group. */
    private void unreadable() {
        if (!closed) {
            status.missedAll();
        }
    }

    private ProcessQueueReader reader(DjangoHost host, CommandConnectionFactory connections) {
        boolean home = keys.hostOf(process) == host.index();
        ProcessQueueReader.Listener listener = new ProcessQueueReader.Listener() {
            @Override
            public void unreadable() {
                unreadable.add(process);
            }

            @Override
            public void connected(boolean lossPossible) {
                if (lossPossible && home) {
                    status.missedAll();
                }
                update(null);
            }

            @Override
            public void disconnected(Throwable cause) {
                update(cause);
            }

            @Override
            public void expired() {
                status.missedAll();
                update(null);
            }
        };
        return new ProcessQueueReader(
                settings, host.index(), keys.queue(process), this::dispatch, counters, thread, connections, listener);
    }

    /**
     * Starts connecting. Blocks until the first attempt to connect to each host has ended or the time-out has passed.
     *
     * @throws ChannelsException if a host denied access; the transport is then closed
     */
    public void start(Duration timeout) {
        thread.execute(() -> {
            hosts.forEach(DjangoHost::open);
            readers.forEach(ProcessQueueReader::open);
        });
        Duration third = settings.limits().groupExpiry().dividedBy(3);
        thread.every(third.compareTo(MAX_RENEWAL_INTERVAL) < 0 ? third : MAX_RENEWAL_INTERVAL, this::synchronizeAll);
        thread.every(settings.heartbeat(), this::maintain);
        thread.every(PROBE_INTERVAL, () -> hosts.forEach(DjangoHost::probe));
        status.startUp().await(timeout, this::close);
    }

    private void maintain() {
        if (closed) {
            return;
        }
        work.maintain();
        groups.renewControlGroups();
    }

    private void synchronizeAll() {
        if (!closed) {
            hosts.stream().filter(DjangoHost::isConnected).forEach(this::synchronize);
        }
    }

    /** Restores the memberships on a host if this user may run the scripts there. */
    private void checkAccess(DjangoHost host) {
        Stages.ignore(host.run(DjangoScript.GROUP_MEMBERS, List.of(keys.group("")), bytes(1))
                .whenComplete((members, failure) -> thread.execute(() -> {
                    if (failure == null) {
                        synchronize(host);
                    } else {
                        update(failure);
                        retry(host, this::checkAccess);
                    }
                })));
    }

    private void retry(DjangoHost host, Consumer<DjangoHost> action) {
        if (host.isConnected()) {
            thread.schedule(PROBE_INTERVAL, () -> action.accept(host));
        }
    }

    /** Restores or renews the memberships on a host. Tries again after a failure while the host is connected. */
    private void synchronize(DjangoHost host) {
        CompletableFuture<Set<String>> done = memberships.synchronize(host);
        if (done != null) {
            Stages.ignore(done.whenComplete((missing, failure) -> {
                if (failure == null) {
                    status.synchronizedHost(host, missing);
                } else {
                    retry(host, this::synchronize);
                }
                update(failure);
            }));
        }
    }

    // ---- sends ----

    /** Serializes a message for {@link #toChannel} or {@link #toGroup}. */
    public byte[] write(Message message) {
        return settings.codec().write(message);
    }

    /** Sends a message to a channel of another process, or to a plain channel. */
    public CompletableFuture<Void> toChannel(String channel, byte[] written) {
        return sender.toChannel(channel, written);
    }

    /** Sends a message to the members of a group outside this process. */
    public CompletableFuture<Void> toGroup(String group, Message message, byte[] written, Set<String> except) {
        return sender.toGroup(new DjangoSender.Target(group, message, written, except));
    }

    /** Sends a message to a control group, and completes with the number of processes. */
    public CompletableFuture<Integer> toControlGroup(String group, Message message) {
        byte[] written = settings.codec().write(message);
        return sender.toControlGroup(
                new DjangoSender.Target(group, message, written, Set.of()),
                settings.lease().toMillis() / 1000.0);
    }

    /** Delivers a message to those channels of this process that another process added to the group. */
    private void deliverToOwn(DjangoSender.Target target, List<String> channels) {
        thread.execute(() -> channels.stream()
                .filter(channel -> !memberships.contains(target.group(), channel) && member.isOpen(channel))
                .forEach(channel -> Stages.ignore(member.deliver(channel, target.message()))));
    }

    private CompletableFuture<?> dispatch(DjangoCodec.Received received) {
        if (received.channels().isEmpty()) {
            throw new ChannelsException(
                    "message %s: no channel".formatted(received.message().type()));
        }
        List<CompletableFuture<?>> incomplete = new ArrayList<>();
        for (String channel : received.channels()) {
            String controlGroup = groups.controlGroup(channel);
            if (controlGroup != null) {
                member.deliverControl(controlGroup, received.message());
                continue;
            }
            CompletableFuture<?> delivered = member.deliver(channel, received.message());
            if (!delivered.isDone()) {
                incomplete.add(delivered);
            }
        }
        return CompletableFuture.allOf(incomplete.toArray(CompletableFuture<?>[]::new));
    }

    // ---- plain channels ----

    /** Receives the next message from a plain channel and acknowledges it immediately. */
    public CompletableFuture<Message> receive(String channel) {
        return receive(channel, new PendingReceive<>(Delivery::message, Delivery::acknowledge));
    }

    /** Receives the next message from a plain channel. If this process dies before acknowledging it, it is returned to the queue. */
    public CompletableFuture<Delivery> take(String channel) {
        return receive(channel, new PendingReceive<>(item -> item, item -> {}));
    }

    private <T> CompletableFuture<T> receive(String channel, PendingReceive<T> receive) {
        thread.execute(() -> work.receive(channel, receive));
        return receive.future();
    }

    // ---- state ----

    /** Returns the message counts. */
    public DjangoCounters counters() {
        return counters;
    }

    /** Returns the longest lag of any host. */
    public Duration lag() {
        return hosts.stream().map(DjangoHost::lag).max(Duration::compareTo).orElse(Duration.ZERO);
    }

    /** Returns the groups of this process's channels. */
    public DjangoGroups groups() {
        return groups;
    }

    /** Removes all messages and groups of this layer. */
    public CompletableFuture<Void> flush() {
        CompletableFuture<Void> cleared = new CompletableFuture<>();
        thread.execute(() -> {
            memberships.clear(ControlTopics::isControl);
            cleared.complete(Stages.NOTHING);
        });
        return cleared.thenCompose(nothing -> allOf(hosts.stream()
                        .map(host -> new DjangoFlush(host, keys).run())
                        .toList()))
                .thenRun(() -> thread.execute(this::maintain));
    }

    private static CompletableFuture<Void> allOf(List<? extends CompletableFuture<?>> stages) {
        return CompletableFuture.allOf(stages.toArray(CompletableFuture<?>[]::new));
    }

    /**
     * Leaves the groups, returns unsettled messages to their queues and removes this process's queue. Gives up if Redis does not reply
     * within two seconds.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        groups.close();
        thread.execute(() -> {
            List<CompletableFuture<?>> released = new ArrayList<>();
            released.add(work.shutDown(new ChannelsException("channel layer: closed")));
            released.addAll(memberships.leaveAll());
            byte[] queue = bytes(keys.queue(process));
            hosts.forEach(host -> released.add(host.send(to -> to.unlink(queue))));
            Stages.ignore(allOf(released)
                    .completeOnTimeout(Stages.NOTHING, CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .whenComplete((nothing, failure) -> thread.execute(this::disconnect)));
        });
    }

    /** Closes the connections without releasing anything in Redis, as if the process had been killed. */
    public void die() {
        closed = true;
        groups.close();
        thread.execute(this::disconnect);
    }

    private void disconnect() {
        List<CompletableFuture<?>> ended = new ArrayList<>(work.close());
        readers.forEach(ProcessQueueReader::close);
        hosts.forEach(DjangoHost::close);
        readers.forEach(reader -> ended.add(reader.whenClosed()));
        hosts.forEach(host -> ended.add(host.whenClosed()));
        Stages.ignore(allOf(ended)
                .completeOnTimeout(Stages.NOTHING, CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((nothing, failure) -> {
                    clients.close();
                    thread.close();
                }));
    }

    private void missed(Set<String> missing) {
        member.missed(missing);
    }

    private void update(@Nullable Throwable failure) {
        if (!closed) {
            status.update(failure == null ? null : Stages.unwrap(failure));
        }
    }

    private final class HostListener implements DjangoHost.Listener {

        @Override
        public void connected(DjangoHost host) {
            status.tried(host);
            host.probe();
            checkAccess(host);
            work.connected(host);
        }

        @Override
        public void disconnected(DjangoHost host, Throwable cause) {
            status.lost(host);
            update(cause);
        }

        @Override
        public void probed(DjangoHost host) {
            update(null);
        }
    }
}
