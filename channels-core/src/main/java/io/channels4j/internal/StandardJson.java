package io.channels4j.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The library's own JSON mapper. It converts messages and sessions to JSON. Processes with different settings can
 * therefore read each other's data. It is also the default mapper for the JSON that consumers exchange with clients.
 */
public final class StandardJson {

    /** The mapper; immutable and thread-safe. */
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.ALWAYS))
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS) // numbers in trees keep all their digits
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT) // a fraction does not fit a whole number
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private StandardJson() {}

    /**
     * Reads a tree whose numbers keep all their digits, regardless of the mapper's settings.
     *
     * @param mapper the mapper
     * @param utf8 the JSON
     * @return the tree
     */
    public static JsonNode readTree(JsonMapper mapper, byte[] utf8) {
        return mapper.isEnabled(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                ? mapper.readTree(utf8)
                : mapper.reader()
                        .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                        .readTree(utf8);
    }
}
