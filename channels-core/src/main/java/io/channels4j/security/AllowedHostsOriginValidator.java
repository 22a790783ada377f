package io.channels4j.security;

import java.util.List;

/**
 * Lets only pages of this site's own hosts open WebSockets: an {@link OriginValidator} for a list of hosts.
 *
 * <p>(Channels reads the list from Django's {@code ALLOWED_HOSTS}; here it is given.)
 */
public final class AllowedHostsOriginValidator {

    private static final String[] THIS_MACHINE = {"localhost", "127.0.0.1", "[::1]"};

    private AllowedHostsOriginValidator() {}

    /**
     * Returns a validator that allows pages of some hosts, with any scheme and, unless one is written, any port.
     *
     * @param hosts the hosts, such as {@code example.com}, {@code .example.com} for a domain with its subdomains, {@code
     *     example.com:8080}, or {@code *}; without one, those of this machine: {@code localhost}, {@code 127.0.0.1} and {@code
     *     [::1]}
     * @return the validator
     * @throws IllegalArgumentException when one of them is no host, such as one with a scheme
     */
    public static OriginValidator of(String... hosts) {
        for (String host : List.of(hosts)) {
            if (host.contains("://")) {
                throw new IllegalArgumentException(
                        "allowed host: \"%s\" (expected: a host without a scheme; OriginValidator takes schemes)"
                                .formatted(host));
            }
        }
        return OriginValidator.of(hosts.length == 0 ? THIS_MACHINE : hosts);
    }
}
