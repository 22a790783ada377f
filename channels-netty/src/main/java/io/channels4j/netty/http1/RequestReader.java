package io.channels4j.netty.http1;

import io.channels4j.Headers;
import io.channels4j.netty.eventloop.StringPool;
import io.channels4j.netty.http.RequestHead;
import io.channels4j.netty.http.RequestRejectedException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Checks the parts of HTTP/1.1 requests, and reads their heads. */
final class RequestReader {

    private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://[^/?#]*");

    private RequestReader() {}

    /** Rejects a request that could not be decoded. */
    static void requireDecoded(HttpRequest request) {
        Throwable cause = request.decoderResult().cause();
        if (cause instanceof TooLongHttpLineException) {
            throw new RequestRejectedException(414, "the request line is too long");
        }
        if (cause instanceof TooLongHttpHeaderException || cause instanceof TooLongFrameException) {
            throw new RequestRejectedException(431, "the headers are too long");
        }
        if (cause != null) {
            throw new RequestRejectedException(400, "malformed request: " + cause.getMessage());
        }
        String major = request.protocolVersion().protocolName();
        if (!major.equals("HTTP") || request.protocolVersion().majorVersion() != 1) {
            throw new RequestRejectedException(505, "not HTTP/1: " + request.protocolVersion());
        }
    }

    /** Rejects a part of a body that could not be decoded. */
    static void requireDecoded(HttpContent content) {
        if (content.decoderResult().isFailure()) {
            throw new RequestRejectedException(
                    400, "malformed body: " + content.decoderResult().cause());
        }
    }

    static boolean asksForWebSocket(HttpRequest request) {
        return request.protocolVersion().minorVersion() > 0
                && request.headers().containsValue(HttpHeaderNames.UPGRADE, "websocket", true);
    }

    /** Reads the head of a decoded request; {@code repeats} shares its strings with other requests. */
    static RequestHead read(HttpRequest request, StringPool repeats) {
        Headers headers = headers(request, repeats);
        int hosts = headers.all("host").size();
        boolean hostRequired = request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0;
        if (hosts > 1 || hostRequired && hosts == 0) {
            throw new RequestRejectedException(400, hosts + " host headers");
        }
        return new RequestHead(
                request.protocolVersion().minorVersion() == 0 ? "1.0" : "1.1",
                request.method().name(),
                repeats.of(target(request.uri())),
                headers,
                asksForWebSocket(request),
                HttpUtil.getContentLength(request, 0L) != 0 || HttpUtil.isTransferEncodingChunked(request),
                HttpUtil.isKeepAlive(request));
    }

    /** Returns the path and the query, also of a target in absolute form (RFC 9112 §3.2.2). */
    static String target(String uri) {
        RequestHead.requireUri(uri);
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
            throw new RequestRejectedException(400, String.valueOf(e.getMessage()));
        }
        return headers.build();
    }
}
