package io.channels4j.redis.queue;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.internal.Stages;
import io.channels4j.layer.Delivery;
import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.command.CommandConnectionFactory;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.LettuceClients;
import io.channels4j.redis.connection.RedisStatus;
import io.channels4j.redis.queue.send.DelayedMessages;
import io.channels4j.redis.queue.send.QueueSender;
import io.channels4j.redis.queue.store.KeyFlush;
import io.channels4j.redis.queue.store.Partition;
import io.channels4j.redis.queue.store.Partitions;
import io.channels4j.redis.queue.store.QueueCounters;
import io.channels4j.redis.queue.store.QueueEnvelope;
import io.channels4j.redis.queue.store.QueueScript;
import io.channels4j.redis.queue.store.QueueSettings;
import io.channels4j.redis.queue.work.PendingReceive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Carries messages between processes through inboxes and work queues in Redis. Maintains this process's leases, group registrations and
 * readers, and restores them after an outage.
 *
 * <p><b>Threads.</b> Thread-safe. Only {@link #start} blocks.
 */
public final class QueueTransport implements AutoCloseable {

    private static final String EVICTION_EFFECT = "evicted messages are lost, evicted memberships are restored";
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final QueueSettings settings;
    private final Member member;
    private final LettuceClients clients;
    private final ControlThread thread;
    private final RedisStatus status;
    private final CommandConnectionFactory connections;
    private final List<CommandConnection> hosts;
    private final Partitions partitions;
    private final QueueCounters counters;
    private final GroupRegistrations registrations;
    private final QueueSender sender;
    private final InboxDispatcher dispatcher;
    private final DelayedMessages delayed;
    private final PendingRequests requests;
    private final QueueReaders readers;
    private final QueueStatus queueStatus;
    private final DeadLetterStore deadLetters;
    private final CompletableFuture<Void> released = new CompletableFuture<>();
    private volatile boolean closed;

    /** The members of this process. */
    public interface Member extends InboxDispatcher.Receiver {

        /** Returns the unique name of this process. */
        String process();

        /** Returns true if a group has members in this process. Called from any thread. */
        boolean hasMembers(String group);

        /** Called on the control thread when groups may have missed messages. */
        void missed(Set<String> groups);
    }

    /** Creates a transport that owns the clients and the thread. Call {@link #start} to connect. */
    public QueueTransport(
            QueueSettings settings, LettuceClients clients, ControlThread thread, RedisStatus status, Member member) {
        this.settings = settings;
        this.member = member;
        this.clients = clients;
        this.thread = thread;
        this.status = status;
        counters = new QueueCounters(status::dropped);
        String process = member.process();
        connections = new CommandConnectionFactory(settings.hosts(), clients, thread, "Redis layer", EVICTION_EFFECT);
        hosts = IntStream.range(0, connections.count())
                .mapToObj(this::connection)
                .toList();
        partitions = new Partitions(settings, connections, hosts, process, thread, new PartitionListener());
        requests = new PendingRequests(thread);
        sender = new QueueSender(
                settings, partitions::of, ResendThreads.start(), counters, connections::refresh, this::lost);
        delayed = new DelayedMessages(thread, sender::move, settings.deadLetters(), counters);
        registrations = new GroupRegistrations(
                process,
                this::registrationPartition,
                member::hasMembers,
                settings.limits().groupExpiry(),
                this::recovered,
                thread);
        UnreadableGroups gaps = new UnreadableGroups(thread, registrations::groupsIn, this::gapPossible);
        dispatcher = new InboxDispatcher(settings, member, sender, requests, counters, gaps);
        readers = new QueueReaders(settings, process, dispatcher, counters, thread, connections);
        deadLetters = new DeadLetterStore(settings, partitions);
        queueStatus = new QueueStatus(status, hosts, partitions, registrations::isRecovering);
    }

    private CommandConnection connection(int index) {
        return connections.to(index, new CommandConnection.Listener() {
            @Override
            public void connected() {
                queueStatus.hostTried(index);
                partitions.onHost(index).forEach(Partition::renew);
                update(null);
            }

            @Override
            public void disconnected(Throwable cause) {
                queueStatus.hostTried(index);
                partitions.onHost(index).filter(Partition::isActive).forEach(partition -> partition.unreachable(cause));
                update(cause);
            }

            @Override
            public void refused(Throwable cause) {
                update(cause);
            }

            @Override
            public void accepted() {
                update(null);
            }
        });
    }

    /** Returns the partition of a group with members in this process. Starts reading the inbox in that partition. */
    private Partition registrationPartition(String group) {
        Partition partition = partitions.of(group);
        if (!closed) {
            readers.openInbox(partition);
        }
        return partition;
    }

    /**
     * Starts connecting. Blocks until the first attempt to connect to each host has ended or the time-out has passed.
     *
     * @throws ChannelsException if a host denied access; the transport is then closed
     */
    public void start(Duration timeout) {
        thread.execute(() -> {
            Partition home = partitions.home();
            if (!closed) {
                readers.openInbox(home);
            }
            home.activate();
            hosts.forEach(CommandConnection::open);
        });
        thread.every(
                settings.groupRenewalInterval(),
                () -> partitions.all().filter(Partition::isReachable).forEach(registrations::renewAll));
        queueStatus.startUp().await(timeout, this::close);
    }

    /** Must be called when a group may have gained its first member in this process or lost its last one. */
    public void changed(String group) {
        if (!closed) {
            registrations.changed(group);
        }
    }

    /** Completes when other processes can reach a group's members here, or immediately while Redis is unreachable. */
    public CompletionStage<Void> confirmed(String group) {
        return closed ? Stages.done() : registrations.confirmed(group);
    }

    /** Sends a message to the other processes and the work queues of a group. */
    public CompletableFuture<Void> sendToGroup(String group, Message message, Set<String> except) {
        return sender.toGroup(group, message, except);
    }

    /**
     * Sends a control message to the other processes of a group. Completes with their number, or fails if an inbox is full.
     */
    public CompletableFuture<Integer> sendControl(String group, Message message) {
        return sender.controlToGroup(group, message);
    }

    /** Sends a message to a channel outside this process. */
    public CompletableFuture<Void> send(String channel, Message message) {
        byte[] payload = QueueEnvelope.toChannel(channel, message).encode(settings.codec());
        return isQueue(channel)
                ? sender.toQueue(channel, payload)
                : sender.toProcess(processOf(channel), channel, payload).thenAccept(alive -> {});
    }

    /** Sends a message to a channel outside this process after a delay. The message outlives this process. */
    public CompletableFuture<Void> sendLater(String channel, Message message, Duration delay) {
        byte[] payload = QueueEnvelope.toChannel(channel, message).encode(settings.codec());
        Partition partition = partitions.of(isQueue(channel) ? channel : processOf(channel));
        return sender.toChannelLater(partition, channel, payload, delay)
                .thenAccept(due -> thread.execute(() -> delayed.schedule(partition, due)));
    }

    private static boolean isQueue(String channel) {
        return channel.indexOf('!') < 0;
    }

    private static String processOf(String channel) {
        return channel.substring(0, channel.indexOf('!'));
    }

    /** Receives the next message from a work queue and acknowledges it immediately. */
    public CompletableFuture<Message> receive(String channel) {
        return receive(channel, new PendingReceive<>(Delivery::message, Delivery::acknowledge));
    }

    /** Receives the next message from a work queue. If this process dies before acknowledging it, another process receives it. */
    public CompletableFuture<Delivery> take(String channel) {
        return receive(channel, new PendingReceive<Delivery>(item -> item, item -> {}));
    }

    private <T> CompletableFuture<T> receive(String channel, PendingReceive<T> receive) {
        thread.execute(() -> readers.work(partitions.of(channel)).receive(channel, receive));
        return receive.future();
    }

    /** Adds a channel of another process, or a work queue, to a group. */
    public CompletableFuture<Void> join(String group, String channel) {
        return isQueue(channel)
                ? sender.addQueue(group, channel).thenAccept(reply -> {})
                : request(QueueEnvelope.Kind.JOIN, group, channel);
    }

    /** Removes a channel of another process, or a work queue, from a group. */
    public CompletableFuture<Void> leave(String group, String channel) {
        return isQueue(channel)
                ? sender.removeQueue(group, channel).thenAccept(reply -> {})
                : request(QueueEnvelope.Kind.LEAVE, group, channel);
    }

    private CompletableFuture<Void> request(QueueEnvelope.Kind kind, String group, String channel) {
        PendingRequests.Request request = requests.open("group " + group + ", channel " + channel);
        QueueEnvelope envelope = QueueEnvelope.request(kind, group, channel, member.process(), request.id());
        Stages.ignore(sender.toProcess(processOf(channel), channel, envelope.encode(settings.codec()))
                .whenComplete((alive, failure) -> {
                    if (failure != null) {
                        request.answer().completeExceptionally(failure);
                    } else if (!alive) {
                        // the channel no longer exists, because its process died
                        request.answer().complete(Stages.NOTHING);
                    }
                }));
        return request.answer();
    }

    /** Returns the message counts. */
    public QueueCounters counters() {
        return counters;
    }

    /** Returns the dead letters. */
    public DeadLetterStore deadLetters() {
        return deadLetters;
    }

    /** Returns the longer of two delays: that of the probes, and the time for which the last message to this process waited in Redis. */
    public Duration lag() {
        return partitions.lag(Duration.ofMillis(dispatcher.lagMillis()));
    }

    /** Returns the number of groups that are registered in Redis for this process. */
    public int groups() {
        return registrations.size();
    }

    /** Removes all keys with this layer's prefix. */
    public CompletableFuture<Void> flush() {
        sender.flushStarted();
        List<CompletableFuture<?>> flushed = new ArrayList<>();
        for (CommandConnection host : hosts) {
            flushed.add(new KeyFlush(host, settings.keys().everyTagged()).run());
        }
        return allOf(flushed)
                .thenRun(() -> thread.execute(() -> partitions.all().forEach(this::restoreAfterFlush)));
    }

    private void restoreAfterFlush(Partition partition) {
        partition.renewAfterFlush();
        if (partition.isReachable()) {
            registrations.renewAll(partition); // the groups of control messages still have receivers
        }
    }

    private static CompletableFuture<Void> allOf(List<CompletableFuture<?>> stages) {
        return CompletableFuture.allOf(stages.toArray(CompletableFuture<?>[]::new));
    }

    /**
     * Leaves the groups, returns unsettled messages to their queues, and releases the leases. Completes when Redis has confirmed this, or
     * after two seconds. Further calls return the same stage.
     */
    public CompletableFuture<Void> release() {
        if (closed) {
            return released;
        }
        closed = true;
        RuntimeException cause = new ChannelsException("channel layer: closed");
        requests.close(cause);
        thread.execute(() -> {
            List<CompletableFuture<?>> work = readers.shutDownWork(cause).toList();
            List<Partition> active = partitions.active().toList();
            active.forEach(Partition::close); // no longer renews the leases
            // first returns the work, then releases the leases; other processes could otherwise return the same work
            Stages.ignore(allOf(work)
                    .exceptionally(failure -> Stages.NOTHING)
                    .thenComposeAsync(
                            nothing -> allOf(List.copyOf(
                                    active.stream().map(this::release).toList())),
                            thread::execute)
                    .completeOnTimeout(Stages.NOTHING, CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                    .whenComplete((nothing, failure) -> {
                        released.complete(Stages.NOTHING);
                        thread.execute(this::disconnect);
                    }));
        });
        return released;
    }

    @Override
    public void close() {
        Stages.ignore(release());
    }

    /** Closes the connections without releasing anything in Redis, as if the process had been killed. */
    public void die() {
        closed = true;
        released.complete(Stages.NOTHING);
        thread.execute(() -> {
            partitions.all().forEach(Partition::close);
            disconnect();
        });
    }

    private CompletableFuture<?> release(Partition partition) {
        CompletableFuture<?> left = registrations.leaveAll(partition);
        List<String> keys = List.of(partition.leases(), partition.inbox(member.process()), partition.wake());
        return CompletableFuture.allOf(
                left, partition.connection().run(QueueScript.RELEASE_LEASE, keys, bytes(member.process())));
    }

    private void disconnect() {
        List<CompletableFuture<?>> ended = new ArrayList<>(readers.close());
        for (CommandConnection host : hosts) {
            host.close();
            ended.add(host.whenClosed());
        }
        Stages.ignore(allOf(ended)
                .completeOnTimeout(Stages.NOTHING, CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((nothing, failure) -> {
                    clients.close();
                    thread.close();
                }));
    }

    private void lost(String channel, long messages) {
        thread.execute(() -> status.messagesLost(channel, messages));
    }

    private void recovered(Set<String> groups) {
        status.gapPossible(groups.size());
        member.missed(groups);
        update(null);
    }

    private void gapPossible(Set<String> groups) {
        if (!closed && !groups.isEmpty()) {
            status.gapPossible(groups.size());
            member.missed(groups);
        }
    }

    private void update(@Nullable Throwable failure) {
        if (!closed) {
            queueStatus.update(failure);
        }
    }

    private final class PartitionListener implements Partition.Listener {

        @Override
        public void leaseRenewed(Partition partition, boolean expired, long firstDue) {
            if (expired) {
                registrations.forgotten(partition);
            } else {
                registrations.verify(partition);
            }
            readers.maintain(partition);
            sender.findLostWork(partition);
            delayed.schedule(partition, firstDue);
            update(null);
        }

        @Override
        public void unreachable(Partition partition, Throwable cause) {
            connections.refresh();
            registrations.unreachable(partition);
            update(cause);
        }

        @Override
        public void silenceChanged(Partition partition) {
            update(partition.failure());
        }
    }
}
