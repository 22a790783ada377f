package io.channels4j.engine;

import io.channels4j.Scope;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The proxy through which the callbacks of a consumer are called, such as one from Spring AOP. A proxy is an instance of a subclass whose
 * methods delegate to the consumer. It has no state of its own.
 */
public final class ConsumerProxy {

    private static final Scope.Key<Object> KEY = new Scope.Key<>("consumerProxy");

    private static final ClassValue<Set<Signature>> DECLARED = new ClassValue<>() {
        @Override
        protected Set<Signature> computeValue(Class<?> type) {
            Set<Signature> all = new HashSet<>();
            for (Method method : type.getDeclaredMethods()) {
                all.add(Signature.of(method));
            }
            return Set.copyOf(all);
        }
    };

    private ConsumerProxy() {}

    private record Signature(String name, List<Class<?>> parameters) {

        static Signature of(Method method) {
            return new Signature(method.getName(), Arrays.asList(method.getParameterTypes()));
        }
    }

    /** Returns a scope whose consumer is called through a proxy. */
    public static Scope with(Scope scope, Object proxy) {
        return scope.with(KEY, proxy);
    }

    /** Returns the object through which a consumer's callbacks are called: its proxy, or the consumer itself. */
    @SuppressWarnings("unchecked") // a proxy extends the consumer's class
    public static <C> C of(Scope scope, C consumer) {
        return (C) scope.get(KEY).orElse(consumer);
    }

    /** Returns the object on which a method is called. A proxy delegates only the methods that it overrides. */
    public static Object receiver(Object consumer, Object proxy, Method method) {
        return proxy == consumer || !overrides(proxy.getClass(), consumer.getClass(), method) ? consumer : proxy;
    }

    /** Returns the object on which the method with the given name and parameter is called. */
    public static Object receiver(Object consumer, Object proxy, String method, Class<?> parameter) {
        return proxy == consumer
                        || !overrides(proxy.getClass(), consumer.getClass(), new Signature(method, List.of(parameter)))
                ? consumer
                : proxy;
    }

    private static boolean overrides(Class<?> proxy, Class<?> consumer, Method method) {
        return !Modifier.isPrivate(method.getModifiers())
                && !Modifier.isFinal(method.getModifiers())
                && overrides(proxy, consumer, Signature.of(method));
    }

    private static boolean overrides(Class<?> proxy, Class<?> consumer, Signature signature) {
        for (Class<?> type = proxy; type != null && type != consumer; type = type.getSuperclass()) {
            if (DECLARED.get(type).contains(signature)) {
                return true;
            }
        }
        return false;
    }
}
