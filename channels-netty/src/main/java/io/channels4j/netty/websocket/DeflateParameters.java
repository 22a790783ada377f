package io.channels4j.netty.websocket;

import io.channels4j.Headers;
import io.channels4j.netty.settings.CompressionSettings;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The negotiated parameters of permessage-deflate (RFC 7692 §7.1).
 *
 * <p>The server does not restrict the client's context or window. If it did so without being asked, clients that cannot comply
 * would reject the handshake.
 *
 * @param serverContext whether messages from the server may refer to earlier ones
 * @param clientContext whether messages from the client may refer to earlier ones
 * @param serverWindowBits the window size in bits, 8 to 15, that the client requested for messages from the server; 0 if it
 *     requested none
 */
record DeflateParameters(boolean serverContext, boolean clientContext, int serverWindowBits) {

    private static final String NAME = "permessage-deflate";
    private static final String SERVER_NO_CONTEXT = "server_no_context_takeover";
    private static final String CLIENT_NO_CONTEXT = "client_no_context_takeover";
    private static final String SERVER_WINDOW = "server_max_window_bits";
    private static final String CLIENT_WINDOW = "client_max_window_bits";
    private static final int MAX_WINDOW_BITS = 15;
    private static final String WINDOW_BITS = "[89]|1[0-5]";

    /** Returns the parameters for the first acceptable offer, or null if no offer is acceptable. */
    static @Nullable DeflateParameters of(Headers headers, CompressionSettings settings) {
        if (!settings.enabled()) {
            return null;
        }
        for (String value : headers.all("sec-websocket-extensions")) {
            for (String offer : value.split(",", -1)) {
                Map<String, String> parameters = parameters(offer);
                if (parameters != null && acceptable(parameters)) {
                    return new DeflateParameters(
                            settings.contextTakeover() && !parameters.containsKey(SERVER_NO_CONTEXT),
                            !parameters.containsKey(CLIENT_NO_CONTEXT),
                            Integer.parseInt(parameters.getOrDefault(SERVER_WINDOW, "0")));
                }
            }
        }
        return null;
    }

    /** Returns the parameters of an offer, or null if it is malformed or for another extension. */
    private static @Nullable Map<String, String> parameters(String offer) {
        String[] parts = offer.split(";", -1);
        if (!parts[0].strip().equals(NAME)) {
            return null;
        }
        Map<String, String> parameters = new HashMap<>();
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            String name = equals < 0 ? parts[i] : parts[i].substring(0, equals);
            String value =
                    equals < 0 ? "" : unquoted(parts[i].substring(equals + 1).strip());
            if (parameters.put(name.strip().toLowerCase(Locale.ROOT), value) != null) {
                return null;
            }
        }
        return parameters;
    }

    private static String unquoted(String value) {
        return value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }

    private static boolean acceptable(Map<String, String> parameters) {
        return parameters.entrySet().stream().allMatch(parameter -> switch (parameter.getKey()) {
            case SERVER_NO_CONTEXT, CLIENT_NO_CONTEXT -> parameter.getValue().isEmpty();
            case SERVER_WINDOW -> parameter.getValue().matches(WINDOW_BITS);
            case CLIENT_WINDOW ->
                parameter.getValue().isEmpty() || parameter.getValue().matches(WINDOW_BITS);
            default -> false;
        });
    }

    /** Returns the maximum distance of a reference in a message from the server. */
    int serverWindowBytes() {
        return 1 << (serverWindowBits == 0 ? MAX_WINDOW_BITS : serverWindowBits);
    }

    /** Returns the value of the response header. */
    String answer() {
        return NAME
                + (serverContext ? "" : "; " + SERVER_NO_CONTEXT)
                + (clientContext ? "" : "; " + CLIENT_NO_CONTEXT)
                + (serverWindowBits == 0 ? "" : "; " + SERVER_WINDOW + "=" + serverWindowBits);
    }
}
