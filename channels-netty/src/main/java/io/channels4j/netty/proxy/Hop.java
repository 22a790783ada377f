package io.channels4j.netty.proxy;

import org.jspecify.annotations.Nullable;

/** The report of one proxy: its peer, and the scheme and host that were requested; values that it omits are null. */
record Hop(
        @Nullable String client,
        @Nullable String scheme,
        @Nullable String host) {

    static final Hop EMPTY = new Hop(null, null, null);

    /** Returns this report with a parameter of a {@code forwarded} header; null if it has the parameter already. */
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
