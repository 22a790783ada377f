package io.channels4j.engine;

import io.channels4j.Headers;
import java.nio.charset.StandardCharsets;

/** Plain-text response bodies in UTF-8. */
public final class PlainText {

    /** The headers of the response. */
    public static final Headers HEADERS = Headers.of("content-type", "text/plain; charset=utf-8");

    private PlainText() {}

    /** Returns the body as bytes. */
    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
