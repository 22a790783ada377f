package io.channels4j.engine;

import io.channels4j.Message;
import io.channels4j.control.ControlMessages;
import io.channels4j.control.ControlOwner;
import io.channels4j.control.ControlReceiver;
import io.channels4j.control.ControlSubscription;
import io.channels4j.control.ControlTopics;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Subscription;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/**
 * The control messages of any layer. The library's layers have their own implementations. On a layer of the application, control
 * messages are sent to an ordinary group and delivered at most once, like other messages.
 */
public final class LayerControl implements ControlMessages {

    private static final String PREFIX = "channels.control.";

    private final ChannelLayer layer;

    private LayerControl(ChannelLayer layer) {
        this.layer = layer;
    }

    /** Returns the control messages of a layer. */
    public static ControlMessages of(ChannelLayer layer) {
        return ControlOwner.of(layer).orElseGet(() -> new LayerControl(layer));
    }

    private static String group(String topic) {
        ControlTopics.group(topic); // checks the topic
        return PREFIX + topic;
    }

    @Override
    public CompletionStage<Void> send(String topic, Message message) {
        return layer.groupSend(group(topic), message);
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
                Subscription subscription = layer.subscribe(ForkJoinPool.commonPool(), this::received);
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
            } else {
                Stages.ignore(receiver.receive(message));
            }
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
