package io.channels4j.auth.jwt;

import io.channels4j.auth.jwt.JwtAlgorithm.Family;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Where {@link JwtVerifier} finds the keys of tokens: a shared secret, or a set of public keys (JWKS, RFC 7517).
 *
 * <p>Public keys are read when the first token arrives. They are read again when they are old, or when a token names an unknown key;
 * see {@link JwksSettings}. A changed key set therefore takes effect without a restart.
 *
 * <p><b>Threads.</b> Immutable. Keys are read without blocking event loops.
 */
public final class JwtKeys {

    private final Function<InstantSource, KeySource> source;
    private final Set<Family> families;
    private final int secretBytes;

    private JwtKeys(Function<InstantSource, KeySource> source, Set<Family> families, int secretBytes) {
        this.source = source;
        this.families = families;
        this.secretBytes = secretBytes;
    }

    /**
     * Returns secrets that are shared with the issuer, for {@code HS256}, {@code HS384} and {@code HS512}. The key id of a token is ignored.
     *
     * @param current the secret: random bytes, at least 32
     * @param previous earlier secrets whose tokens are still accepted
     * @return the keys
     * @throws IllegalArgumentException if a secret is shorter than 32 bytes
     */
    public static JwtKeys secret(byte[] current, byte[]... previous) {
        List<byte[]> secrets = Stream.concat(Stream.of(current), Stream.of(previous))
                .map(byte[]::clone)
                .toList();
        int shortest = secrets.stream().mapToInt(secret -> secret.length).min().orElseThrow();
        requireLength(shortest, JwtAlgorithm.HS256);
        return new JwtKeys(clock -> ofSecrets(secrets), Set.of(Family.SECRET), shortest);
    }

    private static void requireLength(int bytes, JwtAlgorithm algorithm) {
        if (bytes < algorithm.minKeyBytes()) {
            throw new IllegalArgumentException("secret for %s: %d bytes (expected: at least %d random bytes)"
                    .formatted(algorithm, bytes, algorithm.minKeyBytes()));
        }
    }

    private static KeySource ofSecrets(List<byte[]> secrets) {
        CompletionStage<List<VerificationKey>> keys = CompletableFuture.completedFuture(
                secrets.stream().map(KeySetParser::ofSecret).toList());
        return (algorithm, keyId) -> keys;
    }

    /**
     * Returns the public keys in a file, with the default settings.
     *
     * @param jwks the file
     * @return the keys
     */
    public static JwtKeys file(Path jwks) {
        return file(jwks, JwksSettings.defaults());
    }

    /**
     * Returns the public keys in a file. To rotate keys, replace the file atomically.
     *
     * @param jwks the file
     * @param settings the settings
     * @return the keys
     */
    public static JwtKeys file(Path jwks, JwksSettings settings) {
        return publicKeys(clock -> new CachedKeys(jwks.toString(), new FileLoader(jwks, settings), settings, clock));
    }

    /**
     * Returns the public keys at a URL, with the default settings.
     *
     * @param jwks the URL, such as {@code https://login.example.com/.well-known/jwks.json}
     * @return the keys
     */
    public static JwtKeys url(URI jwks) {
        return url(jwks, JwksSettings.defaults());
    }

    /**
     * Returns the public keys at a URL. Redirects are not followed. Use {@code http} only within a trusted network: anyone who can change the
     * response can issue tokens.
     *
     * @param jwks the URL: {@code https} or {@code http}
     * @param settings the settings
     * @return the keys
     * @throws IllegalArgumentException if the URL has another scheme, no host, or contains a password
     */
    public static JwtKeys url(URI jwks, JwksSettings settings) {
        String scheme = jwks.getScheme() == null ? "" : jwks.getScheme().toLowerCase(Locale.ROOT);
        boolean isHttp = scheme.equals("https") || scheme.equals("http");
        if (!isHttp || jwks.getHost() == null || jwks.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "JWKS URL: %s (expected: https:// and a host, without a user)".formatted(jwks));
        }
        return publicKeys(clock -> new CachedKeys(jwks.toString(), new UrlLoader(jwks, settings), settings, clock));
    }

    private static JwtKeys publicKeys(Function<InstantSource, KeySource> source) {
        return new JwtKeys(source, Set.of(Family.RSA, Family.EC), 0);
    }

    /** Checks that an algorithm can be used with these keys. */
    void check(JwtAlgorithm algorithm) {
        if (!families.contains(algorithm.family())) {
            boolean secret = algorithm.family() == Family.SECRET;
            throw new IllegalArgumentException("algorithm: %s (expected: one for %s)"
                    .formatted(algorithm, secret ? "public keys, such as RS256" : "a secret, such as HS256"));
        }
        if (algorithm.family() == Family.SECRET) {
            requireLength(secretBytes, algorithm);
        }
    }

    KeySource open(InstantSource clock) {
        return source.apply(clock);
    }
}
