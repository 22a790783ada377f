package io.channels4j.engine.binding;

import io.channels4j.internal.StandardJson;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.type.TypeBindings;
import tools.jackson.databind.type.TypeFactory;

/** Resolves the parameter types of inherited generic methods. */
final class ParameterTypes {

    private ParameterTypes() {}

    /**
     * Returns the type of a method's only parameter in the consumer's class. Returns null if a type variable remains
     * unresolved.
     */
    static @Nullable JavaType resolve(Class<?> consumer, Method method) {
        TypeFactory types = StandardJson.MAPPER.getTypeFactory();
        JavaType owner = types.constructType(consumer).findSuperType(method.getDeclaringClass());
        TypeBindings bindings = owner == null ? TypeBindings.emptyBindings() : owner.getBindings();
        Type parameter = method.getGenericParameterTypes()[0];
        return isBound(parameter, method, bindings) ? types.resolveMemberType(parameter, bindings) : null;
    }

    private static boolean isBound(Type type, Method method, TypeBindings bindings) {
        if (type instanceof TypeVariable<?> variable) {
            return variable.getGenericDeclaration() != method && bindings.findBoundType(variable.getName()) != null;
        }
        if (type instanceof ParameterizedType generic) {
            return Stream.of(generic.getActualTypeArguments()).allMatch(each -> isBound(each, method, bindings));
        }
        if (type instanceof GenericArrayType array) {
            return isBound(array.getGenericComponentType(), method, bindings);
        }
        if (type instanceof WildcardType wildcard) {
            return Stream.of(wildcard.getUpperBounds()).allMatch(each -> isBound(each, method, bindings));
        }
        return true;
    }
}
