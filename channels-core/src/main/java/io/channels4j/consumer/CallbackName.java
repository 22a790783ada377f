package io.channels4j.consumer;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;

/**
 * Finds the name of the callback that handles an event, for log messages. The name is the first candidate that the
 * consumer's class declares as a method or inherits from another class of the application.
 */
final class CallbackName {

    private static final Map<String, List<String>> CANDIDATES = Map.of(
            "websocket.connect", List.of("connect"),
            "websocket.receive", List.of("receive", "receiveJson"),
            "http.request", List.of("handle", "connect"));

    private CallbackName() {}

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
