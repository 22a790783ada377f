package io.channels4j.examples.chat;

import io.channels4j.Headers;
import io.channels4j.http.AsyncHttpConsumer;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Serves the file that the route specifies. */
final class PageConsumer extends AsyncHttpConsumer {

    private static final Headers SAFE = Headers.of(
            "content-security-policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "x-content-type-options",
            "nosniff",
            "referrer-policy",
            "no-referrer",
            "cache-control",
            "no-cache");

    private final StaticFiles files;

    PageConsumer(StaticFiles files) {
        this.files = files;
    }

    @Override
    protected CompletionStage<Void> handle(byte[] body) {
        String method = scope().method();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return sendResponse(405, SAFE.with("allow", "GET, HEAD"), new byte[0]);
        }
        Optional<StaticFiles.StaticFile> file = files.find(scope().urlRoute().get("file"));
        return file.isPresent() ? send(file.get()) : sendResponse(404, "Not Found");
    }

    private CompletionStage<Void> send(StaticFiles.StaticFile file) {
        return sendResponse(200, SAFE.with("content-type", file.contentType()), file.bytes());
    }
}
