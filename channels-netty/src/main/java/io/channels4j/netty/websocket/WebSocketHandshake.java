package io.channels4j.netty.websocket;

import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import io.channels4j.netty.frame.MessageDeflater;
import io.channels4j.netty.frame.MessageInflater;
import io.channels4j.netty.http.HandshakeRequest;
import io.channels4j.netty.http.RequestRejectedException;
import io.channels4j.netty.http.ResponseFormat;
import io.channels4j.netty.outbound.OutboundFrame;
import io.channels4j.netty.settings.CompressionSettings;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketResponseStart;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A valid opening handshake from a client (RFC 6455 §4.2.1, RFC 8441 §5).
 *
 * @param key the client's key, or null over HTTP/2
 * @param subprotocols the subprotocols that the client offered, in the client's order
 * @param deflate the compression parameters, or null if compression was not negotiated
 * @param responses the format of the response
 */
record WebSocketHandshake(
        @Nullable String key,
        List<String> subprotocols,
        @Nullable DeflateParameters deflate,
        ResponseFormat responses) {

    /** The extensions that the scope lists. */
    static final Map<String, Map<String, Object>> EXTENSIONS = Map.of(WebSocketResponseStart.EXTENSION, Map.of());

    private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;
    private static final String VERSION = "13";

    /**
     * Checks a request.
     *
     * @throws RequestRejectedException if it is not a valid handshake
     */
    static WebSocketHandshake of(HandshakeRequest request, CompressionSettings compression) {
        Headers headers = request.headers();
        require(
                request.method().equals(request.extended() ? "CONNECT" : "GET"),
                "websocket handshake: method " + request.method());
        require(
                !request.hasBody(),
                request.extended()
                        ? "websocket handshake: the stream has ended"
                        : "websocket handshake: the request has a body");
        require(
                request.extended() || tokens(headers, "connection").stream().anyMatch("upgrade"::equalsIgnoreCase),
                "websocket handshake: no upgrade in the connection header");
        requireVersion(headers, request.extended());
        return new WebSocketHandshake(
                request.extended() ? null : key(headers),
                tokens(headers, "sec-websocket-protocol"),
                DeflateParameters.of(headers, compression),
                request.responses());
    }

    /**
     * Checks the version. The status for a mismatch is 426. On HTTP/2, which has no upgrade, it is 400 (RFC 9113
     * §8.2.2).
     */
    private static void requireVersion(Headers headers, boolean extended) {
        List<String> versions = headers.all("sec-websocket-version");
        if (!versions.equals(List.of(VERSION))) {
            Headers expected = Headers.of("sec-websocket-version", VERSION);
            throw new RequestRejectedException(
                    extended ? 400 : 426,
                    extended ? expected : expected.with("upgrade", "websocket"),
                    "websocket handshake: version " + versions);
        }
    }

    private static String key(Headers headers) {
        List<String> keys = headers.all("sec-websocket-key");
        require(keys.size() == 1 && isKey(keys.get(0)), "websocket handshake: key " + keys);
        return keys.get(0);
    }

    private static void require(boolean holds, String description) {
        if (!holds) {
            throw new RequestRejectedException(400, description);
        }
    }

    private static boolean isKey(String key) {
        try {
            return Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static List<String> tokens(Headers headers, String name) {
        List<String> tokens = new ArrayList<>();
        for (String value : headers.all(name)) {
            for (String token : value.split(",", -1)) {
                if (!token.isBlank()) {
                    tokens.add(token.strip());
                }
            }
        }
        return List.copyOf(tokens);
    }

    /** Returns a compressor for outbound messages, or null if compression was not negotiated. */
    @Nullable
    MessageDeflater deflater(CompressionSettings settings) {
        return deflate == null
                ? null
                : new MessageDeflater(deflate.serverContext(), deflate.serverWindowBytes(), settings.thresholdBytes());
    }

    /** Returns an inflater for inbound messages, or null if compression was not negotiated. */
    @Nullable
    MessageInflater inflater() {
        return deflate == null ? null : new MessageInflater(deflate.clientContext());
    }

    /**
     * Returns the response that accepts the handshake.
     *
     * @throws ChannelsException if the client did not offer the chosen subprotocol
     */
    OutboundFrame answer(WebSocketAccept accept) {
        Headers.Builder answer = Headers.builder();
        if (key != null) {
            answer.add("sec-websocket-accept", acceptKey(key));
        }
        String chosen = accept.subprotocol();
        if (chosen != null) {
            if (!subprotocols.contains(chosen)) {
                throw new ChannelsException(
                        "send websocket.accept: subprotocol \"%s\" (expected: one of %s); nothing was sent"
                                .formatted(chosen, subprotocols));
            }
            answer.add("sec-websocket-protocol", chosen);
        }
        if (deflate != null) {
            answer.add("sec-websocket-extensions", deflate.answer());
        }
        accept.headers().forEach((name, value) -> field(answer, name, value));
        return responses.accepted(answer.build());
    }

    private static void field(Headers.Builder answer, String name, String value) {
        switch (name) {
            case "connection",
                    "upgrade",
                    "sec-websocket-extensions",
                    "content-length",
                    "transfer-encoding",
                    "keep-alive" -> {
                // set by the server, or not allowed
            }
            default -> answer.add(name, value);
        }
    }

    private static String acceptKey(String key) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-1").digest((key + KEY_SUFFIX).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-1", e);
        }
    }
}
