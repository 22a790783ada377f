package io.channels4j.redis.django;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.internal.Stages;
import io.channels4j.redis.django.store.DjangoHost;
import io.channels4j.redis.django.store.DjangoKeys;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * Removes the keys of a layer from one host. Works in batches, so that Redis can serve other clients in between. Keeps the keys of layers
 * with longer prefixes as far as they can be distinguished.
 */
final class DjangoFlush {

    private static final int BATCH = 500;

    private final DjangoHost host;
    private final DjangoKeys keys;
    private final ScanArgs args;

    DjangoFlush(DjangoHost host, DjangoKeys keys) {
        this.host = host;
        this.keys = keys;
        this.args = ScanArgs.Builder.limit(BATCH).match(bytes(keys.everyKey()));
    }

    CompletableFuture<Void> run() {
        return next(ScanCursor.INITIAL);
    }

    private CompletableFuture<Void> next(ScanCursor from) {
        return host.send(to -> to.scan(from, args))
                .thenCompose(found ->
                        remove(found).thenCompose(nothing -> found.isFinished() ? Stages.done() : next(found)));
    }

    private CompletableFuture<?> remove(KeyScanCursor<byte[]> found) {
        byte[][] own = found.getKeys().stream()
                .filter(key -> keys.isOwn(new String(key, StandardCharsets.UTF_8)))
                .toArray(byte[][]::new);
        return own.length == 0 ? Stages.done() : host.send(to -> to.unlink(own));
    }
}
