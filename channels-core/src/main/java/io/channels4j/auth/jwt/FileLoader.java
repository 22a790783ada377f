package io.channels4j.auth.jwt;

import io.channels4j.concurrent.BlockingThreads;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads a key set from a file, on a thread for blocking work. */
record FileLoader(Path path, JwksSettings settings) implements JwksLoader {

    @Override
    public CompletionStage<byte[]> load() {
        return CompletableFuture.supplyAsync(
                this::read, BlockingThreads.shared().calls());
    }

    private byte[] read() {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] read = in.readNBytes(settings.maxBytes() + 1);
            if (read.length > settings.maxBytes()) {
                throw new IOException("size: more than %d bytes".formatted(settings.maxBytes()));
            }
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException(e.toString(), e);
        }
    }
}
