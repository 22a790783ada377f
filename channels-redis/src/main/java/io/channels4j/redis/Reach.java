package io.channels4j.redis;

import io.channels4j.ChannelsException;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.redis.connection.RedisFailures;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Requests to Redis, failing with what a layer's user is to see. */
final class Reach {

    private Reach() {}

    /**
     * Completes with what Redis says, or with the exception that tells what was tried and who has the message.
     *
     * @param what what was tried
     * @param whoHasIt who has the message when Redis has not, as the beginning of a sentence that {@code the message} ends
     */
    static CompletionStage<Void> of(String what, String whoHasIt, Supplier<CompletableFuture<Void>> request) {
        try {
            return request.get()
                    .exceptionallyCompose(failure -> CompletableFuture.failedFuture(seen(what, whoHasIt, failure)));
        } catch (ChannelsException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Throwable seen(String what, String whoHasIt, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof ChannelsException
                ? cause
                : new LayerUnavailableException(
                        "%s: Redis is out of reach (%s); %s the message"
                                .formatted(what, RedisFailures.text(cause), whoHasIt),
                        cause);
    }
}
