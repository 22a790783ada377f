package io.channels4j.redis.wire;

import io.channels4j.ChannelsException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Authenticated encryption with AES-256-GCM. The first secret encrypts; any of the secrets can decrypt, so that secrets can be rotated.
 *
 * <p>Each instance derives a key from the first secret and a random salt. The salt is part of the encrypted bytes. An instance numbers
 * its nonces, so that none is used twice with the same key.
 *
 * <p>The purpose and the place of the bytes, such as a Redis key or channel, are authenticated. Bytes that were copied to another place
 * can therefore not be decrypted. Replays to the original place are not detected.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class Seal {

    private static final byte VERSION = 2;

    /** The version of encrypted bytes that are not bound to a purpose and a place. No longer written. */
    private static final byte UNBOUND_VERSION = 1;

    private static final int ID_BYTES = 4;
    private static final int SALT_BYTES = 16;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int HEADER_BYTES = 1 + ID_BYTES + SALT_BYTES + Long.BYTES;
    private static final int MIN_CHARACTERS = 16;
    private static final int MAX_KNOWN_KEYS = 1024;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Seal NONE = new Seal(List.of());

    private final List<Secret> secrets;
    private final byte[] salt = new byte[SALT_BYTES];
    private final @Nullable SecretKeySpec own;
    private final AtomicLong nonces = new AtomicLong();
    private final Map<ByteBuffer, SecretKeySpec> keysOfOthers = Collections.synchronizedMap(new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, SecretKeySpec> eldest) {
            return size() > MAX_KNOWN_KEYS;
        }
    });

    private static final class Secret {

        private final byte[] root;
        private final byte[] id;

        Secret(String text) {
            root = mac(text.getBytes(StandardCharsets.UTF_8), "channels4j seal");
            id = Arrays.copyOf(mac(root, "id"), ID_BYTES);
        }

        SecretKeySpec key(byte[] salt) {
            return new SecretKeySpec(mac(root, salt), "AES");
        }
    }

    private Seal(List<String> texts) {
        this.secrets = texts.stream().map(Secret::new).toList();
        RANDOM.nextBytes(salt);
        this.own = secrets.isEmpty() ? null : secrets.get(0).key(salt);
    }

    /** Returns a seal that does not encrypt. */
    public static Seal none() {
        return NONE;
    }

    /**
     * Returns a seal that encrypts.
     *
     * @param secrets the secrets, each of 16 characters or more; the first one encrypts
     */
    public static Seal of(List<String> secrets) {
        if (secrets.isEmpty()) {
            throw new IllegalArgumentException("encryption keys: none (expected: one or more)");
        }
        for (String secret : secrets) {
            if (secret.length() < MIN_CHARACTERS) {
                throw new IllegalArgumentException("encryption key: %d characters (expected: %d or more)"
                        .formatted(secret.length(), MIN_CHARACTERS));
            }
        }
        return new Seal(List.copyOf(secrets));
    }

    /**
     * Returns the ids of the secrets in hexadecimal, starting with the secret that encrypts. Returns only {@link WorkFormat#PLAIN} if
     * this instance does not encrypt.
     */
    public List<String> keyIds() {
        return secrets.isEmpty()
                ? List.of(WorkFormat.PLAIN)
                : secrets.stream().map(secret -> WorkFormat.hex(secret.id)).toList();
    }

    /** Returns true if bytes have the form of encrypted bytes. */
    static boolean isSealed(byte[] bytes) {
        return isSealed(bytes, VERSION);
    }

    private static boolean isSealed(byte[] bytes, byte version) {
        return bytes.length >= HEADER_BYTES + TAG_BITS / Byte.SIZE && bytes[0] == version;
    }

    /** Returns the id of the secret that encrypted the bytes, in hexadecimal. */
    static String keyIdOf(byte[] sealed) {
        return WorkFormat.hex(Arrays.copyOfRange(sealed, 1, 1 + ID_BYTES));
    }

    /** Returns true if this instance encrypts. */
    public boolean encrypts() {
        return own != null;
    }

    /**
     * Encrypts bytes for one purpose and place.
     *
     * @param plain the bytes
     * @param purpose the kind of data, in ASCII letters
     * @param place the key or channel under which the bytes are stored or published
     */
    public byte[] seal(byte[] plain, String purpose, String place) {
        if (own == null) {
            return plain;
        }
        long nonce = nonces.incrementAndGet();
        ByteBuffer sealed = ByteBuffer.allocate(HEADER_BYTES + plain.length + TAG_BITS / Byte.SIZE)
                .put(VERSION)
                .put(secrets.get(0).id)
                .put(salt)
                .putLong(nonce);
        try {
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, own, nonce);
            authenticate(cipher, sealed.array(), purpose, place);
            cipher.doFinal(plain, 0, plain.length, sealed.array(), HEADER_BYTES);
            return sealed.array();
        } catch (GeneralSecurityException e) {
            throw new ChannelsException("message: encryption failed", e);
        }
    }

    /**
     * Decrypts bytes.
     *
     * @param sealed the encrypted bytes
     * @param purpose the purpose for which they were encrypted
     * @param place the place for which they were encrypted
     * @throws ChannelsException if no secret can decrypt the bytes, or if they were modified or copied from another place
     */
    public byte[] open(byte[] sealed, String purpose, String place) {
        if (own == null) {
            return sealed;
        }
        if (!isSealed(sealed)) {
            throw new ChannelsException("message: %d bytes that are not encrypted".formatted(sealed.length));
        }
        return open(secrets, sealed, purpose, place);
    }

    /**
     * Decrypts stored bytes like {@link #open}. Also decrypts bytes of the library's first version, which are not bound to their place,
     * unless the first secret encrypted them. To prevent this, remove the old secrets.
     */
    public byte[] openStored(byte[] sealed, String purpose, String place) {
        return own != null && isSealed(sealed, UNBOUND_VERSION)
                ? open(secrets.subList(1, secrets.size()), sealed, purpose, place)
                : open(sealed, purpose, place);
    }

    private byte[] open(List<Secret> candidates, byte[] sealed, String purpose, String place) {
        byte[] id = Arrays.copyOfRange(sealed, 1, 1 + ID_BYTES);
        for (Secret secret : candidates) {
            if (Arrays.equals(secret.id, id)) {
                return open(secret, sealed, purpose, place);
            }
        }
        throw new ChannelsException(
                "message: encrypted with none of the %d keys of this process".formatted(candidates.size()));
    }

    private byte[] open(Secret secret, byte[] sealed, String purpose, String place) {
        ByteBuffer idAndSalt = ByteBuffer.wrap(Arrays.copyOfRange(sealed, 1, 1 + ID_BYTES + SALT_BYTES));
        long nonce = ByteBuffer.wrap(sealed).getLong(1 + ID_BYTES + SALT_BYTES);
        SecretKeySpec known = keysOfOthers.get(idAndSalt);
        SecretKeySpec key =
                known == null ? secret.key(Arrays.copyOfRange(sealed, 1 + ID_BYTES, 1 + ID_BYTES + SALT_BYTES)) : known;
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, nonce);
            authenticate(cipher, sealed, purpose, place);
            byte[] plain = cipher.doFinal(sealed, HEADER_BYTES, sealed.length - HEADER_BYTES);
            if (known == null) {
                keysOfOthers.put(idAndSalt, key); // after authentication, so that forged salts are not stored
            }
            return plain;
        } catch (GeneralSecurityException e) {
            throw new ChannelsException(
                    "message: modified, copied from another place, or encrypted with another key", e);
        }
    }

    /** Adds the header, the purpose and the place to the authenticated data. The first version added only the header. */
    private static void authenticate(Cipher cipher, byte[] sealed, String purpose, String place) {
        cipher.updateAAD(sealed, 0, HEADER_BYTES);
        if (sealed[0] == UNBOUND_VERSION) {
            return;
        }
        cipher.updateAAD(purpose.getBytes(StandardCharsets.US_ASCII));
        cipher.updateAAD(new byte[1]); // separates the purpose from the place
        cipher.updateAAD(place.getBytes(StandardCharsets.UTF_8));
    }

    private static Cipher cipher(int mode, SecretKeySpec key, long nonce) throws GeneralSecurityException {
        byte[] iv = ByteBuffer.allocate(NONCE_BYTES)
                .putLong(NONCE_BYTES - Long.BYTES, nonce)
                .array();
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, iv));
        return cipher;
    }

    private static byte[] mac(byte[] key, String text) {
        return mac(key, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] mac(byte[] key, byte[] bytes) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new ChannelsException("encryption: HmacSHA256 is not available", e);
        }
    }
}
