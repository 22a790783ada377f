package io.channels4j.redis;

import io.channels4j.internal.Backoff;
import io.channels4j.redis.connection.HostSettings;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Where Redis is and how to get in. One host, several hosts, a master behind sentinels, or a cluster, each as a URL:
 *
 * <ul>
 *   <li>{@code redis://user:password@host:6379/0}, with everything but the host left out where it is not needed;
 *   <li>{@code rediss://host:6379} over TLS;
 *   <li>{@code redis-sentinel://one:26379,two:26379,three:26379/0#master}, the last part being the master's name;
 *   <li>{@code redis-cluster://one:6379,two:6379} or {@code rediss-cluster://..}, with some nodes of a cluster.
 * </ul>
 *
 * <p>Several hosts share the names among them: each group and channel has its host, which all processes know without asking when they
 * are given the same URLs, in whatever order.
 *
 * <p><b>Threads.</b> Immutable.
 */
public final class RedisHosts {

    private final HostSettings hosts;

    private RedisHosts(HostSettings hosts) {
        this.hosts = hosts;
    }

    /**
     * Returns hosts by their URLs.
     *
     * @param urls one or more; a cluster is one URL
     * @return the hosts
     * @throws IllegalArgumentException when a URL is none
     */
    public static RedisHosts of(String... urls) {
        return new RedisHosts(HostSettings.of(List.of(urls)));
    }

    /**
     * Returns a host that is reached with a client of the caller's, who configures and closes it.
     *
     * @param client the client; a layer does without its automatic reconnection and connects again by itself
     * @param uri the address
     * @return the host
     */
    public static RedisHosts of(RedisClient client, RedisURI uri) {
        return new RedisHosts(HostSettings.of(client, uri));
    }

    /**
     * Returns a cluster that is reached with a client of the caller's, who configures and closes it.
     *
     * @param client the client
     * @return the hosts
     */
    public static RedisHosts of(RedisClusterClient client) {
        return new RedisHosts(HostSettings.of(client));
    }

    /**
     * Returns these hosts, their certificates to be checked with some authorities instead of the JVM's.
     *
     * @param pem a file of certificates in PEM form
     * @return the hosts
     */
    public RedisHosts trusting(Path pem) {
        return new RedisHosts(hosts.withCertificates(pem));
    }

    /**
     * Returns these hosts with another time-out: how long connecting may take, and how long a host may be silent before its
     * connections are given up and made anew. 10 seconds unless told otherwise.
     *
     * @param time the time, more than zero
     * @return the hosts
     */
    public RedisHosts withTimeout(Duration time) {
        return new RedisHosts(hosts.withTimeout(time));
    }

    /**
     * Returns these hosts with other delays between attempts to connect: the first one is doubled up to the longest, each with a random
     * part. 100 milliseconds and 5 seconds unless told otherwise.
     *
     * @param first the delay before the first attempt, more than zero
     * @param longest the longest delay
     * @return the hosts
     */
    public RedisHosts withReconnectDelay(Duration first, Duration longest) {
        return new RedisHosts(hosts.withBackoff(new Backoff(first, longest)));
    }

    HostSettings hosts() {
        return hosts;
    }
}
