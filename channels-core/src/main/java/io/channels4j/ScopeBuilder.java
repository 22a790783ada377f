package io.channels4j;

import io.channels4j.internal.PercentCode;
import io.channels4j.internal.StandardJson;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Builds a {@link Scope}, for tests and for servers.
 *
 * <p>Not thread-safe. Later calls do not change the scopes that {@link #build()} has returned.
 */
public final class ScopeBuilder {

    private static final AtomicLong CONNECTIONS = new AtomicLong();

    final String type;
    String path = "/";
    String rawPath = "";
    String rootPath = "";
    String queryString = "";
    Headers headers = Headers.empty();
    List<String> subprotocols = List.of();

    @Nullable
    SocketAddress client;

    @Nullable
    SocketAddress server;

    String scheme;
    String method = "GET";
    String httpVersion = "1.1";
    Map<String, Object> state = Map.of();
    Scope.@Nullable Tls tls;
    Map<String, Map<String, Object>> extensions = Map.of();

    @Nullable
    Executor executor;

    CompletionStage<Void> closed;
    Duration closeTimeout = Duration.ofSeconds(10);
    JsonMapper jsonMapper = StandardJson.MAPPER;

    Scope.@Nullable Entry added;

    private long number;

    ScopeBuilder(String type) {
        if (type.isEmpty()) {
            throw new IllegalArgumentException("scope type: \"\" (expected: a protocol such as \"websocket\")");
        }
        this.type = type;
        this.scheme = type.equals("websocket") ? "ws" : "http";
        this.closed = new CompletableFuture<>();
    }

    private ScopeBuilder(ScopeBuilder other) {
        type = other.type;
        path = other.path;
        rawPath = other.rawPath;
        rootPath = other.rootPath;
        queryString = other.queryString;
        headers = other.headers;
        subprotocols = other.subprotocols;
        client = other.client;
        server = other.server;
        scheme = other.scheme;
        method = other.method;
        httpVersion = other.httpVersion;
        state = other.state;
        tls = other.tls;
        extensions = other.extensions;
        executor = other.executor;
        closed = other.closed;
        closeTimeout = other.closeTimeout;
        jsonMapper = other.jsonMapper;
        added = other.added;
        number = other.number;
    }

    /**
     * Sets the path and the query from a request target such as {@code "/ws/chat/a%20b/?token=x"}.
     *
     * @param target the percent-encoded path with an optional query, or {@code *} for an {@code OPTIONS} request to the whole
     *     server (RFC 9110 §9.3.7). The path of the scope is then {@code *}, too.
     * @return this builder
     * @throws IllegalArgumentException if the path neither starts with a slash nor is {@code *}, or if its percent-encoding is
     *     invalid or does not encode UTF-8
     */
    public ScopeBuilder target(String target) {
        int query = target.indexOf('?');
        rawPath = query < 0 ? target : target.substring(0, query);
        queryString = query < 0 ? "" : target.substring(query + 1);
        if (!rawPath.startsWith("/") && !target.equals("*")) {
            throw new IllegalArgumentException("path: \"%s\" (expected: a path that starts with /)".formatted(rawPath));
        }
        path = PercentCode.decodePath(rawPath);
        return this;
    }

    /**
     * Sets the decoded path; {@code "/"} by default.
     *
     * @param decoded the path
     * @return this builder
     */
    public ScopeBuilder path(String decoded) {
        path = decoded;
        rawPath = PercentCode.encodePath(decoded);
        return this;
    }

    /**
     * Sets the root path; empty by default.
     *
     * @param mounted the part of the path under which the application is mounted
     * @return this builder
     */
    public ScopeBuilder rootPath(String mounted) {
        rootPath = mounted;
        return this;
    }

    /**
     * Sets the query; empty by default.
     *
     * @param encoded the query, percent-encoded, without the question mark
     * @return this builder
     */
    public ScopeBuilder queryString(String encoded) {
        queryString = encoded;
        return this;
    }

    /**
     * Sets the headers; none by default.
     *
     * @param fields the headers
     * @return this builder
     */
    public ScopeBuilder headers(Headers fields) {
        headers = fields;
        return this;
    }

    /**
     * Sets the offered subprotocols; none by default.
     *
     * @param offered the subprotocols, in the client's order
     * @return this builder
     */
    public ScopeBuilder subprotocols(List<String> offered) {
        subprotocols = List.copyOf(offered);
        return this;
    }

    /**
     * Sets the peer's address; none by default.
     *
     * @param address the address
     * @return this builder
     */
    public ScopeBuilder client(SocketAddress address) {
        client = address;
        return this;
    }

    /**
     * Sets the server's address; none by default.
     *
     * @param address the address
     * @return this builder
     */
    public ScopeBuilder server(SocketAddress address) {
        server = address;
        return this;
    }

    /**
     * Sets the URL scheme; by default {@code ws} for a WebSocket, {@code http} otherwise.
     *
     * @param urlScheme the scheme
     * @return this builder
     */
    public ScopeBuilder scheme(String urlScheme) {
        scheme = urlScheme;
        return this;
    }

    /**
     * Sets the HTTP method; {@code GET} by default.
     *
     * @param httpMethod the method, case-insensitive
     * @return this builder
     */
    public ScopeBuilder method(String httpMethod) {
        method = httpMethod.toUpperCase(Locale.ROOT);
        return this;
    }

    /**
     * Sets the HTTP version; {@code "1.1"} by default.
     *
     * @param version the version
     * @return this builder
     */
    public ScopeBuilder httpVersion(String version) {
        httpVersion = version;
        return this;
    }

    /**
     * Sets the state provided by the lifespan; empty by default.
     *
     * @param byName the state, not copied
     * @return this builder
     */
    public ScopeBuilder state(Map<String, Object> byName) {
        state = byName;
        return this;
    }

    /**
     * Sets the properties of the TLS session; none by default.
     *
     * @param session the properties
     * @return this builder
     */
    public ScopeBuilder tls(Scope.Tls session) {
        tls = session;
        return this;
    }

    /**
     * Sets the extensions that the server offers; none by default.
     *
     * @param byName the extensions and their settings
     * @return this builder
     */
    public ScopeBuilder extensions(Map<String, Map<String, Object>> byName) {
        extensions = Map.copyOf(byName);
        return this;
    }

    /**
     * Sets the executor of the connection; the common pool by default.
     *
     * @param home the executor
     * @return this builder
     */
    public ScopeBuilder executor(Executor home) {
        executor = home;
        return this;
    }

    /**
     * Sets the stage that completes when the connection has ended; by default one that never completes.
     *
     * @param over the stage
     * @return this builder
     */
    public ScopeBuilder closed(CompletionStage<Void> over) {
        closed = over;
        return this;
    }

    /**
     * Sets how long callbacks may continue after the end of the connection; 10 seconds by default.
     *
     * @param time the time
     * @return this builder
     */
    public ScopeBuilder closeTimeout(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("close timeout: %s (expected: zero or more)".formatted(time));
        }
        closeTimeout = time;
        return this;
    }

    /**
     * Sets the mapper for JSON exchanged with the peer; by default one with the library's settings.
     *
     * @param mapper the mapper
     * @return this builder
     */
    public ScopeBuilder jsonMapper(JsonMapper mapper) {
        jsonMapper = mapper;
        return this;
    }

    /**
     * Adds a value under a key, like {@link Scope#with}.
     *
     * @param key the key
     * @param value the value
     * @param <T> its type
     * @return this builder
     */
    public <T> ScopeBuilder with(Scope.Key<T> key, T value) {
        added = new Scope.Entry(key, value, added);
        return this;
    }

    /**
     * Returns the scope.
     *
     * @return a new scope with its own connection id
     */
    public Scope build() {
        ScopeBuilder frozen = new ScopeBuilder(this);
        frozen.number = CONNECTIONS.incrementAndGet();
        return Scope.of(frozen);
    }

    ScopeBuilder copy(Scope.@Nullable Entry entries) {
        ScopeBuilder copy = new ScopeBuilder(this);
        copy.added = entries;
        return copy;
    }

    Executor executor() {
        return executor == null ? ForkJoinPool.commonPool() : executor;
    }

    String connectionId() {
        return Long.toString(number, Character.MAX_RADIX);
    }
}
