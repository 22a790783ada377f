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
 * The addresses of the Redis hosts and how to connect to them.
 *
 * @param urls the URLs: one per host or, for a cluster, one per seed node
 * @param cluster whether the hosts are nodes of one Redis Cluster
 * @param certificates a file with trusted certificates in PEM form, or null for the JVM's default ones
 * @param timeout how long connecting may take and how long a host may be silent before its connections are replaced
 * @param backoff the delays between attempts to connect
 * @param client the application's own client, or null
 * @param uri the address to which that client connects, or null
 * @param clusterClient the application's own cluster client, or null
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

    /** Netty stores the connect time-out as a 32-bit number of milliseconds. */
    private static final Duration MAX_TIMEOUT = Duration.ofDays(24);

    /** The default delays between attempts to connect. */
    public static final Backoff RECONNECT = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1));

    private static final String CLUSTER = "-cluster";

    /** Checks the values. */
    public HostSettings {
        urls = List.copyOf(urls);
        if (urls.isEmpty() && client == null && clusterClient == null) {
            throw new IllegalArgumentException("Redis hosts: none (expected: one or more URLs)");
        }
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("Redis time-out: %s (expected: more than zero)".formatted(timeout));
        }
        timeout = timeout.compareTo(MAX_TIMEOUT) < 0 ? timeout : MAX_TIMEOUT;
    }

    /** Parses URLs. A cluster is one URL, {@code redis-cluster://a:6379,b:6379}. */
    public static HostSettings of(List<String> urls) {
        boolean cluster = urls.stream().anyMatch(HostSettings::isCluster);
        if (cluster && urls.size() > 1) {
            throw new IllegalArgumentException(
                    "Redis hosts: %d URLs with a cluster among them (expected: one URL with the nodes of the cluster, separated by commas)"
                            .formatted(urls.size()));
        }
        List<String> hosts = urls.stream().flatMap(HostSettings::nodes).toList();
        hosts.forEach(HostSettings::read);
        return new HostSettings(hosts, cluster, null, TIMEOUT, RECONNECT, null, null, null);
    }

    /** Returns a host that is accessed through the application's own client. The application closes the client. */
    public static HostSettings of(RedisClient client, RedisURI uri) {
        return new HostSettings(List.of(), false, null, TIMEOUT, RECONNECT, client, uri, null);
    }

    /** Returns a cluster that is accessed through the application's own client. The application closes the client. */
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

    /** Returns the addresses. Those parsed from URLs are new objects, which the caller may modify. */
    public List<RedisURI> uris() {
        return uri == null ? urls.stream().map(HostSettings::read).toList() : List.of(uri);
    }

    private static boolean isCluster(String url) {
        int end = url.indexOf("://");
        return end > 0 && url.substring(0, end).endsWith(CLUSTER);
    }

    /** Returns one URL per node of a cluster, all with the same user and password. */
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
            RedisURI uri = RedisURI.create(URI.create(url));
            if (uri.getHost() != null) {
                separatePort(uri);
            }
            return uri;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Redis URL: \"%s\" (expected: redis://, rediss://, redis-sentinel:// or redis-cluster://, then [user:password@]host[:port][/database])"
                            .formatted(withoutPassword(url)));
        }
    }

    /**
     * Moves the port out of the host. {@link URI} does not parse hosts that contain an underscore, so that Lettuce takes {@code
     * redis_1:6380} as the host.
     */
    private static void separatePort(RedisURI uri) {
        String host = uri.getHost();
        int colon = host.lastIndexOf(':');
        if (colon < 0 || colon != host.indexOf(':')) { // an IPv6 address has several
            return;
        }
        int port = Integer.parseInt(host.substring(colon + 1));
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port: " + port);
        }
        uri.setHost(host.substring(0, colon));
        uri.setPort(port);
    }

    private static String withoutPassword(String url) {
        int at = url.lastIndexOf('@');
        int start = url.indexOf("://");
        return at < 0 || start < 0 ? url : url.substring(0, start + 3) + "***" + url.substring(at);
    }
}
