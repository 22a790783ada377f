package io.channels4j.consumer;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;

/** Which method of a user's class is called for an event: a guess from what the class declares, for messages. */
final class HookName {

    private static final Map<String, List<String>> HOOKS = Map.of(
            "websocket.connect", List.of("connect"),
            "websocket.receive", List.of("receive", "receiveJson"),
            "http.request", List.of("handle", "connect"));

    private HookName() {}

    /** Returns the method's name, or the event's type when no such method is found. */
    static String of(Class<?> consumer, String eventType) {
        for (String hook : HOOKS.getOrDefault(eventType, List.of())) {
            for (Class<?> type = consumer; type != null && !isBase(type); type = type.getSuperclass()) {
                for (Method method : type.getDeclaredMethods()) {
                    if (method.getName().equals(hook)) {
                        return hook;
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
