package io.channels4j.redis.connection;

import io.channels4j.internal.Backoff;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where Redis is and how to get in.
 *
 * @param urls one for each host; of a cluster, one for each node to ask first
 * @param cluster whether the hosts are nodes of one Redis Cluster
 * @param certificates the authorities that hosts' certificates are checked with; the JVM's own when null
 * @param timeout how long connecting may take, and how long a host may be silent before its connections are given up
 * @param backoff how long to wait between attempts to connect
 * @param client the caller's own client, or null
 * @param uri where that client connects to, or null
 * @param clusterClient the caller's own client, or null
 */
public record HostSettings(
        List<String> urls,
        boolean cluster,
        @Nullable Path certificates,
        Duration timeout,
        Backoff backoff,
        @Nullable RedisClient client,
        @Nullable RedisURI uri,
        @Nullable RedisClusterClient clusterClient) {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Backoff RECONNECT = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
    private static final String CLUSTER = "-cluster";

    /** Copies the list in. */
    public HostSettings {
        urls = List.copyOf(urls);
        if (urls.isEmpty() && client == null && clusterClient == null) {
            throw new IllegalArgumentException("Redis hosts: none (expected: one or more URLs)");
        }
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("Redis time-out: %s (expected: more than zero)".formatted(timeout));
        }
    }

    /** Reads URLs; one of a cluster, {@code redis-cluster://a:6379,b:6379}, stands alone. */
    public static HostSettings of(List<String> urls) {
        boolean cluster = urls.stream().anyMatch(HostSettings::isCluster);
        if (cluster && urls.size() > 1) {
            throw new IllegalArgumentException(
                    "Redis hosts: %d URLs, one of them of a cluster (expected: its nodes in one URL, separated by commas)"
                            .formatted(urls.size()));
        }
        List<String> hosts = urls.stream().flatMap(HostSettings::nodes).toList();
        hosts.forEach(HostSettings::read);
        return new HostSettings(hosts, cluster, null, TIMEOUT, RECONNECT, null, null, null);
    }

    /** Uses a client of the caller's, who closes it. */
    public static HostSettings of(RedisClient client, RedisURI uri) {
        return new HostSettings(List.of(), false, null, TIMEOUT, RECONNECT, client, uri, null);
    }

    /** Uses a client of the caller's, who closes it. */
    public static HostSettings of(RedisClusterClient client) {
        return new HostSettings(List.of(), true, null, TIMEOUT, RECONNECT, null, null, client);
    }

    public HostSettings withCertificates(Path authorities) {
        return new HostSettings(urls, cluster, authorities, timeout, backoff, client, uri, clusterClient);
    }

    public HostSettings withTimeout(Duration time) {
        return new HostSettings(urls, cluster, certificates, time, backoff, client, uri, clusterClient);
    }

    public HostSettings withBackoff(Backoff delays) {
        return new HostSettings(urls, cluster, certificates, timeout, delays, client, uri, clusterClient);
    }

    /** Returns the addresses, made anew, so that the caller may change them. */
    public List<RedisURI> uris() {
        return uri == null ? urls.stream().map(HostSettings::read).toList() : List.of(uri);
    }

    private static boolean isCluster(String url) {
        int end = url.indexOf("://");
        return end > 0 && url.substring(0, end).endsWith(CLUSTER);
    }

    /** Makes one URL for each node of a cluster, all with the same user and password. */
    private static Stream<String> nodes(String url) {
        if (!isCluster(url)) {
            return Stream.of(url);
        }
        int end = url.indexOf("://");
        String scheme = url.substring(0, end - CLUSTER.length()) + "://";
        String rest = url.substring(end + 3);
        int at = rest.lastIndexOf('@') + 1;
        String user = rest.substring(0, at);
        return Stream.of(rest.substring(at).split(",", -1)).map(host -> scheme + user + host);
    }

    private static RedisURI read(String url) {
        try {
            return RedisURI.create(URI.create(url));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Redis URL: \"%s\" (expected: redis://, rediss://, redis-sentinel:// or redis-cluster://, then [user:password@]host[:port][/database])"
                            .formatted(withoutPassword(url)));
        }
    }

    private static String withoutPassword(String url) {
        int at = url.lastIndexOf('@');
        int start = url.indexOf("://");
        return at < 0 || start < 0 ? url : url.substring(0, start + 3) + "***" + url.substring(at);
    }
}
