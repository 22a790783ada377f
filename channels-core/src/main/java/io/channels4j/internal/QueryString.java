package io.channels4j.internal;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parses the parameters of a query (WHATWG URL, application/x-www-form-urlencoded). */
public final class QueryString {

    private QueryString() {}

    /**
     * Returns the decoded parameters. A name or value with an invalid encoding is left undecoded, because peers may send any text.
     */
    public static Map<String, List<String>> parse(String query) {
        if (query.isEmpty()) {
            return Map.of();
        }
        Map<String, List<String>> params = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                params.computeIfAbsent(lenient(name), n -> new ArrayList<>(1)).add(lenient(value));
            }
        }
        return Collections.unmodifiableMap(params);
    }

    private static String lenient(String encoded) {
        try {
            return PercentCode.decodeQuery(encoded);
        } catch (IllegalArgumentException brokenByPeer) {
            return encoded;
        }
    }
}
