package io.channels4j.redis.connection;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The stage of what is done already; shared. */
public final class Done {

    /** The only value of {@code Void}. */
    @SuppressWarnings("NullAway")
    public static final Void NOTHING = null;

    /** A stage that is complete; nobody may change it. */
    public static final CompletableFuture<Void> STAGE = CompletableFuture.completedFuture(NOTHING);

    private Done() {}

    /** Ends one stage as another ends. */
    public static <T> void relay(CompletionStage<T> from, CompletableFuture<T> to) {
        CompletionStage<T> unused = from.whenComplete((value, failure) -> {
            if (failure != null) {
                to.completeExceptionally(failure);
            } else {
                to.complete(value);
            }
        });
    }
}
