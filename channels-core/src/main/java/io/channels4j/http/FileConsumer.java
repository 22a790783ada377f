package io.channels4j.http;

import io.channels4j.ConnectionClosedException;
import io.channels4j.concurrent.Blocking;
import io.channels4j.concurrent.BlockingThreads;
import io.channels4j.engine.RestOfPath;
import io.channels4j.http.file.FileResponder;
import io.channels4j.http.file.FileResponder.FileRequest;
import io.channels4j.http.file.FileResponse;
import io.channels4j.internal.Stages;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Sends one file. Pieces are read on the threads for blocking calls. The next piece is read when the peer has taken the
 * previous one, so a slow peer occupies no thread and the memory of one piece.
 */
final class FileConsumer extends AsyncHttpConsumer {

    private final FileResponder files;
    private final @Nullable String fixed;
    private boolean answered;

    /**
     * Creates a consumer.
     *
     * @param fixed the path of the file, or null for that of the request
     */
    FileConsumer(FileResponder files, @Nullable String fixed) {
        this.files = files;
        this.fixed = fixed;
    }

    @Override
    protected Set<String> methods() {
        return Set.of("GET");
    }

    /** Responds without waiting for the body, which has no meaning in these requests (RFC 9110 §9.3.1). */
    @Override
    protected CompletionStage<Void> receiveBody(byte[] part, boolean more) {
        if (answered) {
            return Stages.done();
        }
        answered = true;
        return handle(part);
    }

    @Override
    protected CompletionStage<Void> handle(byte[] body) {
        FileRequest request = new FileRequest(
                fixed == null ? RestOfPath.of(scope()) : fixed,
                scope().queryString(),
                scope().method().equals("HEAD"),
                scope().headers());
        return Blocking.call(() -> open(request)).thenCompose(opened -> {
            CompletableFuture<Void> sent = new CompletableFuture<>();
            Stages.ignore(
                    sendHeaders(opened.response().status(), opened.response().headers()));
            send(opened.first(), opened.response(), sent);
            return sent;
        });
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Opened(FileResponse response, byte[] first) {}

    /** Also reads the first piece, so a small file needs one blocking call. */
    private Opened open(FileRequest request) throws IOException {
        FileResponse response = files.respond(request);
        try {
            return new Opened(response, response.next());
        } catch (IOException | RuntimeException e) {
            response.close();
            throw e;
        }
    }

    private void send(byte[] piece, FileResponse response, CompletableFuture<Void> sent) {
        boolean more = response.hasMore();
        sendBody(piece, more).whenComplete((nothing, failure) -> {
            if (failure != null || !more) {
                end(response, sent, failure);
            } else {
                readNext(response, sent);
            }
        });
    }

    private void readNext(FileResponse response, CompletableFuture<Void> sent) {
        Executor connection = scope().executor();
        onBlockingThread(response::next)
                .whenComplete((piece, failure) -> Stages.execute(connection, () -> {
                    if (piece == null) {
                        end(response, sent, failure);
                    } else {
                        send(piece, response, sent);
                    }
                }));
    }

    private void end(FileResponse response, CompletableFuture<Void> sent, @Nullable Throwable failure) {
        onBlockingThread(() -> {
                    response.close();
                    return true;
                })
                .whenComplete((closed, unclosed) -> {
                    Throwable cause = failure == null ? null : Stages.unwrap(failure);
                    Stages.complete(sent, Stages.NOTHING, cause instanceof ConnectionClosedException ? null : cause);
                });
    }

    private <T> CompletionStage<T> onBlockingThread(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Stages.execute(BlockingThreads.from(scope()).calls(), () -> {
            try {
                result.complete(work.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }
}
