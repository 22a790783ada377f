package io.channels4j.redis;

import io.channels4j.Configuration;
import io.channels4j.internal.ConfiguredSettings;
import io.channels4j.layer.LayerSettings;
import io.channels4j.redis.command.Replication;
import io.channels4j.redis.connection.HostSettings;
import io.channels4j.redis.queue.store.DeadLetterLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** Reads the settings whose names start with {@code channels.redis.}. */
final class RedisConfiguration {

    private static final String PREFIX = "channels.redis.";

    private static final Duration REPLICA_TIMEOUT = Duration.ofSeconds(1);

    private final Configuration configuration;
    private final Set<String> names = new HashSet<>();

    RedisConfiguration(Configuration configuration) {
        this.configuration = configuration;
    }

    static RedisHosts hosts(Configuration configuration) {
        RedisConfiguration redis = new RedisConfiguration(configuration);
        RedisHosts hosts = redis.hosts();
        configuration.requireKnown(PREFIX, redis.allNames(hosts));
        return hosts;
    }

    /** Returns the names of all settings, including those of the other kind of layer. */
    Set<String> allNames(RedisHosts hosts) {
        queueLayer(RedisChannelLayer.builder(hosts));
        pubSubLayer(RedisPubSubChannelLayer.builder(hosts));
        return names;
    }

    static RedisChannelLayer.Builder queueLayerBuilder(Configuration configuration) {
        RedisHosts hosts = hosts(configuration);
        return new RedisConfiguration(configuration)
                .queueLayer(RedisChannelLayer.builder(hosts))
                .settings(LayerSettings.of(configuration));
    }

    static RedisPubSubChannelLayer.Builder pubSubLayerBuilder(Configuration configuration) {
        RedisHosts hosts = hosts(configuration);
        return new RedisConfiguration(configuration)
                .pubSubLayer(RedisPubSubChannelLayer.builder(hosts))
                .settings(LayerSettings.of(configuration));
    }

    RedisHosts hosts() {
        String urls = PREFIX + "urls";
        if (configuration.get(urls).isEmpty()) {
            throw new IllegalArgumentException(urls
                    + ": missing (expected: one or more URLs, separated by spaces, such as redis://localhost:6379)");
        }
        ConfiguredSettings<RedisHosts> hosts = ConfiguredSettings.of(
                        configuration::get, configuration::origin, PREFIX, RedisHosts.of("redis://localhost"))
                .secret("urls", (none, all) -> RedisHosts.of(all.split("\\s+", -1)))
                .text("certificates", (to, file) -> to.trusting(Path.of(file)))
                .duration("timeout", RedisHosts::withTimeout)
                .group(
                        "reconnect-delay",
                        new Delays(HostSettings.RECONNECT.first(), HostSettings.RECONNECT.max()),
                        delays -> delays.duration("first", Delays::withFirst).duration("max", Delays::withMax),
                        (to, delays) -> to.withReconnectDelay(delays.first, delays.max));
        names.addAll(hosts.names());
        return hosts.settings();
    }

    private RedisChannelLayer.Builder queueLayer(RedisChannelLayer.Builder builder) {
        ConfiguredSettings<RedisChannelLayer.Builder> layer = common(builder)
                .group(
                        "queue.lease",
                        new Lease(RedisChannelLayer.DEFAULT_LEASE, RedisChannelLayer.DEFAULT_RENEWAL),
                        lease ->
                                lease.duration("duration", Lease::withDuration).duration("renewal", Lease::withRenewal),
                        (to, lease) -> to.lease(lease.duration, lease.renewal))
                .number("queue.inbox-capacity", RedisChannelLayer.Builder::inboxCapacity)
                .number("queue.partitions", RedisChannelLayer.Builder::partitions)
                .group(
                        "queue.replicas",
                        new Replication(0, REPLICA_TIMEOUT),
                        replicas -> replicas.duration("timeout", (to, time) -> new Replication(to.replicas(), time))
                                .number("number", (to, number) -> new Replication(number, to.atMost())),
                        (to, replicas) -> replicas.replicas() == 0
                                ? to
                                : to.confirmedByReplicas(replicas.replicas(), replicas.atMost()))
                .group(
                        "queue.dead-letters",
                        DeadLetterLimits.DEFAULT,
                        RedisConfiguration::deadLetters,
                        (to, limits) -> to.deadLetters(limits.age(), limits.maxMessages(), limits.maxBytes()));
        names.addAll(layer.names());
        return layer.settings();
    }

    private static ConfiguredSettings<DeadLetterLimits> deadLetters(ConfiguredSettings<DeadLetterLimits> limits) {
        return limits.duration(
                        "unreadable-after", (to, time) -> new DeadLetterLimits(time, to.maxMessages(), to.maxBytes()))
                .number("messages", (to, max) -> new DeadLetterLimits(to.age(), max, to.maxBytes()))
                .bytes("bytes", (to, max) -> new DeadLetterLimits(to.age(), to.maxMessages(), max));
    }

    private RedisPubSubChannelLayer.Builder pubSubLayer(RedisPubSubChannelLayer.Builder builder) {
        ConfiguredSettings<RedisPubSubChannelLayer.Builder> layer =
                common(builder).number("pubsub.unanswered", RedisPubSubChannelLayer.Builder::maxUnanswered);
        names.addAll(layer.names());
        return layer.settings();
    }

    private <B extends RedisLayerBuilder<B>> ConfiguredSettings<B> common(B builder) {
        return ConfiguredSettings.of(configuration::get, configuration::origin, PREFIX, builder)
                .text("prefix", RedisLayerBuilder::prefix)
                .secret("encryption-keys", (to, keys) -> to.encryptionKeys(keys.split("\\s*,\\s*", -1)))
                .secret("name-key", RedisLayerBuilder::hideNames)
                .intBytes("message-bytes", RedisLayerBuilder::maxMessageBytes)
                .bytes("bytes-during-outage", RedisLayerBuilder::maxBytesDuringOutage);
    }

    private record Delays(Duration first, Duration max) {

        Delays withFirst(Duration time) {
            return new Delays(time, max);
        }

        Delays withMax(Duration time) {
            return new Delays(first, time);
        }
    }

    private record Lease(Duration duration, Duration renewal) {

        Lease withDuration(Duration time) {
            return new Lease(time, renewal);
        }

        Lease withRenewal(Duration time) {
            return new Lease(duration, time);
        }
    }
}
