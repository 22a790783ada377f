package io.channels4j.examples.chat;

/** A message as a page sends it. What is blank or too long fits no post, and is ignored: the page sends no such thing. */
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
