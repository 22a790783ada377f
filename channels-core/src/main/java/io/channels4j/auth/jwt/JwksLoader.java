package io.channels4j.auth.jwt;

import java.util.concurrent.CompletionStage;

/** Reads a key set. Non-blocking. */
@FunctionalInterface
interface JwksLoader {

    /** Reads the key set. The stage completes with its JSON, on any thread, within the settings' time and size. */
    CompletionStage<byte[]> load();
}
