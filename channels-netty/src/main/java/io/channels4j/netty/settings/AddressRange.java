package io.channels4j.netty.settings;

import io.netty.util.NetUtil;
import java.math.BigInteger;
import java.net.InetAddress;

/**
 * A range of addresses in CIDR notation. Immutable.
 *
 * @param prefix the first address of the range
 * @param bits the number of leading bits that all addresses of the range share
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record AddressRange(byte[] prefix, int bits) {

    /**
     * Parses a range such as {@code 10.0.0.0/8}, or a single address.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    static AddressRange parse(String cidr) {
        int slash = cidr.indexOf('/');
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(slash < 0 ? cidr : cidr.substring(0, slash));
        if (address != null) {
            byte[] prefix = address.getAddress();
            int maxBits = prefix.length * 8;
            int bits = slash < 0 ? maxBits : length(cidr.substring(slash + 1));
            if (bits >= 0 && bits <= maxBits) {
                AddressRange range = new AddressRange(prefix, bits);
                if (!range.isNetwork()) {
                    throw new IllegalArgumentException(
                            "network: \"%s\" (expected: only zero bits beyond the prefix; /%d for one address)"
                                    .formatted(cidr, maxBits));
                }
                return range;
            }
        }
        throw new IllegalArgumentException("network: \"%s\" (expected: CIDR such as 10.0.0.0/8)".formatted(cidr));
    }

    private static int length(String digits) {
        return digits.matches("\\d{1,3}") ? Integer.parseInt(digits) : -1;
    }

    private boolean isNetwork() {
        BigInteger hostBits = BigInteger.ONE.shiftLeft(prefix.length * 8 - bits).subtract(BigInteger.ONE);
        return new BigInteger(1, prefix).and(hostBits).signum() == 0;
    }

    boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != prefix.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit += 8) {
            int mask = bits - bit >= 8 ? 0xff : 0xff << (8 - (bits - bit)) & 0xff;
            if (((bytes[bit / 8] ^ prefix[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
