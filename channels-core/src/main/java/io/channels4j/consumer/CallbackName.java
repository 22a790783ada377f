package io.channels4j.consumer;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds the name of the callback that handles an event, for log messages. The name is the first candidate that the
 * consumer's class declares as a method or inherits from another class of the application.
 */
final class CallbackName {

    private static final Map<String, List<String>> CANDIDATES = Map.of(
            "websocket.connect", List.of("connect"),
            "websocket.receive", List.of("receive", "receiveJson"),
            "http.request", List.of("handle", "connect"));

    /** The names by class and type of event. */
    private static final ClassValue<Map<String, String>> KNOWN = new ClassValue<>() {
        @Override
        protected Map<String, String> computeValue(Class<?> consumer) {
            return new ConcurrentHashMap<>();
        }
    };

    private CallbackName() {}

    /**
     * Returns the method's name. If the class declares no candidate, returns the last segment of the event's type, such as
     * {@code receive}.
     */
    static String known(Class<?> consumer, String eventType) {
        Map<String, String> names = KNOWN.get(consumer);
        String name = names.get(eventType);
        if (name == null) {
            name = of(consumer, eventType);
            name = name.substring(name.lastIndexOf('.') + 1);
            names.put(eventType, name);
        }
        return name;
    }

    /** Returns the method's name, or the event's type if the class declares no candidate. */
    static String of(Class<?> consumer, String eventType) {
        for (String name : CANDIDATES.getOrDefault(eventType, List.of())) {
            for (Class<?> type = consumer; type != null && !isBase(type); type = type.getSuperclass()) {
                for (Method method : type.getDeclaredMethods()) {
                    if (method.getName().equals(name)) {
                        return name;
                    }
                }
            }
        }
        return eventType;
    }

    private static boolean isBase(Class<?> type) {
        return type.getPackageName().equals("io.channels4j.http")
                || type.getPackageName().equals("io.channels4j.websocket");
    }
}
