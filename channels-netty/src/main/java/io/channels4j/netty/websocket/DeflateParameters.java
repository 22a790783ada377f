package io.channels4j.netty.websocket;

import io.channels4j.Headers;
import io.channels4j.netty.settings.Compression;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What client and server agree on about compression (RFC 7692 §7.1). The server's window is always the largest one, which is the
 * only one that the JDK has; an offer that asks for less is declined.
 *
 * @param serverContext whether our messages may refer to earlier ones
 * @param clientContext whether the client's may
 * @param windowAsked whether the client asked for the window that it gets
 */
record DeflateParameters(boolean serverContext, boolean clientContext, boolean windowAsked) {

    private static final String NAME = "permessage-deflate";
    private static final String SERVER_NO_CONTEXT = "server_no_context_takeover";
    private static final String CLIENT_NO_CONTEXT = "client_no_context_takeover";
    private static final String SERVER_WINDOW = "server_max_window_bits";
    private static final String CLIENT_WINDOW = "client_max_window_bits";
    private static final String LARGEST = "15";

    /** Returns what is agreed on about the first offer that can be agreed to; null when there is none. */
    static @Nullable DeflateParameters of(Headers headers, Compression settings) {
        if (!settings.enabled()) {
            return null;
        }
        for (String value : headers.all("sec-websocket-extensions")) {
            for (String offer : value.split(",", -1)) {
                Map<String, String> parameters = parameters(offer);
                if (parameters != null && acceptable(parameters)) {
                    return new DeflateParameters(
                            settings.context() && !parameters.containsKey(SERVER_NO_CONTEXT),
                            settings.context() && !parameters.containsKey(CLIENT_NO_CONTEXT),
                            parameters.containsKey(SERVER_WINDOW));
                }
            }
        }
        return null;
    }

    /** Returns the parameters of an offer; null when it is of another extension, or malformed. */
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
            case SERVER_WINDOW -> parameter.getValue().equals(LARGEST);
            case CLIENT_WINDOW ->
                parameter.getValue().isEmpty() || parameter.getValue().matches("[89]|1[0-5]");
            default -> false;
        });
    }

    /** Returns the value of the response's header. */
    String answer() {
        return NAME
                + (serverContext ? "" : "; " + SERVER_NO_CONTEXT)
                + (clientContext ? "" : "; " + CLIENT_NO_CONTEXT)
                + (windowAsked ? "; " + SERVER_WINDOW + "=" + LARGEST : "");
    }
}
