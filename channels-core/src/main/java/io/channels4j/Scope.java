package io.channels4j;

import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The facts of one connection, fixed at its start.
 *
 * <p>The accessors are the fields of the ASGI www 2.5 scopes. Middleware and routers add facts under keys of their own with
 * {@link #with}, which copies. {@link #user()} and {@link #session()} are handles of the connection: a login or logout during
 * its life changes what they answer; everything else stays.
 *
 * <p><b>Threads.</b> Immutable, safe from any thread.
 */
public final class Scope {

    private final ScopeBuilder facts;
    private final @Nullable Entry added;

    private Scope(ScopeBuilder facts, @Nullable Entry added) {
        this.facts = facts;
        this.added = added;
    }

    static Scope of(ScopeBuilder facts) {
        return new Scope(facts, facts.added);
    }

    /**
     * Returns a builder of a scope, for tests and for servers.
     *
     * @param type the protocol: {@code "http"}, {@code "websocket"}, {@code "channel"}, {@code "lifespan"} or another
     * @return the builder, with the defaults that its methods name
     */
    public static ScopeBuilder builder(String type) {
        return new ScopeBuilder(type);
    }

    /**
     * Returns the protocol of the connection, such as {@code "websocket"}.
     *
     * @return the type
     */
    public String type() {
        return facts.type;
    }

    /**
     * Returns the path, percent-decoded as UTF-8, root path included, without the query.
     *
     * @return the path, such as {@code "/ws/chat/lobby/"}
     */
    public String path() {
        return facts.path;
    }

    /**
     * Returns the path as it came, still percent-encoded.
     *
     * @return the raw path
     */
    public String rawPath() {
        return facts.rawPath;
    }

    /**
     * Returns the part of the path under which the application is mounted.
     *
     * @return the root path, such as {@code "/app"}; empty for none
     */
    public String rootPath() {
        return facts.rootPath;
    }

    /**
     * Returns the query as it came, still percent-encoded, without the question mark.
     *
     * @return the query; empty for none
     */
    public String queryString() {
        return facts.queryString;
    }

    /**
     * Returns the parameters of the query, decoded, in order; parsed on each call.
     *
     * @return the values of each name; empty for no query
     */
    public Map<String, List<String>> queryParams() {
        return QueryString.parse(facts.queryString);
    }

    /**
     * Returns the first value of a parameter of the query.
     *
     * @param name the parameter's name
     * @return its value, or empty when the query has no such name
     */
    public Optional<String> queryParam(String name) {
        return Optional.ofNullable(queryParams().get(name)).map(values -> values.get(0));
    }

    /**
     * Returns the headers of the request or handshake.
     *
     * @return the headers
     */
    public Headers headers() {
        return facts.headers;
    }

    /**
     * Returns the subprotocols that a WebSocket client offers, in its order of preference.
     *
     * @return the subprotocols; empty for none
     */
    public List<String> subprotocols() {
        return facts.subprotocols;
    }

    /**
     * Returns the address of the peer; behind a trusted proxy, the address that the proxy tells.
     *
     * @return the address, or empty when there is none
     */
    public Optional<SocketAddress> client() {
        return Optional.ofNullable(facts.client);
    }

    /**
     * Returns the address that the server listens on.
     *
     * @return the address, or empty when there is none
     */
    public Optional<SocketAddress> server() {
        return Optional.ofNullable(facts.server);
    }

    /**
     * Returns the URL scheme: {@code http}, {@code https}, {@code ws} or {@code wss}.
     *
     * @return the scheme
     */
    public String scheme() {
        return facts.scheme;
    }

    /**
     * Returns the method of an HTTP request, in upper case.
     *
     * @return the method; {@code GET} for a WebSocket
     */
    public String method() {
        return facts.method;
    }

    /**
     * Returns the version of HTTP: {@code "1.0"}, {@code "1.1"} or {@code "2"}.
     *
     * @return the version
     */
    public String httpVersion() {
        return facts.httpVersion;
    }

    /**
     * Returns what the URL routers captured so far.
     *
     * @return the route; {@link UrlRoute#empty()} before a router
     */
    public UrlRoute urlRoute() {
        return get(URL_ROUTE).orElse(UrlRoute.empty());
    }

    /** The key under which a URL router puts what it captured. */
    public static final Key<UrlRoute> URL_ROUTE = new Key<>("url_route");

    /**
     * Returns the cookies of the request, by name.
     *
     * @return the cookies; empty when no cookie middleware stands in front
     */
    public Map<String, String> cookies() {
        return get(COOKIES).orElse(Map.of());
    }

    /** The key under which cookie middleware puts the cookies. */
    public static final Key<Map<String, String>> COOKIES = new Key<>("cookies");

    /**
     * Returns the session of the client.
     *
     * @return the session, as of now
     * @throws ChannelsException when no session middleware stands in front
     */
    public Session session() {
        return get(SESSION)
                .orElseThrow(() ->
                        new ChannelsException("session: none in this scope (expected: SessionMiddleware in front)"));
    }

    /** The key under which session middleware puts the session. */
    public static final Key<Session> SESSION = new Key<>("session");

    /**
     * Returns who is at the other end, as of now.
     *
     * @return the user; {@link User#anonymous()} when nobody is known
     */
    public User user() {
        return get(USER).map(Supplier::get).orElse(User.anonymous());
    }

    /** The key under which authentication puts what answers {@link #user()}; thread-safe. */
    public static final Key<Supplier<User>> USER = new Key<>("user");

    /** The key under which a worker puts the name of the channel that a message came from. (Channels: {@code scope["channel"]}.) */
    public static final Key<String> CHANNEL = new Key<>("channel");

    /**
     * Returns what the lifespan of the application left for its connections.
     *
     * @return the state, by name
     */
    public Map<String, Object> state() {
        return facts.state;
    }

    /**
     * Returns the facts of the TLS session (the ASGI extension {@code tls}).
     *
     * @return the session, or empty for a connection in clear
     */
    public Optional<Tls> tls() {
        return Optional.ofNullable(facts.tls);
    }

    /**
     * Returns the extensions that the server offers, by name, such as {@code websocket.http.response}.
     *
     * @return the extensions and their settings
     */
    public Map<String, Map<String, Object>> extensions() {
        return facts.extensions;
    }

    /**
     * Returns where the connection lives: callbacks of asynchronous consumers run here, and nothing here may block.
     *
     * @return the executor, such as an event loop
     */
    public Executor executor() {
        return facts.executor();
    }

    /**
     * Returns a stage that completes when the connection is over. It may be ahead of the protocol's disconnect event, which
     * keeps its place behind what the peer sent before.
     *
     * @return the stage; it never completes exceptionally
     */
    public CompletionStage<Void> closed() {
        return facts.closed;
    }

    /**
     * Returns how long callbacks may go on after the connection's end before they are interrupted or abandoned.
     *
     * @return the time; 10 seconds unless the server says otherwise
     */
    public Duration closeTimeout() {
        return facts.closeTimeout;
    }

    /**
     * Returns the mapper that reads and writes the JSON of the peer. Messages between processes do not depend on it.
     *
     * @return the mapper of the server, or one with the library's settings
     */
    public JsonMapper jsonMapper() {
        return facts.jsonMapper;
    }

    /**
     * Returns a short name of this connection for log lines.
     *
     * @return the name, unique in this process
     */
    public String connectionId() {
        return facts.connectionId();
    }

    /**
     * Returns a fact that middleware added.
     *
     * @param key its key
     * @param <T> its type
     * @return the fact, or empty when nobody added it
     */
    @SuppressWarnings("unchecked") // with() puts only a T under a Key<T>
    public <T> Optional<T> get(Key<T> key) {
        for (Entry entry = added; entry != null; entry = entry.next()) {
            if (entry.key() == key) {
                return Optional.of((T) entry.value());
            }
        }
        return Optional.empty();
    }

    /**
     * Returns this scope and one fact more; a fact under the same key is hidden. This scope does not change.
     *
     * @param key the fact's key
     * @param value the fact
     * @param <T> its type
     * @return the new scope
     */
    public <T> Scope with(Key<T> key, T value) {
        return new Scope(facts, new Entry(key, value, added));
    }

    /**
     * Returns a builder that holds the facts of this scope. The scope that it builds has a connection id of its own.
     *
     * @return the builder; it does not change this scope
     */
    public ScopeBuilder toBuilder() {
        return facts.copy(added);
    }

    @Override
    public String toString() {
        return "Scope[%s %s %s]".formatted(connectionId(), type(), path());
    }

    /**
     * The name of a fact that middleware adds; two keys are the same only when they are one object.
     *
     * @param <T> the fact's type
     */
    @SuppressWarnings("UnusedTypeParameter") // it ties with() and get() together
    public static final class Key<T> {

        private final String name;

        /**
         * Creates a key.
         *
         * @param name what messages call it
         */
        public Key(String name) {
            this.name = name;
        }

        @Override
        public String toString() {
            return "Scope.Key[" + name + "]";
        }
    }

    /**
     * The facts of a TLS session.
     *
     * @param version the protocol, such as {@code TLSv1.3}
     * @param cipherSuite the cipher suite's standard name
     * @param clientCertificates the chain that the client proved, its own certificate first; empty when it showed none
     */
    public record Tls(String version, String cipherSuite, List<X509Certificate> clientCertificates) {

        /** Copies the chain in. */
        public Tls {
            clientCertificates = List.copyOf(clientCertificates);
        }
    }

    /** Facts added by middleware are few: a list is smaller than a map for each connection. */
    record Entry(Key<?> key, Object value, @Nullable Entry next) {}
}
