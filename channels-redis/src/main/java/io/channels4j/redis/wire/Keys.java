package io.channels4j.redis.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names of keys and channels in Redis. All start with the prefix and a separator. Group and channel names appear in
 * plain text or as a keyed hash.
 *
 * <p><b>Threads.</b> Immutable.
 */
public final class Keys {

    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_.:-]{1,100}");
    private static final int HASH_BYTES = 16;

    private final String prefix;
    private final byte @Nullable [] secret;

    private Keys(String prefix, byte @Nullable [] secret) {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "prefix: \"%s\" (expected: 1-100 of the ASCII letters, digits, _ . : and -)".formatted(prefix));
        }
        this.prefix = prefix;
        this.secret = secret;
    }

    /** Returns keys with names in plain text. */
    public static Keys of(String prefix) {
        return new Keys(prefix, null);
    }

    /** Returns keys with hashed names, which cannot be recovered without the secret. */
    public static Keys hashed(String prefix, String secret) {
        return new Keys(prefix, secret.getBytes(StandardCharsets.UTF_8));
    }

    public String prefix() {
        return prefix;
    }

    /** Returns {@code prefix:kind:name}. */
    public String name(String kind, String name) {
        return prefix + ":" + kind + ":" + shown(name);
    }

    /** Returns {@code prefix:{tag}:kind:name}. Keys with the same tag are in the same cluster slot. */
    public String tagged(String tag, String kind, String name) {
        return tagged(tag, kind) + ":" + shown(name);
    }

    /** Returns {@code prefix:{tag}:kind}. */
    public String tagged(String tag, String kind) {
        return prefix + ":{" + tag + "}:" + kind;
    }

    /**
     * Returns the pattern of all tagged keys with this prefix. A prefix contains no brace. Keys with longer prefixes
     * therefore do not match.
     */
    public String everyTagged() {
        return prefix + ":{*";
    }

    /** Returns true if names are hashed. */
    public boolean hidesNames() {
        return secret != null;
    }

    /** Returns the form of a name that is stored in Redis. */
    public String shown(String name) {
        if (secret == null) {
            return name;
        }
        byte[] mac = Seal.mac(secret, name.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(Arrays.copyOf(mac, HASH_BYTES));
    }
}
