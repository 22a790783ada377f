package io.channels4j.redis;

import static java.util.Objects.requireNonNull;

import io.channels4j.ChannelsException;
import io.channels4j.CheckReturnValue;
import io.channels4j.Session;
import io.channels4j.User;
import io.channels4j.auth.Authenticator;
import io.channels4j.auth.UserStore;
import io.channels4j.redis.connection.HostSettings;
import io.channels4j.redis.django.store.DjangoCache;
import io.channels4j.redis.django.store.DjangoSigner;
import io.channels4j.session.MergedSession;
import io.channels4j.session.SessionChanges;
import io.channels4j.session.SessionMiddleware;
import io.channels4j.session.SessionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A read-only store for the sessions that Django writes. It requires Django 3.1 or later, with {@code SESSION_SERIALIZER} set to the JSON
 * serializer.
 *
 * <p>Sessions are read from Django's database ({@code django.contrib.sessions.backends.db} or {@code cached_db}), or from a cache on
 * Redis ({@code backends.cache}). Pickled data is not deserialized, because that could run code. A session that is not JSON is treated as
 * absent. The first such session is logged as a warning. Changing a session fails with {@link ChannelsException}; users log in and out
 * with Django.
 *
 * <p>{@link #authenticator} identifies the user by Django's fields in the session. Use {@link #middleware}, which reads Django's cookie
 * {@code sessionid}.
 *
 * <p><b>Threads.</b> Thread-safe. Only creating a store with a cache blocks.
 */
public final class DjangoSessions implements SessionStore, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");
    private static final Pattern KEY = Pattern.compile("[a-z0-9]{8,64}");
    private static final String USER_ID = "_auth_user_id";
    private static final String USER_BACKEND = "_auth_user_backend";
    private static final String USER_HASH = "_auth_user_hash";
    private static final byte PICKLE = (byte) 0x80;

    private final DjangoSigner signer;
    private final Set<String> backends;
    private final Function<String, CompletionStage<Optional<byte[]>>> source;
    private final @Nullable DjangoCache cache;
    private final AtomicBoolean warned = new AtomicBoolean();

    private DjangoSessions(Builder builder) {
        signer = builder.signer;
        backends = Set.copyOf(builder.backends);
        if (builder.rows != null) {
            Function<String, ? extends CompletionStage<Optional<String>>> rows = builder.rows;
            cache = null;
            source = key -> rows.apply(key).thenApply(row -> row.flatMap(this::verified));
        } else {
            DjangoCache opened = new DjangoCache(requireNonNull(builder.hosts));
            String prefix = builder.cachePrefix + "django.contrib.sessions.cache";
            cache = opened;
            source = key -> opened.get(prefix + key);
        }
    }

    /**
     * Returns a builder.
     *
     * @param secretKey {@code SECRET_KEY} in the Django settings
     * @param fallbacks {@code SECRET_KEY_FALLBACKS} in the Django settings
     * @return the builder
     */
    public static Builder builder(String secretKey, String... fallbacks) {
        return new Builder(secretKey, List.of(fallbacks));
    }

    /** Builds a store. Not thread-safe. */
    public static final class Builder {

        private final DjangoSigner signer;
        private List<String> backends = List.of("django.contrib.auth.backends.ModelBackend");
        private @Nullable Function<String, ? extends CompletionStage<Optional<String>>> rows;
        private @Nullable HostSettings hosts;
        private String cachePrefix = ":1:";

        private Builder(String secretKey, List<String> fallbacks) {
            List<String> secrets = new ArrayList<>(List.of(secretKey));
            secrets.addAll(fallbacks);
            signer = new DjangoSigner(secrets);
        }

        /**
         * Reads sessions from Django's table {@code django_session}, through a function of the application.
         *
         * @param lookup a function that returns {@code session_data} for a {@code session_key}. It returns empty if there is no row or
         *     {@code expire_date} has passed. It must not block
         * @return this builder
         */
        public Builder database(Function<String, ? extends CompletionStage<Optional<String>>> lookup) {
            rows = requireNonNull(lookup, "lookup");
            return this;
        }

        /**
         * Reads sessions from a cache on Redis: {@code django.core.cache.backends.redis} or {@code django-redis} with a JSON serializer and
         * without compression.
         *
         * @param host the host; if Django reads from replicas, the master
         * @return this builder
         * @throws IllegalArgumentException if there are several hosts
         */
        public Builder cache(RedisHosts host) {
            if (host.hosts().cluster() || host.hosts().uris().size() != 1) {
                throw new IllegalArgumentException("Redis hosts: several (expected: the one to which Django writes)");
            }
            hosts = host.hosts();
            return this;
        }

        /**
         * Sets the prefix of the keys in the cache; empty and 1 by default, as in Django.
         *
         * @param prefix {@code KEY_PREFIX} in the Django settings
         * @param version {@code VERSION} in the Django settings
         * @return this builder
         */
        public Builder cacheKeys(String prefix, int version) {
            cachePrefix = prefix + ":" + version + ":";
            return this;
        }

        /**
         * Sets the authentication backends whose logins are accepted ({@code AUTHENTICATION_BACKENDS} in the Django settings);
         * {@code django.contrib.auth.backends.ModelBackend} by default.
         *
         * @param paths the dotted paths
         * @return this builder
         */
        public Builder backends(String... paths) {
            backends = List.of(paths);
            return this;
        }

        /**
         * Creates the store. With a cache, blocks until the first attempt to connect has ended or the time-out of the host has passed.
         *
         * @return the store
         * @throws IllegalStateException unless either a database or a cache was set
         * @throws ChannelsException if Redis rejects the user, the password or the database
         */
        public DjangoSessions build() {
            if ((rows == null) == (hosts == null)) {
                throw new IllegalStateException("Django sessions: expected either database(..) or cache(..)");
            }
            DjangoSessions store = new DjangoSessions(this);
            if (store.cache != null) {
                store.cache.start();
            }
            return store;
        }
    }

    /** Returns the data in a signed row, or empty if the signature is invalid. */
    private Optional<byte[]> verified(String row) {
        Optional<byte[]> data = signer.session(row);
        if (data.isEmpty()) {
            LOG.debug("ignored a Django session with an invalid signature");
        }
        return data;
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Optional<byte[]>> load(String token) {
        return KEY.matcher(token).matches()
                ? source.apply(token).thenApply(found -> found.filter(this::isJson))
                : CompletableFuture.completedFuture(Optional.empty());
    }

    private boolean isJson(byte[] data) {
        if (data.length > 0 && data[0] == '{') {
            return true;
        }
        if (!warned.getAndSet(true)) {
            LOG.warn(
                    "ignored a Django session: {} (expected: the JSON serializer, as SESSION_SERIALIZER and in the"
                            + " OPTIONS of a cache, without compression)",
                    data.length > 0 && data[0] == PICKLE ? "pickled data" : data.length + " bytes of an unknown form");
        }
        return false;
    }

    /**
     * Returns session middleware that reads the cookie {@code sessionid} from this store. For another {@code SESSION_COOKIE_NAME}, use
     * {@link SessionMiddleware#builder}.
     *
     * @return the middleware, for {@link io.channels4j.auth.AuthMiddlewareStack#of(SessionMiddleware, Authenticator...)}
     */
    public SessionMiddleware middleware() {
        return SessionMiddleware.builder(this).cookieName("sessionid").build();
    }

    /**
     * Returns an authenticator for users logged in with Django. A login is valid if its backend is accepted and the user's
     * password has not changed since.
     *
     * @param users the application's users, by their primary key in Django
     * @param password a function that returns the column {@code password} of a user, such as {@code pbkdf2_sha256$..}
     * @return the authenticator, which requires {@link #middleware} in front
     */
    public Authenticator authenticator(UserStore users, Function<? super User, String> password) {
        return scope -> {
            Session session = scope.session();
            Optional<String> id = session.get(USER_ID);
            boolean accepted =
                    session.get(USER_BACKEND).filter(backends::contains).isPresent();
            String hash = session.get(USER_HASH).orElse("");
            return id.isEmpty() || !accepted
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : users.find(id.get())
                            .thenApply(found -> found.filter(user -> signer.isAuthHash(hash, password.apply(user))));
        };
    }

    /** Fails, because Django writes the sessions. */
    @Override
    @CheckReturnValue
    public CompletionStage<String> create(byte[] data, Duration lifetime) {
        return readOnly();
    }

    /** Fails, because Django writes the sessions. */
    @Override
    @CheckReturnValue
    public CompletionStage<Optional<String>> update(String token, byte[] data, Duration lifetime) {
        return readOnly();
    }

    /** Fails, because Django writes the sessions. */
    @Override
    @CheckReturnValue
    public CompletionStage<Optional<MergedSession>> merge(String token, SessionChanges changes, Duration lifetime) {
        return readOnly();
    }

    /** Fails, because Django writes the sessions. */
    @Override
    @CheckReturnValue
    public CompletionStage<Void> delete(String token) {
        return readOnly();
    }

    private static <T> CompletionStage<T> readOnly() {
        return CompletableFuture.failedFuture(
                new ChannelsException("Django session: read-only (expected: changes only by Django)"));
    }

    /** Closes the connection to the cache. Closing again has no effect. */
    @Override
    public void close() {
        if (cache != null) {
            cache.close();
        }
    }
}
