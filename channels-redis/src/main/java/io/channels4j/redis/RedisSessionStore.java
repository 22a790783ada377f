package io.channels4j.redis;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.ChannelsException;
import io.channels4j.CheckReturnValue;
import io.channels4j.internal.Stages;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.command.CommandConnectionFactory;
import io.channels4j.redis.command.LuaScript;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.HostSettings;
import io.channels4j.redis.connection.LettuceClients;
import io.channels4j.redis.connection.RedisFailures;
import io.channels4j.redis.connection.RedisStatus;
import io.channels4j.redis.connection.StartUp;
import io.channels4j.redis.wire.Keys;
import io.channels4j.redis.wire.Seal;
import io.channels4j.session.MergedSession;
import io.channels4j.session.SessionChanges;
import io.channels4j.session.SessionStore;
import io.lettuce.core.SetArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session store in Redis, shared by all processes. Sessions expire according to the Redis server's clock. Keys contain hashes of
 * session tokens, so read access to Redis is not enough to take over a session. The data can be encrypted.
 *
 * <p>Without a connection to Redis, operations fail immediately. A store has one connection per host.
 *
 * <p><b>Threads.</b> Thread-safe. Only creating the store blocks.
 */
public final class RedisSessionStore implements SessionStore, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");
    private static final String NAME = "Redis session store";
    private static final int MAX_TOKEN_LENGTH = 256;
    private static final String PURPOSE = "session";

    /** The maximum lifetime, about 31,700 years. Redis can add it to its clock without an overflow. */
    private static final long MAX_LIFETIME_MILLIS = 1_000_000_000_000_000L;

    /** The maximum number of attempts to save a session that other connections keep changing. */
    private static final int MAX_MERGES = 100;

    private static final LuaScript REPLACE = LuaScript.of("""
        -- Replaces a session unless it has changed. KEYS: session. ARGV: the expected data; the new data, or '' to delete it; the
        -- lifetime in milliseconds. Returns 1, or 0 and the current data, which is missing if there is no such session.
        local current = redis.call('GET', KEYS[1])
        if current ~= ARGV[1] then
          return {0, current}
        end
        if ARGV[2] == '' then
          redis.call('DEL', KEYS[1])
        else
          redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
        end
        return {1}
        """);

    private final Keys keys;
    private final Seal seal;
    private final ControlThread control = new ControlThread("channels-redis-sessions");
    private final RedisStatus status = new RedisStatus(NAME, "sessions cannot be loaded or saved", List.of());
    private final StartUp startUp = new StartUp(NAME);
    private final LettuceClients clients;
    private final CommandConnectionFactory factory;
    private final List<CommandConnection> hosts;

    private RedisSessionStore(Builder builder) {
        HostSettings where = builder.hosts.hosts();
        keys = Keys.of(builder.prefix);
        seal = builder.seal;
        clients = LettuceClients.open(where, "channels-sessions");
        factory = new CommandConnectionFactory(where, clients, control, NAME, "evicting a session logs its user out");
        hosts = IntStream.range(0, factory.count())
                .mapToObj(index -> factory.to(index, new StatusWatcher()))
                .toList();
    }

    /**
     * Creates a store with all defaults. Blocks like {@link Builder#build()}.
     *
     * @param urls the hosts, as in {@link RedisHosts}
     * @return the store
     */
    public static RedisSessionStore create(String... urls) {
        return builder(urls).build();
    }

    /**
     * Returns a builder for a store.
     *
     * @param urls the hosts, as in {@link RedisHosts}
     * @return the builder
     */
    public static Builder builder(String... urls) {
        return builder(RedisHosts.of(urls));
    }

    /**
     * Returns a builder for a store.
     *
     * @param hosts the hosts
     * @return the builder
     */
    public static Builder builder(RedisHosts hosts) {
        return new Builder(hosts);
    }

    /** Builds a store. Not thread-safe. */
    public static final class Builder {

        private final RedisHosts hosts;
        private String prefix = "sessions";
        private Seal seal = Seal.none();

        private Builder(RedisHosts hosts) {
            this.hosts = hosts;
        }

        /**
         * Sets the prefix for all keys of this store; {@code sessions} by default.
         *
         * @param text 1-100 characters: ASCII letters, digits, {@code _ . :} and {@code -}
         * @return this builder
         */
        public Builder prefix(String text) {
            Keys.of(text); // validates the prefix
            prefix = text;
            return this;
        }

        /**
         * Encrypts sessions with AES-256-GCM.
         *
         * @param secrets secrets of at least 16 characters. The first one encrypts; any of them can decrypt, so that secrets can be
         *     rotated
         * @return this builder
         */
        public Builder encryptionKeys(String... secrets) {
            seal = Seal.of(List.of(secrets));
            return this;
        }

        /**
         * Creates the store. Blocks until the first attempt to connect to each host has ended or the time-out of the hosts has passed.
         * Attempts to connect to unavailable hosts continue in the background. Do not call it on an event loop.
         *
         * @return the store
         * @throws ChannelsException if Redis rejects the user, the password or the database
         */
        public RedisSessionStore build() {
            RedisSessionStore store = new RedisSessionStore(this);
            store.start(hosts.hosts().timeout());
            return store;
        }
    }

    private void start(Duration timeout) {
        hosts.forEach(CommandConnection::open);
        startUp.await(timeout, this::close);
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Optional<byte[]>> load(String token) {
        if (token.length() > MAX_TOKEN_LENGTH) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        Place place = place(token);
        return ask(place, (to, bytes) -> to.get(bytes))
                .thenApply(found -> Optional.ofNullable(found).flatMap(encrypted -> opened(place, encrypted)));
    }

    /**
     * Decrypts a session. Returns empty if the data cannot be decrypted or was copied from another Redis key.
     */
    private Optional<byte[]> opened(Place place, byte[] sealed) {
        try {
            return Optional.of(seal.openStored(sealed, PURPOSE, place.key()));
        } catch (ChannelsException e) {
            LOG.debug("ignored a session that cannot be decrypted", e);
            return Optional.empty();
        }
    }

    @Override
    @CheckReturnValue
    public CompletionStage<String> create(byte[] data, Duration lifetime) {
        String token = SessionStore.randomToken();
        Place place = place(token);
        byte[] sealed = seal.seal(data, PURPOSE, place.key());
        return ask(place, (to, bytes) -> to.set(bytes, sealed, SetArgs.Builder.px(millis(lifetime))))
                .thenApply(done -> token);
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Optional<String>> update(String token, byte[] data, Duration lifetime) {
        if (token.length() > MAX_TOKEN_LENGTH) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        Place place = place(token);
        byte[] sealed = seal.seal(data, PURPOSE, place.key());
        return ask(
                        place,
                        (to, bytes) ->
                                to.set(bytes, sealed, SetArgs.Builder.xx().px(millis(lifetime))))
                .thenApply(done -> done == null ? Optional.empty() : Optional.of(token));
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> delete(String token) {
        if (token.length() > MAX_TOKEN_LENGTH) {
            return Stages.done();
        }
        return ask(place(token), (to, bytes) -> to.del(bytes)).thenAccept(count -> {});
    }

    /**
     * {@inheritDoc}
     *
     * <p>Replaces the session only if it has not changed since it was read. Otherwise, the changes are merged again. Redis cannot merge
     * the changes, because the data may be encrypted.
     */
    @Override
    @CheckReturnValue
    public CompletionStage<Optional<MergedSession>> merge(String token, SessionChanges changes, Duration lifetime) {
        if (token.length() > MAX_TOKEN_LENGTH) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        Place place = place(token);
        return ask(place, (to, bytes) -> to.get(bytes))
                .thenCompose(found -> merge(token, place, found, new Merge(changes, millis(lifetime), MAX_MERGES)));
    }

    private record Merge(SessionChanges changes, long lifetimeMillis, int attempts) {

        Merge next() {
            return new Merge(changes, lifetimeMillis, attempts - 1);
        }
    }

    private CompletionStage<Optional<MergedSession>> merge(
            String token, Place place, byte @Nullable [] found, Merge merge) {
        Optional<byte[]> before = Optional.ofNullable(found).flatMap(encrypted -> opened(place, encrypted));
        if (found == null || before.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        if (merge.attempts() == 0) {
            return CompletableFuture.failedFuture(new ChannelsException(
                    "session: other connections saved it %d times in the meantime; nothing was saved"
                            .formatted(MAX_MERGES)));
        }
        byte[] data = merge.changes().applyTo(before.get());
        MergedSession merged = new MergedSession(token, data);
        byte[] sealed = merged.isEmpty() ? new byte[0] : seal.seal(data, PURPOSE, place.key());
        byte[] millis = bytes(Long.toString(merge.lifetimeMillis()));
        return reported(place.host().run(REPLACE, List.of(place.key()), found, sealed, millis))
                .thenCompose(reply -> (long) reply.get(0) == 1
                        ? CompletableFuture.completedFuture(Optional.of(merged))
                        : merge(token, place, reply.size() < 2 ? null : (byte[]) reply.get(1), merge.next()));
    }

    private static long millis(Duration lifetime) {
        return Math.min(TimeUnit.MILLISECONDS.convert(lifetime), MAX_LIFETIME_MILLIS); // saturates
    }

    private interface Request<T> {

        CompletionStage<T> send(RedisClusterAsyncCommands<byte[], byte[]> to, byte[] key);
    }

    private <T> CompletableFuture<T> ask(Place place, Request<T> request) {
        byte[] key = bytes(place.key());
        return reported(place.host().patiently(() -> place.host().send(to -> request.send(to, key))));
    }

    private <T> CompletableFuture<T> reported(CompletableFuture<T> reply) {
        return reply.exceptionallyCompose(failure -> {
            factory.refresh(); // the node of a cluster may have been replaced
            return CompletableFuture.failedFuture(new ChannelsException(
                    "session: Redis is unavailable (%s)".formatted(RedisFailures.text(failure)),
                    Stages.unwrap(failure)));
        });
    }

    /** The key and the host of a session. */
    private record Place(String key, CommandConnection host) {}

    private Place place(String token) {
        String hash = hash(token);
        return new Place(keys.tagged(hash, "session"), hosts.get(factory.hostOf(hash)));
    }

    private static String hash(String token) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Closes the connections; sessions stay until they expire. Closing again has no effect. */
    @Override
    public void close() {
        control.execute(() -> {
            hosts.forEach(CommandConnection::close);
            CompletionStage<Void> closed = CompletableFuture.allOf(
                    hosts.stream().map(CommandConnection::whenClosed).toArray(CompletableFuture<?>[]::new));
            closed.whenComplete((nothing, failure) -> {
                clients.close();
                control.close();
            });
        });
    }

    private final class StatusWatcher implements CommandConnection.Listener {

        @Override
        public void connected() {
            report(null);
        }

        @Override
        public void disconnected(Throwable cause) {
            factory.refresh();
            report(cause);
        }

        @Override
        public void refused(Throwable cause) {
            report(cause);
        }

        @Override
        public void accepted() {
            report(null);
        }

        private void report(@Nullable Throwable cause) {
            long connected =
                    hosts.stream().filter(CommandConnection::isConnected).count();
            boolean allServe = connected == hosts.size() && hosts.stream().allMatch(host -> host.failure() == null);
            boolean attempted = hosts.stream().allMatch(host -> host.isConnected() || host.failure() != null);
            if (cause != null || attempted) {
                status.report(allServe ? State.UP : connected > 0 ? State.DEGRADED : State.DOWN, cause);
            }
            if (attempted || cause != null && RedisFailures.isAccessDenied(cause)) {
                startUp.attempted(cause);
            }
        }
    }
}
