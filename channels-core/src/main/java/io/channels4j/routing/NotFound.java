package io.channels4j.routing;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.middleware.Refusal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Refuses connections that have no route, with status 404. Logs only one debug line per connection, because scanners request many paths.
 */
final class NotFound implements Application {

    static final Application INSTANCE = new NotFound();

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.routing");
    private static final Refusal REFUSAL = Refusal.of(404, "Not Found");

    private NotFound() {}

    @Override
    public CompletionStage<Void> handle(Scope scope, Receiver receiver, Sender sender) {
        boolean isHttp = scope.type().equals("http");
        if (!isHttp && !scope.type().equals("websocket")) {
            return CompletableFuture.failedFuture(new ChannelsException(
                    "url router: no route for \"%s\" of a scope of type \"%s\"".formatted(scope.path(), scope.type())));
        }
        log(scope, isHttp ? scope.method() : scope.type());
        return REFUSAL.handle(scope, receiver, sender);
    }

    /** Logs the path in encoded form, because a decoded path could contain line feeds. */
    private static void log(Scope scope, String method) {
        String path = scope.rawPath().isEmpty() ? scope.path() : scope.rawPath();
        LOG.debug("connection {}: no route for {} {}", scope.connectionId(), method, path);
    }
}
