package io.channels4j.redis.server;

import io.channels4j.support.RedisCli;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** A Redis Cluster of three masters, each with a third of the slots and, optionally, one replica. */
public final class RedisCluster implements AutoCloseable {

    private static final int MASTERS = 3;
    private static final int SLOTS = 16384;
    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    private final List<RedisProcess> nodes;

    private RedisCluster(List<RedisProcess> nodes) {
        this.nodes = nodes;
    }

    /** Starts three masters. */
    public static RedisCluster start() {
        return start(MASTERS);
    }

    /** Starts three masters with one replica each. */
    public static RedisCluster startWithReplicas() {
        return start(2 * MASTERS);
    }

    /**
     * Returns the cluster shared by all tests in this JVM. Callers must use their own prefix and must not disrupt the cluster.
     */
    public static RedisCluster shared() {
        return Shared.CLUSTER;
    }

    private static RedisCluster start(int size) {
        List<RedisProcess> nodes = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            nodes.add(startNode());
        }
        RedisCluster cluster = new RedisCluster(List.copyOf(nodes));
        cluster.form();
        return cluster;
    }

    private static RedisProcess startNode() {
        return RedisProcess.start(
                "--cluster-enabled",
                "yes",
                "--cluster-port",
                String.valueOf(RedisProcess.freePort()),
                "--cluster-node-timeout",
                "2000");
    }

    /** Returns the initial masters, followed by any replicas. */
    public List<RedisProcess> nodes() {
        return nodes;
    }

    /** Returns the URL of the first node. */
    public String url() {
        return nodes.get(0).url();
    }

    /** Returns the URL that lists all nodes, in the format that a layer accepts. */
    public String clusterUrl() {
        return nodes.stream()
                .map(node -> "127.0.0.1:" + node.port())
                .collect(Collectors.joining(",", "redis-cluster://", ""));
    }

    /** Returns an initial master other than the given one. */
    public RedisProcess anotherMaster(RedisProcess than) {
        return nodes.subList(0, MASTERS).stream()
                .filter(node -> node != than)
                .findFirst()
                .orElseThrow();
    }

    /** Waits until the replica has replaced its master, which was killed. */
    public void awaitFailover(RedisProcess master) {
        RedisProcess replica = nodes.get(nodes.indexOf(master) + MASTERS);
        await(() -> replica.command("ROLE").contains("master"));
    }

    /** Moves a slot with all of its keys from one master to another. */
    public void migrate(int slot, RedisProcess from, RedisProcess to) {
        migrate(slot, from, to, () -> {});
    }

    /** Moves a slot, and runs a task when its keys have moved, but the slot has not. The old master then redirects commands with ASK. */
    public void migrate(int slot, RedisProcess from, RedisProcess to, Runnable meanwhile) {
        String slotName = String.valueOf(slot);
        to.command("CLUSTER", "SETSLOT", slotName, "IMPORTING", id(from));
        from.command("CLUSTER", "SETSLOT", slotName, "MIGRATING", id(to));
        try (RedisCli source = from.cli()) {
            Object keys = source.reply("CLUSTER", "GETKEYSINSLOT", slotName, "1000");
            for (Object key : keys instanceof List<?> list ? list : List.of()) {
                source.command("MIGRATE", "127.0.0.1", String.valueOf(to.port()), String.valueOf(key), "0", "5000");
            }
        }
        meanwhile.run();
        for (RedisProcess node : nodes.subList(0, MASTERS)) {
            node.command("CLUSTER", "SETSLOT", slotName, "NODE", id(to));
        }
    }

    /** Returns the initial master for the slot of a key. */
    public RedisProcess ownerAtStart(String key) {
        return nodes.get(slot(key) * MASTERS / SLOTS);
    }

    public int slot(String key) {
        return Integer.parseInt(nodes.get(0).command("CLUSTER", "KEYSLOT", key));
    }

    private void form() {
        for (int i = 0; i < nodes.size(); i++) {
            RedisProcess node = nodes.get(i);
            node.command("CLUSTER", "SET-CONFIG-EPOCH", String.valueOf(i + 1));
            if (i < MASTERS) {
                node.command(addSlots(firstSlot(i), firstSlot(i + 1)));
            }
            joinNodes(node);
        }
        awaitAll("cluster_known_nodes:" + nodes.size());
        for (int i = MASTERS; i < nodes.size(); i++) {
            nodes.get(i).command("CLUSTER", "REPLICATE", id(nodes.get(i - MASTERS)));
        }
        awaitAll("cluster_state:ok");
        for (RedisProcess replica : nodes.subList(MASTERS, nodes.size())) {
            await(() -> replica.command("INFO", "replication").contains("master_link_status:up"));
        }
    }

    private static int firstSlot(int master) {
        return (master * SLOTS + MASTERS - 1) / MASTERS;
    }

    private static String[] addSlots(int from, int to) {
        return new String[] {"CLUSTER", "ADDSLOTSRANGE", String.valueOf(from), String.valueOf(to - 1)};
    }

    private void joinNodes(RedisProcess node) {
        String busPort = node.command("CONFIG", "GET", "cluster-port").replaceAll("\\D", "");
        nodes.get(0).command("CLUSTER", "MEET", "127.0.0.1", String.valueOf(node.port()), busPort);
    }

    private void awaitAll(String info) {
        IntStream.range(0, nodes.size())
                .forEach(
                        i -> await(() -> nodes.get(i).command("CLUSTER", "INFO").contains(info)));
    }

    private static void await(java.util.concurrent.Callable<Boolean> condition) {
        Awaitility.await()
                .atMost(START_TIMEOUT)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .until(condition);
    }

    private static String id(RedisProcess node) {
        return node.command("CLUSTER", "MYID");
    }

    @Override
    public void close() {
        nodes.forEach(RedisProcess::close);
    }

    private static final class Shared {
        static final RedisCluster CLUSTER = start();
    }
}
