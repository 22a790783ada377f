package io.channels4j.redis.dialect;

import io.channels4j.ChannelsException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The encryption used by Django's layers. It combines AES-128 in CBC mode and HMAC-SHA256. The keys are derived from
 * the SHA-256 hash of a secret. The first secret encrypts. Data encrypted with any of the secrets can be decrypted.
 * Immutable.
 *
 * @see <a href="https://github.com/fernet/spec/blob/master/Spec.md">Fernet specification</a>
 */
public final class Fernet {

    private static final byte VERSION = (byte) 0x80;
    private static final int HALF = 16;
    private static final int IV = 16;
    private static final int HEAD = 1 + Long.BYTES + IV;
    private static final int MAC = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final List<Secret> secrets;
    private final InstantSource clock;

    private static final class Secret {

        final SecretKeySpec signs;
        final SecretKeySpec encrypts;

        Secret(byte[] key) {
            signs = new SecretKeySpec(key, 0, HALF, "HmacSHA256");
            encrypts = new SecretKeySpec(key, HALF, HALF, "AES");
        }
    }

    private Fernet(List<Secret> secrets, InstantSource clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    /** Returns the encryption with the given secrets. Without secrets, messages are not encrypted. */
    public static Fernet of(List<String> secrets) {
        return new Fernet(secrets.stream().map(Fernet::secret).toList(), InstantSource.system());
    }

    private static Secret secret(String text) {
        try {
            return new Secret(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new ChannelsException("encryption: this JVM does not support SHA-256", e);
        }
    }

    public byte[] encrypt(byte[] plain) {
        if (secrets.isEmpty()) {
            return plain;
        }
        Secret first = secrets.get(0);
        byte[] iv = new byte[IV];
        RANDOM.nextBytes(iv);
        try {
            byte[] secret = cipher(Cipher.ENCRYPT_MODE, first, iv).doFinal(plain);
            byte[] signed = ByteBuffer.allocate(HEAD + secret.length)
                    .put(VERSION)
                    .putLong(clock.millis() / 1000)
                    .put(iv)
                    .put(secret)
                    .array();
            byte[] token = ByteBuffer.allocate(signed.length + MAC)
                    .put(signed)
                    .put(sign(first, signed))
                    .array();
            return Base64.getUrlEncoder().encode(token);
        } catch (GeneralSecurityException e) {
            throw new ChannelsException("message: encryption failed", e);
        }
    }

    /**
     * Decrypts a token.
     *
     * @throws ChannelsException if the token is malformed, or was encrypted with none of the secrets
     */
    public byte[] decrypt(byte[] token) {
        if (secrets.isEmpty()) {
            return token;
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(token);
            if (bytes.length < HEAD + MAC || bytes[0] != VERSION) {
                throw new ChannelsException("message: %d bytes are not a Fernet token".formatted(token.length));
            }
            byte[] signed = Arrays.copyOf(bytes, bytes.length - MAC);
            byte[] signature = Arrays.copyOfRange(bytes, bytes.length - MAC, bytes.length);
            byte[] iv = Arrays.copyOfRange(bytes, HEAD - IV, HEAD);
            for (Secret secret : secrets) {
                if (MessageDigest.isEqual(signature, sign(secret, signed))) {
                    return cipher(Cipher.DECRYPT_MODE, secret, iv).doFinal(signed, HEAD, signed.length - HEAD);
                }
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new ChannelsException("message: %d bytes are not a Fernet token".formatted(token.length), e);
        }
        throw new ChannelsException(
                "message: encrypted with an unknown key (this process has %d keys)".formatted(secrets.size()));
    }

    private static Cipher cipher(int mode, Secret secret, byte[] iv) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(mode, secret.encrypts, new IvParameterSpec(iv));
        return cipher;
    }

    private static byte[] sign(Secret secret, byte[] bytes) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(secret.signs);
        return mac.doFinal(bytes);
    }
}
