package io.channels4j.auth.jwt;

import io.channels4j.internal.StandardJson;
import java.util.Base64;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Decodes the parts of a token. */
final class TokenJson {

    private static final JsonMapper MAPPER = StandardJson.MAPPER
            .rebuild()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION) // two claims of the same name (RFC 7519 §4)
            .build();
    private static final int MAX_SHOWN = 100;

    private TokenJson() {}

    /** Decodes base64url without padding (RFC 7515 §2). */
    static byte[] decode(String part, String name) throws InvalidTokenException {
        if (part.indexOf('=') >= 0) {
            throw new InvalidTokenException(name + ": padded (expected: base64url without padding)");
        }
        try {
            return Base64.getUrlDecoder().decode(part);
        } catch (IllegalArgumentException e) {
            throw new InvalidTokenException(name + ": malformed (expected: base64url)");
        }
    }

    /** Parses a JSON object. */
    static JsonNode parse(byte[] json, String name) throws InvalidTokenException {
        JsonNode parsed;
        try {
            parsed = MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw new InvalidTokenException(name + ": malformed (expected: a JSON object without duplicate names)");
        }
        if (!parsed.isObject()) {
            throw new InvalidTokenException(name + ": not an object (expected: a JSON object)");
        }
        return parsed;
    }

    /** Returns a value from a token in a form that is safe to log. */
    static String show(JsonNode value) {
        String json = value.isMissingNode() ? "none" : value.toString();
        return json.length() <= MAX_SHOWN ? json : json.substring(0, MAX_SHOWN) + "...";
    }
}
