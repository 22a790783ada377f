package io.channels4j.netty.http;

import io.channels4j.Headers;
import io.channels4j.ScopeBuilder;
import io.channels4j.netty.eventloop.StringPool;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads a request's head into a scope, or says what is wrong with it. */
final class RequestReader {

    private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://[^/?#]*");

    private RequestReader() {}

    /** Refuses what could not be decoded. */
    static void requireDecoded(HttpRequest request) {
        Throwable cause = request.decoderResult().cause();
        if (cause instanceof TooLongHttpLineException) {
            throw new BadRequest(414, "the request line is too long");
        }
        if (cause instanceof TooLongHttpHeaderException || cause instanceof TooLongFrameException) {
            throw new BadRequest(431, "the headers are too long");
        }
        if (cause != null) {
            throw new BadRequest(400, "malformed request: " + cause.getMessage());
        }
        String major = request.protocolVersion().protocolName();
        if (!major.equals("HTTP") || request.protocolVersion().majorVersion() != 1) {
            throw new BadRequest(505, "not HTTP/1: " + request.protocolVersion());
        }
    }

    /** Fills in what the request says, and returns its headers, which the connection shares with others where it can. */
    static Headers read(HttpRequest request, ScopeBuilder scope, StringPool repeats) {
        Headers headers = headers(request, repeats);
        int hosts = headers.all("host").size();
        boolean hostRequired = request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0;
        if (hosts > 1 || hostRequired && hosts == 0) {
            throw new BadRequest(400, hosts + " host headers");
        }
        try {
            scope.target(repeats.of(target(request.uri())));
        } catch (IllegalArgumentException e) {
            throw new BadRequest(400, String.valueOf(e.getMessage()));
        }
        scope.headers(headers)
                .method(request.method().name())
                .httpVersion(request.protocolVersion().minorVersion() == 0 ? "1.0" : "1.1");
        return headers;
    }

    /** Returns the path and the query, also of a target in absolute form (RFC 9112 §3.2.2). */
    static String target(String uri) {
        BadRequest.requireUri(uri);
        if (uri.startsWith("/")) {
            return uri;
        }
        String path = ABSOLUTE.matcher(uri).replaceFirst("");
        return path.startsWith("/") || path.length() == uri.length() ? path : "/" + path;
    }

    private static Headers headers(HttpRequest request, StringPool repeats) {
        Headers.Builder headers = Headers.builder();
        try {
            for (Map.Entry<String, String> field : request.headers()) {
                headers.add(repeats.of(field.getKey().toLowerCase(Locale.ROOT)), repeats.of(field.getValue()));
            }
        } catch (IllegalArgumentException e) {
            throw new BadRequest(400, String.valueOf(e.getMessage()));
        }
        return headers.build();
    }
}
