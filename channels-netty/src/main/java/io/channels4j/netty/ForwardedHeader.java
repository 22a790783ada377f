package io.channels4j.netty;

/** In which headers a proxy tells about its client. Only the ones that it sets itself are to be believed. */
public enum ForwardedHeader {

    /** {@code Forwarded} (RFC 7239). */
    FORWARDED,

    /** {@code X-Forwarded-For} and {@code X-Forwarded-Proto}. */
    X_FORWARDED
}
