package io.channels4j.netty.http1;

import io.channels4j.Headers;
import io.channels4j.netty.eventloop.StringPool;
import io.channels4j.netty.http.HostHeader;
import io.channels4j.netty.http.RequestHead;
import io.channels4j.netty.http.RequestRejectedException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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

    /**
     * Rejects a WebSocket handshake whose upgrade is missing, usually because a proxy has removed it. The request is recognized
     * by its key, which only WebSocket clients send.
     */
    private static void requireUpgrade(HttpRequest request) {
        HttpHeaders headers = request.headers();
        if (!headers.contains(HttpHeaderNames.SEC_WEBSOCKET_KEY)
                || !request.method().equals(HttpMethod.GET)) {
            return;
        }
        String missing = null;
        if (request.protocolVersion().minorVersion() == 0) {
            missing = "HTTP/1.1";
        } else if (!headers.containsValue(HttpHeaderNames.UPGRADE, "websocket", true)) {
            missing = "the header \"Upgrade: websocket\"";
        } else if (!headers.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)) {
            missing = "the header \"Connection: upgrade\"";
        }
        if (missing != null) {
            throw new RequestRejectedException(
                    426,
                    Headers.of("upgrade", "websocket", "sec-websocket-version", "13"),
                    "websocket handshake: without %s (expected: a proxy in front of this server forwards it)"
                            .formatted(missing));
        }
    }

    /** Reads the head of a decoded request. Equal strings are shared through {@code repeats}. */
    static RequestHead read(HttpRequest request, int maxUrlBytes, StringPool repeats) {
        String method = request.method().name();
        RequestHead.requireLength(request.uri(), maxUrlBytes);
        requireTransferEncoding(request);
        if (method.equals("CONNECT")) {
            throw new RequestRejectedException(501, "CONNECT for a tunnel");
        }
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        boolean hostRequired = request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0;
        if (hosts.size() > 1 || hostRequired && hosts.isEmpty()) {
            throw new RequestRejectedException(400, hosts.size() + " host headers");
        }
        hosts.forEach(HostHeader::require);
        requireUpgrade(request);
        return new RequestHead(
                request.protocolVersion().minorVersion() == 0 ? "1.0" : "1.1",
                method,
                repeats.of(target(method, request.uri())),
                headers(request, authority(request.uri()), repeats),
                asksForWebSocket(request),
                HttpUtil.getContentLength(request, 0L) != 0 || HttpUtil.isTransferEncodingChunked(request),
                HttpUtil.isKeepAlive(request));
    }

    /**
     * Checks that the only transfer coding is {@code chunked}.
     *
     * @throws RequestRejectedException with status 501 if another coding is applied before {@code chunked} (RFC 9112
     *     §6.1). The status is 400 if the body has no reliable length (§6.3).
     */
    private static void requireTransferEncoding(HttpRequest request) {
        if (!request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return;
        }
        List<String> codings = new ArrayList<>();
        for (String value : request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING)) {
            for (String coding : value.split(",", -1)) {
                if (!coding.isBlank()) {
                    codings.add(coding.strip().toLowerCase(Locale.ROOT));
                }
            }
        }
        if (codings.indexOf("chunked") != codings.size() - 1 || codings.isEmpty()) {
            throw new RequestRejectedException(
                    400, "transfer-encoding: " + codings + " (expected: chunked at the end)");
        }
        if (codings.size() > 1) {
            throw new RequestRejectedException(501, "transfer-encoding: " + codings + " (expected: chunked)");
        }
    }

    /**
     * Returns the path and the query, even if the target is in absolute form (RFC 9112 §3.2.2). Returns {@code *} for the server
     * as a whole (§3.2.4).
     */
    static String target(String method, String uri) {
        RequestHead.requireUri(uri);
        if (uri.startsWith("/")) {
            return uri;
        }
        boolean options = method.equals("OPTIONS");
        if (uri.equals("*")) {
            if (!options) {
                throw new RequestRejectedException(400, "request target: * (expected: a path)");
            }
            return uri;
        }
        String path = ABSOLUTE.matcher(uri).replaceFirst("");
        if (path.isEmpty() && options) {
            return "*";
        }
        return path.startsWith("/") || path.length() == uri.length() ? path : "/" + path;
    }

    /** Returns the authority of a target in absolute form, or null for any other target. */
    private static @Nullable String authority(String uri) {
        Matcher absolute = ABSOLUTE.matcher(uri);
        if (uri.startsWith("/") || !absolute.lookingAt()) {
            return null;
        }
        String authority = HostHeader.require(uri.substring(uri.indexOf("//") + 2, absolute.end()));
        if (authority.isEmpty()) { // RFC 9110 §4.2.1
            throw new RequestRejectedException(400, "request target: %s (expected: a host)".formatted(uri));
        }
        return authority;
    }

    /** Reads the headers. If {@code authority} is not null, it replaces the host (RFC 9112 §3.2.2). */
    private static Headers headers(HttpRequest request, @Nullable String authority, StringPool repeats) {
        Headers.Builder headers = Headers.builder();
        try {
            if (authority != null) {
                headers.add("host", authority);
            }
            for (Map.Entry<String, String> field : request.headers()) {
                String name = repeats.of(field.getKey().toLowerCase(Locale.ROOT));
                if (authority == null || !name.equals("host")) {
                    headers.add(name, repeats.of(field.getValue()));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new RequestRejectedException(400, String.valueOf(e.getMessage()));
        }
        return headers.build();
    }
}
