package io.channels4j.control;

import java.util.regex.Pattern;

/**
 * The groups to which control messages are sent. Their names contain an exclamation mark, which is not allowed in the names of
 * application groups.
 */
public final class ControlTopics {

    private static final String PREFIX = "channels!";
    private static final Pattern TOPIC = Pattern.compile("[a-z.]{1,99}");

    private ControlTopics() {}

    /**
     * Returns the group of a topic.
     *
     * @param topic the topic, which consists of 1-99 lower-case letters and periods
     * @return the reserved name
     * @throws IllegalArgumentException if the topic is invalid
     */
    public static String group(String topic) {
        if (!TOPIC.matcher(topic).matches()) {
            throw new IllegalArgumentException(
                    "control topic: \"%s\" (expected: 1-99 lower-case letters and periods)".formatted(topic));
        }
        return PREFIX + topic;
    }

    /** Returns the group in which a process receives the replies to its messages. */
    static String replies(String process) {
        return PREFIX + "replies!" + process;
    }

    /** Returns true if a group receives control messages. */
    public static boolean isControl(String group) {
        return group.startsWith(PREFIX);
    }
}
