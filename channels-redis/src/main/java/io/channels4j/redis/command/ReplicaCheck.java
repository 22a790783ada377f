package io.channels4j.redis.command;

import io.channels4j.internal.Stages;
import io.channels4j.layer.LayerUnavailableException;
import io.lettuce.core.api.async.BaseRedisAsyncCommands;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Uses {@code WAIT} to check whether enough replicas have the writes of one connection. {@code WAIT} blocks the connection, so only one
 * {@code WAIT} is in flight at a time. Its reply covers all earlier writes.
 *
 * <p><b>Threads.</b> Thread-safe; no lock is held while a command is sent.
 */
final class ReplicaCheck {

    private final BaseRedisAsyncCommands<byte[], byte[]> server;
    private final int replicas;
    private final Duration atMost;
    private boolean asking;
    private @Nullable CompletableFuture<Void> next;

    ReplicaCheck(BaseRedisAsyncCommands<byte[], byte[]> server, Replication replication) {
        this.server = server;
        this.replicas = replication.replicas();
        this.atMost = replication.atMost();
    }

    /**
     * Completes when enough replicas have all writes that the server confirmed before this call. Fails if the replicas do not confirm in
     * time.
     */
    CompletableFuture<Void> written() {
        CompletableFuture<Void> answer;
        synchronized (this) {
            if (next != null) {
                return next;
            }
            answer = new CompletableFuture<>();
            if (asking) {
                next = answer;
                return answer;
            }
            asking = true;
        }
        ask(answer);
        return answer;
    }

    private void ask(CompletableFuture<Void> answer) {
        CompletionStage<Long> asked = server.waitForReplication(replicas, atMost.toMillis());
        asked.whenComplete((have, failure) -> {
            if (failure == null) {
                settle(answer, have);
                askNext();
            } else {
                LayerUnavailableException lost = new LayerUnavailableException(
                        "replicas: the connection broke before they confirmed; the message may be delivered", failure);
                answer.completeExceptionally(lost);
                CompletableFuture<Void> waiting = takeNext(false);
                if (waiting != null) { // WAIT on another connection does not cover the writes of this one
                    waiting.completeExceptionally(lost);
                }
            }
        });
    }

    private void settle(CompletableFuture<Void> answer, long have) {
        if (have >= replicas) {
            answer.complete(Stages.NOTHING);
        } else {
            answer.completeExceptionally(new LayerUnavailableException(
                    "replicas: %d of %d have the message after %s; it is delivered unless the master is lost"
                            .formatted(have, replicas, atMost),
                    null));
        }
    }

    private void askNext() {
        CompletableFuture<Void> waiting = takeNext(true);
        if (waiting != null) {
            ask(waiting);
        }
    }

    private synchronized @Nullable CompletableFuture<Void> takeNext(boolean ask) {
        CompletableFuture<Void> waiting = next;
        next = null;
        asking = ask && waiting != null;
        return waiting;
    }
}
