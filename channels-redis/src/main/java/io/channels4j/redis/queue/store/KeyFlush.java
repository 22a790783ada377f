package io.channels4j.redis.queue.store;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.internal.Stages;
import io.channels4j.redis.command.CommandConnection;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import java.util.concurrent.CompletableFuture;

/** Removes the keys that match a pattern. Works in batches, so that Redis can serve other clients in between. */
public final class KeyFlush {

    private static final int BATCH = 500;

    private final CommandConnection host;
    private final ScanArgs args;

    /** Creates a flush for one host or a cluster. */
    public KeyFlush(CommandConnection host, String pattern) {
        this.host = host;
        this.args = ScanArgs.Builder.limit(BATCH).match(bytes(pattern));
    }

    /** Runs the flush once. */
    public CompletableFuture<Void> run() {
        return next(ScanCursor.INITIAL);
    }

    private CompletableFuture<Void> next(ScanCursor from) {
        return host.patiently(() -> host.send(to -> to.scan(from, args)))
                .thenCompose(found ->
                        remove(found).thenCompose(nothing -> found.isFinished() ? Stages.done() : next(found)));
    }

    private CompletableFuture<?> remove(KeyScanCursor<byte[]> found) {
        byte[][] keys = found.getKeys().toArray(byte[][]::new);
        return keys.length == 0 ? Stages.done() : host.patiently(() -> host.send(to -> to.unlink(keys)));
    }
}
