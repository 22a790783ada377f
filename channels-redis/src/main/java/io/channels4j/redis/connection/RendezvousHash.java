package io.channels4j.redis.connection;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Selects the host for a key by rendezvous hashing: the host with the highest score. The result does not depend on the order of the
 * hosts. An added host takes over its share of the keys without moving other keys.
 */
public final class RendezvousHash {

    private static final long MIX_1 = 0xbf58476d1ce4e5b9L;
    private static final long MIX_2 = 0x94d049bb133111ebL;

    private RendezvousHash() {}

    /** Returns the index of the host for a key. */
    public static int choose(List<String> hosts, String key) {
        long ofKey = crc(key);
        int best = 0;
        long bestScore = Long.MIN_VALUE;
        for (int i = 0; i < hosts.size(); i++) {
            long score = mix(crc(hosts.get(i)) << 32 | ofKey);
            if (score > bestScore) {
                best = i;
                bestScore = score;
            }
        }
        return best;
    }

    private static long crc(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    /** The finaliser of SplitMix64. */
    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * MIX_1;
        mixed = (mixed ^ mixed >>> 27) * MIX_2;
        return mixed ^ mixed >>> 31;
    }
}
