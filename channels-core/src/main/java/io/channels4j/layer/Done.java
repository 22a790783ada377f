package io.channels4j.layer;

import java.util.concurrent.CompletableFuture;

/** The stage of what is done already; shared, since most sends end this way. */
final class Done {

    /** The only value of {@code Void}. */
    @SuppressWarnings("NullAway")
    static final Void NOTHING = null;

    static final CompletableFuture<Void> STAGE = CompletableFuture.completedFuture(NOTHING);

    private Done() {}
}
