package io.channels4j.auth.jwt;

import io.channels4j.internal.Durations;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The rules for the claims of a token (RFC 7519 §4.1).
 *
 * @param issuer the required issuer; null if any is accepted
 * @param audience the accepted audiences
 * @param required the names of the claims that must be present
 * @param clockSkew how much the clocks of the issuer and of this process may differ
 */
record ClaimRules(@Nullable String issuer, Set<String> audience, Set<String> required, Duration clockSkew) {

    /** The end of the year 9999. */
    private static final BigDecimal MAX_SECONDS = BigDecimal.valueOf(253_402_300_799L);

    /** Checks the claims. Returns the time at which the token expires, including the clock skew; empty for never. */
    Optional<Instant> check(JsonNode claims, Instant now) throws InvalidTokenException {
        for (String name : required) {
            if (!claims.hasNonNull(name)) {
                throw new InvalidTokenException(name + ": none (expected: a value)");
            }
        }
        checkSubject(claims.path("sub"));
        checkIssuer(claims.path("iss"));
        checkAudience(claims.path("aud"));
        Duration skew = Durations.clamp(clockSkew);
        Optional<Instant> notBefore = time(claims, "nbf");
        if (notBefore.filter(from -> from.minus(skew).isAfter(now)).isPresent()) {
            throw new InvalidTokenException(
                    "nbf: %s (expected: at most %s)".formatted(notBefore.get(), now.plus(skew)));
        }
        Optional<Instant> end = time(claims, "exp").map(at -> at.plus(skew));
        if (end.filter(at -> !at.isAfter(now)).isPresent()) {
            throw new InvalidTokenException(
                    "exp: %s (expected: after %s)".formatted(end.get().minus(skew), now.minus(skew)));
        }
        return end;
    }

    private static void checkSubject(JsonNode sub) throws InvalidTokenException {
        if (!sub.isString() || sub.stringValue().isEmpty()) {
            throw new InvalidTokenException("sub: %s (expected: a text)".formatted(TokenJson.show(sub)));
        }
    }

    private void checkIssuer(JsonNode iss) throws InvalidTokenException {
        if (issuer != null && !(iss.isString() && iss.stringValue().equals(issuer))) {
            throw new InvalidTokenException("iss: %s (expected: %s)".formatted(TokenJson.show(iss), issuer));
        }
    }

    private void checkAudience(JsonNode aud) throws InvalidTokenException {
        boolean anyone = audience.isEmpty() && (aud.isMissingNode() || aud.isNull());
        if (anyone || accepts(aud)) {
            return;
        }
        if (aud.isArray() && aud.valueStream().anyMatch(this::accepts)) {
            return;
        }
        String expected =
                audience.isEmpty() ? "none, because JwtVerifier.Builder.audience is not set" : "one of " + audience;
        throw new InvalidTokenException("aud: %s (expected: %s)".formatted(TokenJson.show(aud), expected));
    }

    private boolean accepts(JsonNode recipient) {
        return recipient.isString() && audience.contains(recipient.stringValue());
    }

    private static Optional<Instant> time(JsonNode claims, String name) throws InvalidTokenException {
        JsonNode value = claims.path(name);
        if (value.isMissingNode()) {
            return Optional.empty();
        }
        BigDecimal seconds = value.isNumber() ? value.decimalValue() : MAX_SECONDS.add(BigDecimal.ONE);
        if (seconds.signum() < 0 || seconds.compareTo(MAX_SECONDS) > 0) {
            throw new InvalidTokenException("%s: %s (expected: seconds since 1970, at most %s)"
                    .formatted(name, TokenJson.show(value), MAX_SECONDS));
        }
        return Optional.of(Instant.ofEpochMilli(seconds.movePointRight(3).longValue()));
    }
}
