package io.channels4j.redis.django.store;

import io.channels4j.ChannelsException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies signatures of {@code django.core.signing} in Django 3.1 and later. A signature is an HMAC-SHA256, with a key derived from a
 * salt and {@code SECRET_KEY}. Thread-safe.
 */
public final class DjangoSigner {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");

    /** Django's salt of the store, and the suffix that its signer adds. */
    private static final String SESSION_SALT = "django.contrib.sessions.SessionStore" + "signer";

    private static final String AUTH_SALT = "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash";
    private static final int MAX_BYTES = 1 << 20;

    private final List<String> secrets;

    /**
     * Creates a signer.
     *
     * @param secrets the current secret and its fallbacks
     * @throws IllegalArgumentException if one is empty, because anyone could then sign
     */
    public DjangoSigner(List<String> secrets) {
        this.secrets = List.copyOf(secrets);
        if (this.secrets.contains("")) {
            throw new IllegalArgumentException("secret key: \"\" (expected: SECRET_KEY of the Django settings)");
        }
    }

    /**
     * Returns the data of a signed session. Empty if no secret matches the signature or the data is malformed.
     *
     * @param signed the data in Base64, the time and the signature, separated by colons. A leading period marks compressed data
     */
    public Optional<byte[]> session(String signed) {
        int end = signed.lastIndexOf(':');
        int dataEnd = end < 0 ? -1 : signed.lastIndexOf(':', end - 1);
        if (dataEnd < 0) {
            return Optional.empty();
        }
        String value = signed.substring(0, end);
        byte[] signature = signed.substring(end + 1).getBytes(StandardCharsets.UTF_8);
        boolean valid = false;
        for (String secret : secrets) {
            byte[] expected = Base64.getUrlEncoder().withoutPadding().encode(hmac(SESSION_SALT, secret, value));
            valid |= MessageDigest.isEqual(signature, expected);
        }
        return valid ? data(value.substring(0, dataEnd)) : Optional.empty();
    }

    private static Optional<byte[]> data(String text) {
        try {
            return Optional.of(
                    text.startsWith(".")
                            ? inflated(Base64.getUrlDecoder().decode(text.substring(1)))
                            : Base64.getUrlDecoder().decode(text));
        } catch (IllegalArgumentException | DataFormatException e) {
            LOG.warn("ignored a Django session: signed data of an unknown form", e);
            return Optional.empty();
        }
    }

    private static byte[] inflated(byte[] compressed) throws DataFormatException {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(compressed);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            byte[] some = new byte[4096];
            while (!inflater.finished()) {
                int count = inflater.inflate(some);
                if (count == 0 && !inflater.finished()) {
                    throw new DataFormatException("truncated");
                }
                all.write(some, 0, count);
                if (all.size() > MAX_BYTES) {
                    throw new DataFormatException("more than %d bytes".formatted(MAX_BYTES));
                }
            }
            return all.toByteArray();
        } finally {
            inflater.end();
        }
    }

    /** Returns true if {@code hash} is the session hash for this value of the database column {@code password}. */
    public boolean isAuthHash(String hash, String password) {
        byte[] given = hash.getBytes(StandardCharsets.UTF_8);
        boolean valid = false;
        for (String secret : secrets) {
            String expected = HexFormat.of().formatHex(hmac(AUTH_SALT, secret, password));
            valid |= MessageDigest.isEqual(given, expected.getBytes(StandardCharsets.US_ASCII));
        }
        return valid;
    }

    private static byte[] hmac(String salt, String secret, String value) {
        try {
            byte[] key = MessageDigest.getInstance("SHA-256").digest((salt + secret).getBytes(StandardCharsets.UTF_8));
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(value.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new ChannelsException("signature: this JVM does not support SHA-256", e);
        }
    }
}
