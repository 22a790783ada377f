package io.channels4j.netty;

import io.channels4j.Application;
import java.util.concurrent.CompletableFuture;

/** Builds servers for applications that handle only connections, and would wait for further events during a start. */
final class ServersWithoutLifespan {

    private ServersWithoutLifespan() {}

    static NettyServerBuilder builder(Application application) {
        return NettyServer.builder((scope, receiver, sender) -> scope.type().equals("lifespan")
                ? CompletableFuture.completedFuture(null)
                : application.handle(scope, receiver, sender));
    }
}
