package io.channels4j.routing;

import io.channels4j.Application;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.consumer.Consumer;
import io.channels4j.engine.LayerUse;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The application that serves each connection with a consumer of a class whose handlers have been validated. */
final class CheckedConsumer implements Application, LayerUse {

    private final Application application;
    private final @Nullable Class<?> layerConsumer;

    private CheckedConsumer(Application application, @Nullable Class<?> layerConsumer) {
        this.application = application;
        this.layerConsumer = layerConsumer;
    }

    /**
     * Returns the application for a class.
     *
     * @throws io.channels4j.ChannelsException if a handler of the class cannot be bound
     */
    static <C extends Consumer> Application of(Class<C> type, Supplier<? extends C> consumer) {
        boolean usesLayer = HandlerCheck.handlesMessages(type);
        return new CheckedConsumer(Consumer.application(consumer), usesLayer ? type : null);
    }

    @Override
    public CompletionStage<Void> handle(Scope scope, Receiver receiver, Sender sender) {
        return application.handle(scope, receiver, sender);
    }

    @Override
    public @Nullable Class<?> layerConsumer() {
        return layerConsumer;
    }
}
