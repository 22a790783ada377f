package io.channels4j.examples.chat;

/** A message sent by a page. The page prevents blank and overlong messages, so the server ignores any that arrive. */
record Post(String text) {

    private static final int MOST_CHARACTERS = 2000;

    Post {
        text = PlainText.of(text);
        if (text.isEmpty() || text.length() > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    "text: %d characters (expected: 1-%d)".formatted(text.length(), MOST_CHARACTERS));
        }
    }
}
