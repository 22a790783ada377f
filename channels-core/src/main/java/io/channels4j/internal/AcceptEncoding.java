package io.channels4j.internal;

import java.util.List;
import java.util.Locale;

/** The content codings that a client accepts (RFC 9110 §12.5.3). */
public final class AcceptEncoding {

    private AcceptEncoding() {}

    /**
     * Returns the weight of a coding, from 0 for not acceptable to 1.
     *
     * @param values the values of {@code Accept-Encoding}; without one, no coding is acceptable
     * @param coding the coding in lower case, such as {@code gzip}
     */
    public static double weight(List<String> values, String coding) {
        double any = 0;
        for (String value : values) {
            for (String item : value.split(",", -1)) {
                int semicolon = item.indexOf(';');
                String name = (semicolon < 0 ? item : item.substring(0, semicolon))
                        .strip()
                        .toLowerCase(Locale.ROOT);
                if (name.equals(coding) || name.equals("x-" + coding)) {
                    return quality(item, semicolon);
                }
                if (name.equals("*")) {
                    any = quality(item, semicolon);
                }
            }
        }
        return any;
    }

    /** An invalid weight counts as 0, so that the client receives what it can certainly read. */
    private static double quality(String item, int semicolon) {
        if (semicolon < 0) {
            return 1;
        }
        String parameter = item.substring(semicolon + 1).strip().toLowerCase(Locale.ROOT);
        String number = parameter.startsWith("q=") ? parameter.substring(2).strip() : "";
        return number.matches("0(\\.\\d{0,3})?|1(\\.0{0,3})?") ? Double.parseDouble(number) : 0;
    }
}
