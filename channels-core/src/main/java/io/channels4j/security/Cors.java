package io.channels4j.security;

import io.channels4j.Application;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Middleware;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.engine.NullChecks;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.internal.Stages;
import io.channels4j.middleware.Refusal;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Allows scripts from other origins to read HTTP responses (cross-origin resource sharing, Fetch standard §3.2).
 *
 * {@snippet class="io.channels4j.guards.CorsSnippets" region="cors"}
 *
 * <ul>
 * <li>This middleware handles preflight requests, which never reach the application. They are {@code OPTIONS} requests
 * with {@code Origin} and {@code Access-Control-Request-Method}. The response has status 204 and the permission
 * headers. It has status 403 if the origin, the method or a header is not allowed.
 *   <li>Other requests always reach the application, because CORS protects responses, not the server. Their responses contain the
 *       permission headers if the origin is allowed. The application's own {@code Access-Control-Allow-Origin}, {@code
 *       Access-Control-Allow-Credentials} and {@code Access-Control-Expose-Headers} are removed.
 * <li>Unless every origin is allowed, all responses contain {@code Vary: Origin}. Caches then store them separately per
 * origin.
 *   <li>With {@link Builder#credentials()}, requests from the allowed origins also pass a {@link CsrfMiddleware} behind this middleware.
 * </ul>
 *
 * <p>WebSockets are not subject to CORS and pass unchanged; see {@link OriginValidator}.
 *
 * <p><b>Threads.</b> Immutable, thread-safe.
 */
public final class Cors implements Middleware {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.security");
    private static final Refusal FORBIDDEN = Refusal.of(
            403, "Forbidden: CORS does not allow this request", Headers.of("vary", Builder.VARY_OF_PREFLIGHTS));
    private static final int NO_CONTENT = 204;

    private final List<OriginPattern> origins;
    private final boolean any;
    private final Set<String> methods;
    private final Set<String> headers;
    private final String exposed;
    private final boolean credentials;
    private final boolean privateNetwork;
    private final Duration maxAge;

    private Cors(Builder builder) {
        this.origins = builder.origins;
        this.any = builder.any;
        this.methods = builder.methods;
        this.headers = builder.headers;
        this.exposed = String.join(", ", builder.exposed);
        this.credentials = builder.credentials;
        this.privateNetwork = builder.privateNetwork;
        this.maxAge = builder.maxAge;
    }

    /**
     * Returns middleware with the default settings of {@link Builder}.
     *
     * @param origins the allowed origins; see {@link #builder}
     * @return the middleware
     * @throws IllegalArgumentException as for {@link #builder}
     */
    public static Cors of(String... origins) {
        return builder(origins).build();
    }

    /**
     * Returns a builder.
     *
     * @param origins the allowed origins, one or more, such as {@code https://app.example.com}, with an optional port.
     *     {@code *} alone allows all origins. Patterns for subdomains are not supported
     * @return the builder
     * @throws IllegalArgumentException if no origin is given, an argument is not an origin, or {@code *} is not the
     *     only argument
     */
    public static Builder builder(String... origins) {
        return new Builder(origins);
    }

    @Override
    public Application wrap(Application inner) {
        return (scope, receiver, sender) -> {
            if (!scope.type().equals("http")) {
                return NullChecks.handle(inner, scope, receiver, sender);
            }
            Optional<String> allowed = allowedOrigin(scope);
            if (isPreflight(scope)) {
                return allowed.isPresent() && allowsRequest(scope.headers())
                        ? answer(scope.headers(), allowed.get(), sender)
                        : refuse(scope).handle(scope, receiver, sender);
            }
            Scope passed = credentials && allowed.isPresent() ? CsrfCheck.mark(scope) : scope;
            return NullChecks.handle(inner, passed, receiver, event -> sender.send(withPermission(event, allowed)));
        };
    }

    /** Returns the value of {@code Access-Control-Allow-Origin} for a request, or empty if its origin is not allowed. */
    private Optional<String> allowedOrigin(Scope scope) {
        if (any) {
            return Optional.of("*"); // also without Origin, because a cache may use the response for another request
        }
        List<String> sent = scope.headers().all("origin");
        if (sent.size() != 1) {
            return Optional.empty();
        }
        return Origin.parse(sent.get(0))
                .filter(origin -> origins.stream().anyMatch(pattern -> pattern.matches(origin, false)))
                .map(origin -> sent.get(0));
    }

    private static boolean isPreflight(Scope scope) {
        return scope.method().equals("OPTIONS")
                && scope.headers().first("origin").isPresent()
                && scope.headers().first("access-control-request-method").isPresent();
    }

    private boolean allowsRequest(Headers request) {
        return (privateNetwork || !request.contains(Builder.PRIVATE_NETWORK))
                && methods.containsAll(request.all("access-control-request-method"))
                && request.all("access-control-request-headers").stream()
                        .flatMap(list -> Stream.of(list.split(",")))
                        .map(name -> name.strip().toLowerCase(Locale.ROOT))
                        .allMatch(name -> name.isEmpty() || headers.contains(name));
    }

    private CompletionStage<Void> answer(Headers request, String origin, Sender sender) {
        Headers.Builder response = Headers.builder()
                .add("access-control-allow-origin", origin)
                .add("access-control-allow-methods", String.join(", ", methods))
                .add("access-control-allow-headers", String.join(", ", headers))
                .add("access-control-max-age", Long.toString(maxAge.toSeconds()))
                .add("vary", Builder.VARY_OF_PREFLIGHTS);
        if (credentials) {
            response.add("access-control-allow-credentials", "true");
        }
        if (request.contains(Builder.PRIVATE_NETWORK)) {
            response.add("access-control-allow-private-network", "true");
        }
        Stages.ignore(sender.send(new HttpResponseStart(NO_CONTENT, response.build())));
        return sender.send(new HttpResponseBody(new byte[0], false));
    }

    private static Refusal refuse(Scope scope) {
        LOG.debug(
                "connection {}: preflight refused: origin {}, method {}, headers {}",
                scope.connectionId(),
                scope.headers().all("origin"),
                scope.headers().all("access-control-request-method"),
                scope.headers().all("access-control-request-headers"));
        return FORBIDDEN;
    }

    private Event withPermission(Event event, Optional<String> allowed) {
        if (!(event instanceof HttpResponseStart start)) {
            return event;
        }
        Headers.Builder response = start.headers().toBuilder()
                .remove("access-control-allow-origin")
                .remove("access-control-allow-credentials")
                .remove("access-control-expose-headers");
        if (!any) {
            response.add("vary", "Origin");
        }
        allowed.ifPresent(origin -> {
            response.add("access-control-allow-origin", origin);
            if (credentials) {
                response.add("access-control-allow-credentials", "true");
            }
            if (!exposed.isEmpty()) {
                response.add("access-control-expose-headers", exposed);
            }
        });
        return new HttpResponseStart(start.status(), response.build());
    }

    /** Builds a {@link Cors}. Not thread-safe. */
    public static final class Builder {

        private static final String VARY_OF_PREFLIGHTS =
                "Origin, Access-Control-Request-Method, Access-Control-Request-Headers,"
                        + " Access-Control-Request-Private-Network";
        private static final String PRIVATE_NETWORK = "access-control-request-private-network";

        private final List<OriginPattern> origins;
        private final boolean any;
        private Set<String> methods =
                ordered(UnaryOperator.identity(), "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE");
        private Set<String> headers = ordered(
                UnaryOperator.identity(),
                "accept",
                "authorization",
                "content-type",
                "x-csrf-token",
                "x-requested-with");
        private Set<String> exposed = Set.of();
        private boolean credentials;
        private boolean privateNetwork;
        private Duration maxAge = Duration.ofHours(1);

        private Builder(String... origins) {
            List<String> texts = List.of(origins);
            this.any = texts.contains("*");
            this.origins = texts.stream()
                    .filter(text -> !text.equals("*"))
                    .map(Builder::origin)
                    .toList();
            if (texts.isEmpty()) {
                throw new IllegalArgumentException("allowed origins: none (expected: one or more)");
            }
            if (any && texts.size() > 1) {
                throw new IllegalArgumentException(
                        "allowed origins: %s (expected: \"*\" alone, which allows every origin, or a list of origins)"
                                .formatted(texts));
            }
        }

        private static OriginPattern origin(String text) {
            if (text.contains("*")) {
                throw new IllegalArgumentException(
                        "allowed origin: \"%s\" (expected: scheme://host or scheme://host:port; \"*\" is allowed only by itself, so list each subdomain)"
                                .formatted(text));
            }
            OriginPattern pattern = OriginPattern.parse(text);
            if (!pattern.isExact()) {
                throw new IllegalArgumentException(
                        "allowed origin: \"%s\" (expected: scheme://host or scheme://host:port)".formatted(text));
            }
            return pattern;
        }

        private static Set<String> ordered(UnaryOperator<String> normalized, String... names) {
            Set<String> set = new LinkedHashSet<>();
            for (String name : names) {
                Headers.of(name, ""); // throws if the name is not a token
                set.add(normalized.apply(name));
            }
            return set;
        }

        /**
         * Sets the allowed methods; by default {@code GET}, {@code HEAD}, {@code POST}, {@code PUT}, {@code PATCH} and {@code DELETE}.
         *
         * @param names the methods, case-sensitive
         * @return this builder
         */
        public Builder methods(String... names) {
            methods = ordered(UnaryOperator.identity(), names);
            return this;
        }

        /**
         * Sets the request headers that scripts may send. By default, they are {@code Accept}, {@code Authorization}, {@code
         * Content-Type}, {@code X-CSRF-Token} and {@code X-Requested-With}.
         *
         * @param names the header names, case-insensitive
         * @return this builder
         */
        public Builder headers(String... names) {
            headers = ordered(name -> name.toLowerCase(Locale.ROOT), names);
            return this;
        }

        /**
         * Sets the response headers that scripts may read, in addition to the CORS-safelisted response headers. None by default.
         *
         * @param names the header names
         * @return this builder
         */
        public Builder exposedHeaders(String... names) {
            exposed = ordered(UnaryOperator.identity(), names);
            return this;
        }

        /**
         * Allows requests with the user's cookies. Not allowed by default.
         *
         * @return this builder
         */
        public Builder credentials() {
            credentials = true;
            return this;
        }

        /**
         * Allows pages from public networks to send requests to this server in a private network or on the user's machine (Private
         * Network Access, {@code Access-Control-Request-Private-Network}). Preflights that ask for this are refused by default.
         *
         * @return this builder
         */
        public Builder privateNetwork() {
            privateNetwork = true;
            return this;
        }

        /**
         * Sets the time for which browsers may cache the response to a preflight request. One hour by default.
         *
         * @param time the time, truncated to seconds
         * @return this builder
         * @throws IllegalArgumentException if the time is negative
         */
        public Builder maxAge(Duration time) {
            if (time.isNegative()) {
                throw new IllegalArgumentException(
                        "max age of preflights: %s (expected: zero or more)".formatted(time));
            }
            maxAge = time;
            return this;
        }

        /**
         * Returns the middleware.
         *
         * @return the middleware
         * @throws IllegalArgumentException if credentials are allowed for every origin
         */
        public Cors build() {
            if (any && credentials) {
                throw new IllegalArgumentException(
                        "allowed origins: \"*\" with credentials() (expected: a list of origins; otherwise, every site"
                                + " could act as the user)");
            }
            return new Cors(this);
        }
    }
}
