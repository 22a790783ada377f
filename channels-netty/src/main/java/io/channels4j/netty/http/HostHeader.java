package io.channels4j.netty.http;

import io.netty.util.NetUtil;

/**
 * Validates the host of a request. It comes from the {@code host} header, from {@code :authority} or from a target in
 * absolute form. A valid value consists of a host and an optional port (RFC 9110 §7.2, RFC 3986 §3.2). User information
 * (RFC 9110 §4.2.4) and lists are rejected, because two servers could interpret them differently.
 */
public final class HostHeader {

    /**
     * The characters of a registered name other than letters, digits and {@code %} (RFC 3986 §3.2.2). Unlike the RFC, this class
     * does not allow a comma.
     */
    private static final String MARKS = "-._~!$&'()*+;=";

    private HostHeader() {}

    /**
     * Returns a value if it is valid. The empty value is valid, because the target of a request need not have a host (RFC 9112
     * §3.2).
     *
     * @throws RequestRejectedException with status 400 if the value is malformed
     */
    public static String require(String value) {
        int end = value.startsWith("[") ? literalEnd(value) : nameEnd(value);
        if (end < 0 || !isPort(value, end)) {
            throw new RequestRejectedException(
                    400, "host: \"%s\" (expected: a host and an optional port)".formatted(value));
        }
        return value;
    }

    /** Returns the end of an IPv6 address in brackets, or -1 if it is invalid. */
    private static int literalEnd(String value) {
        int end = value.indexOf(']');
        boolean valid = end > 0 && value.indexOf('%') < 0 && NetUtil.isValidIpV6Address(value.substring(1, end));
        return valid ? end + 1 : -1;
    }

    /** Returns the end of a name or an IPv4 address, or -1 if it is invalid. */
    private static int nameEnd(String value) {
        int i = 0;
        while (i < value.length() && value.charAt(i) != ':') {
            char c = value.charAt(i);
            boolean encoded = c == '%' && isHex(value, i + 1) && isHex(value, i + 2);
            if (!encoded && !isAlphanumeric(c) && MARKS.indexOf(c) < 0) {
                return -1;
            }
            i += encoded ? 3 : 1;
        }
        boolean onlyPort = i == 0 && !value.isEmpty();
        return onlyPort ? -1 : i;
    }

    private static boolean isAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    private static boolean isHex(String value, int index) {
        return index < value.length() && Character.digit(value.charAt(index), 16) >= 0 && value.charAt(index) < 0x80;
    }

    /**
     * Returns true if the value ends at {@code start} or continues with a colon and a port. The port may be empty (RFC 3986
     * §3.2.3).
     */
    private static boolean isPort(String value, int start) {
        if (start == value.length()) {
            return true;
        }
        int port = 0;
        for (int i = start + 1; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
            port = Math.min(port * 10 + c - '0', 65536);
        }
        return value.charAt(start) == ':' && port <= 65535;
    }
}
