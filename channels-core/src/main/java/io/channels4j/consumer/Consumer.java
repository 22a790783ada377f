package io.channels4j.consumer;

import io.channels4j.Application;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Serves one connection and is thrown away with it, so that its fields are that connection's state.
 *
 * <p>Routers take a supplier such as {@code ChatConsumer::new}. Users subclass one of the base consumers rather than
 * implementing this.
 *
 * <p><b>Threads.</b> Confined to its connection: callbacks run one at a time.
 */
public interface Consumer {

    /**
     * Returns the application that serves each connection with a consumer of its own. (Channels: {@code as_asgi()}.)
     *
     * @param supplier makes a new consumer for each connection
     * @return the application
     */
    static Application application(Supplier<? extends Consumer> supplier) {
        return (scope, receiver, sender) -> supplier.get().serve(scope, receiver, sender);
    }

    /**
     * Serves the one connection of this consumer.
     *
     * @param scope the connection
     * @param receiver gives its events
     * @param sender takes its events
     * @return completes when the connection is over and all is told; exceptionally with the failure that ended it
     * @throws io.channels4j.ChannelsException when this consumer has served a connection already
     */
    CompletionStage<Void> serve(Scope scope, Receiver receiver, Sender sender);
}
