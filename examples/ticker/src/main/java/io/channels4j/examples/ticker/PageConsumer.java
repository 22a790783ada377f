package io.channels4j.examples.ticker;

import io.channels4j.Headers;
import io.channels4j.http.AsyncHttpConsumer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Serves the file that the route specifies. Only listed files are served. */
final class PageConsumer extends AsyncHttpConsumer {

    private static final Map<String, String> CONTENT_TYPES = Map.of(
            "index.html", "text/html; charset=utf-8",
            "ticker.css", "text/css; charset=utf-8",
            "ticker.js", "text/javascript; charset=utf-8",
            "icon.svg", "image/svg+xml");

    private static final Map<String, byte[]> FILES =
            CONTENT_TYPES.keySet().stream().collect(Collectors.toUnmodifiableMap(name -> name, PageConsumer::read));

    private static final Headers SAFE = Headers.of(
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "x-content-type-options",
            "nosniff",
            "cache-control",
            "no-cache");

    @Override
    protected CompletionStage<Void> handle(byte[] body) {
        String method = scope().method();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return sendResponse(405, SAFE.with("allow", "GET, HEAD"), new byte[0]);
        }
        String name = scope().urlRoute().get("file");
        byte[] file = FILES.get(name);
        return file == null
                ? sendResponse(404, "Not Found")
                : sendResponse(200, SAFE.with("content-type", CONTENT_TYPES.getOrDefault(name, "")), file);
    }

    private static byte[] read(String name) {
        try (InputStream in = PageConsumer.class.getResourceAsStream("page/" + name)) {
            if (in == null) {
                throw new IllegalStateException("page file: \"" + name + "\" is not on the class path");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
