package io.channels4j.redis.command;

import io.channels4j.internal.Stages;
import io.channels4j.layer.LayerUnavailableException;
import io.lettuce.core.api.async.BaseRedisAsyncCommands;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Asks the server behind one connection whether enough replicas have what was written over it. The server holds the connection up
 * while it finds out, so there is one question at a time, which answers for all who wrote before it was put.
 *
 * <p><b>Threads.</b> Thread-safe; no lock is held while a question is put.
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

    /** Completes when enough replicas have all that Redis has answered by now, and exceptionally when they do not in time. */
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
        var unused = server.waitForReplication(replicas, atMost.toMillis()).whenComplete((have, failure) -> {
            if (failure != null) {
                LayerUnavailableException lost = new LayerUnavailableException(
                        "replicas: the connection broke before they were heard of; others may have the message",
                        failure);
                answer.completeExceptionally(lost);
                failNext(lost);
            } else {
                settle(answer, have);
                askNext();
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
        CompletableFuture<Void> waiting;
        synchronized (this) {
            waiting = next;
            next = null;
            asking = waiting != null;
        }
        if (waiting != null) {
            ask(waiting);
        }
    }

    /** What was written before the connection broke cannot be asked for over another one. */
    private void failNext(LayerUnavailableException lost) {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            waiting = next;
            next = null;
            asking = false;
        }
        if (waiting != null) {
            waiting.completeExceptionally(lost);
        }
    }
}
