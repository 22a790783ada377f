package io.channels4j.layer;

/** Patterns for names: {@code *} matches any number of characters, {@code ?} matches one, and any other character matches itself. */
final class Glob {

    private Glob() {}

    /** Returns true if a pattern matches a whole name. The running time is at most proportional to the product of their lengths. */
    static boolean matches(String pattern, String name) {
        int[] glob = pattern.codePoints().toArray();
        int[] text = name.codePoints().toArray();
        int star = -1; // the index of the last star; behindStar is the end of its match
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
                t = ++behindStar; // the star matches one more character
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
