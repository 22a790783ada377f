package io.channels4j.netty.http2.stream;

import io.channels4j.Headers;
import io.channels4j.netty.eventloop.StringPool;
import io.channels4j.netty.http.HostHeader;
import io.channels4j.netty.http.RequestHead;
import io.channels4j.netty.http.RequestRejectedException;
import io.channels4j.netty.settings.ServerLimits;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks the header sections of requests (RFC 9113 §8.2, §8.3.1, RFC 8441 §4), and reads their heads. */
final class StreamRequestReader {

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** The overhead counted for each field in addition to its name and value (RFC 9113 §6.5.2). */
    private static final int FIELD_BYTES = 32;

    private StreamRequestReader() {}

    /**
     * Reads a head. The authority becomes {@code host}, and all cookies are in one {@code cookie} header. Equal strings
     * are shared through {@code repeats}.
     *
     * @throws MalformedRequestException if the head is malformed
     * @throws RequestRejectedException if the head is well-formed but the request cannot be served
     */
    static RequestHead read(Http2Headers fields, boolean last, ServerLimits limits, StringPool repeats) {
        Fields read = new Fields();
        int bytes = 0;
        for (Map.Entry<CharSequence, CharSequence> field : fields) {
            bytes += field.getKey().length() + field.getValue().length() + FIELD_BYTES;
            read.add(repeats.of(text(field.getKey())), repeats.of(text(field.getValue())));
        }
        read.requirePseudoHeaders();
        String path = String.valueOf(read.path);
        RequestHead.requireLength(path, limits.maxUrlBytes());
        if (bytes > limits.maxHeaderBytes()) {
            throw new RequestRejectedException(431, "the headers are too long");
        }
        Headers headers = read.headers();
        boolean connect = "CONNECT".equals(read.method);
        boolean webSocket = "websocket".equals(read.protocol);
        if (connect && !webSocket) { // RFC 9220 §3
            throw new RequestRejectedException(
                    501, "CONNECT for " + (read.protocol == null ? "a tunnel" : read.protocol));
        }
        if ("GET".equals(read.method)) {
            requireNoHandshake(headers);
        }
        RequestHead.requireUri(path);
        String method = webSocket ? "GET" : String.valueOf(read.method); // like the same handshake on HTTP/1.1
        return new RequestHead("2", method, path, headers, webSocket, !last, true);
    }

    /**
     * Rejects a WebSocket handshake that is not an extended CONNECT, usually because a proxy has removed the HTTP/1.1 upgrade.
     * The status is 400 rather than 426, because a 426 response must have an {@code upgrade} header (RFC 9110 §15.5.22), which
     * HTTP/2 does not allow (RFC 9113 §8.2.2).
     */
    private static void requireNoHandshake(Headers headers) {
        if (headers.contains("sec-websocket-key") || headers.contains("sec-websocket-version")) {
            throw new RequestRejectedException(
                    400,
                    Headers.of("sec-websocket-version", "13"),
                    "websocket handshake: method GET (expected: CONNECT with :protocol websocket on HTTP/2; a proxy in"
                            + " front of this server forwards it)");
        }
    }

    /** Checks trailers, which are otherwise ignored (RFC 9113 §8.1). */
    static void requireTrailers(Http2Headers fields) {
        Fields read = new Fields();
        for (Map.Entry<CharSequence, CharSequence> field : fields) {
            require(!text(field.getKey()).startsWith(":"), "a pseudo-header in trailers");
            read.add(text(field.getKey()), text(field.getValue()));
        }
    }

    private static void requirePath(String method, String path) {
        require(path.startsWith("/") || path.equals("*") && method.equals("OPTIONS"), ":path " + path);
        require(path.chars().allMatch(c -> c > ' ' && c != 0x7f), ":path with a control character");
    }

    private static void require(boolean holds, String description) {
        if (!holds) {
            throw new MalformedRequestException(description);
        }
    }

    private static String text(CharSequence latin1) {
        return latin1 instanceof AsciiString bytes ? bytes.toString() : latin1.toString();
    }

    /** The fields of a header section, collected one after the other. */
    private static final class Fields {

        private final Headers.Builder regular = Headers.builder();
        private final StringBuilder cookie = new StringBuilder(0);
        private @Nullable String method;
        private @Nullable String scheme;
        private @Nullable String authority;
        private @Nullable String path;
        private @Nullable String protocol;
        private @Nullable String host;

        void add(String name, String value) {
            if (name.startsWith(":")) {
                pseudo(name, value);
                return;
            }
            require(name.chars().noneMatch(c -> c >= 'A' && c <= 'Z'), "upper case in a header name"); // §8.2.1
            requireTrimmed(name, value);
            switch (name) {
                case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade" ->
                    throw new MalformedRequestException("header " + name); // §8.2.2
                case "te" -> {
                    require(value.equals("trailers"), "te: " + value);
                    regular(name, value);
                }
                case "cookie" -> cookie.append(cookie.isEmpty() ? "" : "; ").append(value); // §8.2.3
                case "host" -> {
                    if (host != null) {
                        throw new RequestRejectedException(400, "2 host headers");
                    }
                    host = value;
                }
                default -> regular(name, value);
            }
        }

        private void pseudo(String name, String value) {
            switch (name) {
                case ":method" -> method = once(name, method, value);
                case ":scheme" -> scheme = once(name, scheme, value);
                case ":authority" -> authority = once(name, authority, value);
                case ":path" -> path = once(name, path, value);
                case ":protocol" -> protocol = once(name, protocol, value);
                default -> throw new MalformedRequestException("pseudo-header " + name);
            }
        }

        /** Checks the pseudo-headers. A CONNECT without {@code :protocol} must have neither a scheme nor a path (§8.5). */
        void requirePseudoHeaders() {
            String name = required(":method", method);
            require(TOKEN.matcher(name).matches(), "method: " + name);
            require(protocol == null || name.equals("CONNECT"), ":protocol in a request other than CONNECT");
            if (name.equals("CONNECT") && protocol == null) {
                require(scheme == null && path == null, "CONNECT with :scheme or :path");
                required(":authority", authority);
            } else {
                required(":scheme", scheme);
                requirePath(name, required(":path", path));
            }
        }

        private static String once(String name, @Nullable String before, String value) {
            require(before == null, "duplicate " + name);
            return value;
        }

        private static String required(String name, @Nullable String value) {
            if (value == null || value.isEmpty()) {
                throw new MalformedRequestException("no " + name);
            }
            return value;
        }

        private static void requireTrimmed(String name, String value) {
            require(
                    value.isEmpty() || !isBlank(value.charAt(0)) && !isBlank(value.charAt(value.length() - 1)),
                    "spaces or tabs around the value of " + name);
        }

        private static boolean isBlank(char c) {
            return c == ' ' || c == '\t';
        }

        private void regular(String name, String value) {
            try {
                regular.add(name, value);
            } catch (IllegalArgumentException e) {
                throw new MalformedRequestException(String.valueOf(e.getMessage()));
            }
        }

        /** Returns the headers in HTTP/1.1 form, with the host first and the cookies in one header. */
        Headers headers() {
            String named = authority;
            if (named != null && !named.isEmpty()) {
                require(named.indexOf('@') < 0, ":authority with a user"); // §8.3.1
                require(host == null || host.equalsIgnoreCase(named), "host differs from :authority");
            }
            String whole = named == null || named.isEmpty() ? host : named;
            if (whole == null || whole.isEmpty()) {
                throw new RequestRejectedException(400, "0 host headers");
            }
            Headers.Builder all = Headers.builder();
            try {
                all.add("host", HostHeader.require(whole));
                regular.build().forEach(all::add);
                if (!cookie.isEmpty()) {
                    all.add("cookie", cookie.toString());
                }
            } catch (IllegalArgumentException e) {
                throw new MalformedRequestException(String.valueOf(e.getMessage()));
            }
            return all.build();
        }
    }
}
