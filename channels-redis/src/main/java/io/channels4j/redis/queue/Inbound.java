package io.channels4j.redis.queue;

import io.channels4j.Message;
import io.channels4j.internal.Stages;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what comes in and passes it to the members of this process. */
public final class Inbound {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");
    private static final long LOG_PAUSE = Duration.ofMinutes(1).toNanos();

    private final QueueSettings settings;
    private final Receiver receiver;
    private final Outbound outbound;
    private final Requests requests;
    private final Counts counts;
    private final AtomicLong malformedLogged = new AtomicLong(System.nanoTime() - 2 * LOG_PAUSE);
    private volatile long lag;

    /** Takes what was sent to this process; on the threads of connections. */
    public interface Receiver {

        /** A message for members of a group; the next comes when the stage is complete. */
        CompletionStage<Void> groupMessage(String group, Message message, Set<String> except);

        /** A message for a channel. */
        CompletionStage<Void> channelMessage(String channel, Message message);

        /** Another process adds a channel of this one to a group. */
        CompletionStage<Void> joined(String group, String channel);

        /** Another process takes a channel of this one out of a group. */
        CompletionStage<Void> left(String group, String channel);
    }

    Inbound(QueueSettings settings, Receiver receiver, Outbound outbound, Requests requests, Counts counts) {
        this.settings = settings;
        this.receiver = receiver;
        this.outbound = outbound;
        this.requests = requests;
        this.counts = counts;
    }

    long lag() {
        return lag;
    }

    /** Takes a payload of the inbox; completes when the next may come. */
    CompletableFuture<?> take(byte[] payload, long age) {
        lag = Math.max(0, age);
        if (age > settings.limits().expiry().toMillis()) {
            counts.dropped.increment();
            return Stages.done();
        }
        Envelope envelope = read(payload);
        if (envelope == null) {
            return Stages.done();
        }
        try {
            return pass(envelope).toCompletableFuture();
        } catch (RuntimeException e) {
            malformed(e);
            return Stages.done();
        }
    }

    private CompletionStage<?> pass(Envelope envelope) {
        switch (envelope.kind()) {
            case GROUP -> {
                return receiver.groupMessage(envelope.name(), message(envelope), envelope.except());
            }
            case CHANNEL -> {
                CompletionStage<Void> sent = receiver.channelMessage(envelope.name(), message(envelope));
                return sent.exceptionally(full -> Stages.NOTHING); // counted where it was dropped
            }
            case JOIN -> answer(envelope, receiver.joined(envelope.name(), envelope.channel()));
            case LEAVE -> answer(envelope, receiver.left(envelope.name(), envelope.channel()));
            case ANSWER -> requests.answered(envelope.id());
        }
        return Stages.done();
    }

    private static Message message(Envelope envelope) {
        return Objects.requireNonNull(envelope.message(), "an envelope without its message");
    }

    private void answer(Envelope request, CompletionStage<Void> done) {
        byte[] answer = Envelope.answer(request.id()).encode(settings.codec());
        var unused = done.thenRun(() -> {
            var unusedToo = outbound.toProcess(request.from(), request.from(), answer);
        });
    }

    /** Reads an envelope; counts and reports what is none, and returns null. */
    @Nullable
    Envelope read(byte[] payload) {
        try {
            Envelope envelope = Envelope.decode(payload, settings.codec());
            counts.received.increment();
            return envelope;
        } catch (RuntimeException e) {
            malformed(e);
            return null;
        }
    }

    private void malformed(RuntimeException why) {
        counts.malformed.increment();
        long now = System.nanoTime();
        long last = malformedLogged.get();
        if (now - last > LOG_PAUSE && malformedLogged.compareAndSet(last, now)) {
            LOG.warn("Redis layer: a message cannot be read and was dropped; so are later ones", why);
        }
    }
}
