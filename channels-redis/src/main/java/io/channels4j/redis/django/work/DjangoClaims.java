package io.channels4j.redis.django.work;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.internal.Stages;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.django.store.DjangoHost;
import io.channels4j.redis.django.store.DjangoScript;
import io.channels4j.redis.django.store.DjangoSettings;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The messages of one plain channel that this process has claimed on one host. A claim is renewed until the message is settled. If this
 * process dies, another process with this library returns the message to the queue after the lease has expired.
 *
 * <p><b>Threads.</b> Confined to the control thread.
 */
@SuppressWarnings("ByteBufferBackingArray") // all ids wrap whole arrays
final class DjangoClaims {

    /** How long claims outlive their lease, so that a later receiver can return the messages. */
    private static final Duration KEPT = Duration.ofHours(1);

    /** How long a message may be in flight in a Django process. Normally, this takes one round trip. */
    private static final long MAX_IN_FLIGHT = Duration.ofSeconds(5).toNanos();

    private static final int MAX_OUTCOMES = 500;
    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");

    private final DjangoSettings settings;
    private final DjangoHost host;
    private final ControlThread thread;
    private final String channel;
    private final List<String> keys;
    private final Set<ByteBuffer> claimed = new HashSet<>();
    private final Map<ByteBuffer, String> unsent = new HashMap<>();
    private final Map<ByteBuffer, Long> inFlight = new HashMap<>();
    private CompletableFuture<Void> sent = Stages.done();

    DjangoClaims(DjangoSettings settings, DjangoHost host, ControlThread thread, String channel) {
        this.settings = settings;
        this.host = host;
        this.thread = thread;
        this.channel = channel;
        this.keys = List.of(
                settings.keys().queue(channel),
                settings.keys().taken(channel),
                settings.keys().work(channel));
    }

    DjangoHost host() {
        return host;
    }

    String queueKey() {
        return keys.get(0);
    }

    /** Returns the keys of the claim script. */
    List<String> keys() {
        return keys;
    }

    /** Returns the arguments of the claim script. */
    byte[][] claimArguments(int count) {
        return new byte[][] {expiry(), lease(), kept(), bytes(count)};
    }

    private byte[] expiry() {
        return bytes(DjangoSettings.text(settings.limits().expiry()));
    }

    private byte[] lease() {
        return bytes(DjangoSettings.text(settings.lease()));
    }

    private byte[] kept() {
        return bytes(DjangoSettings.text(settings.lease().plus(KEPT)));
    }

    void claimed(DjangoWorkItem item) {
        claimed.add(item.id());
    }

    /** Records an outcome and sends it. */
    void settled(DjangoWorkItem item, String outcome) {
        if (claimed.remove(item.id())) {
            unsent.put(item.id(), outcome);
            Stages.ignore(flush());
        }
    }

    boolean isIdle() {
        return claimed.isEmpty() && unsent.isEmpty();
    }

    /** Sends the outcomes that Redis has not confirmed. Outcomes that are not confirmed are sent again later. */
    CompletableFuture<?> flush() {
        if (unsent.isEmpty() || !sent.isDone()) {
            return sent;
        }
        Map<ByteBuffer, String> outcomes = new HashMap<>();
        unsent.entrySet().stream().limit(MAX_OUTCOMES).forEach(one -> outcomes.put(one.getKey(), one.getValue()));
        List<byte[]> values = new ArrayList<>(List.of(expiry()));
        outcomes.forEach((id, outcome) -> {
            values.add(id.array());
            values.add(bytes(outcome));
        });
        CompletableFuture<Void> answered = new CompletableFuture<>();
        sent = answered;
        Stages.ignore(host.run(DjangoScript.SETTLE_WORK, keys, values.toArray(byte[][]::new))
                .whenComplete((reply, failure) -> thread.execute(() -> {
                    if (failure == null) {
                        outcomes.forEach(unsent::remove);
                    } // otherwise, sent again with the next renewal, or when the host is connected
                    answered.complete(Stages.NOTHING);
                    if (failure == null) {
                        Stages.ignore(flush());
                    }
                })));
        return answered;
    }

    /** Renews the claims, and returns the messages of dead Django workers to the queue. */
    void maintain(boolean receiving) {
        Stages.ignore(flush());
        if (!claimed.isEmpty()) {
            List<byte[]> values = new ArrayList<>(List.of(lease(), kept()));
            claimed.forEach(id -> values.add(id.array()));
            Stages.ignore(
                    host.run(DjangoScript.RENEW_WORK, keys.subList(1, keys.size()), values.toArray(byte[][]::new)));
        }
        if (receiving) {
            returnInFlight();
        }
    }

    private void returnInFlight() {
        long now = System.nanoTime();
        List<byte[]> values = new ArrayList<>(List.of(expiry()));
        inFlight.forEach((id, seen) -> {
            if (now - seen > MAX_IN_FLIGHT) {
                values.add(id.array());
            }
        });
        Stages.ignore(host.run(
                        DjangoScript.RETURN_IN_FLIGHT,
                        List.of(queueKey(), settings.keys().inFlight(channel)),
                        values.toArray(byte[][]::new))
                .thenAccept(ids -> thread.execute(() -> {
                    List<ByteBuffer> left =
                            ids.stream().map(id -> ByteBuffer.wrap((byte[]) id)).toList();
                    inFlight.keySet().retainAll(Set.copyOf(left));
                    left.forEach(id -> inFlight.putIfAbsent(id, now));
                    if (values.size() > 1) {
                        LOG.warn("channel {}: messages of a dead Django worker were returned to the queue", channel);
                    }
                })));
    }

    /** Returns the claimed messages to the queue. Completes after at most two requests, even if they fail. */
    CompletableFuture<?> returnAll() {
        claimed.forEach(id -> unsent.put(id, DjangoWorkItem.RETURN));
        claimed.clear();
        return flush().thenCompose(nothing -> flush()); // outcomes may have been on their way
    }
}
