package io.channels4j.netty;

import io.channels4j.netty.proxy.ProxyHeaders;

/** In which headers a proxy tells about its client. Only the ones that it sets itself are to be believed. */
public enum ForwardedHeader {

    /** {@code Forwarded} (RFC 7239), with the host that the client asked for. */
    FORWARDED(ProxyHeaders.Fields.FORWARDED),

    /** {@code X-Forwarded-For} and {@code X-Forwarded-Proto}. */
    X_FORWARDED(ProxyHeaders.Fields.X_FORWARDED),

    /**
     * {@code X-Forwarded-For}, {@code X-Forwarded-Proto} and {@code X-Forwarded-Host}, which takes the place of the header {@code
     * host}. Many proxies leave the last one as their client sent it: make sure that yours sets it.
     */
    X_FORWARDED_WITH_HOST(ProxyHeaders.Fields.X_FORWARDED_WITH_HOST);

    private final ProxyHeaders.Fields fields;

    ForwardedHeader(ProxyHeaders.Fields fields) {
        this.fields = fields;
    }

    ProxyHeaders.Fields fields() {
        return fields;
    }
}
