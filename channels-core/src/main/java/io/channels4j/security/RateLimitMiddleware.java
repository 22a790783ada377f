package io.channels4j.security;

import static java.util.Objects.requireNonNull;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.Middleware;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.User;
import io.channels4j.engine.NullChecks;
import io.channels4j.middleware.Refusal;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketReceive;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits how often clients connect and how much they send. There are no limits by default.
 *
 * {@snippet class="io.channels4j.guards.RateLimitSnippets" region="limits"}
 *
 * <ul>
 * <li>Connection attempts, per address and per user. Each WebSocket and each HTTP request counts. Attempts beyond the
 * limit are refused with status 429 and {@code Retry-After}. The address is {@link Scope#client()}. Behind a proxy,
 * configure the server to trust the proxy. Otherwise, all clients share one address. For IPv6, only the first 64 bits
 * are used. A limit per user requires an authentication middleware in front of this one. Anonymous users are not
 * counted.
 * <li>Messages and bytes, per WebSocket. Messages beyond the limit are dropped and the client is notified.
 * Alternatively, the connection is closed with code 4429, or another {@link Builder#closeStatus}. It is closed after the replies to earlier messages.
 * <li>Open connections, per user, in this process; see {@link Builder#connectionsPerUser}.
 * </ul>
 *
 * <p>Each limit is a token bucket ({@link RateLimit}). Up to 100,000 addresses and as many users are tracked, in at most 32 MiB
 * each. Beyond that, the least recently seen addresses and users are dropped. They start again with a full bucket
 * ({@link RateLimiter}).
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class RateLimitMiddleware implements Middleware {

    private static final Refusal TOO_MANY_CONNECTIONS = Refusal.of(429, "Too Many Connections");
    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.security");

    private final @Nullable RateLimiter<Object> addresses;
    private final @Nullable RateLimiter<String> users;
    private final @Nullable RateLimit messages;
    private final @Nullable RateLimit bytes;
    private final OnExcess onManyMessages;
    private final OnExcess onManyBytes;
    private final Function<Duration, String> notice;
    private final CloseStatus closeStatus;
    private final InstantSource clock;
    private final int maxConnectionsPerUser;

    /** The open connections by user, without users that have none. */
    private final ConcurrentMap<String, Integer> open = new ConcurrentHashMap<>();

    /** The action for a message beyond a limit. */
    public enum OnExcess {
        /** Drops the message. The client receives one notice per series of consecutive dropped messages. */
        DROP,
        /** Closes the connection with {@link Builder#closeStatus}. */
        CLOSE
    }

    private RateLimitMiddleware(Builder settings) {
        this.addresses = settings.limiter(settings.perAddress);
        this.users = settings.limiter(settings.perUser);
        this.messages = settings.messages;
        this.bytes = settings.bytes;
        this.onManyMessages = settings.onManyMessages;
        this.onManyBytes = settings.onManyBytes;
        this.notice = settings.notice;
        this.closeStatus = settings.closeStatus;
        this.clock = settings.clock;
        this.maxConnectionsPerUser = settings.maxConnectionsPerUser;
    }

    /**
     * Returns a builder without limits.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Application wrap(Application inner) {
        return (scope, receiver, sender) -> {
            boolean webSocket = scope.type().equals("websocket");
            if (!webSocket && !scope.type().equals("http")) {
                return NullChecks.handle(inner, scope, receiver, sender);
            }
            Duration wait = connect(scope);
            if (!wait.isZero()) {
                return refuse(scope, receiver, sender, wait);
            }
            List<RateLimitedReceiver.Meter> meters = webSocket ? meters() : List.of();
            Application limited = meters.isEmpty() ? inner : metered(inner, meters);
            User user = scope.user();
            return maxConnectionsPerUser == 0 || !user.authenticated()
                    ? NullChecks.handle(limited, scope, receiver, sender)
                    : serveCounted(user.id(), limited, scope, receiver, sender);
        };
    }

    private Application metered(Application inner, List<RateLimitedReceiver.Meter> meters) {
        return (scope, receiver, sender) -> {
            RateLimitedReceiver limited = new RateLimitedReceiver(receiver, sender, meters, notice, closeStatus);
            return NullChecks.handle(inner, scope, limited, sender)
                    .whenComplete((nothing, failure) -> limited.closeIfExceeded());
        };
    }

    private CompletionStage<Void> serveCounted(
            String userId, Application inner, Scope scope, Receiver receiver, Sender sender) {
        if (open.merge(userId, 1, Integer::sum) > maxConnectionsPerUser) {
            release(userId);
            LOG.debug("connection {}: refused because its user has too many connections", scope.connectionId());
            return TOO_MANY_CONNECTIONS.handle(scope, receiver, sender);
        }
        AtomicBoolean released = new AtomicBoolean();
        Runnable end = () -> {
            if (released.compareAndSet(false, true)) {
                release(userId);
            }
        };
        scope.closed().whenComplete((nothing, failure) -> end.run());
        return NullChecks.handle(inner, scope, receiver, sender).whenComplete((nothing, failure) -> end.run());
    }

    private void release(String userId) {
        open.computeIfPresent(userId, (id, count) -> count == 1 ? null : count - 1);
    }

    private Duration connect(Scope scope) {
        Optional<Object> address = ClientAddress.of(scope);
        Duration wait = addresses == null || address.isEmpty() ? Duration.ZERO : addresses.take(address.get());
        User user = scope.user();
        return wait.isZero() && users != null && user.authenticated() ? users.take(user.id()) : wait;
    }

    private static CompletionStage<Void> refuse(Scope scope, Receiver receiver, Sender sender, Duration wait) {
        LOG.debug(
                "connection {}: refused because {} connects too often",
                scope.connectionId(),
                scope.client().map(Object::toString).orElse("a client"));
        String seconds = Long.toString(wait.plusMillis(999).toSeconds());
        return Refusal.of(429, "Too Many Requests", Headers.of("retry-after", seconds))
                .handle(scope, receiver, sender);
    }

    private List<RateLimitedReceiver.Meter> meters() {
        List<RateLimitedReceiver.Meter> meters = new ArrayList<>(2);
        if (messages != null) {
            meters.add(new RateLimitedReceiver.Meter(new TokenBucket(messages, clock), message -> 1, onManyMessages));
        }
        if (bytes != null) {
            meters.add(new RateLimitedReceiver.Meter(
                    new TokenBucket(bytes, clock), RateLimitMiddleware::size, onManyBytes));
        }
        return meters;
    }

    private static long size(WebSocketReceive message) {
        return message.bytes().length;
    }

    /** Builds a {@link RateLimitMiddleware}. Not thread-safe. */
    public static final class Builder {

        private static final int DEFAULT_MAX_REMEMBERED = 100_000;

        private @Nullable RateLimit perAddress;
        private @Nullable RateLimit perUser;
        private @Nullable RateLimit messages;
        private @Nullable RateLimit bytes;
        private OnExcess onManyMessages = OnExcess.DROP;
        private OnExcess onManyBytes = OnExcess.CLOSE;
        private Function<Duration, String> notice = Builder::defaultNotice;
        private CloseStatus closeStatus = new CloseStatus(4429, "too many messages");
        private int maxConnectionsPerUser;
        private InstantSource clock = InstantSource.system();
        private int maxRemembered = DEFAULT_MAX_REMEMBERED;

        private Builder() {}

        private <K> @Nullable RateLimiter<K> limiter(@Nullable RateLimit limit) {
            return limit == null
                    ? null
                    : RateLimiter.builder(limit)
                            .maxKeys(maxRemembered)
                            .clock(clock)
                            .build();
        }

        private static String defaultNotice(Duration wait) {
            return "{\"type\":\"rate_limited\",\"retry_after_ms\":%d}".formatted(wait.toMillis());
        }

        /**
         * Limits the connection attempts per address.
         *
         * @param limit the limit
         * @return this builder
         */
        public Builder connectsPerAddress(RateLimit limit) {
            perAddress = limit;
            return this;
        }

        /**
         * Limits the connection attempts per user.
         *
         * @param limit the limit
         * @return this builder
         */
        public Builder connectsPerUser(RateLimit limit) {
            perUser = limit;
            return this;
        }

        /**
         * Limits the number of connections that a user has open at the same time in this process. Each WebSocket and each HTTP
         * request counts until it ends. A connection beyond the limit is refused with status 429. Anonymous users are not counted.
         * Put this middleware behind the authentication, and only in front of what is to be counted, such as the WebSockets.
         *
         * @param max the maximum number, one or more
         * @return this builder
         */
        public Builder connectionsPerUser(int max) {
            if (max < 1) {
                throw new IllegalArgumentException("connections per user: %d (expected: 1 or more)".formatted(max));
            }
            maxConnectionsPerUser = max;
            return this;
        }

        /**
         * Sets the status that closes a connection that exceeds a limit with {@link OnExcess#CLOSE}. The default is 4429 (too many
         * messages).
         *
         * @param status the status
         * @return this builder
         */
        public Builder closeStatus(CloseStatus status) {
            closeStatus = requireNonNull(status, "status");
            return this;
        }

        /**
         * Limits the messages per WebSocket. Messages beyond the limit are dropped, and the client is notified.
         *
         * @param limit the limit
         * @return this builder
         */
        public Builder messagesPerConnection(RateLimit limit) {
            return messagesPerConnection(limit, OnExcess.DROP);
        }

        /**
         * Limits the messages per WebSocket.
         *
         * @param limit the limit
         * @param action the action for a message beyond the limit
         * @return this builder
         */
        public Builder messagesPerConnection(RateLimit limit, OnExcess action) {
            messages = limit;
            onManyMessages = action;
            return this;
        }

        /**
         * Limits the message bytes per WebSocket. A connection that exceeds the limit is closed.
         *
         * @param limit the limit, in bytes. A message larger than the burst passes only if the bucket is full, and its
         *     excess bytes are deducted from later refills.
         * @return this builder
         */
        public Builder bytesPerConnection(RateLimit limit) {
            return bytesPerConnection(limit, OnExcess.CLOSE);
        }

        /**
         * Limits the message bytes per WebSocket.
         *
         * @param limit the limit, in bytes. A message larger than the burst passes only if the bucket is full, and its
         *     excess bytes are deducted from later refills.
         * @param action the action for a message beyond the limit
         * @return this builder
         */
        public Builder bytesPerConnection(RateLimit limit, OnExcess action) {
            bytes = limit;
            onManyBytes = action;
            return this;
        }

        /**
         * Sets the text message that notifies a client of dropped messages; by default {@code
         * {"type":"rate_limited","retry_after_ms":250}}. It is sent once per series of consecutive dropped messages.
         *
         * @param text a function that returns the text, given the time until the next message can pass
         * @return this builder
         */
        public Builder notice(Function<Duration, String> text) {
            notice = text;
            return this;
        }

        /**
         * Sets the maximum number of tracked addresses, and of tracked users; 100,000 by default.
         *
         * @param number the number, one or more
         * @return this builder
         */
        public Builder maxRemembered(int number) {
            if (number < 1) {
                throw new IllegalArgumentException("remembered: %d (expected: 1 or more)".formatted(number));
            }
            maxRemembered = number;
            return this;
        }

        /**
         * Sets the clock that refills the buckets. The default is the system clock.
         *
         * @param source the clock
         * @return this builder
         */
        public Builder clock(InstantSource source) {
            clock = source;
            return this;
        }

        /**
         * Returns the middleware.
         *
         * @return the middleware
         */
        public RateLimitMiddleware build() {
            return new RateLimitMiddleware(this);
        }
    }
}
