package io.channels4j.netty.connection;

import io.channels4j.Application;
import io.channels4j.ConnectionClosedException;
import io.channels4j.OverloadedException;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.engine.FailureStatus;
import io.channels4j.engine.NullChecks;
import io.channels4j.internal.Stages;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.log.ServerLog;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Calls an application for one connection and logs its failure, except a {@link ConnectionClosedException}. */
public final class ApplicationInvoker {

    private ApplicationInvoker() {}

    /**
     * Starts the application on the connection's event loop. When the application has ended, {@code ended} is called on that
     * event loop with the failure, or with null.
     */
    public static void start(
            Application application,
            Scope scope,
            Receiver receiver,
            Sender sender,
            EventLoopState loop,
            Consumer<@Nullable Throwable> ended) {
        loop.applicationStarted();
        CompletionStage<Void> stage;
        try {
            stage = NullChecks.handle(application, scope, receiver, sender);
        } catch (Throwable e) {
            end(scope, loop, ended, e);
            return;
        }
        stage.whenComplete((done, failure) -> loop.run(() -> end(scope, loop, ended, failure)));
    }

    private static void end(
            Scope scope, EventLoopState loop, Consumer<@Nullable Throwable> ended, @Nullable Throwable wrapped) {
        Throwable failure = wrapped == null ? null : Stages.unwrap(wrapped);
        if (failure instanceof OverloadedException) {
            ServerLog.overloaded(scope, failure);
        } else if (failure != null && FailureStatus.isClientError(failure)) {
            ServerLog.clientError(scope, failure);
        } else if (failure != null && !(failure instanceof ConnectionClosedException)) {
            ServerLog.applicationFailed(scope, failure);
        }
        ended.accept(failure);
        loop.applicationEnded();
    }
}
