package io.channels4j.redis;

import io.channels4j.Configuration;
import io.channels4j.internal.Backoff;
import io.channels4j.redis.connection.HostSettings;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The addresses of the Redis hosts and how to connect to them. The URLs specify one host, several hosts, a master monitored by Sentinel, or
 * a cluster:
 *
 * <ul>
 *   <li>{@code redis://user:password@host:6379/0}, in which all parts but the host are optional;
 *   <li>{@code rediss://host:6379} over TLS;
 *   <li>{@code redis-sentinel://one:26379,two:26379,three:26379/0#master}, where the last part is the name of the master;
 *   <li>{@code redis-cluster://one:6379,two:6379} or {@code rediss-cluster://..}, with some nodes of the cluster.
 * </ul>
 *
 * <p>If there are several hosts, groups and channels are distributed among them by name. All processes that have the same URLs, in any
 * order, select the same host for a name.
 *
 * <p><b>Threads.</b> Immutable.
 */
public final class RedisHosts {

    private final HostSettings hosts;

    private RedisHosts(HostSettings hosts) {
        this.hosts = hosts;
    }

    /**
     * Returns the hosts at the given URLs.
     *
     * @param urls one or more URLs; a cluster is one URL
     * @return the hosts
     * @throws IllegalArgumentException if a URL is malformed
     */
    public static RedisHosts of(String... urls) {
        return new RedisHosts(HostSettings.of(List.of(urls)));
    }

    /**
     * Returns the hosts in {@code channels.redis.urls}, which are separated by spaces. {@code channels.redis.certificates}, {@code
     * channels.redis.timeout} and {@code channels.redis.reconnect-delay.first} and {@code .max} apply to all of them.
     *
     * @param configuration the settings
     * @return the hosts
     * @throws IllegalArgumentException if the URLs are missing, or a value or a name that starts with {@code channels.redis.} is
     *     invalid. Secrets do not appear in the message
     */
    public static RedisHosts of(Configuration configuration) {
        return RedisConfiguration.hosts(configuration);
    }

    /**
     * Returns a host that is accessed through the application's own client. The application configures and closes the client.
     *
     * @param client the client; layers reconnect by themselves, so its automatic reconnection is not needed
     * @param uri the address
     * @return the host
     */
    public static RedisHosts of(RedisClient client, RedisURI uri) {
        return new RedisHosts(HostSettings.of(client, uri));
    }

    /**
     * Returns a cluster that is accessed through the application's own client. The application configures and closes the client.
     *
     * @param client the client
     * @return the hosts
     */
    public static RedisHosts of(RedisClusterClient client) {
        return new RedisHosts(HostSettings.of(client));
    }

    /**
     * Returns a copy that trusts the given certificates instead of the JVM's default ones.
     *
     * @param pem a file with certificates in PEM form
     * @return the hosts
     */
    public RedisHosts trusting(Path pem) {
        return new RedisHosts(hosts.withCertificates(pem));
    }

    /**
     * Returns a copy with another time-out. It limits how long connecting may take and how long a host may be silent before its
     * connections are replaced. 10 seconds by default.
     *
     * @param time the time, more than zero
     * @return the hosts
     */
    public RedisHosts withTimeout(Duration time) {
        return new RedisHosts(hosts.withTimeout(time));
    }

    /**
     * Returns a copy with other delays between attempts to connect. The delay doubles after each failed attempt, up to the maximum, with
     * random jitter. 100 milliseconds and 1 second by default.
     *
     * @param first the delay after a connection is lost or a first attempt fails, more than zero
     * @param max the maximum delay
     * @return the hosts
     */
    public RedisHosts withReconnectDelay(Duration first, Duration max) {
        return new RedisHosts(hosts.withBackoff(new Backoff(first, max)));
    }

    HostSettings hosts() {
        return hosts;
    }
}
