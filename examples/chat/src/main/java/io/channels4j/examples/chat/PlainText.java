package io.channels4j.examples.chat;

/**
 * Sanitizes user input. It removes control characters except line feeds and tabs, replaces unpaired surrogates, and
 * strips surrounding whitespace.
 */
final class PlainText {

    private static final int REPLACEMENT = 0xFFFD;

    private PlainText() {}

    static String of(String typed) {
        StringBuilder text = new StringBuilder(typed.length());
        typed.codePoints().filter(PlainText::isWelcome).map(PlainText::whole).forEach(text::appendCodePoint);
        return text.toString().strip();
    }

    /**
     * Returns the text on one line, truncated to a number of characters. Returns a question mark if the text is empty.
     */
    static String name(String typed, int maxCharacters) {
        String line = of(typed.replaceAll("\\s+", " "));
        if (line.isEmpty()) {
            return "?";
        }
        int characters = line.codePointCount(0, line.length());
        return characters <= maxCharacters ? line : line.substring(0, line.offsetByCodePoints(0, maxCharacters));
    }

    private static boolean isWelcome(int character) {
        return !Character.isISOControl(character) || character == '\n' || character == '\t';
    }

    /** Replaces unpaired surrogates, which JSON may contain but neither UTF-8 nor PostgreSQL can represent. */
    private static int whole(int character) {
        return Character.getType(character) == Character.SURROGATE ? REPLACEMENT : character;
    }
}
