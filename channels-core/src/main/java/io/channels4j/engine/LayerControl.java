package io.channels4j.engine;

import io.channels4j.Message;
import io.channels4j.control.Confirmation;
import io.channels4j.control.ConfirmationReply;
import io.channels4j.control.ConfirmationRequest;
import io.channels4j.control.ControlMessages;
import io.channels4j.control.ControlOwner;
import io.channels4j.control.ControlReceiver;
import io.channels4j.control.ControlSubscription;
import io.channels4j.control.ControlTopics;
import io.channels4j.engine.timer.Timers;
import io.channels4j.internal.ControlThreads;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.layer.Subscription;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The control messages of any layer. The library's layers provide their own. In an application's own layer, control
 * messages are sent to an ordinary group. The group's members reply to the sender's channel; see {@link ChannelLayer}.
 */
public final class LayerControl implements ControlMessages {

    private static final String PREFIX = "channels.control.";
    private static final Confirmation.Settings CONFIRMATION = new Confirmation.Settings(
            Duration.ofSeconds(10), LayerControl::schedule, text -> new LayerUnavailableException(text, null));

    private final ChannelLayer layer;

    private LayerControl(ChannelLayer layer) {
        this.layer = layer;
    }

    /** Returns the control messages of a layer, or of the layer that it delegates to. */
    public static ControlMessages of(ChannelLayer layer) {
        Optional<ControlMessages> own = ControlOwner.of(layer);
        if (own.isPresent()) {
            return own.get();
        }
        return layer.delegate().map(LayerControl::of).orElseGet(() -> new LayerControl(layer));
    }

    private static String group(String topic) {
        ControlTopics.group(topic); // checks the topic
        return PREFIX + topic;
    }

    private static Runnable schedule(Duration delay, Runnable task) {
        Future<?> timer = Timers.after(delay, ControlThreads.executor(), task);
        return () -> timer.cancel(false);
    }

    @Override
    public CompletionStage<Void> send(String topic, Message message) {
        return new Sent(group(topic), message).start();
    }

    /** A message whose confirmations arrive in a channel. */
    private final class Sent {

        private final String group;
        private final Message message;
        private final Confirmation confirmation;
        private volatile @Nullable Subscription replies;

        Sent(String group, Message message) {
            this.group = group;
            this.message = message;
            this.confirmation = new Confirmation(message.type(), CONFIRMATION, this::send);
        }

        CompletionStage<Void> start() {
            Subscription open;
            try {
                open = layer.subscribe(ControlThreads.executor(), this::replied);
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
            replies = open;
            return confirmation.start().whenComplete((nothing, failure) -> open.close());
        }

        private void replied(Message reply) {
            Subscription open = replies;
            if (open != null) {
                open.consumed();
            }
            if (ConfirmationReply.isReply(reply)) {
                confirmation.replied(ConfirmationReply.from(reply));
            }
        }

        /** Sends the message. The members are counted before and after, because some may join meanwhile. */
        private CompletionStage<Integer> send(int round) {
            Subscription open = Objects.requireNonNull(replies);
            Message request = new ConfirmationRequest(open.channel(), 0, round).addTo(message);
            CompletionStage<Integer> before = layer.memberCount(group);
            return before.handle((count, failure) -> layer.groupSend(group, request))
                    .thenCompose(sent -> sent)
                    .thenCompose(nothing -> layer.memberCount(group))
                    .thenCombine(before, Math::max);
        }
    }

    @Override
    public ControlSubscription subscribe(String topic, ControlReceiver receiver) {
        return new Member(group(topic), receiver);
    }

    private final class Member implements ControlSubscription {

        private final ControlReceiver receiver;
        private final CompletableFuture<Subscription> opened = new CompletableFuture<>();
        private final CompletionStage<Void> ready;

        Member(String group, ControlReceiver receiver) {
            this.receiver = receiver;
            CompletionStage<Void> joined;
            try {
                Subscription subscription = layer.subscribe(ControlThreads.executor(), this::received);
                opened.complete(subscription);
                joined = layer.groupAdd(group, subscription.channel());
            } catch (RuntimeException e) {
                opened.completeExceptionally(e);
                joined = CompletableFuture.failedFuture(e);
            }
            this.ready = joined;
        }

        private void received(Message message) {
            Stages.ignore(opened.thenAccept(Subscription::consumed));
            if (message.type().equals(ChannelLayer.GAP)) {
                receiver.missed();
                return;
            }
            ConfirmationRequest request = ConfirmationRequest.from(message);
            if (request == null) { // from a version without confirmations
                Stages.ignore(receiver.receive(message));
            } else {
                Stages.ignore(handle(ConfirmationRequest.removeFrom(message))
                        .handle((nothing, failure) -> reply(request, failure)));
            }
        }

        private CompletionStage<Void> handle(Message message) {
            try {
                return receiver.receive(message);
            } catch (RuntimeException e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        /** Sends a reply. If it is lost, the sender repeats its message. */
        private CompletionStage<Void> reply(ConfirmationRequest request, @Nullable Throwable failure) {
            return opened.thenCompose(own -> layer.send(request.replyTo(), request.reply(own.channel(), failure)));
        }

        @Override
        public CompletionStage<Void> ready() {
            return ready;
        }

        @Override
        public void close() {
            Stages.ignore(opened.whenComplete((open, failure) -> closeIfOpen(open)));
        }

        private static void closeIfOpen(@Nullable Subscription open) {
            if (open != null) {
                open.close();
            }
        }
    }
}
