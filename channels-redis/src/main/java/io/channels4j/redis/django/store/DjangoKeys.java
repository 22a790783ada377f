package io.channels4j.redis.django.store;

import io.channels4j.InvalidNameException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The names and keys of {@code RedisChannelLayer} in {@code channels_redis}, and the host of each key. A CRC-32 checksum selects the
 * host. Immutable.
 */
public final class DjangoKeys {

    private static final int MAX_LENGTH = 99;
    private static final int RING = 4096;
    private static final Pattern GROUP = Pattern.compile("[A-Za-z0-9_.-]+");
    private static final Pattern CHANNEL = Pattern.compile("[A-Za-z0-9_.-]+(![A-Za-z0-9_.-]*)?");

    private final String prefix;
    private final int hosts;
    private final Pattern own;

    /** Creates the keys of a layer with a prefix and a number of hosts. */
    public DjangoKeys(String prefix, int hosts) {
        this.prefix = prefix;
        this.hosts = hosts;
        this.own =
                Pattern.compile(Pattern.quote(prefix) + "(:group:.*|[A-Za-z0-9_.-]+!?(\\$[a-z.]+)?)", Pattern.DOTALL);
    }

    /**
     * Returns the name of a group after checking it.
     *
     * @throws IllegalArgumentException if Django does not accept the name
     */
    public static String requireGroup(String name) {
        if (name.length() > MAX_LENGTH || !GROUP.matcher(name).matches()) {
            throw invalid("group name", name, "");
        }
        return name;
    }

    /**
     * Returns the name of a channel after checking it.
     *
     * @throws IllegalArgumentException if Django does not accept the name
     */
    public static String requireChannel(String name) {
        if (name.length() > MAX_LENGTH || !CHANNEL.matcher(name).matches()) {
            throw invalid("channel name", name, ", with at most one exclamation mark after the first");
        }
        return name;
    }

    private static InvalidNameException invalid(String what, String name, String more) {
        return new InvalidNameException(
                "%s: \"%s\" (expected: 1-99 ASCII letters, digits, hyphens, underscores and periods%s)"
                        .formatted(what, name, more));
    }

    /** Returns true if any process may receive from a channel. */
    public static boolean isPlain(String channel) {
        return channel.indexOf('!') < 0;
    }

    /**
     * Returns the name of a channel's queue. It is the channel name up to and including the exclamation mark, or the entire name without
     * one.
     */
    public static String queueName(String channel) {
        int mark = channel.indexOf('!');
        return mark < 0 ? channel : channel.substring(0, mark + 1);
    }

    /** Returns the key of a queue. */
    public String queue(String queueName) {
        return prefix + queueName;
    }

    /** Returns the key of a group's members. */
    public String group(String group) {
        return prefix + ":group:" + group;
    }

    /** Returns the key of the messages that Django processes have received and not yet removed. */
    public String inFlight(String queueName) {
        return queue(queueName) + "$inflight";
    }

    /** Returns the key of the deadlines of the work that processes with this library have taken. */
    public String taken(String queueName) {
        return queue(queueName) + "$java.taken";
    }

    /** Returns the key of the work that processes with this library have taken. */
    public String work(String queueName) {
        return queue(queueName) + "$java.work";
    }

    /** Returns the pattern of all keys that start with the prefix. Some may belong to another layer; see {@link #isOwn}. */
    public String everyKey() {
        return prefix.replaceAll("([*?\\[\\]^\\\\])", "\\\\$1") + "*";
    }

    /** Returns false if a key that starts with the prefix belongs to a layer with a longer prefix. */
    public boolean isOwn(String key) {
        return own.matcher(key).matches();
    }

    /** Returns the number of hosts. */
    public int hosts() {
        return hosts;
    }

    /** Returns the index of the host that stores a group or a process's queue. */
    public int hostOf(String name) {
        if (hosts == 1) {
            return 0;
        }
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        return (int) ((crc.getValue() % RING) / (RING / (double) hosts));
    }
}
