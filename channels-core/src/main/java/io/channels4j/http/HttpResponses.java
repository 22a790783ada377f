package io.channels4j.http;

import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import io.channels4j.internal.PercentCode;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The parts of the responses that the synchronous and the asynchronous consumer send alike. */
final class HttpResponses {

    static final Headers JSON = Headers.of("content-type", "application/json");

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private HttpResponses() {}

    static byte[] json(Object value, JsonMapper mapper) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (JacksonException e) {
            throw new ChannelsException(
                    "response: a %s cannot be written as JSON"
                            .formatted(value.getClass().getName()),
                    e);
        }
    }

    /** Returns the headers of a redirect. A location cannot inject a header, because control characters are encoded. */
    static Headers redirect(int status, String location) {
        if (!REDIRECTS.contains(status)) {
            throw new IllegalArgumentException(
                    "status of redirect: %d (expected: 301, 302, 303, 307 or 308)".formatted(status));
        }
        return Headers.of("location", PercentCode.encodeReference(location));
    }
}
