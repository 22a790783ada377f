package io.channels4j.routing;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.refusal.PlainAnswer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers connections that no route leads anywhere: 404 and one debug line, since scanners ask for much. */
final class NoRoute implements Application {

    static final Application INSTANCE = new NoRoute();

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.routing");

    private final Application notFound = new PlainAnswer(404, "Not Found", Headers.empty());

    private NoRoute() {}

    @Override
    public CompletionStage<Void> handle(Scope scope, Receiver receiver, Sender sender) {
        boolean isHttp = scope.type().equals("http");
        if (!isHttp && !scope.type().equals("websocket")) {
            return CompletableFuture.failedFuture(new ChannelsException(
                    "url router: no route for \"%s\" of a scope of type \"%s\"".formatted(scope.path(), scope.type())));
        }
        log(scope, isHttp ? scope.method() : scope.type());
        return notFound.handle(scope, receiver, sender);
    }

    /** Logs the path as it came: decoded, it could hold line feeds. */
    private static void log(Scope scope, String what) {
        String path = scope.rawPath().isEmpty() ? scope.path() : scope.rawPath();
        LOG.debug("connection {}: no route for {} {}", scope.connectionId(), what, path);
    }
}
