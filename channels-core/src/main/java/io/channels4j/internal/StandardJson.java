package io.channels4j.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import tools.jackson.databind.json.JsonMapper;

/**
 * The library's own JSON mapper: messages and sessions are always written with it, so that processes with different settings
 * understand each other. It is also the default for the JSON of consumers.
 */
public final class StandardJson {

    /** The mapper; immutable and thread-safe. */
    public static final JsonMapper MAPPER = JsonMapper.builder()
            .changeDefaultPropertyInclusion(inclusion -> inclusion.withValueInclusion(JsonInclude.Include.ALWAYS))
            .build();

    private StandardJson() {}
}
