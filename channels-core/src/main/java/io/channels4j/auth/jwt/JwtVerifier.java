package io.channels4j.auth.jwt;

import io.channels4j.ChannelsException;
import io.channels4j.CheckReturnValue;
import io.channels4j.User;
import io.channels4j.auth.TokenVerifier;
import io.channels4j.auth.UserStore;
import io.channels4j.auth.connection.ExpiringUser;
import io.channels4j.engine.NullChecks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Verifies signed JSON Web Tokens (JWT, RFC 7519, RFC 8725) and identifies their users. Requires {@code com.nimbusds:nimbus-jose-jwt}.
 *
 * {@snippet class="io.channels4j.guards.AuthSnippets" region="jwt"}
 *
 * <p>A token is valid if all of the following are true:
 * <ul>
 *   <li>The header names one of the listed algorithms, a known type, and no critical extension. Keys and addresses of keys in the header
 *       ({@code jwk}, {@code jku}, {@code x5c}, {@code x5u}) are ignored.
 *   <li>The signature was made with one of the {@link JwtKeys}. The type of the key must fit the algorithm. If the header contains a
 *       {@code kid}, only the keys with this id are used.
 *   <li>{@code exp} and {@code sub} are present, the token has not expired, and {@code nbf} has been reached.
 *   <li>{@code iss} is the configured issuer. {@code aud} contains one of the configured audiences. Without configured audiences, a token with
 *       {@code aud} is rejected (RFC 7519 §4.1.3).
 * </ul>
 *
 * <p><b>Expiry.</b> The user's authentication expires with the token, plus the clock skew. At that time, open WebSockets are closed with
 * code 4401 unless {@link io.channels4j.auth.Auth#renew} has renewed them.
 *
 * <p><b>Failure.</b> The stage completes with empty for an invalid token. The reason is logged at level DEBUG by {@code io.channels4j.auth},
 * without the token. The stage fails if the public keys have never been read, or not for too long.
 *
 * <p><b>Threads.</b> Thread-safe and non-blocking. The signature is verified on the calling thread, or on the thread that has read the keys.
 */
public final class JwtVerifier implements TokenVerifier {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.auth");

    private final KeySource keys;
    private final SignedToken.Format format;
    private final ClaimRules rules;
    private final InstantSource clock;
    private final Function<JsonNode, CompletionStage<Optional<User>>> users;

    private JwtVerifier(Builder builder) {
        this.keys = builder.keys.open(builder.clock);
        this.format = new SignedToken.Format(builder.algorithms, builder.types, builder.maxTokenLength);
        this.rules =
                new ClaimRules(builder.issuer, builder.audience, Set.copyOf(builder.requiredClaims), builder.clockSkew);
        this.clock = builder.clock;
        this.users = builder.users;
    }

    /**
     * Returns a builder.
     *
     * @param keys the keys of the issuer
     * @param accepted an accepted algorithm
     * @param more further accepted algorithms
     * @return the builder
     * @throws IllegalArgumentException if the keys cannot be used with an algorithm
     * @throws ChannelsException if Nimbus JOSE is missing
     */
    public static Builder builder(JwtKeys keys, JwtAlgorithm accepted, JwtAlgorithm... more) {
        requireNimbus(JwtVerifier.class.getClassLoader());
        return new Builder(keys, EnumSet.of(accepted, more));
    }

    static void requireNimbus(ClassLoader loader) {
        try {
            Class.forName("com.nimbusds.jose.JWSVerifier", false, loader);
        } catch (ClassNotFoundException e) {
            throw new ChannelsException(
                    "JwtVerifier: Nimbus JOSE is missing (expected: com.nimbusds:nimbus-jose-jwt on the class path or"
                            + " module path)",
                    e);
        }
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Optional<User>> verify(String token) {
        SignedToken signed;
        try {
            signed = SignedToken.parse(token, format);
        } catch (InvalidTokenException e) {
            return reject(e);
        }
        return keys.find(signed.algorithm(), signed.keyId()).thenCompose(candidates -> verify(signed, candidates));
    }

    private CompletionStage<Optional<User>> verify(SignedToken token, List<VerificationKey> candidates) {
        JsonNode claims;
        Optional<Instant> expiresAt;
        try {
            if (candidates.isEmpty()) {
                throw new InvalidTokenException("kid: not found, or not for %s".formatted(token.algorithm()));
            }
            if (candidates.stream().noneMatch(key -> key.verifies(token))) {
                throw new InvalidTokenException("signature: does not match");
            }
            claims = token.claims();
            expiresAt = rules.check(claims, clock.instant());
        } catch (InvalidTokenException e) {
            return reject(e);
        }
        return users.apply(claims)
                .thenApply(found ->
                        expiresAt.isEmpty() ? found : found.map(user -> ExpiringUser.of(user, expiresAt.get())));
    }

    private static CompletionStage<Optional<User>> reject(InvalidTokenException reason) {
        LOG.debug("a token is rejected: {}", reason.getMessage());
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /** Builds a {@link JwtVerifier}. Not thread-safe. */
    public static final class Builder {

        private static final Duration CLOCK_SKEW = Duration.ofSeconds(60);
        private static final int MAX_TOKEN_LENGTH = 8192;

        private final JwtKeys keys;
        private final Set<JwtAlgorithm> algorithms;
        private final Set<String> requiredClaims = new HashSet<>(Set.of("exp", "sub"));
        private Set<String> types = Set.of("jwt", "at+jwt");
        private @Nullable String issuer;
        private Set<String> audience = Set.of();
        private Duration clockSkew = CLOCK_SKEW;
        private int maxTokenLength = MAX_TOKEN_LENGTH;
        private InstantSource clock = InstantSource.system();
        private Function<JsonNode, CompletionStage<Optional<User>>> users = Builder::named;

        private Builder(JwtKeys keys, Set<JwtAlgorithm> algorithms) {
            algorithms.forEach(keys::check);
            this.keys = keys;
            this.algorithms = algorithms;
        }

        private static CompletionStage<Optional<User>> named(JsonNode claims) {
            String id = claims.path("sub").asString("");
            String name = Stream.of("name", "preferred_username")
                    .map(claim -> claims.path(claim).asString(""))
                    .filter(text -> !text.isEmpty())
                    .findFirst()
                    .orElse(id);
            return CompletableFuture.completedFuture(id.isEmpty() ? Optional.empty() : Optional.of(User.of(id, name)));
        }

        /**
         * Requires an issuer ({@code iss}). By default, any issuer is accepted.
         *
         * @param url the issuer, which must be equal to the claim
         * @return this builder
         */
        public Builder issuer(String url) {
            issuer = url;
            return this;
        }

        /**
         * Requires an audience ({@code aud}). By default, only tokens without this claim are accepted.
         *
         * @param anyOf the names of this application. The claim must contain at least one of them.
         * @return this builder
         */
        public Builder audience(String... anyOf) {
            audience = Set.of(anyOf);
            return this;
        }

        /**
         * Requires further claims. {@code exp} and {@code sub} are always required; see {@link #optionalExpiry}.
         *
         * @param names the names of claims that must be present and not null
         * @return this builder
         */
        public Builder requiredClaims(String... names) {
            requiredClaims.addAll(List.of(names));
            return this;
        }

        /**
         * Accepts tokens without {@code exp}. Connections that use them stay open until they are disconnected.
         *
         * @return this builder
         */
        public Builder optionalExpiry() {
            requiredClaims.remove("exp");
            return this;
        }

        /**
         * Sets how much the clocks of the issuer and of this process may differ. A token is accepted for this much longer. 60 seconds by default.
         *
         * @param difference the difference, zero or more
         * @return this builder
         */
        public Builder clockSkew(Duration difference) {
            if (difference.isNegative()) {
                throw new IllegalArgumentException("clock skew: %s (expected: zero or more)".formatted(difference));
            }
            clockSkew = difference;
            return this;
        }

        /**
         * Sets the accepted types of tokens ({@code typ} in the header). By default, {@code JWT} and {@code at+jwt} (RFC 9068). A
         * token without a type is always accepted.
         *
         * @param names the types, without {@code application/}. Case is ignored.
         * @return this builder
         */
        public Builder types(String... names) {
            types = Stream.of(names).map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
            return this;
        }

        /**
         * Sets the maximum length of a token. 8192 characters by default. Longer tokens are rejected before they are parsed.
         *
         * @param characters the length, at least 1
         * @return this builder
         */
        public Builder maxTokenLength(int characters) {
            if (characters < 1) {
                throw new IllegalArgumentException("max token length: %d (expected: at least 1)".formatted(characters));
            }
            maxTokenLength = characters;
            return this;
        }

        /**
         * Sets the clock. Use the same one as for {@code AuthMiddleware}. The system clock by default.
         *
         * @param source the clock
         * @return this builder
         */
        public Builder clock(InstantSource source) {
            clock = source;
            return this;
        }

        /**
         * Creates the user from the claims of a valid token. By default, the id is {@code sub}. The name is {@code name}, {@code preferred_username}
         * or the id.
         *
         * @param ofClaims the function. Its result may be of the application's own type.
         * @return this builder
         */
        public Builder user(Function<JsonNode, ? extends User> ofClaims) {
            users = claims -> CompletableFuture.completedFuture(
                    Optional.of(NullChecks.value(ofClaims, "apply", "a user", ofClaims.apply(claims))));
            return this;
        }

        /**
         * Loads the user of a valid token by the id in {@code sub}. If the store has no such user, the token is invalid.
         *
         * @param store the application's users
         * @return this builder
         */
        public Builder users(UserStore store) {
            users = claims -> NullChecks.stage(
                            store, "find", store.find(claims.path("sub").asString("")))
                    .thenApply(found -> NullChecks.value(store, "find", "a user or empty", found)
                            .map(user -> user));
            return this;
        }

        /**
         * Returns the verifier.
         *
         * @return the verifier
         */
        public JwtVerifier build() {
            return new JwtVerifier(this);
        }
    }
}
