package io.channels4j.redis.queue;

import io.channels4j.layer.LayerSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** How many messages a work queue may hold: the first pattern that matches the channel's whole name, or the default. */
final class Capacities {

    private final Map<Pattern, Integer> byPattern = new LinkedHashMap<>();
    private final int capacity;

    Capacities(LayerSettings settings) {
        capacity = settings.capacity();
        settings.channelCapacity().forEach((glob, limit) -> byPattern.put(compile(glob), limit));
    }

    int of(String channel) {
        return byPattern.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(channel).matches())
                .findFirst()
                .map(Map.Entry::getValue)
                .orElse(capacity);
    }

    private static Pattern compile(String glob) {
        String regex = Pattern.quote(glob).replace("*", "\\E.*\\Q").replace("?", "\\E.\\Q");
        return Pattern.compile(regex, Pattern.DOTALL);
    }
}
