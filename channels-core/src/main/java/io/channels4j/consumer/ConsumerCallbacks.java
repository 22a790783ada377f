package io.channels4j.consumer;

import io.channels4j.ChannelsException;
import io.channels4j.ConsumerProtocol;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.engine.Callbacks;
import io.channels4j.engine.ConsumerProxy;
import io.channels4j.engine.binding.Handlers;
import io.channels4j.internal.SharedEvents;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.MessageEvent;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import tools.jackson.databind.JavaType;

/** Adapts one consumer, with its handlers and its protocol, to the engine. Subclasses convert the consumer's callbacks to stages. */
abstract class ConsumerCallbacks implements Callbacks {

    private final AbstractConsumer consumer;
    private final ConsumerProtocol protocol;
    private final Handlers handlers;

    ConsumerCallbacks(AbstractConsumer consumer, Handlers handlers) {
        this.consumer = consumer;
        this.protocol = consumer.currentProtocol();
        this.handlers = handlers;
    }

    /** Handles an event from the peer. */
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
        return protocol.joinsGroups() ? consumer.hooks().groups() : Set.of();
    }

    @Override
    public final CompletionStage<Void> event(Event event) {
        return event instanceof MessageEvent delivered ? message(delivered.message()) : protocolEvent(event);
    }

    @Override
    public final CompletionStage<Void> message(Message message) {
        Handlers.Handler handler = handlers.get(message.type());
        if (handler == null) {
            return message.type().equals(ChannelLayer.GAP)
                    ? Stages.done()
                    : unhandled(message, "no handler (expected: one of %s)".formatted(handlers.names()));
        }
        Object argument;
        try {
            argument = argument(handler, message);
        } catch (ChannelsException misfit) {
            return unhandled(message, Objects.requireNonNullElse(misfit.getMessage(), "does not fit"));
        }
        return handler.callAsync(ConsumerProxy.receiver(consumer, consumer.hooks(), handler.method()), argument);
    }

    /** Returns the name of the method that handles messages of a type. */
    final String handlerName(String messageType) {
        Handlers.Handler handler = handlers.get(messageType);
        return handler == null ? "unhandled" : handler.method().getName();
    }

    /** Handles a message that has no handler or cannot be bound to the handler's parameter. */
    abstract CompletionStage<Void> unhandled(Message message, String reason);

    private static Object argument(Handlers.Handler handler, Message message) {
        JavaType parameter = handler.parameter();
        if (parameter == null || parameter.hasRawClass(Message.class)) {
            return message;
        }
        Class<?> plain = handler.plainParameter();
        return plain == null ? SharedEvents.bind(message, parameter) : message.as(plain);
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
