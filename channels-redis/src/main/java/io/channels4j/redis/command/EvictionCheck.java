package io.channels4j.redis.command;

import io.channels4j.internal.Stages;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns if a server may evict the keys of a component. Reads the policy from {@code INFO memory}, because managed services forbid
 * {@code CONFIG}. A user without the right to {@code INFO} receives no warning. Thread-safe.
 */
final class EvictionCheck {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");
    private static final Pattern POLICY = Pattern.compile("(?m)^maxmemory_policy:([a-z-]+)");
    private static final Pattern LIMIT = Pattern.compile("(?m)^maxmemory:(\\d+)");
    private static final String RECOMMENDED = "noeviction";

    private final String component;
    private final String effect;

    /** The policy that was last logged for each host. */
    private final Map<String, String> logged = new ConcurrentHashMap<>();

    /**
     * Creates a check.
     *
     * @param component the name at the beginning of the warning
     * @param effect the effect of evicted keys, for the warning
     */
    EvictionCheck(String component, String effect) {
        this.component = component;
        this.effect = effect;
    }

    /** Reads the memory policy of a server. Logs a warning if Redis evicts keys, but only once per host and policy. */
    void run(String host, RedisClusterAsyncCommands<byte[], byte[]> server) {
        Stages.ignore(server.info("memory").toCompletableFuture().thenAccept(info -> {
            String policy = first(POLICY, info, RECOMMENDED);
            boolean evicts =
                    !policy.equals(RECOMMENDED) && !first(LIMIT, info, "0").equals("0");
            if (evicts && !policy.equals(logged.put(host, policy))) {
                LOG.warn(
                        "{}: maxmemory-policy of {}: {} (expected: {}); {}",
                        component,
                        host,
                        policy,
                        RECOMMENDED,
                        effect);
            }
        }));
    }

    private static String first(Pattern pattern, String info, String absent) {
        Matcher found = pattern.matcher(info);
        return found.find() ? found.group(1) : absent;
    }
}
