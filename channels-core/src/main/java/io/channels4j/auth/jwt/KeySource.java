package io.channels4j.auth.jwt;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Finds the keys that may have signed a token. Thread-safe and non-blocking. */
@FunctionalInterface
interface KeySource {

    /**
     * Finds keys.
     *
     * @param algorithm the algorithm of the signature, which all returned keys fit
     * @param keyId the id of the key, or null if the token names none
     * @return the keys; empty if there are none. The stage fails if the keys are not available at present.
     */
    CompletionStage<List<VerificationKey>> find(JwtAlgorithm algorithm, @Nullable String keyId);
}
