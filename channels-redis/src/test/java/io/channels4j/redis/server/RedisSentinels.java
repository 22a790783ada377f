package io.channels4j.redis.server;

import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * A Redis master and its replica, monitored by three sentinels. They promote the replica when the master has been unreachable
 * for a second.
 */
public final class RedisSentinels implements AutoCloseable {

    /** The name of the master in the sentinels' configuration. */
    public static final String MASTER = "main";

    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
    private static final String CONFIGURATION = """
        port %d
        bind 127.0.0.1
        sentinel monitor main 127.0.0.1 %d 2
        sentinel down-after-milliseconds main 1000
        sentinel failover-timeout main 5000
        """;

    private final RedisProcess master;
    private final RedisProcess replica;
    private final List<RedisProcess> sentinels;

    private RedisSentinels(RedisProcess master, RedisProcess replica, List<RedisProcess> sentinels) {
        this.master = master;
        this.replica = replica;
        this.sentinels = sentinels;
    }

    /** Starts the five processes and waits until they have discovered each other. */
    public static RedisSentinels start() {
        RedisProcess master = RedisProcess.start();
        RedisProcess replica = RedisProcess.start("--replicaof", "127.0.0.1 " + master.port());
        List<RedisProcess> sentinels = IntStream.range(0, 3)
                .mapToObj(i -> startSentinel(master.port()))
                .toList();
        RedisSentinels all = new RedisSentinels(master, replica, sentinels);
        sentinels.forEach(RedisSentinels::awaitKnows);
        return all;
    }

    /**
     * Returns the processes shared by all tests in this JVM. Callers must use their own prefix and must not disrupt the
     * processes.
     */
    public static RedisSentinels shared() {
        return Shared.SENTINELS;
    }

    private static RedisProcess startSentinel(int masterPort) {
        int port = RedisProcess.freePort();
        return RedisProcess.startSentinel(port, CONFIGURATION.formatted(port, masterPort));
    }

    private static void awaitKnows(RedisProcess sentinel) {
        Awaitility.await()
                .atMost(START_TIMEOUT)
                .pollInterval(Duration.ofMillis(50))
                .ignoreExceptions()
                .until(() -> {
                    String master = sentinel.command("SENTINEL", "MASTER", MASTER);
                    return master.contains("num-slaves, 1,") && master.contains("num-other-sentinels, 2,");
                });
    }

    /** Waits until the replica has received all data from its master. */
    public void awaitReplica() {
        Awaitility.await()
                .atMost(START_TIMEOUT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> replica.command("INFO", "replication").contains("master_link_status:up"));
    }

    /** Waits until the replica has become the master. */
    public void awaitFailover() {
        Awaitility.await()
                .atMost(START_TIMEOUT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> replica.command("ROLE").contains("master") && masterPort() == replica.port());
    }

    public RedisProcess master() {
        return master;
    }

    public RedisProcess replica() {
        return replica;
    }

    /** Returns the sentinels. */
    public List<RedisProcess> sentinels() {
        return sentinels;
    }

    /** Returns the port of the current master, as reported by the first sentinel. */
    public int masterPort() {
        String address = sentinels.get(0).command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER);
        return Integer.parseInt(address.replaceAll(".*, (\\d+)]", "$1"));
    }

    /** Returns the URL that lists all sentinels, in the format that Lettuce expects. */
    public String url() {
        return sentinels.stream()
                .map(sentinel -> "127.0.0.1:" + sentinel.port())
                .collect(Collectors.joining(",", "redis-sentinel://", "/0#" + MASTER));
    }

    @Override
    public void close() {
        sentinels.forEach(RedisProcess::close);
        replica.close();
        master.close();
    }

    private static final class Shared {
        static final RedisSentinels SENTINELS = start();
    }
}
