package io.channels4j.control;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.internal.Stages;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Control messages that every process confirms after its receivers have handled them. The receivers in this process are called directly.
 * The confirmations arrive in a group that only this process joins, when it sends its first message.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class ConfirmedControlMessages implements ControlMessages, LocalControl.Remote {

    private static final int MAX_PENDING = 100_000;

    private final LocalControl local;
    private final ControlTransport transport;
    private final LocalControlMessages here;
    private final Confirmation.Settings settings;
    private final String replies;
    private final AtomicBoolean receivesReplies = new AtomicBoolean();
    private final AtomicLong ids = new AtomicLong();
    private final Map<Long, Confirmation> pending = new ConcurrentHashMap<>();

    /**
     * Creates the control messages of a layer.
     *
     * @param local the receivers in this process
     * @param transport the connection to other processes
     */
    public ConfirmedControlMessages(LocalControl local, ControlTransport transport) {
        this.local = local;
        this.transport = transport;
        this.here = new LocalControlMessages(local, transport::confirmed);
        this.settings = new Confirmation.Settings(transport.timeout(), transport::schedule, transport::unconfirmed);
        this.replies = ControlTopics.replies(transport.process());
        local.onRemote(this);
    }

    @Override
    public CompletionStage<Void> send(String topic, Message message) {
        CompletionStage<Void> handledHere = here.send(topic, message);
        if (local.isClosed()) {
            return handledHere; // has failed
        }
        return Stages.both(handledHere, sendToOthers(ControlTopics.group(topic), message));
    }

    private CompletionStage<Void> sendToOthers(String group, Message message) {
        if (pending.size() >= MAX_PENDING) {
            return CompletableFuture.failedFuture(transport.unconfirmed(
                    "control message %s: %d others are unconfirmed; only this process has the message"
                            .formatted(message.type(), MAX_PENDING)));
        }
        if (receivesReplies.compareAndSet(false, true)) {
            local.add(replies, this::replied);
        }
        long id = ids.incrementAndGet();
        Confirmation confirmation = new Confirmation(
                message.type(),
                settings,
                round -> passOn(group, new ConfirmationRequest(transport.process(), id, round).addTo(message)));
        pending.put(id, confirmation);
        CompletableFuture<Void> ended = confirmation.start();
        CompletionStage<Void> confirmed = ended.whenComplete((nothing, failure) -> pending.remove(id));
        if (local.isClosed()) {
            confirmation.fail(closedException());
        }
        return confirmed;
    }

    private CompletionStage<Integer> passOn(String group, Message message) {
        CompletionStage<Void> ready = transport.confirmed(replies);
        return Stages.isDone(ready)
                ? transport.send(group, message)
                : ready.thenCompose(nothing -> transport.send(group, message));
    }

    private CompletionStage<Void> replied(Message message) {
        replied(ConfirmationReply.from(message));
        return Stages.done();
    }

    private void replied(ConfirmationReply reply) {
        Confirmation confirmation = pending.get(reply.id());
        if (confirmation != null) {
            confirmation.replied(reply);
        }
    }

    @Override
    public ControlSubscription subscribe(String topic, ControlReceiver receiver) {
        return here.subscribe(topic, receiver);
    }

    // ---- messages from other processes ----

    @Override
    public void received(String group, Message message) {
        ConfirmationRequest request = ConfirmationRequest.from(message);
        if (request == null) {
            Stages.ignore(local.send(group, message)); // a reply, or a message from a version without confirmations
        } else if (request.replyTo().equals(transport.process())) {
            replied(new ConfirmationReply(request.id(), request.round(), transport.process(), null)); // handled by send
        } else {
            local.send(group, ConfirmationRequest.removeFrom(message))
                    .whenComplete((nothing, failure) -> reply(request, request.reply(transport.process(), failure)));
        }
    }

    /** Sends a reply. If it is lost, the sender repeats its message. */
    private void reply(ConfirmationRequest request, Message reply) {
        if (!local.isClosed()) {
            Stages.ignore(transport.send(ControlTopics.replies(request.replyTo()), reply));
        }
    }

    @Override
    public void closed() {
        pending.values().forEach(confirmation -> confirmation.fail(closedException()));
    }

    private static ChannelsException closedException() {
        return new ChannelsException("control message: the layer was closed before all processes confirmed it");
    }
}
