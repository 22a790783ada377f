package io.channels4j.auth.jwt;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A token in compact form, before its signature has been verified (RFC 7515 §3.1).
 *
 * @param keyId the id of the key that signed it, from the header; null if there is none
 * @param signedBytes the encoded header and payload
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SignedToken(
        JwtAlgorithm algorithm, @Nullable String keyId, byte[] signedBytes, String encodedPayload, byte[] signature) {

    private static final String MEDIA_TYPE = "application/";

    /**
     * What a token may be like.
     *
     * @param types the accepted types, in lower case and without {@code application/}
     */
    record Format(Set<JwtAlgorithm> algorithms, Set<String> types, int maxLength) {}

    /** Parses a token and checks its header. */
    static SignedToken parse(String token, Format format) throws InvalidTokenException {
        if (token.length() > format.maxLength()) {
            throw new InvalidTokenException(
                    "length: %d (expected: at most %d)".formatted(token.length(), format.maxLength()));
        }
        int first = token.indexOf('.');
        int last = token.lastIndexOf('.');
        if (first < 1 || token.indexOf('.', first + 1) != last || last == first) {
            throw new InvalidTokenException("parts: not three (expected: header.payload.signature)");
        }
        JsonNode header = TokenJson.parse(TokenJson.decode(token.substring(0, first), "header"), "header");
        if (header.has("crit")) {
            throw new InvalidTokenException("crit: " + TokenJson.show(header.path("crit")) + " (expected: none)");
        }
        checkType(header.path("typ"), format.types());
        return new SignedToken(
                algorithm(header.path("alg"), format.algorithms()),
                keyId(header.path("kid")),
                token.substring(0, last).getBytes(StandardCharsets.US_ASCII),
                token.substring(first + 1, last),
                TokenJson.decode(token.substring(last + 1), "signature"));
    }

    private static JwtAlgorithm algorithm(JsonNode alg, Set<JwtAlgorithm> accepted) throws InvalidTokenException {
        for (JwtAlgorithm algorithm : accepted) {
            if (alg.isString() && alg.stringValue().equals(algorithm.name())) {
                return algorithm;
            }
        }
        throw new InvalidTokenException("alg: %s (expected: one of %s)".formatted(TokenJson.show(alg), accepted));
    }

    private static @Nullable String keyId(JsonNode kid) throws InvalidTokenException {
        if (!kid.isMissingNode() && !kid.isString()) {
            throw new InvalidTokenException("kid: " + TokenJson.show(kid) + " (expected: a text)");
        }
        return kid.isString() ? kid.stringValue() : null;
    }

    private static void checkType(JsonNode typ, Set<String> accepted) throws InvalidTokenException {
        if (typ.isMissingNode()) {
            return;
        }
        String type = typ.isString() ? typ.stringValue().toLowerCase(Locale.ROOT) : "";
        String name = type.startsWith(MEDIA_TYPE) ? type.substring(MEDIA_TYPE.length()) : type;
        if (!accepted.contains(name)) {
            throw new InvalidTokenException("typ: %s (expected: one of %s)".formatted(TokenJson.show(typ), accepted));
        }
    }

    /** Parses the payload. */
    JsonNode claims() throws InvalidTokenException {
        return TokenJson.parse(TokenJson.decode(encodedPayload, "payload"), "payload");
    }
}
