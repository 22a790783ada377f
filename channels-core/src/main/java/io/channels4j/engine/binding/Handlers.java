package io.channels4j.engine.binding;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.internal.Stages;
import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;

/**
 * The annotated methods of one consumer class, by the name that they handle. They are found, checked and bound to method handles once per
 * class.
 *
 * <p>Private methods, inherited methods and methods of interfaces are included. An overriding method without the annotation keeps the name of
 * the method that it overrides. An overriding method with the annotation replaces the name.
 *
 * <p><b>Threads.</b> Immutable.
 */
public final class Handlers {

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private final Map<String, Handler> byName;

    private Handlers(Map<String, Handler> byName) {
        this.byName = Map.copyOf(byName);
    }

    /**
     * One bound method.
     *
     * @param parameter the type of its parameter, without type variables; null for a method without one
     */
    public record Handler(Method method, @Nullable JavaType parameter, MethodHandle handle) {

        /**
         * Returns the class to which the argument is bound. Returns null if there is no parameter, or if its type is
         * generic, a container or {@code Object}. An argument of such a type is always bound from JSON.
         */
        public @Nullable Class<?> plainParameter() {
            return parameter == null
                            || parameter.isContainerType()
                            || parameter.hasGenericTypes()
                            || parameter.isReferenceType()
                            || parameter.isJavaLangObject()
                    ? null
                    : parameter.getRawClass();
        }

        /**
         * Calls the method.
         *
         * @param consumer the consumer
         * @param argument the argument, of the parameter's class; ignored if the method has no parameter
         * @return the stage that the method returned, or a completed one for void
         * @throws Throwable the exception that the method threw
         */
        @SuppressWarnings("unchecked") // checked when the method was bound: a stage, or null from a void method
        public CompletionStage<Void> call(Object consumer, @Nullable Object argument) throws Throwable {
            Object result = (Object) handle.invokeExact(consumer, argument);
            if (result == null && method.getReturnType() != void.class) {
                throw new ChannelsException("%s returned null (expected: a stage)".formatted(show(method)));
            }
            return result == null ? Stages.done() : (CompletionStage<Void>) result;
        }

        /** Calls the method. If it throws an exception, the stage fails with it. */
        public CompletionStage<Void> callAsync(Object consumer, @Nullable Object argument) {
            try {
                return call(consumer, argument);
            } catch (Throwable e) {
                return CompletableFuture.failedFuture(e);
            }
        }

        /** Calls a method that may block. A checked exception becomes the cause of a {@link ChannelsException}. */
        public void callBlocking(Object consumer, @Nullable Object argument) {
            try {
                call(consumer, argument);
            } catch (RuntimeException | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new ChannelsException("%s failed".formatted(method.getName()), e);
            }
        }
    }

    /** The rules for one kind of annotation. */
    public interface Rules<A extends Annotation> {

        /** Returns the annotation's class. */
        Class<A> annotation();

        /**
         * Returns the class of the objects that methods handle. A parameter has either this class or a class to which the content
         * is bound.
         */
        Class<?> handled();

        /** Returns the name that a method handles. */
        String name(A annotation);

        /** Returns whether a method may return a stage. It may always return {@code void}. */
        boolean stages();

        /** Returns rules with the given parts. */
        static <A extends Annotation> Rules<A> of(
                Class<A> annotation, Class<?> handled, Function<A, String> name, boolean stages) {
            return new Rules<>() {
                @Override
                public Class<A> annotation() {
                    return annotation;
                }

                @Override
                public Class<?> handled() {
                    return handled;
                }

                @Override
                public String name(A found) {
                    return name.apply(found);
                }

                @Override
                public boolean stages() {
                    return stages;
                }
            };
        }
    }

    /** Returns a table that binds each class at its first look-up. */
    public static <A extends Annotation> ClassValue<Handlers> table(Rules<A> rules) {
        return new ClassValue<>() {
            @Override
            protected Handlers computeValue(Class<?> consumer) {
                return bind(consumer, rules);
            }
        };
    }

    /** Returns the handler for a name, or null if there is none. */
    public @Nullable Handler get(String name) {
        return byName.get(name);
    }

    /** Returns all names. */
    public Set<String> names() {
        return byName.keySet();
    }

    private static <A extends Annotation> Handlers bind(Class<?> consumer, Rules<A> rules) {
        Map<String, Handler> found = new HashMap<>();
        Set<String> replaced = new HashSet<>();
        for (Class<?> type : lineage(consumer)) {
            Set<String> own = new HashSet<>();
            for (Method method : type.getDeclaredMethods()) {
                requireBase(consumer, method);
                A annotation = method.getAnnotation(rules.annotation());
                if (annotation == null) {
                    continue;
                }
                boolean inheritable = !Modifier.isPrivate(method.getModifiers());
                if (!method.isBridge() && !(inheritable && replaced.contains(signature(method)))) {
                    add(found, rules, annotation, consumer, method); // a call reaches the overriding method, if any
                }
                if (inheritable) {
                    own.add(signature(method));
                }
            }
            replaced.addAll(own);
        }
        return new Handlers(found);
    }

    private static void requireBase(Class<?> consumer, Method method) {
        for (Annotation annotation : method.getAnnotations()) {
            RequiresBase bases = annotation.annotationType().getAnnotation(RequiresBase.class);
            if (bases != null && Stream.of(bases.value()).noneMatch(base -> base.isAssignableFrom(consumer))) {
                throw new ChannelsException("@%s method %s: %s never calls it (expected: a subclass of %s)"
                        .formatted(
                                annotation.annotationType().getSimpleName(),
                                show(method),
                                consumer.getName(),
                                Stream.of(bases.value())
                                        .map(Class::getSimpleName)
                                        .collect(Collectors.joining(" or "))));
            }
        }
    }

    /** Returns a class, its superclasses, and all their interfaces; overriding types come before overridden ones. */
    private static List<Class<?>> lineage(Class<?> consumer) {
        List<Class<?>> all = new ArrayList<>();
        Set<Class<?>> interfaces = new LinkedHashSet<>();
        for (Class<?> type = consumer; type != null; type = type.getSuperclass()) {
            all.add(type);
            addInterfaces(type, interfaces);
        }
        interfaces.stream()
                .sorted(Comparator.<Class<?>>comparingInt(type -> addInterfaces(type, new HashSet<>()))
                        .reversed())
                .forEach(all::add);
        return all;
    }

    /** Adds all interfaces of a type. Returns the number of interfaces found. */
    private static int addInterfaces(Class<?> type, Set<Class<?>> found) {
        for (Class<?> direct : type.getInterfaces()) {
            found.add(direct);
            addInterfaces(direct, found);
        }
        return found.size();
    }

    private static String signature(Method method) {
        return method.getName() + MethodType.methodType(void.class, method.getParameterTypes());
    }

    private static <A extends Annotation> void add(
            Map<String, Handler> found, Rules<A> rules, A annotation, Class<?> consumer, Method method) {
        String name = rules.name(annotation);
        if (name.isEmpty()) {
            throw rejected(rules, method, "name \"\"", "the type that it handles");
        }
        Handler handler = handler(rules, consumer, method);
        Handler other = found.putIfAbsent(name, handler);
        if (other != null) {
            throw new ChannelsException("@%s(\"%s\"): on both %s and %s (expected: one method for each name)"
                    .formatted(rules.annotation().getSimpleName(), name, show(method), show(other.method())));
        }
    }

    private static <A extends Annotation> Handler handler(Rules<A> rules, Class<?> consumer, Method method) {
        Class<?> result = method.getReturnType();
        boolean stage = CompletionStage.class.isAssignableFrom(result);
        if (Modifier.isStatic(method.getModifiers())
                || method.getParameterCount() > 1
                || result != void.class && !(stage && rules.stages())) {
            throw rejected(
                    rules,
                    method,
                    declaration(method),
                    "an instance method with at most one parameter that returns "
                            + (rules.stages() ? "void or a CompletionStage" : "void"));
        }
        if (stage && !isStageOfVoid(method.getGenericReturnType())) {
            throw rejected(rules, method, declaration(method), "void or CompletionStage<Void>; results are not sent");
        }
        Class<?> parameter = method.getParameterCount() == 0 ? null : method.getParameterTypes()[0];
        if (parameter == Message.class && rules.handled() != Message.class) {
            throw rejected(
                    rules,
                    method,
                    "parameter Message",
                    rules.handled().getSimpleName() + " or a class to bind to; @Handles methods receive a Message");
        }
        JavaType type = parameter == null ? null : ParameterTypes.resolve(consumer, method);
        if (parameter != null && type == null) {
            throw rejected(
                    rules,
                    method,
                    declaration(method),
                    "a parameter whose type arguments %s determines".formatted(consumer.getName()));
        }
        return new Handler(method, type, handle(method));
    }

    private static boolean isStageOfVoid(Type result) {
        return !(result instanceof ParameterizedType stage)
                || !(stage.getActualTypeArguments()[0] instanceof Class<?> value)
                || value == Void.class;
    }

    private static String declaration(Method method) {
        return (Modifier.isStatic(method.getModifiers()) ? "static " : "")
                + method.getGenericReturnType().getTypeName()
                + Stream.of(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(", ", " " + method.getName() + "(", ")"));
    }

    private static ChannelsException rejected(Rules<?> rules, Method method, String found, String expected) {
        return new ChannelsException("@%s method %s: %s (expected: %s)"
                .formatted(rules.annotation().getSimpleName(), show(method), found, expected));
    }

    private static MethodHandle handle(Method method) {
        MethodHandle handle;
        try {
            method.setAccessible(true);
            handle = LOOKUP.unreflect(method);
        } catch (InaccessibleObjectException | IllegalAccessException e) {
            throw new ChannelsException(
                    "handler %s cannot be reached; add to module-info.java of %s: opens %s to io.channels4j.core, tools.jackson.databind;"
                            .formatted(
                                    show(method),
                                    method.getDeclaringClass().getModule(),
                                    method.getDeclaringClass().getPackageName()),
                    e);
        }
        if (method.getParameterCount() == 0) {
            handle = MethodHandles.dropArguments(handle, 1, Object.class);
        }
        return handle.asType(MethodType.methodType(Object.class, Object.class, Object.class));
    }

    private static String show(Method method) {
        return method.getDeclaringClass().getName() + "." + method.getName();
    }
}
