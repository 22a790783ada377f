package io.channels4j.examples.chat;

/**
 * What people typed, made fit to be stored and sent: no control characters but line breaks and tabs, no half
 * characters, no blanks around it.
 */
final class PlainText {

    private static final int REPLACEMENT = 0xFFFD;

    private PlainText() {}

    static String of(String typed) {
        StringBuilder text = new StringBuilder(typed.length());
        typed.codePoints().filter(PlainText::isWelcome).map(PlainText::whole).forEach(text::appendCodePoint);
        return text.toString().strip();
    }

    /** A name: the same on one line, cut to a number of characters; a question mark when nothing is left. */
    static String name(String typed, int mostCharacters) {
        String line = of(typed.replaceAll("\\s+", " "));
        if (line.isEmpty()) {
            return "?";
        }
        int characters = line.codePointCount(0, line.length());
        return characters <= mostCharacters ? line : line.substring(0, line.offsetByCodePoints(0, mostCharacters));
    }

    private static boolean isWelcome(int character) {
        return !Character.isISOControl(character) || character == '\n' || character == '\t';
    }

    /** JSON may hold half of a surrogate pair, which neither UTF-8 nor PostgreSQL can. */
    private static int whole(int character) {
        return Character.getType(character) == Character.SURROGATE ? REPLACEMENT : character;
    }
}
