package io.channels4j.server;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.internal.Stages;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Starts and stops what an application needs together with its server, such as a pool of database connections.
 *
 * {@snippet class="io.channels4j.server.LifespanSnippets" region="pool"}
 *
 * <p>The first hook runs before the server takes connections; what it puts into the state is in {@link Scope#state()} of each of
 * them. When it fails, the server does not start, and says why. The second one runs when the last connection is gone; its failure
 * is logged. It does not run when the first one failed.
 *
 * <p><b>Threads.</b> Hooks run on a thread of their own and may block.
 */
public final class LifespanHooks implements Application {

    private final Hook onStart;
    private final Hook onStop;

    private LifespanHooks(Hook onStart, Hook onStop) {
        this.onStart = onStart;
        this.onStop = onStop;
    }

    /** What an application does at its start or its end. */
    @FunctionalInterface
    public interface Hook {

        /**
         * Does it.
         *
         * @param state what connections will see, by name; values are not null. Changes count until the start is done
         * @return completes when it is done
         * @throws Exception what went wrong
         */
        CompletionStage<Void> run(Map<String, Object> state) throws Exception;
    }

    /** What an application does at its start or its end, done when it returns. */
    @FunctionalInterface
    public interface BlockingHook {

        /**
         * Does it.
         *
         * @param state as for {@link Hook#run}
         * @throws Exception what went wrong
         */
        void run(Map<String, Object> state) throws Exception;
    }

    /**
     * Returns an application for the lifespan from hooks that return stages.
     *
     * @param onStart runs at the start
     * @param onStop runs at the end
     * @return the application, for {@code ProtocolTypeRouter.builder().lifespan(..)}
     */
    public static LifespanHooks of(Hook onStart, Hook onStop) {
        return new LifespanHooks(onStart, onStop);
    }

    /**
     * Returns an application for the lifespan from hooks that may block and are done when they return.
     *
     * @param onStart runs at the start
     * @param onStop runs at the end
     * @return the application, for {@code ProtocolTypeRouter.builder().lifespan(..)}
     */
    public static LifespanHooks blocking(BlockingHook onStart, BlockingHook onStop) {
        return new LifespanHooks(done(onStart), done(onStop));
    }

    private static Hook done(BlockingHook hook) {
        return state -> {
            hook.run(state);
            return Stages.done();
        };
    }

    @Override
    public CompletionStage<Void> handle(Scope scope, Receiver receiver, Sender sender) {
        if (!scope.type().equals("lifespan")) {
            return CompletableFuture.failedFuture(
                    new ChannelsException("scope type: \"%s\" (expected: lifespan)".formatted(scope.type())));
        }
        return receiver.receive().thenCompose(startup -> run(onStart, scope)).thenCompose(failure -> {
            if (failure != null) {
                return sender.send(new LifespanStartupFailed(message(failure), failure));
            }
            return sender.send(new LifespanStartupComplete()).thenCompose(sent -> awaitEnd(scope, receiver, sender));
        });
    }

    private CompletionStage<Void> awaitEnd(Scope scope, Receiver receiver, Sender sender) {
        return receiver.receive()
                .thenCompose(shutdown -> run(onStop, scope))
                .thenCompose(failure -> sender.send(answer(failure)));
    }

    private static Event answer(@Nullable Throwable failure) {
        return failure == null ? new LifespanShutdownComplete() : new LifespanShutdownFailed(message(failure), failure);
    }

    /** Runs a hook; the stage completes with what went wrong or with null. */
    private static CompletionStage<@Nullable Throwable> run(Hook hook, Scope scope) {
        CompletionStage<Void> stage;
        try {
            stage = hook.run(scope.state());
        } catch (Throwable e) {
            stage = CompletableFuture.failedFuture(e);
        }
        return stage.handle((nothing, failure) -> failure == null ? null : Stages.unwrap(failure));
    }

    private static String message(Throwable failure) {
        String text = failure.getMessage();
        return text == null ? failure.getClass().getName() : text;
    }
}
