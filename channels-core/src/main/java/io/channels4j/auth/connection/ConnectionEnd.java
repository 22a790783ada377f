package io.channels4j.auth.connection;

import io.channels4j.ConnectionClosedException;
import io.channels4j.Scope;
import io.channels4j.internal.Stages;
import io.channels4j.websocket.CloseStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Ends connections. */
final class ConnectionEnd {

    private ConnectionEnd() {}

    /** Ends a connection. Completes when the end has been sent or the connection has ended in another way. */
    static CompletionStage<Void> send(
            Scope scope, Function<CloseStatus, CompletionStage<Void>> disconnector, CloseStatus status) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        scope.closed().whenComplete((nothing, failure) -> ended.complete(Stages.NOTHING));
        try {
            disconnector
                    .apply(status)
                    .whenComplete((nothing, failure) -> Stages.complete(ended, nothing, unlessClosed(failure)));
        } catch (RuntimeException e) {
            Stages.complete(ended, Stages.NOTHING, unlessClosed(e));
        }
        return ended;
    }

    private static @Nullable Throwable unlessClosed(@Nullable Throwable failure) {
        Throwable cause = failure == null ? null : Stages.unwrap(failure);
        return cause instanceof ConnectionClosedException ? null : cause;
    }
}
