package io.channels4j.server;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.CheckReturnValue;
import io.channels4j.Event;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.engine.NullChecks;
import io.channels4j.internal.Stages;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Starts and stops an application's resources, such as a database connection pool, together with its server.
 *
 * {@snippet class="io.channels4j.server.LifespanSnippets" region="pool"}
 *
 * <p>The start hook runs before the server accepts connections. The values that it stores in the state are available in {@link
 * Scope#state()} of each connection. If the start hook fails, the server does not start and reports the failure. The stop hook
 * runs after the last connection has ended, but not if the start failed. A failure of the stop hook is logged.
 *
 * <p><b>Threads.</b> Hooks run on a dedicated thread and may block.
 */
public final class LifespanHooks implements Application {

    private final Hook onStart;
    private final Hook onStop;

    private LifespanHooks(Hook onStart, Hook onStop) {
        this.onStart = onStart;
        this.onStop = onStop;
    }

    /** A start or stop action that returns a stage. */
    @FunctionalInterface
    public interface Hook {

        /**
         * Runs the action.
         *
         * @param state the state for the connections' scopes; values must not be null. Changes after startup have no effect
         * @return a stage that completes when the action has completed
         * @throws Exception if the action failed
         */
        @CheckReturnValue
        CompletionStage<Void> run(Map<String, Object> state) throws Exception;
    }

    /** A start or stop action that is complete when it returns. */
    @FunctionalInterface
    public interface BlockingHook {

        /**
         * Runs the action.
         *
         * @param state the state for the connections' scopes; see {@link Hook#run}
         * @throws Exception if the action failed
         */
        void run(Map<String, Object> state) throws Exception;
    }

    /**
     * Returns a lifespan application with hooks that return stages.
     *
     * @param onStart the start hook
     * @param onStop the stop hook
     * @return the application, for {@code ProtocolTypeRouter.builder().lifespan(..)}
     */
    public static LifespanHooks of(Hook onStart, Hook onStop) {
        return new LifespanHooks(onStart, onStop);
    }

    /**
     * Returns a lifespan application with hooks that may block.
     *
     * @param onStart the start hook
     * @param onStop the stop hook
     * @return the application, for {@code ProtocolTypeRouter.builder().lifespan(..)}
     */
    public static LifespanHooks blocking(BlockingHook onStart, BlockingHook onStop) {
        return new LifespanHooks(toHook(onStart), toHook(onStop));
    }

    private static Hook toHook(BlockingHook hook) {
        return state -> {
            hook.run(state);
            return Stages.done();
        };
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> handle(Scope scope, Receiver receiver, Sender sender) {
        if (!scope.type().equals("lifespan")) {
            return CompletableFuture.failedFuture(
                    new ChannelsException("scope type: \"%s\" (expected: lifespan)".formatted(scope.type())));
        }
        return receiver.receive().thenCompose(startup -> run(onStart, scope)).thenCompose(failure -> {
            if (failure != null) {
                return sender.send(new LifespanStartupFailed(message(failure), failure));
            }
            return sender.send(new LifespanStartupComplete())
                    .thenCompose(sent -> awaitShutdown(scope, receiver, sender));
        });
    }

    private CompletionStage<Void> awaitShutdown(Scope scope, Receiver receiver, Sender sender) {
        return receiver.receive()
                .thenCompose(shutdown -> run(onStop, scope))
                .thenCompose(failure -> sender.send(answer(failure)));
    }

    private static Event answer(@Nullable Throwable failure) {
        return failure == null ? new LifespanShutdownComplete() : new LifespanShutdownFailed(message(failure), failure);
    }

    /** Runs a hook. The stage completes with the failure, or with null if the hook succeeded. */
    private static CompletionStage<@Nullable Throwable> run(Hook hook, Scope scope) {
        CompletionStage<Void> stage;
        try {
            stage = NullChecks.stage(hook, "run", hook.run(scope.state()));
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
