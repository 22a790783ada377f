package io.channels4j.redis;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.ChannelsException;
import io.channels4j.internal.Stages;
import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.command.CommandConnectionFactory;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.HostSettings;
import io.channels4j.redis.connection.LettuceClients;
import io.channels4j.redis.connection.RedisFailures;
import io.channels4j.redis.wire.Keys;
import io.channels4j.redis.wire.Seal;
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
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps sessions in Redis, for all processes; each expires by Redis' own clock. A key is the hash of its token, so that
 * whoever reads Redis cannot take over a session, and the data can be encrypted.
 *
 * <p>While Redis is out of reach, stages complete exceptionally at once. A store has one connection for each host.
 *
 * <p><b>Threads.</b> Thread-safe; nothing blocks but the making of the store.
 */
public final class RedisSessionStore implements SessionStore, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");
    private static final int LONGEST_TOKEN = 256;

    private final Keys keys;
    private final Seal seal;
    private final ControlThread loop = new ControlThread("channels-redis-sessions");
    private final LettuceClients clients;
    private final CommandConnectionFactory links;
    private final List<CommandConnection> hosts;
    private final CompletableFuture<Void> started = new CompletableFuture<>();

    /** Touched on the loop only. */
    private int tried;

    private boolean outage;

    private RedisSessionStore(Builder builder) {
        HostSettings where = builder.hosts.hosts();
        keys = Keys.of(builder.prefix);
        seal = builder.seal;
        clients = LettuceClients.open(where, "channels-sessions");
        links = new CommandConnectionFactory(where, clients, loop);
        hosts = IntStream.range(0, links.count())
                .mapToObj(index -> links.to(index, new Watcher()))
                .toList();
    }

    /**
     * Returns a store with all defaults. It waits for the first connection as {@link Builder#build()} does.
     *
     * @param urls the hosts, as in {@link RedisHosts}
     * @return the store
     */
    public static RedisSessionStore create(String... urls) {
        return builder(urls).build();
    }

    /**
     * Returns a builder of a store.
     *
     * @param urls the hosts, as in {@link RedisHosts}
     * @return the builder
     */
    public static Builder builder(String... urls) {
        return builder(RedisHosts.of(urls));
    }

    /**
     * Returns a builder of a store.
     *
     * @param hosts the hosts
     * @return the builder
     */
    public static Builder builder(RedisHosts hosts) {
        return new Builder(hosts);
    }

    /** Chooses what a store is like. Not safe for several threads at once. */
    public static final class Builder {

        private final RedisHosts hosts;
        private String prefix = "sessions";
        private Seal seal = Seal.none();

        private Builder(RedisHosts hosts) {
            this.hosts = hosts;
        }

        /**
         * Sets what all keys of this store start with; {@code sessions} unless told otherwise.
         *
         * @param text 1-100 of the ASCII letters, digits, {@code _ . :} and {@code -}
         * @return this builder
         */
        public Builder prefix(String text) {
            Keys.of(text); // checks it
            prefix = text;
            return this;
        }

        /**
         * Encrypts sessions with AES-256-GCM.
         *
         * @param secrets secrets of 16 characters or more: the first encrypts, all decrypt, so that one can be replaced
         *     by another without a logout
         * @return this builder
         */
        public Builder encryptionKeys(String... secrets) {
            seal = Seal.of(List.of(secrets));
            return this;
        }

        /**
         * Returns the store. Waits until each host was tried once, at most for the time-out of the hosts; hosts that
         * are out of reach are tried again and again. Not to be called on an event loop.
         *
         * @return the store
         * @throws ChannelsException when Redis refuses the user, the password or the database
         */
        public RedisSessionStore build() {
            RedisSessionStore store = new RedisSessionStore(this);
            store.awaitFirst(hosts.hosts().timeout());
            return store;
        }
    }

    private void awaitFirst(Duration atMost) {
        hosts.forEach(CommandConnection::open);
        try {
            started.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException slow) {
            LOG.warn("Redis session store: no host answered within {} ms; it goes on trying", atMost.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            close();
            throw new ChannelsException(
                    "Redis session store: refused (%s)".formatted(RedisFailures.text(e)), e.getCause());
        }
    }

    @Override
    public CompletionStage<Optional<byte[]>> load(String token) {
        if (token.length() > LONGEST_TOKEN) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return ask(token, (to, key) -> to.get(key))
                .thenApply(found -> Optional.ofNullable(found).flatMap(this::opened));
    }

    /** Opens a session; one whose key is not known any more is none. */
    private Optional<byte[]> opened(byte[] sealed) {
        try {
            return Optional.of(seal.open(sealed));
        } catch (ChannelsException e) {
            LOG.debug("a session was dropped", e);
            return Optional.empty();
        }
    }

    @Override
    public CompletionStage<String> create(byte[] data, Duration lifetime) {
        String token = SessionStore.randomToken();
        byte[] sealed = seal.seal(data);
        return ask(token, (to, key) -> to.set(key, sealed, SetArgs.Builder.px(lifetime)))
                .thenApply(done -> token);
    }

    @Override
    public CompletionStage<Optional<String>> update(String token, byte[] data, Duration lifetime) {
        if (token.length() > LONGEST_TOKEN) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        byte[] sealed = seal.seal(data);
        return ask(token, (to, key) -> to.set(key, sealed, SetArgs.Builder.xx().px(lifetime)))
                .thenApply(done -> done == null ? Optional.empty() : Optional.of(token));
    }

    @Override
    public CompletionStage<Void> delete(String token) {
        if (token.length() > LONGEST_TOKEN) {
            return Stages.done();
        }
        return ask(token, (to, key) -> to.del(key)).thenApply(count -> Stages.NOTHING);
    }

    private interface Question<T> {

        CompletionStage<T> ask(RedisClusterAsyncCommands<byte[], byte[]> to, byte[] key);
    }

    private <T> CompletableFuture<T> ask(String token, Question<T> question) {
        String hash = hash(token);
        byte[] key = bytes(keys.tagged(hash, "session"));
        CommandConnection host = hosts.get(links.hostOf(hash));
        Function<Throwable, ChannelsException> seen = failure -> new ChannelsException(
                "session: Redis is out of reach (%s)".formatted(RedisFailures.text(failure)),
                CommandConnection.unwrapped(failure));
        return host.patiently(() -> host.send(to -> question.ask(to, key)))
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(seen.apply(failure)));
    }

    private static String hash(String token) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Closes the connections; sessions stay until they expire. Closing twice is closing once. */
    @Override
    public void close() {
        loop.execute(() -> {
            hosts.forEach(CommandConnection::close);
            CompletableFuture<?>[] ended =
                    hosts.stream().map(CommandConnection::ended).toArray(CompletableFuture<?>[]::new);
            var unused = CompletableFuture.allOf(ended).whenComplete((nothing, failure) -> {
                clients.close();
                loop.close();
            });
        });
    }

    private final class Watcher implements CommandConnection.Watcher {

        private boolean wasTried;

        @Override
        public void up() {
            if (outage && hosts.stream().allMatch(CommandConnection::isUp)) {
                outage = false;
                LOG.info("Redis session store: up");
            }
            countTry();
        }

        @Override
        public void down(Throwable why) {
            links.refresh();
            if (!outage) {
                outage = true;
                LOG.warn("Redis session store: out of reach ({})", RedisFailures.text(why));
            }
            if (RedisFailures.isNoEntry(why)) {
                started.completeExceptionally(why);
            }
            countTry();
        }

        private void countTry() {
            if (!wasTried) {
                wasTried = true;
                tried++;
            }
            if (tried == hosts.size()) {
                started.complete(Stages.NOTHING);
            }
        }
    }
}
