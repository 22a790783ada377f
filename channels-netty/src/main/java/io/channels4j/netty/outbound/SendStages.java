package io.channels4j.netty.outbound;

import io.channels4j.ConnectionClosedException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The stages that senders receive for frames that were admitted, dropped or rejected. */
final class SendStages {

    static final CompletableFuture<Void> ADMITTED = completed();
    static final CompletableFuture<Void> DROPPED = completed();

    private SendStages() {}

    @SuppressWarnings("NullAway") // the only value of Void is null
    private static CompletableFuture<Void> completed() {
        return CompletableFuture.completedFuture(null);
    }

    static boolean isAdmitted(CompletionStage<Void> sent) {
        return sent == ADMITTED
                || sent != DROPPED && !sent.toCompletableFuture().isCompletedExceptionally();
    }

    static CompletionStage<Void> rejected(String why) {
        return CompletableFuture.failedFuture(
                new ConnectionClosedException("send: connection is closed (%s); nothing was sent".formatted(why)));
    }

    static void fail(CompletableFuture<Void> senders, String reason) {
        senders.completeExceptionally(new ConnectionClosedException(
                "send: the connection closed (%s) before everything was sent".formatted(reason)));
    }
}
