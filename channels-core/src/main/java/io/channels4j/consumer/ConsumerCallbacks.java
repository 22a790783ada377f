package io.channels4j.consumer;

import io.channels4j.ChannelsException;
import io.channels4j.ConsumerProtocol;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.engine.Callbacks;
import io.channels4j.engine.binding.Handlers;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.MessageEvent;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Adapts one consumer, with its handlers and its protocol, to the engine. Subclasses adapt the hooks to stages. */
abstract class ConsumerCallbacks implements Callbacks {

    private final AbstractConsumer consumer;
    private final ConsumerProtocol protocol;
    private final Handlers handlers;

    ConsumerCallbacks(AbstractConsumer consumer, Handlers handlers) {
        this.consumer = consumer;
        this.protocol = consumer.currentProtocol();
        this.handlers = handlers;
    }

    /** Handles an event of the protocol. */
    abstract CompletionStage<Void> protocolEvent(Event event);

    @Override
    public final Class<?> consumerClass() {
        return consumer.getClass();
    }

    @Override
    public final ConsumerProtocol protocol() {
        return protocol;
    }

    @Override
    public final ChannelLayer layer() {
        return consumer.channelLayer();
    }

    @Override
    public final Set<String> groups() {
        return protocol.joinsGroups() ? consumer.groups() : Set.of();
    }

    @Override
    public final CompletionStage<Void> event(Event event) {
        return event instanceof MessageEvent delivered ? message(delivered.message()) : protocolEvent(event);
    }

    @Override
    public final CompletionStage<Void> message(Message message) {
        Handlers.Handler handler = handlers.get(message.type());
        if (handler == null) {
            return message.type().equals(ChannelLayer.GAP) ? Stages.done() : unhandled(message);
        }
        return handler.callAsync(consumer, argument(handler, message));
    }

    private CompletionStage<Void> unhandled(Message message) {
        return CompletableFuture.failedFuture(
                new ChannelsException("message %s: %s has no handler for it (expected: one of %s)"
                        .formatted(message.type(), consumer.getClass().getName(), handlers.names())));
    }

    private static @Nullable Object argument(Handlers.Handler handler, Message message) {
        Class<?> parameter = handler.parameter();
        return parameter == null || parameter == Message.class ? message : message.as(parameter);
    }

    @Override
    public final String method(Event event) {
        if (!(event instanceof MessageEvent)) {
            return CallbackName.of(consumer.getClass(), event.type());
        }
        Handlers.Handler handler = handlers.get(event.type());
        return handler == null ? event.type() : handler.method().getName();
    }
}
