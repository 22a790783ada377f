package io.channels4j.redis.django.work;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.internal.Stages;
import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.command.CommandConnectionFactory;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.django.store.DjangoHost;
import io.channels4j.redis.django.store.DjangoScript;
import io.channels4j.redis.django.store.DjangoSettings;
import io.lettuce.core.KeyValue;
import io.lettuce.core.ScoredValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages from plain channels on one host while calls wait for them. Messages that wait are claimed in batches. Otherwise, the
 * reader waits in {@code BZPOPMIN} over a connection of its own, and claims the message that it receives. The order of the channels rotates,
 * so that a busy channel does not delay the others.
 *
 * <p><b>Threads.</b> Confined to the control thread.
 */
final class DjangoWorkReader implements AutoCloseable {

    private static final int MAX_CLAIMS = 50;
    private static final Duration RETRY = Duration.ofMillis(200);
    private static final byte[] NOTHING_POPPED = {};
    private static final long WAKE_SECONDS = 60;

    private enum State {
        IDLE,
        CLAIMING,
        BLOCKED,
        WAKING,
        CLOSED
    }

    private final DjangoSettings settings;
    private final DjangoHost host;
    private final String wakeKey;
    private final Map<String, DjangoWorkQueue> queues;
    private final Receiver receiver;
    private final ControlThread thread;
    private final CommandConnection connection;
    private State state = State.IDLE;
    private Set<String> keysBeingRead = Set.of();
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
            String wakeKey,
            Map<String, DjangoWorkQueue> queues,
            Receiver receiver,
            ControlThread thread,
            CommandConnectionFactory connections) {
        this.settings = settings;
        this.host = host;
        this.wakeKey = wakeKey;
        this.queues = queues;
        this.receiver = receiver;
        this.thread = thread;
        this.connection = connections.to(host.index(), new CommandConnection.Listener() {
            @Override
            public void connected() {
                read();
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

    /** Claims messages for the waiting calls, or interrupts a blocking read that does not include all their channels. */
    void read() {
        List<String> wanted = wanted();
        if (wanted.isEmpty() || !connection.isConnected() || !host.isConnected()) {
            return;
        }
        if (state == State.BLOCKED && !keysBeingRead.containsAll(wanted)) {
            state = State.WAKING;
            Stages.ignore(host.send(to -> to.zadd(bytes(wakeKey), 0, bytes("wake"))));
            Stages.ignore(host.send(to -> to.expire(bytes(wakeKey), WAKE_SECONDS)));
        } else if (state == State.IDLE) {
            state = State.CLAIMING;
            claim(wanted);
        }
    }

    private void claim(List<String> wanted) {
        List<CompletableFuture<Integer>> claims = wanted.stream()
                .map(channel -> claim(channel, NOTHING_POPPED, "", share(channel)))
                .toList();
        Stages.ignore(CompletableFuture.allOf(claims.toArray(CompletableFuture<?>[]::new))
                .whenComplete((nothing, failure) -> thread.execute(() -> {
                    if (state != State.CLAIMING) {
                        return;
                    }
                    if (failure != null) {
                        failed(failure);
                    } else if (claims.stream().anyMatch(claimed -> claimed.join() > 0)) {
                        readAgain();
                    } else {
                        block();
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

    /** Runs the claim script, and completes with the number of claimed messages after they were received on the control thread. */
    private CompletableFuture<Integer> claim(String channel, byte[] popped, String score, int count) {
        DjangoWorkQueue queue = queues.get(channel);
        if (queue == null) {
            return CompletableFuture.completedFuture(0);
        }
        DjangoClaims claims = queue.claims(host.index());
        CompletableFuture<Integer> claimed = new CompletableFuture<>();
        Stages.ignore(host.run(DjangoScript.CLAIM_WORK, claims.keys(), claims.claimArguments(count, popped, score))
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

    private void block() {
        List<String> wanted = wanted();
        if (wanted.isEmpty() || !connection.isConnected()) {
            state = State.IDLE;
            return;
        }
        state = State.BLOCKED;
        keysBeingRead = Set.copyOf(wanted);
        byte[][] keys = new byte[wanted.size() + 1][];
        keys[0] = bytes(wakeKey);
        for (int i = 0; i < wanted.size(); i++) {
            keys[i + 1] = bytes(settings.keys().queue(wanted.get(i)));
        }
        Stages.ignore(connection
                .send(to -> to.bzpopmin(settings.blockingSeconds(), keys))
                .whenComplete((popped, failure) -> thread.execute(() -> unblocked(wanted, popped, failure))));
    }

    private void unblocked(
            List<String> wanted, @Nullable KeyValue<byte[], ScoredValue<byte[]>> popped, @Nullable Throwable failure) {
        keysBeingRead = Set.of();
        if (state == State.CLOSED) {
            return;
        }
        if (failure != null) {
            failed(failure);
            return;
        }
        state = State.CLAIMING;
        String channel = popped == null || !popped.hasValue() ? null : channelOf(wanted, popped.getKey());
        if (popped == null || channel == null) {
            readAgain();
            return;
        }
        ScoredValue<byte[]> entry = popped.getValue();
        Stages.ignore(claim(channel, entry.getValue(), score(entry), share(channel))
                .whenComplete((count, lost) -> thread.execute(() -> {
                    if (lost == null) {
                        readAgain();
                    } else {
                        failed(lost);
                    }
                })));
    }

    private static String score(ScoredValue<byte[]> entry) {
        return String.format(java.util.Locale.ROOT, "%.6f", entry.getScore());
    }

    private @Nullable String channelOf(List<String> wanted, byte[] key) {
        return wanted.stream()
                .filter(channel -> Arrays.equals(bytes(settings.keys().queue(channel)), key))
                .findAny()
                .orElse(null);
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
