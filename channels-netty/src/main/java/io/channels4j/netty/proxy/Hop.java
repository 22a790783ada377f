package io.channels4j.netty.proxy;

import org.jspecify.annotations.Nullable;

/**
 * The information from one proxy about the peer that connected to it. It includes the scheme and host that this peer
 * requested. Values that the proxy omits are null.
 */
record Hop(
        @Nullable String client,
        @Nullable String scheme,
        @Nullable String host) {

    static final Hop EMPTY = new Hop(null, null, null);

    /**
     * Returns a copy with a parameter of a {@code forwarded} header. Returns null if the parameter was already set.
     */
    @Nullable
    Hop with(String name, String value) {
        return switch (name) {
            case "for" -> client == null ? new Hop(value, scheme, host) : null;
            case "proto" -> scheme == null ? new Hop(client, value, host) : null;
            case "host" -> host == null ? new Hop(client, scheme, value) : null;
            default -> this;
        };
    }
}
