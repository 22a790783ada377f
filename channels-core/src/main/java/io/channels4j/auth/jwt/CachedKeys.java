package io.channels4j.auth.jwt;

import io.channels4j.ChannelsException;
import io.channels4j.internal.Durations;
import io.channels4j.internal.Stages;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the public keys of a file or URL, and reads them again when they are old or when a token names an unknown key. At most one read is
 * in progress. No timer and no thread is used: reads begin when tokens arrive.
 *
 * <table>
 * <caption>What a token causes</caption>
 * <tr><th>the keys are</th><th>its key is known</th><th>its key is unknown</th></tr>
 * <tr><td>fresh</td><td>nothing</td><td>a read, if the last one was long enough ago; waits for it</td></tr>
 * <tr><td>older than {@code refreshAfter}</td><td>a read in the background</td><td>as above</td></tr>
 * <tr><td>never read, or older than {@code keepDuringOutage} allows</td><td colspan="2">a read; waits for it. Fails if it fails, or if it was
 * tried a moment ago</td></tr>
 * </table>
 *
 * <p><b>Threads.</b> Thread-safe. No lock is held while a loader is called or a stage is completed.
 */
final class CachedKeys implements KeySource {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.auth");
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final int MAX_DOUBLINGS = 10;

    private final String name;
    private final JwksLoader loader;
    private final JwksSettings settings;
    private final InstantSource clock;

    /** The keys that were read last; null if there are none. Guarded by this, like the fields below. */
    private @Nullable KeySet current;

    private @Nullable CompletableFuture<Void> reading;
    private @Nullable Instant nextRead;
    private int failures;

    private record KeySet(List<VerificationKey> keys, Instant readAt) {

        List<VerificationKey> fitting(JwtAlgorithm algorithm, @Nullable String keyId) {
            return keys.stream().filter(key -> key.fits(algorithm, keyId)).toList();
        }
    }

    CachedKeys(String name, JwksLoader loader, JwksSettings settings, InstantSource clock) {
        this.name = name;
        this.loader = loader;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public CompletionStage<List<VerificationKey>> find(JwtAlgorithm algorithm, @Nullable String keyId) {
        Instant now = clock.instant();
        KeySet known = usable(now);
        List<VerificationKey> fitting = known == null ? List.of() : known.fitting(algorithm, keyId);
        if (!fitting.isEmpty()) {
            if (known != null && isOld(known, now)) {
                Stages.ignore(read(now)); // in the background
            }
            return CompletableFuture.completedFuture(fitting);
        }
        return read(now).thenApply(nothing -> {
            KeySet after = usable(now);
            if (after == null) {
                throw new ChannelsException(
                        "JWT keys: %s could not be read; tokens cannot be verified".formatted(name));
            }
            return after.fitting(algorithm, keyId);
        });
    }

    private synchronized @Nullable KeySet usable(Instant now) {
        Duration kept = Durations.clamp(settings.refreshAfter()).plus(Durations.clamp(settings.keepDuringOutage()));
        return current == null || current.readAt().plus(kept).isBefore(now) ? null : current;
    }

    /** Returns true if keys should be read again, because they are old or because the clock was set back. */
    private boolean isOld(KeySet keys, Instant now) {
        Duration age = Duration.between(keys.readAt(), now);
        return age.isNegative() || age.compareTo(settings.refreshAfter()) >= 0;
    }

    /** Reads the keys unless that is not allowed yet. Completes after the attempt, whether or not it has succeeded. */
    private CompletionStage<Void> read(Instant now) {
        CompletableFuture<Void> attempt;
        synchronized (this) {
            if (reading != null) {
                return reading;
            }
            if (!mayRead(now)) {
                return Stages.done();
            }
            attempt = new CompletableFuture<>();
            reading = attempt;
            nextRead = now.plus(Durations.clamp(settings.minRefreshInterval()));
        }
        load().handle((json, failure) -> {
            complete(json, failure, attempt);
            return Stages.NOTHING;
        });
        return attempt;
    }

    private boolean mayRead(Instant now) {
        return nextRead == null
                || !now.isBefore(nextRead)
                || Duration.between(now, nextRead).compareTo(settings.minRefreshInterval())
                        > 0; // the clock was set back
    }

    private CompletionStage<byte[]> load() {
        try {
            return loader.load();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void complete(byte @Nullable [] json, @Nullable Throwable failure, CompletableFuture<Void> attempt) {
        List<VerificationKey> keys = List.of();
        String problem = failure == null ? null : Stages.unwrap(failure).toString();
        try {
            keys = json == null ? keys : KeySetParser.parse(json);
        } catch (InvalidTokenException e) {
            problem = e.getMessage();
        }
        if (problem == null && keys.isEmpty()) {
            problem = "no usable key (expected: at least one RSA or EC key for signatures)";
        }
        Instant now = clock.instant();
        int failedBefore;
        synchronized (this) {
            failedBefore = failures;
            failures = problem == null ? 0 : failures + 1;
            current = problem == null ? new KeySet(keys, now) : current;
            nextRead = problem == null ? nextRead : now.plus(retryDelay(failedBefore));
            reading = null;
        }
        log(problem, failedBefore);
        attempt.complete(Stages.NOTHING);
    }

    private Duration retryDelay(int failedBefore) {
        Duration delay = FIRST_RETRY.multipliedBy(1L << Math.min(failedBefore, MAX_DOUBLINGS));
        Duration limit = settings.minRefreshInterval();
        return delay.compareTo(limit) < 0 ? delay : limit;
    }

    private void log(@Nullable String problem, int failedBefore) {
        if (problem == null && failedBefore > 0) {
            LOG.info("JWT keys: {} can be read again", name);
        } else if (problem != null && failedBefore == 0) {
            LOG.warn(
                    "JWT keys: {} cannot be read; keys that were read before are used for at most {}: {}",
                    name,
                    settings.keepDuringOutage(),
                    problem);
        }
    }
}
