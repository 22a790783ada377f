package io.channels4j.redis.django.work;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.internal.Stages;
import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.command.CommandConnectionFactory;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.django.store.DjangoHost;
import io.channels4j.redis.django.store.DjangoScript;
import io.channels4j.redis.django.store.DjangoSettings;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.api.push.PushMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Takes messages from plain channels on one host while calls wait for them. Messages are removed and claimed in one atomic step, in
 * batches. Between two steps, the reader waits until Redis reports a change of a queue. It does not use {@code BZPOPMIN}, because that
 * command removes a message without claiming it. The order of the channels rotates, so that a busy channel does not delay the others.
 *
 * <p><b>Threads.</b> Confined to the control thread.
 */
final class DjangoWorkReader implements AutoCloseable {

    private static final int MAX_CLAIMS = 50;
    private static final Duration RETRY = Duration.ofMillis(200);

    /** The time between two claims until the server has first notified this connection of a change. */
    private static final Duration POLL = Duration.ofMillis(100);

    private enum State {
        IDLE,
        CLAIMING,
        WATCHING,
        CLOSED
    }

    private final DjangoSettings settings;
    private final DjangoHost host;
    private final Map<String, DjangoWorkQueue> queues;
    private final Receiver receiver;
    private final ControlThread thread;
    private final CommandConnection connection;
    private State state = State.IDLE;
    private CompletableFuture<?> claiming = Stages.done();
    private Set<String> watched = Set.of();
    private int turns;
    private boolean notified;
    private int rotation;

    /** Receives claimed messages on the control thread. */
    interface Receiver {

        void claimed(String channel, DjangoHost host, byte[] entry, String score);

        /** Messages were removed because they had expired. */
        void expired(long messages);

        /** Messages of a dead process were returned to the queue. */
        void returned(String channel, long messages);
    }

    DjangoWorkReader(
            DjangoSettings settings,
            DjangoHost host,
            Map<String, DjangoWorkQueue> queues,
            Receiver receiver,
            ControlThread thread,
            CommandConnectionFactory connections) {
        this.settings = settings;
        this.host = host;
        this.queues = queues;
        this.receiver = receiver;
        this.thread = thread;
        this.connection = connections.to(host.index(), new CommandConnection.Listener() {
            @Override
            public void connected() {
                requestNotifications();
                check();
            }

            @Override
            public void disconnected(Throwable cause) {}
        });
        connection.open();
    }

    private List<String> wanted() {
        List<String> channels = new ArrayList<>();
        queues.forEach((channel, queue) -> {
            if (queue.demand() > 0) {
                channels.add(channel);
            }
        });
        if (!channels.isEmpty()) {
            Collections.rotate(channels, rotation++ % channels.size());
        }
        return channels;
    }

    /** Claims messages for the waiting calls. */
    void read() {
        List<String> wanted = wanted();
        if (wanted.isEmpty() || !connection.isConnected() || !host.isConnected()) {
            return;
        }
        if (state == State.WATCHING && !watched.containsAll(wanted)) {
            readAgain();
        } else if (state == State.IDLE) {
            state = State.CLAIMING;
            claim(wanted);
        }
    }

    private void claim(List<String> wanted) {
        List<CompletableFuture<Integer>> claims =
                wanted.stream().map(channel -> claim(channel, share(channel))).toList();
        CompletableFuture<Void> claimed = CompletableFuture.allOf(claims.toArray(CompletableFuture<?>[]::new));
        claiming = claimed;
        Stages.ignore(claimed.whenComplete((nothing, failure) -> thread.execute(() -> {
            if (state != State.CLAIMING) {
                return;
            }
            if (failure != null) {
                failed(failure);
            } else if (claims.stream().anyMatch(one -> one.join() > 0)) {
                readAgain();
            } else {
                watch();
            }
        })));
    }

    /** Returns how many messages to claim on this host: the host's share of the waiting calls. */
    private int share(String channel) {
        DjangoWorkQueue queue = queues.get(channel);
        int hosts = settings.keys().hosts();
        int demand = queue == null ? 0 : queue.demand();
        return Math.min(MAX_CLAIMS, Math.max(1, (demand + hosts - 1) / hosts));
    }

    /**
     * Runs the claim script. Completes on the control thread with the number of claimed messages, after the receiver has processed them.
     */
    private CompletableFuture<Integer> claim(String channel, int count) {
        DjangoWorkQueue queue = queues.get(channel);
        if (queue == null) {
            return CompletableFuture.completedFuture(0);
        }
        DjangoClaims claims = queue.claims(host.index());
        CompletableFuture<Integer> claimed = new CompletableFuture<>();
        Stages.ignore(host.run(DjangoScript.CLAIM_WORK, claims.keys(), claims.claimArguments(count))
                .whenComplete((reply, failure) -> thread.execute(() -> {
                    if (failure != null) {
                        claimed.completeExceptionally(failure);
                    } else {
                        claimed.complete(received(channel, reply));
                    }
                })));
        return claimed;
    }

    private int received(String channel, List<Object> reply) {
        receiver.expired((long) reply.get(0));
        receiver.returned(channel, (long) reply.get(1));
        int count = 0;
        for (int i = 2; i < reply.size(); i += 2) {
            String score = new String((byte[]) reply.get(i), StandardCharsets.US_ASCII);
            receiver.claimed(channel, host, (byte[]) reply.get(i + 1), score);
            count++;
        }
        return count;
    }

    /**
     * Waits until a queue changes. Redis reports the next change of each queue whose size was read, so no later message is overlooked.
     */
    private void watch() {
        List<String> wanted = wanted();
        if (wanted.isEmpty() || !connection.isConnected()) {
            state = State.IDLE;
            return;
        }
        state = State.WATCHING;
        watched = Set.copyOf(wanted);
        int turn = ++turns;
        List<CompletableFuture<Long>> sizes = wanted.stream()
                .map(channel ->
                        connection.send(to -> to.zcard(bytes(settings.keys().queue(channel)))))
                .toList();
        Stages.ignore(CompletableFuture.allOf(sizes.toArray(CompletableFuture<?>[]::new))
                .whenComplete((nothing, failure) -> thread.execute(() -> {
                    if (turn != turns || state != State.WATCHING) {
                        return;
                    }
                    if (failure != null) {
                        failed(failure);
                    } else if (sizes.stream().anyMatch(size -> size.join() > 0)) {
                        readAgain();
                    } else if (!notified) {
                        thread.schedule(POLL, () -> changed(turn));
                    }
                })));
    }

    /** Claims messages because a watched queue may have changed. */
    private void changed(int turn) {
        if (state == State.WATCHING && turn == turns) {
            readAgain();
        }
    }

    /** Claims messages although no change was reported, in order to return the messages of dead processes. */
    void check() {
        changed(turns);
        read();
    }

    /**
     * Requests notifications of changes. They require RESP3 and the permission for {@code CLIENT TRACKING}. The reader polls until it has
     * received a first notification.
     */
    @SuppressWarnings("deprecation") // the connection is reachable only through its commands
    private void requestNotifications() {
        notified = false;
        Stages.ignore(connection.send(to -> {
            if (to instanceof RedisAsyncCommands<byte[], byte[]> server) {
                server.getStatefulConnection().addListener(this::pushed);
            }
            return to.clientTracking(TrackingArgs.Builder.enabled());
        }));
    }

    private void pushed(PushMessage message) {
        if (message.getType().equals("invalidate")) {
            thread.execute(() -> {
                notified = true;
                changed(turns);
            });
        }
    }

    private void readAgain() {
        if (state != State.CLOSED) {
            state = State.IDLE;
            read();
        }
    }

    private void failed(Throwable failure) {
        if (state == State.CLOSED) {
            return;
        }
        state = State.IDLE;
        if (DjangoHost.isSilent(failure)) {
            connection.reset(Stages.unwrap(failure));
        } else {
            thread.schedule(RETRY, this::read);
        }
    }

    /** Completes when the last claims have been received. Call this after {@link #close}. */
    CompletableFuture<?> whenClaimed() {
        return claiming;
    }

    /** Completes when the connection is closed. */
    CompletableFuture<Void> whenClosed() {
        return connection.whenClosed();
    }

    @Override
    public void close() {
        state = State.CLOSED;
        connection.close();
    }
}
