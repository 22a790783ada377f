package io.channels4j.netty.settings;

/** The headers in which a proxy describes its client. Trust only headers that the proxy itself sets. */
public enum ForwardedHeader {

    /** {@code Forwarded} (RFC 7239), with the host that the client requested. */
    FORWARDED,

    /** {@code X-Forwarded-For} and {@code X-Forwarded-Proto}. */
    X_FORWARDED,

    /**
     * {@code X-Forwarded-For}, {@code X-Forwarded-Proto} and {@code X-Forwarded-Host}, which replaces the {@code host} header.
     * Many proxies pass on the client's {@code X-Forwarded-Host} unchanged. Make sure that yours sets it.
     */
    X_FORWARDED_WITH_HOST
}
