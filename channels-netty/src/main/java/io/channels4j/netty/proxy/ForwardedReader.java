package io.channels4j.netty.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the elements of a {@code forwarded} header (RFC 7239 §4) from right to left, because each proxy appends an element to the
 * header that it received. A proxy's element has balanced quotes, so its start is found without reading the text to its left. A
 * client therefore cannot influence how the elements of proxies are read. Reading stops at the first malformed element.
 *
 * <p>Quoted values must not contain quotes or backslashes. Addresses, schemes and hosts do not need them.
 *
 * <p>Not thread-safe.
 */
final class ForwardedReader {

    /**
     * The characters of an unquoted value other than letters and digits. Some proxies do not quote addresses, so the characters
     * of addresses are included.
     */
    private static final String MARKS = "!#$%&'*+-.^_`|~:[]";

    private final String line;
    private int end;

    private ForwardedReader(String line) {
        this.line = line;
        this.end = line.length();
    }

    /**
     * Returns the well-formed elements at the end of a header.
     *
     * @param lines the values of the header, in the order of arrival
     * @return the information from each proxy, with the last proxy first
     */
    static List<Hop> read(List<String> lines) {
        List<Hop> hops = new ArrayList<>();
        for (int i = lines.size() - 1; i >= 0; i--) {
            ForwardedReader reader = new ForwardedReader(lines.get(i));
            while (reader.hasMore()) {
                Hop hop = reader.element();
                if (hop == null) {
                    return hops;
                }
                hops.add(hop);
            }
        }
        return hops;
    }

    /** Skips empty elements. Returns false at the start of the line. */
    private boolean hasMore() {
        skipBlanks();
        while (skip(',')) {
            skipBlanks();
        }
        return end > 0;
    }

    /** Reads one element. Returns null if it is malformed or repeats a parameter. */
    private @Nullable Hop element() {
        Hop hop = Hop.EMPTY;
        do {
            skipBlanks();
            if (end == 0 || last() == ',' || last() == ';') {
                continue; // an empty pair
            }
            String value = last() == '"' ? quoted() : token(MARKS);
            String name = value == null || !skip('=') ? null : token(MARKS);
            hop = value == null || name == null ? null : hop.with(name.toLowerCase(Locale.ROOT), value);
            skipBlanks();
        } while (hop != null && skip(';'));
        return end == 0 || last() == ',' ? hop : null;
    }

    /** Reads a quoted value. Returns null if it is malformed. */
    private @Nullable String quoted() {
        int start = end < 2 ? -1 : line.lastIndexOf('"', end - 2);
        if (start < 0) {
            return null;
        }
        String value = line.substring(start + 1, end - 1);
        end = start;
        return value.indexOf('\\') < 0 ? value : null;
    }

    /** Reads an unquoted name or value. Returns null if it is empty. */
    private @Nullable String token(String others) {
        int start = end;
        while (start > 0 && isTokenCharacter(line.charAt(start - 1), others)) {
            start--;
        }
        String token = line.substring(start, end);
        end = start;
        return token.isEmpty() ? null : token;
    }

    private static boolean isTokenCharacter(char c, String others) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || others.indexOf(c) >= 0;
    }

    private char last() {
        return line.charAt(end - 1);
    }

    private boolean skip(char c) {
        boolean found = end > 0 && last() == c;
        end -= found ? 1 : 0;
        return found;
    }

    private void skipBlanks() {
        while (end > 0 && (last() == ' ' || last() == '\t')) {
            end--;
        }
    }
}
