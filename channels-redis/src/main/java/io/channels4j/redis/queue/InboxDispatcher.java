package io.channels4j.redis.queue;

import io.channels4j.Message;
import io.channels4j.internal.Stages;
import io.channels4j.layer.LayerListener.DropReason;
import io.channels4j.redis.queue.send.QueueSender;
import io.channels4j.redis.queue.store.Partition;
import io.channels4j.redis.queue.store.QueueCounters;
import io.channels4j.redis.queue.store.QueueEnvelope;
import io.channels4j.redis.queue.store.QueueSettings;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decodes envelopes and dispatches them to the members of this process. Thread-safe. */
public final class InboxDispatcher {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");
    private static final long LOG_INTERVAL = Duration.ofMinutes(1).toNanos();

    private final QueueSettings settings;
    private final Receiver receiver;
    private final QueueSender sender;
    private final PendingRequests requests;
    private final QueueCounters counters;
    private final Gaps gaps;
    private final AtomicLong malformedLogged = new AtomicLong(System.nanoTime() - 2 * LOG_INTERVAL);
    private volatile long lagMillis;

    /** Receives the messages sent to this process. Called on connection threads. */
    public interface Receiver {

        /** Receives a message for the members of a group. The next messages are read only after the stage completes. */
        CompletionStage<Void> groupMessage(String group, Message message, Set<String> except);

        /** Receives a message for a channel. */
        CompletionStage<Void> channelMessage(String channel, Message message);

        /** A message for a channel could not be read. */
        void missedByChannel(String channel);

        /** Adds a channel of this process to a group, at the request of another process. */
        CompletionStage<Void> joined(String group, String channel);

        /** Removes a channel of this process from a group, at the request of another process. */
        CompletionStage<Void> left(String group, String channel);
    }

    InboxDispatcher(
            QueueSettings settings,
            Receiver receiver,
            QueueSender sender,
            PendingRequests requests,
            QueueCounters counters,
            Gaps gaps) {
        this.settings = settings;
        this.receiver = receiver;
        this.sender = sender;
        this.requests = requests;
        this.counters = counters;
        this.gaps = gaps;
    }

    /** A listener for messages to groups that could not be read. Called on connection threads. */
    interface Gaps {

        /** A message to a group could not be read. */
        void unreadable(String group);

        /** A message to any group in a partition may not have been readable. */
        void unreadable(Partition partition);
    }

    /** Returns how long the last message was in the inbox. */
    long lagMillis() {
        return lagMillis;
    }

    /** Dispatches a payload from the inbox in a partition. The future completes when the next payload may be dispatched. */
    CompletableFuture<?> dispatch(Partition partition, byte[] payload, long ageMillis) {
        lagMillis = Math.max(0, ageMillis);
        if (isExpired(ageMillis)) {
            return Stages.done();
        }
        QueueEnvelope envelope = decode(partition, payload);
        if (envelope == null) {
            return Stages.done();
        }
        try {
            return dispatch(envelope).toCompletableFuture();
        } catch (RuntimeException e) {
            malformed(e);
            return Stages.done();
        }
    }

    private CompletionStage<?> dispatch(QueueEnvelope envelope) {
        switch (envelope.kind()) {
            case GROUP -> {
                return receiver.groupMessage(envelope.name(), message(envelope), envelope.except());
            }
            case CHANNEL -> {
                CompletionStage<Void> sent = receiver.channelMessage(envelope.name(), message(envelope));
                return sent.exceptionally(full -> Stages.NOTHING); // the local layer has counted the dropped message
            }
            case JOIN -> answer(envelope, receiver.joined(envelope.name(), envelope.channel()));
            case LEAVE -> answer(envelope, receiver.left(envelope.name(), envelope.channel()));
            case ANSWER -> requests.answered(envelope.id());
        }
        return Stages.done();
    }

    private static Message message(QueueEnvelope envelope) {
        return Objects.requireNonNull(envelope.message(), "envelope without a message");
    }

    private void answer(QueueEnvelope request, CompletionStage<Void> done) {
        byte[] answer = QueueEnvelope.answer(request.id()).encode(settings.codec());
        Stages.ignore(done.thenCompose(nothing -> sender.toProcess(request.from(), request.from(), answer)));
    }

    private boolean isExpired(long ageMillis) {
        boolean expired = ageMillis > settings.limits().expiry().toMillis();
        if (expired) {
            counters.countDropped(DropReason.EXPIRED, 1);
        }
        return expired;
    }

    private @Nullable QueueEnvelope decode(Partition partition, byte[] payload) {
        try {
            QueueEnvelope envelope = QueueEnvelope.decode(payload, settings.codec());
            counters.countReceived();
            return envelope;
        } catch (QueueEnvelope.UnknownKindException e) {
            malformed(e);
        } catch (QueueEnvelope.UnreadableMessageException e) {
            malformed(e);
            if (e.kind() == QueueEnvelope.Kind.GROUP) {
                gaps.unreadable(e.name());
            } else {
                receiver.missedByChannel(e.name());
            }
        } catch (RuntimeException e) {
            malformed(e);
            gaps.unreadable(partition); // the group is not known
        }
        return null;
    }

    private void malformed(RuntimeException cause) {
        counters.countMalformed();
        counters.countDropped(DropReason.UNREADABLE, 1);
        long now = System.nanoTime();
        long last = malformedLogged.get();
        if (now - last > LOG_INTERVAL && malformedLogged.compareAndSet(last, now)) {
            LOG.warn("Redis layer: dropped a malformed message (logged at most once a minute)", cause);
        }
    }
}
