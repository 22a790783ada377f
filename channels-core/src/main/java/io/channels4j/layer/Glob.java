package io.channels4j.layer;

/** Patterns of names, in which {@code *} stands for any characters and {@code ?} for one; nothing else has a meaning. */
final class Glob {

    private Glob() {}

    /** Tells whether a pattern matches a whole name, in a time that no pattern makes longer than both lengths multiplied. */
    static boolean matches(String pattern, String name) {
        int[] glob = pattern.codePoints().toArray();
        int[] text = name.codePoints().toArray();
        int star = -1; // the last star that was met, and what comes behind what it stands for
        int behindStar = 0;
        int g = 0;
        int t = 0;
        while (t < text.length) {
            if (g < glob.length && glob[g] == '*') {
                star = g++;
                behindStar = t;
            } else if (g < glob.length && (glob[g] == '?' || glob[g] == text[t])) {
                g++;
                t++;
            } else if (star >= 0) {
                g = star + 1;
                t = ++behindStar; // the star stands for one more
            } else {
                return false;
            }
        }
        while (g < glob.length && glob[g] == '*') {
            g++;
        }
        return g == glob.length;
    }
}
