package io.channels4j.layer;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** How many messages may be unread in each channel: the first pattern that matches its whole name, or the default. */
final class Capacities {

    private final int capacity;
    private final Map<Pattern, Integer> byPattern = new LinkedHashMap<>();

    Capacities(LayerSettings settings) {
        capacity = settings.capacity();
        settings.channelCapacity().forEach((glob, limit) -> byPattern.put(LayerSettings.compile(glob), limit));
    }

    int of(String channel) {
        for (Map.Entry<Pattern, Integer> entry : byPattern.entrySet()) {
            if (entry.getKey().matcher(channel).matches()) {
                return entry.getValue();
            }
        }
        return capacity;
    }

    int general() {
        return capacity;
    }
}
