package io.channels4j.session;

import io.channels4j.ChannelsException;
import io.channels4j.CheckReturnValue;
import io.channels4j.ClientErrorException;
import io.channels4j.internal.Stages;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Stores sessions on the client. The cookie contains the session, signed with HMAC-SHA256. The server needs no storage.
 * Every process with the key can read the session.
 *
 * <p>The client can read its session but not change it. A session cannot be revoked. A copied cookie is valid until it
 * expires, even if the session is deleted or its id is rotated. A session is limited to about 3,000 bytes of JSON.
 * Saving a larger session fails with a {@link ClientErrorException} of status 413. An open WebSocket cannot change its
 * session, because no cookie can be set after the handshake. Each cookie contains the whole session. If two concurrent
 * responses change the session, the client keeps only the session that it receives last.
 *
 * <p><b>Keys.</b> Sessions are signed with the first key. Sessions signed with one of the other keys are accepted. When
 * they are saved again, they are signed with the first key. To rotate keys, add the new key in front. Remove the old
 * key after the sessions' lifetime has passed.
 *
 * <p><b>Threads.</b> Thread-safe. Stages are complete when they are returned.
 */
public final class SignedCookieSessionStore implements SessionStore {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int MIN_KEY_BYTES = 32;
    private static final int TOO_LARGE = 413;

    /** The size limit in browsers (RFC 6265bis §5.7), minus room for the cookie's name. */
    private static final int MAX_TOKEN_CHARACTERS = 4000;

    /** Part of the signed text. It makes signatures from other uses of the same key invalid for sessions. */
    private static final byte[] PURPOSE = "channels4j.session.1\n".getBytes(StandardCharsets.US_ASCII);

    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final List<SecretKeySpec> keys;
    private final InstantSource clock;

    private SignedCookieSessionStore(List<SecretKeySpec> keys, InstantSource clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * Returns a store.
     *
     * @param key the signing key, at least 32 secret random bytes
     * @param formerKeys keys that are still accepted
     * @return the store
     * @throws IllegalArgumentException if a key is shorter than 32 bytes
     */
    public static SignedCookieSessionStore of(byte[] key, byte[]... formerKeys) {
        return of(InstantSource.system(), key, formerKeys);
    }

    /**
     * Returns a store with another clock, for tests.
     *
     * @param clock the clock for the expiry of sessions
     * @param key the signing key, at least 32 secret random bytes
     * @param formerKeys keys that are still accepted
     * @return the store
     * @throws IllegalArgumentException if a key is shorter than 32 bytes
     */
    public static SignedCookieSessionStore of(InstantSource clock, byte[] key, byte[]... formerKeys) {
        List<SecretKeySpec> keys = new ArrayList<>();
        keys.add(checked(key));
        for (byte[] former : formerKeys) {
            keys.add(checked(former));
        }
        return new SignedCookieSessionStore(List.copyOf(keys), clock);
    }

    private static SecretKeySpec checked(byte[] key) {
        if (key.length < MIN_KEY_BYTES) {
            throw new IllegalArgumentException(
                    "session key: %d bytes (expected: at least %d random bytes)".formatted(key.length, MIN_KEY_BYTES));
        }
        return new SecretKeySpec(key, ALGORITHM);
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Optional<byte[]>> load(String token) {
        return CompletableFuture.completedFuture(open(token));
    }

    @Override
    @CheckReturnValue
    public CompletionStage<String> create(byte[] data, Duration lifetime) {
        byte[] content = ByteBuffer.allocate(Long.BYTES + data.length)
                .putLong(SessionTokens.expiry(clock.millis(), lifetime))
                .put(data)
                .array();
        String token = ENCODER.encodeToString(content) + "." + ENCODER.encodeToString(sign(keys.get(0), content));
        if (token.length() > MAX_TOKEN_CHARACTERS) {
            return CompletableFuture.failedFuture(new ClientErrorException(
                    TOO_LARGE,
                    "session: %d characters as a signed cookie (expected: at most %d; keep less in it, or use a store on the server)"
                            .formatted(token.length(), MAX_TOKEN_CHARACTERS)));
        }
        return CompletableFuture.completedFuture(token);
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Optional<String>> update(String token, byte[] data, Duration lifetime) {
        return create(data, lifetime).thenApply(Optional::of);
    }

    /**
     * Does nothing, because only the cookie contains the data. The response instructs the client to delete the cookie.
     */
    @Override
    @CheckReturnValue
    public CompletionStage<Void> delete(String token) {
        return Stages.done();
    }

    private Optional<byte[]> open(String token) {
        int dot = token.indexOf('.');
        if (dot < 0 || token.length() > MAX_TOKEN_CHARACTERS) {
            return Optional.empty();
        }
        byte[] content;
        byte[] signature;
        try {
            content = Base64.getUrlDecoder().decode(token.substring(0, dot));
            signature = Base64.getUrlDecoder().decode(token.substring(dot + 1));
        } catch (IllegalArgumentException notOurs) {
            return Optional.empty();
        }
        boolean genuine = content.length >= Long.BYTES && isSignedByUs(content, signature);
        return genuine && ByteBuffer.wrap(content).getLong() > clock.millis()
                ? Optional.of(Arrays.copyOfRange(content, Long.BYTES, content.length))
                : Optional.empty();
    }

    private boolean isSignedByUs(byte[] content, byte[] signature) {
        boolean genuine = false;
        for (SecretKeySpec key : keys) {
            genuine |= MessageDigest.isEqual(sign(key, content), signature);
        }
        return genuine;
    }

    private static byte[] sign(SecretKeySpec key, byte[] content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(PURPOSE);
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new ChannelsException("session: %s is not available".formatted(ALGORITHM), e);
        }
    }

    @Override
    public String toString() {
        return "SignedCookieSessionStore[" + keys.size() + " keys]";
    }
}
