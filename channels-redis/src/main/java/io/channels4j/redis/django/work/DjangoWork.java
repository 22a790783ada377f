package io.channels4j.redis.django.work;

import io.channels4j.Message;
import io.channels4j.internal.Stages;
import io.channels4j.redis.command.CommandConnectionFactory;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.django.store.DjangoCounters;
import io.channels4j.redis.django.store.DjangoHost;
import io.channels4j.redis.django.store.DjangoSettings;
import io.channels4j.redis.queue.work.PendingReceive;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plain channels from which this process receives, on all hosts.
 *
 * <p>A message is claimed when it is read, and the claim is renewed until the message is settled. If this process dies, another process
 * with this library returns the message to its queue. Django's workers neither have claims nor see them.
 *
 * <p><b>Threads.</b> Confined to the control thread.
 */
public final class DjangoWork {

    /** How long a claimed message waits for a call before it is put back. */
    private static final Duration UNTAKEN_LIMIT = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");

    private final DjangoSettings settings;
    private final List<DjangoHost> hosts;
    private final DjangoCounters counters;
    private final ControlThread thread;
    private final CommandConnectionFactory connections;
    private final Map<String, DjangoWorkQueue> queues = new HashMap<>();
    private final List<DjangoWorkReader> readers = new ArrayList<>();

    /** Creates an instance without connections, which are opened when they are first needed. */
    public DjangoWork(
            DjangoSettings settings,
            List<DjangoHost> hosts,
            DjangoCounters counters,
            ControlThread thread,
            CommandConnectionFactory connections) {
        this.settings = settings;
        this.hosts = hosts;
        this.counters = counters;
        this.thread = thread;
        this.connections = connections;
    }

    /** Takes the next message from a channel. */
    public void receive(String channel, PendingReceive<?> receive) {
        if (receive.isWithdrawn()) {
            return;
        }
        if (readers.isEmpty()) {
            hosts.forEach(host ->
                    readers.add(new DjangoWorkReader(settings, host, queues, new Incoming(), thread, connections)));
        }
        queues.computeIfAbsent(channel, this::queue).add(receive);
        readers.forEach(DjangoWorkReader::read);
    }

    private DjangoWorkQueue queue(String channel) {
        return new DjangoWorkQueue(hosts.stream()
                .map(host -> new DjangoClaims(settings, host, thread, channel))
                .toList());
    }

    private final class Incoming implements DjangoWorkReader.Receiver {

        @Override
        public void claimed(String channel, DjangoHost host, byte[] entry, String score) {
            DjangoWorkQueue queue = queues.computeIfAbsent(channel, DjangoWork.this::queue);
            DjangoClaims claims = queue.claims(host.index());
            Message message;
            try {
                message = settings.codec().read(entry).message();
            } catch (RuntimeException e) {
                counters.countMalformed(channel, e);
                putBackLater(claims, entry, score);
                return;
            }
            counters.countReceived();
            DjangoWorkItem item = new DjangoWorkItem(
                    entry,
                    score,
                    message,
                    (settled, outcome) -> thread.execute(() -> claims.settled(settled, outcome)));
            claims.claimed(item);
            if (!queue.deliver(item)) {
                thread.schedule(UNTAKEN_LIMIT, () -> {
                    if (queue.withdraw(item)) {
                        item.putBack();
                    }
                });
            }
        }

        @Override
        public void expired(long messages) {
            counters.countExpired(messages);
        }

        @Override
        public void returned(String channel, long messages) {
            if (messages > 0) {
                LOG.warn("channel {}: {} messages of a dead process were returned to the queue", channel, messages);
            }
        }
    }

    /** Puts back a message that this process cannot read. Until it expires, another process can take it. */
    private void putBackLater(DjangoClaims claims, byte[] entry, String score) {
        DjangoWorkItem unreadable = new DjangoWorkItem(
                entry,
                score,
                Message.of("unreadable"),
                (settled, outcome) -> thread.execute(() -> claims.settled(settled, outcome)));
        claims.claimed(unreadable);
        thread.schedule(UNTAKEN_LIMIT, unreadable::putBack);
    }

    /** Sends outcomes that Redis has not confirmed, and continues to read. Called when a host is connected. */
    public void connected(DjangoHost host) {
        queues.values()
                .forEach(queue -> Stages.ignore(queue.claims(host.index()).flush()));
        readers.forEach(DjangoWorkReader::read);
    }

    /** Renews the claims, and forgets unused channels. */
    public void maintain() {
        queues.values().removeIf(DjangoWorkQueue::isIdle);
        queues.values().forEach(queue -> queue.claims().forEach(claims -> claims.maintain(queue.demand() > 0)));
        readers.forEach(DjangoWorkReader::check);
    }

    /** Fails the waiting calls and returns unsettled messages to their queues. Completes even if Redis does not reply. */
    public CompletableFuture<?> shutDown(RuntimeException cause) {
        readers.forEach(DjangoWorkReader::close);
        queues.values().forEach(queue -> queue.close(cause));
        return all(readers.stream().map(DjangoWorkReader::whenClaimed))
                .handle((nothing, failure) -> {
                    queues.values().forEach(queue -> queue.close(cause)); // messages that were claimed meanwhile
                    return Stages.NOTHING;
                })
                .thenComposeAsync(nothing -> returnAll(), thread::execute); // after the messages that no call has taken
    }

    private CompletableFuture<Void> returnAll() {
        return all(queues.values().stream()
                .flatMap(queue -> queue.claims().stream().map(DjangoClaims::returnAll)));
    }

    private static CompletableFuture<Void> all(Stream<? extends CompletableFuture<?>> stages) {
        return CompletableFuture.allOf(stages.toArray(CompletableFuture<?>[]::new));
    }

    /** Closes the connections without returning anything. Each future completes when a connection is closed. */
    public List<CompletableFuture<Void>> close() {
        readers.forEach(DjangoWorkReader::close);
        return readers.stream().map(DjangoWorkReader::whenClosed).toList();
    }
}
