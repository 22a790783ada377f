package io.channels4j.consumer;

import io.channels4j.Broadcast;
import io.channels4j.ChannelsException;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.engine.Callbacks;
import io.channels4j.engine.Handlers;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.MessageEvent;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Connects the engine with one consumer, its handlers and its protocol. */
final class ConsumerCallbacks implements Callbacks<Disconnect> {

    private final AbstractConsumer consumer;
    private final Hooks hooks;

    ConsumerCallbacks(AbstractConsumer consumer) {
        this.consumer = consumer;
        this.hooks = consumer.hooks();
    }

    /** The hooks of one consumer in the asynchronous form. */
    interface Hooks {

        CompletionStage<Void> event(Event event);

        CompletionStage<Void> error(Throwable failure, Event during);

        CompletionStage<Void> disconnect(Disconnect why);

        Handlers handlers();
    }

    @Override
    public Class<?> consumerClass() {
        return consumer.getClass();
    }

    @Override
    public ChannelLayer layer() {
        return consumer.channelLayer();
    }

    @Override
    public Set<String> groups() {
        return consumer.groups();
    }

    @Override
    public CompletionStage<Void> event(Event event) {
        return event instanceof MessageEvent delivered ? message(delivered.message()) : hooks.event(event);
    }

    @Override
    public CompletionStage<Void> message(Message message) {
        Handlers.Handler handler = hooks.handlers().get(message.type());
        if (handler == null && message.type().equals(ChannelLayer.GAP)) {
            return Stages.done();
        }
        if (handler == null) {
            return CompletableFuture.failedFuture(
                    new ChannelsException("message %s: %s has no handler for it (expected: one of %s)"
                            .formatted(
                                    message.type(),
                                    consumer.getClass().getName(),
                                    hooks.handlers().names())));
        }
        try {
            return handler.call(consumer, argument(handler, message));
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static @Nullable Object argument(Handlers.Handler handler, Message message) {
        Class<?> parameter = handler.parameter();
        return parameter == null || parameter == Message.class ? message : message.as(parameter);
    }

    @Override
    public CompletionStage<Void> error(Throwable failure, Event during) {
        return hooks.error(failure, during);
    }

    @Override
    public String method(Event event) {
        if (!(event instanceof MessageEvent)) {
            return HookName.of(consumer.getClass(), event.type());
        }
        Handlers.Handler handler = hooks.handlers().get(event.type());
        return handler == null ? event.type() : handler.method().getName();
    }

    @Override
    public CompletionStage<Void> disconnect(Disconnect why) {
        return hooks.disconnect(why);
    }

    @Override
    public @Nullable Disconnect ended(Event arrived) {
        return consumer.currentProtocol().ended(arrived).orElse(null);
    }

    @Override
    public void sending(Event event) {
        consumer.currentProtocol().sending(event);
    }

    @Override
    public @Nullable Disconnect completed(Event sent) {
        return consumer.currentProtocol().completed(sent).orElse(null);
    }

    @Override
    public @Nullable Disconnect handled(Event event) {
        return consumer.currentProtocol().handled(event).orElse(null);
    }

    @Override
    public boolean closes(Event sent) {
        return consumer.currentProtocol().closes(sent);
    }

    @Override
    public Disconnect aborted(Throwable failure) {
        return consumer.currentProtocol().aborted(failure);
    }

    @Override
    public @Nullable Event farewell(Throwable failure) {
        return consumer.currentProtocol().farewell(failure).orElse(null);
    }

    @Override
    public @Nullable Event broadcast(Broadcast broadcast) {
        return consumer.currentProtocol().broadcast(broadcast).orElse(null);
    }

    @Override
    public boolean waitsForBroadcasts() {
        return consumer.currentProtocol().waitsForBroadcasts();
    }

    /** Returns a completed stage after a hook that may block has returned. */
    static CompletionStage<Void> after(Runnable hook) {
        hook.run();
        return Stages.done();
    }
}
