package io.channels4j.netty.websocket;

import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import io.channels4j.netty.connection.Compression;
import io.channels4j.netty.http.BadRequest;
import io.channels4j.netty.http.UpgradeRequest;
import io.channels4j.websocket.WebSocketAccept;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's opening handshake (RFC 6455 §4.2.1) that is valid.
 *
 * @param key the client's key
 * @param subprotocols what the client offers, in its order
 * @param deflate what is agreed on about compression, or null
 */
record Handshake(
        String key, List<String> subprotocols, @Nullable DeflateTerms deflate) {

    private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int KEY_BYTES = 16;
    private static final String VERSION = "13";

    /**
     * Checks a request.
     *
     * @throws BadRequest when it is not a valid handshake
     */
    static Handshake of(UpgradeRequest request, Compression compression) {
        Headers headers = request.headers();
        require(request.method().equals("GET"), "websocket handshake: method " + request.method());
        require(!request.hasBody(), "websocket handshake: a body");
        require(
                tokens(headers, "connection").stream().anyMatch("upgrade"::equalsIgnoreCase),
                "websocket handshake: no upgrade in the connection header");
        if (!headers.all("sec-websocket-version").equals(List.of(VERSION))) {
            throw new BadRequest(
                    426,
                    Headers.of("sec-websocket-version", VERSION, "upgrade", "websocket"),
                    "websocket handshake: version " + headers.all("sec-websocket-version"));
        }
        List<String> keys = headers.all("sec-websocket-key");
        require(keys.size() == 1 && isKey(keys.get(0)), "websocket handshake: key " + keys);
        return new Handshake(
                keys.get(0), tokens(headers, "sec-websocket-protocol"), DeflateTerms.of(headers, compression));
    }

    private static void require(boolean holds, String mistake) {
        if (!holds) {
            throw new BadRequest(400, mistake);
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

    /**
     * Returns the answer that opens the WebSocket.
     *
     * @throws ChannelsException when the chosen subprotocol was not offered
     */
    byte[] answer(WebSocketAccept accept) {
        StringBuilder head = new StringBuilder(192)
                .append("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n")
                .append("sec-websocket-accept: ")
                .append(acceptKey())
                .append("\r\n");
        String chosen = accept.subprotocol();
        if (chosen != null) {
            if (!subprotocols.contains(chosen)) {
                throw new ChannelsException(
                        "send websocket.accept: subprotocol \"%s\" (expected: one of %s); nothing was sent"
                                .formatted(chosen, subprotocols));
            }
            head.append("sec-websocket-protocol: ").append(chosen).append("\r\n");
        }
        if (deflate != null) {
            head.append("sec-websocket-extensions: ").append(deflate.answer()).append("\r\n");
        }
        accept.headers().forEach((name, value) -> field(head, name, value));
        return head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void field(StringBuilder head, String name, String value) {
        switch (name) {
            case "connection",
                    "upgrade",
                    "sec-websocket-extensions",
                    "content-length",
                    "transfer-encoding",
                    "keep-alive" -> {
                // the handshake's own to say
            }
            default -> head.append(name).append(": ").append(value).append("\r\n");
        }
    }

    private String acceptKey() {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-1").digest((key + KEY_SUFFIX).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-1", e);
        }
    }
}
