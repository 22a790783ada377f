package io.channels4j.netty.http2;

import io.channels4j.Headers;
import io.channels4j.netty.eventloop.StringPool;
import io.channels4j.netty.http.BadRequest;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request that is well-formed (RFC 9113 §8.2, §8.3.1, RFC 8441 §4).
 *
 * @param method the method
 * @param path the path and query; empty for a CONNECT that asks for a tunnel
 * @param protocol what an extended CONNECT asks for, or null
 * @param headers the headers, with the authority as {@code host} and one {@code cookie}
 */
record RequestHead(String method, String path, @Nullable String protocol, Headers headers) {

    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** What the list of headers costs for each one besides its bytes (RFC 9113 §6.5.2). */
    private static final int FIELD_BYTES = 32;

    /**
     * Reads a head, whose strings the connection shares with others where it can.
     *
     * @throws MalformedRequest when it is malformed
     * @throws BadRequest when it is not, and cannot be served either
     */
    static RequestHead of(Http2Headers fields, int maxBytes, StringPool repeats) {
        Fields read = new Fields();
        int bytes = 0;
        for (Map.Entry<CharSequence, CharSequence> field : fields) {
            bytes += field.getKey().length() + field.getValue().length() + FIELD_BYTES;
            read.add(repeats.of(text(field.getKey())), repeats.of(text(field.getValue())));
        }
        String method = read.required(":method", read.method);
        require(TOKEN.matcher(method).matches(), "method: " + method);
        require(read.protocol == null || method.equals("CONNECT"), ":protocol in a request that is no CONNECT");
        boolean tunnel = method.equals("CONNECT") && read.protocol == null;
        if (tunnel) {
            require(read.scheme == null && read.path == null, "a CONNECT with :scheme or :path"); // §8.5
            read.required(":authority", read.authority);
        } else {
            read.required(":scheme", read.scheme);
            requirePath(method, read.required(":path", read.path));
        }
        if (bytes > maxBytes) {
            throw new BadRequest(431, "the headers are too long");
        }
        return new RequestHead(method, tunnel ? "" : String.valueOf(read.path), read.protocol, read.headers());
    }

    /** Checks what follows a body, and that nobody reads (RFC 9113 §8.1). */
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

    private static void require(boolean holds, String mistake) {
        if (!holds) {
            throw new MalformedRequest("malformed request: " + mistake);
        }
    }

    private static String text(CharSequence latin1) {
        return latin1 instanceof AsciiString bytes ? bytes.toString() : latin1.toString();
    }

    /** The fields of a list, one after the other. */
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
            require(name.chars().noneMatch(c -> c >= 'A' && c <= 'Z'), "upper case in the name of a header"); // §8.2.1
            requireTrimmed(name, value);
            switch (name) {
                case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade" ->
                    throw new MalformedRequest("malformed request: header " + name); // §8.2.2
                case "te" -> {
                    require(value.equals("trailers"), "te: " + value);
                    regular(name, value);
                }
                case "cookie" -> cookie.append(cookie.isEmpty() ? "" : "; ").append(value); // §8.2.3
                case "host" -> {
                    if (host != null) {
                        throw new BadRequest(400, "2 host headers");
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
                default -> throw new MalformedRequest("malformed request: pseudo-header " + name);
            }
        }

        private static String once(String name, @Nullable String before, String value) {
            require(before == null, "two of " + name);
            return value;
        }

        String required(String name, @Nullable String value) {
            if (value == null || value.isEmpty()) {
                throw new MalformedRequest("malformed request: no " + name);
            }
            return value;
        }

        private static void requireTrimmed(String name, String value) {
            require(
                    value.isEmpty() || !isBlank(value.charAt(0)) && !isBlank(value.charAt(value.length() - 1)),
                    "blanks around the value of " + name);
        }

        private static boolean isBlank(char c) {
            return c == ' ' || c == '\t';
        }

        private void regular(String name, String value) {
            try {
                regular.add(name, value);
            } catch (IllegalArgumentException e) {
                throw new MalformedRequest("malformed request: " + e.getMessage());
            }
        }

        /** Returns the headers as HTTP/1.1 has them: the host first, cookies in one. */
        Headers headers() {
            String named = authority;
            if (named != null && !named.isEmpty()) {
                require(named.indexOf('@') < 0, ":authority with a user"); // §8.3.1
                require(host == null || host.equalsIgnoreCase(named), "another host than :authority");
            }
            String whole = named == null || named.isEmpty() ? host : named;
            if (whole == null || whole.isEmpty()) {
                throw new BadRequest(400, "0 host headers");
            }
            Headers.Builder all = Headers.builder();
            try {
                all.add("host", whole);
                regular.build().forEach(all::add);
                if (!cookie.isEmpty()) {
                    all.add("cookie", cookie.toString());
                }
            } catch (IllegalArgumentException e) {
                throw new MalformedRequest("malformed request: " + e.getMessage());
            }
            return all.build();
        }
    }
}
