package io.channels4j.redis.wire;

import io.channels4j.redis.serializer.MessageSerializer;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a process needs to read an entry of a work queue. It is stored with the entry, unencrypted, so that a process can recognise work
 * that it cannot read. The text is {@code version.serializer.key}.
 *
 * @param version the version of the envelope
 * @param serializer the name of the message format, or empty if it has none
 * @param key the id of the encryption key, which does not reveal the key, or {@link #PLAIN}
 */
public record WorkFormat(int version, String serializer, String key) {

    /** The key id of entries that are not encrypted. */
    public static final String PLAIN = "plain";

    /** The version of the envelopes that this library writes, and the latest that it can read. */
    public static final int VERSION = 1;

    private static final Pattern TEXT = Pattern.compile("(\\d{1,4})\\.([A-Za-z0-9_-]{0,30})\\.([a-z0-9]{1,16})");

    /** What a process lacks to read an entry. */
    public enum Missing {
        VERSION,
        KEY,
        SERIALIZER
    }

    /** Returns the format that a process writes. */
    static WorkFormat of(MessageSerializer serializer, Seal seal) {
        return new WorkFormat(VERSION, serializer.format(), seal.keyIds().get(0));
    }

    /**
     * Returns the format of an entry.
     *
     * @param text the stored text, or null for an entry of a version that stored none. The given serializer is then assumed
     */
    public static WorkFormat of(@Nullable String text, byte[] payload, String serializer) {
        var parts = text == null ? null : TEXT.matcher(text);
        if (parts != null && parts.matches()) {
            return new WorkFormat(Integer.parseInt(parts.group(1)), parts.group(2), parts.group(3));
        }
        if (Seal.isSealed(payload)) {
            return new WorkFormat(VERSION, serializer, Seal.keyIdOf(payload));
        }
        return new WorkFormat(payload.length == 0 ? VERSION : payload[0] & 0xff, serializer, PLAIN);
    }

    /** Returns what a process lacks to read this format, or null if it can read it. */
    public @Nullable Missing missing(MessageCodec codec) {
        if (version > VERSION) {
            return Missing.VERSION;
        }
        if (!codec.seal().keyIds().contains(key)) {
            return Missing.KEY;
        }
        String own = codec.serializer().format();
        return serializer.isEmpty() || own.isEmpty() || serializer.equals(own) ? null : Missing.SERIALIZER;
    }

    /** Returns the formats that a process reads. */
    public static List<WorkFormat> readableBy(MessageCodec codec) {
        String serializer = codec.serializer().format();
        return codec.seal().keyIds().stream()
                .map(key -> new WorkFormat(VERSION, serializer, key))
                .toList();
    }

    static String hex(byte[] id) {
        return HexFormat.of().formatHex(id);
    }

    @Override
    public String toString() {
        return version + "." + serializer + "." + key;
    }
}
