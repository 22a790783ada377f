package io.channels4j.consumer;

import static java.util.Objects.requireNonNull;

import io.channels4j.Application;
import io.channels4j.CheckReturnValue;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Serves one connection. Each connection has its own instance, whose fields hold the connection's state.
 *
 * <p>Routers accept a supplier such as {@code ChatConsumer::new}. Extend one of the base consumers instead of implementing this
 * interface directly.
 *
 * <p><b>Threads.</b> Confined to its connection: callbacks run one at a time.
 */
public interface Consumer {

    /**
     * Returns the application that serves each connection with its own consumer. (Channels: {@code as_asgi()}.)
     *
     * @param supplier a supplier that creates a consumer for each connection
     * @return the application
     */
    static Application application(Supplier<? extends Consumer> supplier) {
        requireNonNull(supplier, "supplier");
        return (scope, receiver, sender) -> requireNonNull(
                        supplier.get(),
                        "consumer: the supplier returned null (expected: a new consumer for each connection)")
                .serve(scope, receiver, sender);
    }

    /**
     * Returns how many messages from the layer the consumers of a class have ignored. A message is ignored if it has no handler
     * or cannot be bound to the handler's parameter. Messages that an override of {@code unhandled} processes are not counted.
     *
     * @param consumer the class of the consumers, without its subclasses
     * @return the number in this process
     */
    static long ignoredMessages(Class<? extends Consumer> consumer) {
        return UnhandledMessages.of(consumer).count();
    }

    /**
     * Serves this consumer's connection. Called once.
     *
     * @param scope the connection
     * @param receiver the source of the peer's events
     * @param sender the sender of events to the peer
     * @return a stage that completes when the connection has ended and {@code disconnect} has completed. It completes
     *     exceptionally if a failure ended the connection.
     * @throws io.channels4j.ChannelsException if this consumer already serves or has served a connection
     */
    @CheckReturnValue
    CompletionStage<Void> serve(Scope scope, Receiver receiver, Sender sender);
}
