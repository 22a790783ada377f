package io.channels4j.support;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A proxy that handles some methods of an interface itself and delegates all others. */
public final class PartialProxy {

    private PartialProxy() {}

    /**
     * Creates a proxy.
     *
     * @param type the interface
     * @param target the object that receives all other calls
     * @param answers the suppliers of the results, by method name; a null result delegates the call
     */
    public static <T> T of(Class<T> type, T target, Map<String, Supplier<? extends @Nullable Object>> answers) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            Supplier<? extends @Nullable Object> supplier = answers.get(method.getName());
            Object answer = supplier == null ? null : supplier.get();
            if (answer != null) {
                return answer;
            }
            try {
                return method.invoke(target, args);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }
}
