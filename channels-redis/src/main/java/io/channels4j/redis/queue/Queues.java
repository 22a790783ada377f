package io.channels4j.redis.queue;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.internal.Stages;
import io.channels4j.layer.Delivery;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.command.CommandConnectionFactory;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.LettuceClients;
import io.channels4j.redis.connection.RedisFailures;
import io.channels4j.redis.connection.RedisStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The way of messages between processes through inboxes and queues in Redis: keeps this process' lease, its groups and
 * its readers, and makes them good after an outage.
 *
 * <p><b>Threads.</b> Thread-safe; nothing blocks.
 */
public final class Queues implements AutoCloseable {

    private static final Duration FAREWELL = Duration.ofSeconds(2);
    private static final Duration RENEWAL_CHECK = Duration.ofMinutes(1);

    private final QueueSettings settings;
    private final Member member;
    private final LettuceClients clients;
    private final ControlThread loop;
    private final RedisStatus status;
    private final CommandConnectionFactory links;
    private final List<CommandConnection> hosts;
    private final Tags tags;
    private final Counts counts = new Counts();
    private final Registrations registrations;
    private final Outbound outbound;
    private final Inbound inbound;
    private final Delayed delayed;
    private final Requests requests;
    private final Map<Tag, InboxReader> inboxReaders = new HashMap<>();
    private final Map<Tag, WorkReader> workReaders = new HashMap<>();
    private final Set<Integer> tried = new HashSet<>();
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private volatile boolean closed;

    /** The process that takes part. */
    public interface Member extends Inbound.Receiver {

        /** Returns the name of this process, which no other has. */
        String process();

        /** Tells whether a group has members in this process; from any thread. */
        boolean hasMembers(String group);

        /** Some groups may have missed messages; on the loop. */
        void missed(Set<String> groups);
    }

    /** Makes the queues. LettuceClients and loop end with them. */
    public Queues(
            QueueSettings settings, LettuceClients clients, ControlThread loop, RedisStatus status, Member member) {
        this.settings = settings;
        this.member = member;
        this.clients = clients;
        this.loop = loop;
        this.status = status;
        links = new CommandConnectionFactory(settings.hosts(), clients, loop);
        hosts = IntStream.range(0, links.count()).mapToObj(this::linkTo).toList();
        tags = new Tags(settings, links, hosts, member.process(), loop, new TagWatcher());
        requests = new Requests(loop);
        outbound = new Outbound(settings, member.process(), tags::of, loop, counts, links::refresh);
        inbound = new Inbound(settings, member, outbound, requests, counts);
        delayed = new Delayed(loop, outbound::move);
        registrations = new Registrations(
                member.process(),
                this::tagOfGroupHere,
                member::hasMembers,
                settings.limits().groupExpiry(),
                this::recovered,
                loop);
    }

    private CommandConnection linkTo(int index) {
        return links.to(index, new CommandConnection.Watcher() {
            @Override
            public void up() {
                tried.add(index);
                tags.onHost(index).forEach(Tag::beat);
                update(null);
            }

            @Override
            public void down(Throwable why) {
                tried.add(index);
                tags.onHost(index).filter(Tag::isActive).forEach(tag -> tag.unreachable(why));
                update(why);
            }
        });
    }

    private Tag tagOfGroupHere(String group) {
        Tag tag = tags.of(group);
        readInbox(tag);
        return tag;
    }

    private void readInbox(Tag tag) {
        if (!closed) {
            inboxReaders.computeIfAbsent(
                    tag, t -> new InboxReader(t, member.process(), inbound::take, blockingTime(), loop, links));
        }
    }

    private WorkReader workReader(Tag tag) {
        tag.activate();
        return workReaders.computeIfAbsent(tag, t -> new WorkReader(t, new WorkParts(), links));
    }

    /** Returns how long a connection may wait in Redis: shorter than a silence that would count as an outage. */
    private Duration blockingTime() {
        Duration half = settings.hosts().timeout().dividedBy(2);
        return half.compareTo(Duration.ofSeconds(5)) < 0 ? half : Duration.ofSeconds(5);
    }

    /** Starts to connect; completes when each host was tried once, and exceptionally when one refuses to let us in. */
    public CompletionStage<Void> start() {
        loop.execute(() -> {
            readInbox(tags.home());
            tags.home().activate();
            hosts.forEach(CommandConnection::open);
        });
        Duration pause = settings.limits().groupExpiry().dividedBy(3);
        Duration check = pause.compareTo(RENEWAL_CHECK) < 0 ? RENEWAL_CHECK : pause;
        loop.every(check, () -> tags.all().filter(Tag::isReachable).forEach(tag -> registrations.tell(tag, true)));
        return started;
    }

    /** Tells that a group may have got its first member here or lost its last. */
    public void changed(String group) {
        if (!closed) {
            registrations.changed(group);
        }
    }

    /** Completes when other processes reach a group's members here, or at once while Redis is out of reach. */
    public CompletionStage<Void> confirmed(String group) {
        return closed ? Stages.done() : registrations.confirmed(group);
    }

    /** Sends to a group's other processes and its queues. */
    public CompletableFuture<Void> sendToGroup(String group, Message message, Set<String> except) {
        return outbound.toGroup(group, message, except);
    }

    /** Sends to a channel that is not of this process. */
    public CompletableFuture<Void> send(String channel, Message message) {
        byte[] payload = Envelope.toChannel(channel, message).encode(settings.codec());
        int mark = channel.indexOf('!');
        return mark < 0
                ? outbound.toQueue(channel, payload)
                : outbound.toProcess(channel.substring(0, mark), channel, payload)
                        .thenAccept(alive -> {});
    }

    /** Sends to a channel that is not of this process, later; the message outlives this process. */
    public CompletableFuture<Void> sendLater(String channel, Message message, Duration delay) {
        byte[] payload = Envelope.toChannel(channel, message).encode(settings.codec());
        int mark = channel.indexOf('!');
        Tag tag = tags.of(mark < 0 ? channel : channel.substring(0, mark));
        return outbound.later(tag, channel, payload, delay)
                .thenAccept(due -> loop.execute(() -> delayed.due(tag, due)));
    }

    /** Takes the next message of a work queue; it is done with when it is taken. */
    public CompletableFuture<Message> receive(String channel) {
        return take(channel, new FutureTaker<>(WorkItem::message, true));
    }

    /** Takes the next message of a work queue; it goes to another process when this one dies before it is done. */
    public CompletableFuture<Delivery> take(String channel) {
        return take(channel, new FutureTaker<Delivery>(item -> item, false));
    }

    private <T> CompletableFuture<T> take(String channel, FutureTaker<T> taker) {
        loop.execute(() -> workReader(tags.of(channel)).take(channel, taker));
        return taker.future();
    }

    /** Adds a channel of another process, or a work queue, to a group. */
    public CompletableFuture<Void> join(String group, String channel) {
        return channel.indexOf('!') < 0
                ? outbound.joinQueue(group, channel).thenAccept(reply -> {})
                : ask(Envelope.Kind.JOIN, group, channel);
    }

    /** Takes a channel of another process, or a work queue, out of a group. */
    public CompletableFuture<Void> leave(String group, String channel) {
        return channel.indexOf('!') < 0
                ? outbound.leaveQueue(group, channel).thenAccept(reply -> {})
                : ask(Envelope.Kind.LEAVE, group, channel);
    }

    private CompletableFuture<Void> ask(Envelope.Kind kind, String group, String channel) {
        String other = channel.substring(0, channel.indexOf('!'));
        Requests.Open request = requests.open("group " + group + ", channel " + channel);
        Envelope envelope = Envelope.request(kind, group, channel, member.process(), request.id());
        var unused = outbound.toProcess(other, channel, envelope.encode(settings.codec()))
                .whenComplete((alive, failure) -> {
                    if (failure != null) {
                        request.answer().completeExceptionally(failure);
                    } else if (!alive) {
                        request.answer().complete(Stages.NOTHING); // the channel is gone with its process
                    }
                });
        return request.answer();
    }

    public Counts counts() {
        return counts;
    }

    /** Returns how long the last message from another process was on its way. */
    public Duration lag() {
        return Duration.ofMillis(inbound.lag());
    }

    /** Returns how many groups Redis knows to have members here. */
    public int groups() {
        return registrations.size();
    }

    /** Removes all keys with this prefix. */
    public CompletableFuture<Void> flush() {
        List<CompletableFuture<?>> hostsDone = new ArrayList<>();
        for (CommandConnection host : hosts) {
            hostsDone.add(new Flush(host, settings.keys().everyTagged()).run());
        }
        return CompletableFuture.allOf(hostsDone.toArray(CompletableFuture<?>[]::new))
                .thenRun(() -> loop.execute(() -> tags.all().forEach(Tag::renew)));
    }

    /** Leaves the groups, gives back what is not done and removes what is ours, as far as Redis answers in time. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        RuntimeException why = new ChannelsException("channel layer: it is closed");
        requests.close(why);
        loop.execute(() -> {
            List<CompletableFuture<?>> farewells = new ArrayList<>();
            workReaders.values().forEach(reader -> {
                reader.refuseAll(why);
                farewells.add(reader.giveBackAll());
            });
            tags.all().filter(Tag::isActive).forEach(tag -> farewells.add(farewell(tag)));
            var unused = CompletableFuture.allOf(farewells.toArray(CompletableFuture<?>[]::new))
                    .completeOnTimeout(Stages.NOTHING, FAREWELL.toMillis(), TimeUnit.MILLISECONDS)
                    .whenComplete((nothing, failure) -> loop.execute(this::end));
        });
    }

    /** Ends without a word to Redis. */
    public void die() {
        closed = true;
        loop.execute(() -> {
            tags.all().forEach(Tag::close);
            end();
        });
    }

    private CompletableFuture<?> farewell(Tag tag) {
        tag.close();
        CompletableFuture<?> left = registrations.leaveAll(tag);
        List<String> keys = List.of(tag.leases(), tag.inbox(member.process()), tag.wake());
        return CompletableFuture.allOf(left, tag.link.run(Script.BYE, keys, bytes(member.process())));
    }

    private void end() {
        inboxReaders.values().forEach(InboxReader::close);
        workReaders.values().forEach(WorkReader::close);
        hosts.forEach(CommandConnection::close);
        List<CompletableFuture<?>> ended = new ArrayList<>();
        inboxReaders.values().forEach(reader -> ended.add(reader.ended()));
        workReaders.values().forEach(reader -> ended.add(reader.ended()));
        hosts.forEach(host -> ended.add(host.ended()));
        var unused = CompletableFuture.allOf(ended.toArray(CompletableFuture<?>[]::new))
                .completeOnTimeout(Stages.NOTHING, FAREWELL.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((nothing, failure) -> {
                    clients.close();
                    loop.close();
                });
    }

    private void recovered(Set<String> groups) {
        status.gapPossible(groups.size());
        member.missed(groups);
        update(null);
    }

    private void update(@Nullable Throwable why) {
        if (closed || tried.size() < hosts.size() || !tags.home().isActive()) {
            return;
        }
        List<Tag> active = tags.all().filter(Tag::isActive).toList();
        long reachable = active.stream().filter(Tag::isReachable).count();
        boolean connected = hosts.stream().allMatch(CommandConnection::isUp);
        boolean some = reachable > 0 || hosts.size() > 1 && hosts.stream().anyMatch(CommandConnection::isUp);
        Throwable cause = why == null ? whyUnreachable(active) : why;
        if (reachable == active.size() && connected && !registrations.isRecovering()) {
            status.now(State.UP, null);
        } else if (some) {
            status.now(State.DEGRADED, cause);
        } else if (cause != null) {
            status.now(State.DOWN, cause);
        }
        finishStart(cause, reachable == active.size());
    }

    private static @Nullable Throwable whyUnreachable(List<Tag> active) {
        for (Tag tag : active) {
            if (tag.why() != null) {
                return tag.why();
            }
        }
        return null;
    }

    private void finishStart(@Nullable Throwable why, boolean reachable) {
        if (why != null && RedisFailures.isNoEntry(why)) {
            started.completeExceptionally(why);
        } else if (why != null || reachable) {
            started.complete(Stages.NOTHING);
        }
    }

    private final class TagWatcher implements Tag.Watcher {

        @Override
        public void held(Tag tag, boolean lost, long firstDue) {
            if (lost) {
                registrations.forgotten(tag);
            } else {
                registrations.tell(tag, false);
            }
            WorkReader reader = workReaders.get(tag);
            if (reader != null) {
                reader.maintain();
            }
            delayed.due(tag, firstDue);
            update(null);
        }

        @Override
        public void unreachable(Tag tag, Throwable why) {
            links.refresh();
            registrations.unreachable(tag);
            update(why);
        }
    }

    private final class WorkParts implements WorkReader.Parts {

        @Override
        public String process() {
            return member.process();
        }

        @Override
        public ControlThread loop() {
            return loop;
        }

        @Override
        public Duration longestWait() {
            return blockingTime();
        }

        @Override
        public Duration life() {
            return settings.queueLife();
        }

        @Override
        public @Nullable Envelope read(byte[] payload) {
            return inbound.read(payload);
        }

        @Override
        public boolean expired(Tag tag, String id) {
            boolean expired = tag.clock() - InboxReader.millis(id)
                    > settings.limits().expiry().toMillis();
            if (expired) {
                counts.dropped.increment();
            }
            return expired;
        }
    }
}
