package io.channels4j;

import io.channels4j.internal.QueryString;
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
 * The properties of one connection, fixed at its start.
 *
 * <p>The accessors correspond to the fields of an ASGI scope (www 2.5). Middleware and routers add values under their
 * own keys. {@link #with} returns a copy with one more value. The user returned by {@link #user()} and the contents of
 * {@link #session()} may change later, for example when the user logs in or out. All other properties are fixed.
 *
 * <p><b>Threads.</b> Immutable and thread-safe.
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
     * Returns a scope builder, for tests and servers.
     *
     * @param type the protocol: {@code "http"}, {@code "websocket"}, {@code "channel"}, {@code "lifespan"} or another
     * @return the builder, with the defaults documented on its methods
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
     * Returns the path, percent-decoded as UTF-8, with the root path and without the query.
     *
     * @return the path, such as {@code "/ws/chat/lobby/"}
     */
    public String path() {
        return facts.path;
    }

    /**
     * Returns the path as received, percent-encoded.
     *
     * @return the raw path
     */
    public String rawPath() {
        return facts.rawPath;
    }

    /**
     * Returns the part of the path under which the application is mounted.
     *
     * @return the root path, such as {@code "/app"}; may be empty
     */
    public String rootPath() {
        return facts.rootPath;
    }

    /**
     * Returns the query as received, percent-encoded, without the question mark.
     *
     * @return the query; may be empty
     */
    public String queryString() {
        return facts.queryString;
    }

    /**
     * Returns the decoded parameters of the query, in order. Each call parses the query.
     *
     * @return the values, by name
     */
    public Map<String, List<String>> queryParams() {
        return QueryString.parse(facts.queryString);
    }

    /**
     * Returns the first value of a query parameter.
     *
     * @param name the parameter's name
     * @return the value, or empty if the query has no such parameter
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
     * Returns the subprotocols that a WebSocket client offers, in order of preference.
     *
     * @return the subprotocols; may be empty
     */
    public List<String> subprotocols() {
        return facts.subprotocols;
    }

    /**
     * Returns the address of the peer; behind a trusted proxy, the address that the proxy reports.
     *
     * @return the address, or empty if there is none
     */
    public Optional<SocketAddress> client() {
        return Optional.ofNullable(facts.client);
    }

    /**
     * Returns the address that the server listens on.
     *
     * @return the address, or empty if there is none
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
     * Returns the HTTP version: {@code "1.0"}, {@code "1.1"} or {@code "2"}.
     *
     * @return the version
     */
    public String httpVersion() {
        return facts.httpVersion;
    }

    /**
     * Returns the values captured by URL routers so far.
     *
     * @return the route, or {@link UrlRoute#empty()} before the first router
     */
    public UrlRoute urlRoute() {
        return get(URL_ROUTE).orElse(UrlRoute.empty());
    }

    /** The key under which a URL router stores the captured values. */
    public static final Key<UrlRoute> URL_ROUTE = new Key<>("url_route");

    /**
     * Returns the cookies of the request, by name.
     *
     * @return the cookies; empty without cookie middleware
     */
    public Map<String, String> cookies() {
        return get(COOKIES).orElse(Map.of());
    }

    /** The key under which cookie middleware stores the cookies. */
    public static final Key<Map<String, String>> COOKIES = new Key<>("cookies");

    /**
     * Returns the session of the client.
     *
     * @return the current session
     * @throws ChannelsException if there is no session middleware
     */
    public Session session() {
        return get(SESSION)
                .orElseThrow(() ->
                        new ChannelsException("session: none in this scope (expected: SessionMiddleware in front)"));
    }

    /** The key under which session middleware stores the session. */
    public static final Key<Session> SESSION = new Key<>("session");

    /**
     * Returns the current user of the connection.
     *
     * @return the user; {@link User#anonymous()} without authentication
     */
    public User user() {
        return get(USER).map(Supplier::get).orElse(User.anonymous());
    }

    /**
     * Returns the current user of the connection as the application's own type.
     *
     * @param type the class of the users that the application's {@code UserStore} or middleware provides
     * @param <T> the class
     * @return the user
     * @throws ChannelsException if the user is not of this class. This includes the anonymous user.
     */
    public <T extends User> T user(Class<T> type) {
        return NamedUser.cast(user(), type);
    }

    /** The key under which authentication middleware stores the thread-safe supplier of {@link #user()}. */
    public static final Key<Supplier<User>> USER = new Key<>("user");

    /** The key under which a worker stores the name of a message's channel. (Channels: {@code scope["channel"]}.) */
    public static final Key<String> CHANNEL = new Key<>("channel");

    /**
     * Returns the state that the application's lifespan provides to its connections.
     *
     * @return the state, by name
     */
    public Map<String, Object> state() {
        return facts.state;
    }

    /**
     * Returns the properties of the TLS session (the ASGI extension {@code tls}).
     *
     * @return the session, or empty for an unencrypted connection
     */
    public Optional<Tls> tls() {
        return Optional.ofNullable(facts.tls);
    }

    /**
     * Returns the extensions that the server offers, by name, such as {@code websocket.http.response}.
     *
     * @return the settings of the extensions, by extension name
     */
    public Map<String, Map<String, Object>> extensions() {
        return facts.extensions;
    }

    /**
     * Returns the executor of the connection. The callbacks of asynchronous consumers run on it and must not block.
     *
     * @return the executor, such as an event loop
     */
    public Executor executor() {
        return facts.executor();
    }

    /**
     * Returns a stage that completes when the connection has ended. It may complete before the application receives the
     * protocol's disconnect event, because earlier events are delivered first.
     *
     * @return the stage. It never completes exceptionally.
     */
    @CheckReturnValue
    public CompletionStage<Void> closed() {
        return facts.closed;
    }

    /**
     * Returns how long callbacks may continue after the end of the connection. They are then interrupted or abandoned.
     *
     * @return the time; 10 seconds by default
     */
    public Duration closeTimeout() {
        return facts.closeTimeout;
    }

    /**
     * Returns the mapper for JSON exchanged with the peer. Messages between processes do not depend on it.
     *
     * @return the server's mapper, or by default one with the library's settings
     */
    public JsonMapper jsonMapper() {
        return facts.jsonMapper;
    }

    /**
     * Returns a short name for this connection, for use in logs.
     *
     * @return the name, unique in this process
     */
    public String connectionId() {
        return facts.connectionId();
    }

    /**
     * Returns a value that middleware added.
     *
     * @param key its key
     * @param <T> its type
     * @return the value, or empty if there is none
     */
    @SuppressWarnings("unchecked") // with() stores only a T under a Key<T>
    public <T> Optional<T> get(Key<T> key) {
        for (Entry entry = added; entry != null; entry = entry.next()) {
            if (entry.key() == key) {
                return Optional.of((T) entry.value());
            }
        }
        return Optional.empty();
    }

    /**
     * Returns a copy of this scope with one more value. An existing value with the same key is replaced.
     *
     * @param key the value's key
     * @param value the value
     * @param <T> its type
     * @return the new scope
     */
    public <T> Scope with(Key<T> key, T value) {
        return new Scope(facts, new Entry(key, value, added));
    }

    /**
     * Returns a builder initialized with this scope's properties. The scope that it builds has its own connection id.
     *
     * @return the builder. Changing it has no effect on this scope.
     */
    public ScopeBuilder toBuilder() {
        return facts.copy(added);
    }

    @Override
    public String toString() {
        return "Scope[%s %s %s]".formatted(connectionId(), type(), path());
    }

    /**
     * The key of a value that middleware adds. Keys are compared by identity.
     *
     * @param <T> the value's type
     */
    @SuppressWarnings("UnusedTypeParameter") // it ties the types of with() and get() together
    public static final class Key<T> {

        private final String name;

        /**
         * Creates a key.
         *
         * @param name the name, for logs and error messages
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
     * The properties of a TLS session.
     *
     * @param version the protocol, such as {@code TLSv1.3}
     * @param cipherSuite the cipher suite's standard name
     * @param clientCertificates the client's verified certificate chain, beginning with its own certificate; may be empty
     */
    public record Tls(String version, String cipherSuite, List<X509Certificate> clientCertificates) {

        /** Copies the chain. */
        public Tls {
            clientCertificates = List.copyOf(clientCertificates);
        }
    }

    /** An entry in the linked list of added values. A connection has few of them, so a list needs less memory than a map. */
    record Entry(Key<?> key, Object value, @Nullable Entry next) {}
}
