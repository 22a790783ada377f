package io.channels4j;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Serves one connection from its first event to its last.
 *
 * <p>Routers, middleware and consumers are all applications, so they nest freely. The signature follows ASGI's calling
 * convention, {@code await application(scope, receive, send)}.
 *
 * <p><b>Threads.</b> One application serves many connections concurrently and must be thread-safe. The receiver and the
 * sender belong to one connection. The sender may be used from any thread.
 *
 * <p><b>Failure.</b> If the stage completes exceptionally, the server ends the connection and logs the failure once. It responds
 * to an HTTP request or a handshake with status 500. It aborts an HTTP response that has already started, and closes an open
 * WebSocket with code 1011. {@link ClientErrorException}, {@link InvalidNameException} and {@link OverloadedException}
 * result in other statuses and codes. {@link ConnectionClosedException} is not logged.
 */
@FunctionalInterface
public interface Application {

    /**
     * Serves one connection.
     *
     * @param scope the properties of the connection
     * @param receiver the source of the peer's events, in order
     * @param sender the sender of events to the peer
     * @return a stage that completes when the application has finished serving this connection
     */
    @CheckReturnValue
    CompletionStage<Void> handle(Scope scope, Receiver receiver, Sender sender);

    /**
     * Returns this application wrapped in the given middleware. Each connection passes through the middleware in the given order.
     *
     * @param outermostFirst the middleware, outermost first; may be empty
     * @return the wrapped application
     */
    default Application behind(Middleware... outermostFirst) {
        Application wrapped = this;
        List<Middleware> layers = List.of(outermostFirst);
        for (int i = layers.size() - 1; i >= 0; i--) {
            wrapped = layers.get(i).wrap(wrapped);
        }
        return wrapped;
    }
}
