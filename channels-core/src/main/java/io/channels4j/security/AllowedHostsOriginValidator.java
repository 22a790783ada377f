package io.channels4j.security;

import java.util.List;

/**
 * An {@link OriginValidator} for a list of hosts: only pages from these hosts may open WebSockets.
 *
 * <p>Django Channels reads the list from {@code ALLOWED_HOSTS}. Here, it is an argument.
 */
public final class AllowedHostsOriginValidator {

    private static final String[] LOOPBACK_HOSTS = {"localhost", "127.0.0.1", "[::1]"};

    private AllowedHostsOriginValidator() {}

    /**
     * Returns a validator that allows pages from the given hosts, with any port unless one is specified. Over {@code wss}, only {@code
     * https} pages are allowed.
     *
     * @param hosts the hosts, in the forms of {@link OriginValidator} without a scheme. If empty, {@code localhost},
     *     {@code 127.0.0.1} and {@code [::1]} are allowed.
     * @return the validator
     * @throws IllegalArgumentException if a host is invalid, for example because it includes a scheme
     */
    public static OriginValidator of(String... hosts) {
        for (String host : List.of(hosts)) {
            if (host.contains("://")) {
                throw new IllegalArgumentException(
                        "allowed host: \"%s\" (expected: a host without a scheme; OriginValidator takes schemes)"
                                .formatted(host));
            }
        }
        return OriginValidator.of(hosts.length == 0 ? LOOPBACK_HOSTS : hosts);
    }
}
