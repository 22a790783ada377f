package io.channels4j.internal;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** The names of settings and of their environment variables. */
public final class SettingNames {

    /** Names of more characters are not compared, because the comparison takes quadratic time. */
    private static final int MAX_COMPARED = 200;

    private SettingNames() {}

    /** Returns the environment variable of a setting. */
    public static String variable(String name) {
        return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** Returns the known name with the smallest edit distance to an unknown one. */
    public static String similar(String unknown, Collection<String> known) {
        if (unknown.length() > MAX_COMPARED) {
            return "a known name";
        }
        return known.stream()
                .min(Comparator.<String>comparingInt(name -> distance(unknown, name))
                        .thenComparing(Comparator.naturalOrder()))
                .orElse("no such name");
    }

    private static int distance(String first, String second) {
        int[] row = new int[second.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= first.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= second.length(); j++) {
                int replaced = diagonal + (first.charAt(i - 1) == second.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[second.length()];
    }
}
