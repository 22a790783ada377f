package io.channels4j.middleware;

import io.channels4j.Headers;
import io.channels4j.http.HttpResponseStart;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** The rules for the head of a response that may be compressed. */
final class CompressibleResponse {

    private static final Set<String> TYPES = Set.of(
            "application/json",
            "application/javascript",
            "application/xml",
            "application/wasm",
            "application/manifest+json",
            "application/graphql",
            "application/x-ndjson",
            "application/vnd.ms-fontobject",
            "font/ttf",
            "font/otf",
            "image/bmp",
            "image/x-icon");

    private CompressibleResponse() {}

    /** Returns true if the content of a response may be compressed for clients that accept it. */
    static boolean matches(HttpResponseStart start) {
        Headers headers = start.headers();
        return start.status() != 204
                && start.status() != 205
                && start.status() != 206
                && start.status() != 304
                && !headers.contains("content-encoding")
                && !headers.contains("content-range")
                && items(headers, "cache-control").noneMatch("no-transform"::equals)
                && headers.first("content-type")
                        .filter(CompressibleResponse::isType)
                        .isPresent();
    }

    /** Event streams are never compressed. A compressor would delay events, or hold memory for as long as they are open. */
    private static boolean isType(String contentType) {
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return type.startsWith("text/") && !type.equals("text/event-stream")
                || TYPES.contains(type)
                || type.endsWith("+json")
                || type.endsWith("+xml");
    }

    /** Returns the size that the response announces, or -1. */
    static long announcedBytes(Headers headers) {
        try {
            return headers.first("content-length").map(Long::parseLong).orElse(-1L);
        } catch (NumberFormatException invalid) {
            return -1;
        }
    }

    /** Returns the head with the header that makes caches distinguish clients (RFC 9110 §12.5.5). */
    static HttpResponseStart varying(HttpResponseStart start) {
        boolean varies =
                items(start.headers(), "vary").anyMatch(name -> name.equals("accept-encoding") || name.equals("*"));
        return varies
                ? start
                : new HttpResponseStart(start.status(), start.headers().with("vary", "Accept-Encoding"));
    }

    /** Returns the head for compressed content. A strong tag becomes a weak one, because the bytes differ (RFC 9110 §8.8.1). */
    static HttpResponseStart compressed(HttpResponseStart start) {
        Headers before = start.headers();
        Headers.Builder headers = before.toBuilder()
                .remove("content-length")
                .remove("accept-ranges")
                .remove("content-md5")
                .set("content-encoding", "gzip");
        before.first("etag").filter(tag -> tag.startsWith("\"")).ifPresent(tag -> headers.set("etag", "W/" + tag));
        return varying(new HttpResponseStart(start.status(), headers.build()));
    }

    private static Stream<String> items(Headers headers, String name) {
        return headers.all(name).stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(item -> item.strip().toLowerCase(Locale.ROOT));
    }
}
