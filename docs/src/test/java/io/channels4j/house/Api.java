package io.channels4j.house;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaParameterizedType;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.JavaTypeVariable;
import com.tngtech.archunit.core.domain.JavaWildcardType;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The exported signatures of a module, one per line, sorted. */
final class Api {

    private static final Set<JavaModifier> SHOWN =
            Set.of(JavaModifier.STATIC, JavaModifier.ABSTRACT, JavaModifier.FINAL, JavaModifier.PROTECTED);

    private Api() {}

    static List<String> of(Module module) {
        Set<String> exported = module.exportedPackages();
        return module.classes().stream()
                .filter(type -> exported.contains(type.getPackageName()))
                .filter(Api::reachable)
                .flatMap(Api::lines)
                .distinct()
                .sorted()
                .toList();
    }

    private static Stream<String> lines(JavaClass type) {
        return Stream.concat(
                Stream.of(type.getName() + " " + declaration(type)),
                members(type)
                        .filter(Api::open)
                        .filter(member -> !member.getModifiers().contains(JavaModifier.SYNTHETIC))
                        .map(member -> type.getName() + " " + line(member)));
    }

    /** Returns the members of a type, including those inherited from types that users cannot name. */
    private static Stream<JavaMember> members(JavaClass type) {
        Stream<JavaMember> inherited = Stream.concat(type.getRawSuperclass().stream(), type.getRawInterfaces().stream())
                .filter(parent -> parent.getName().startsWith("io.channels4j.") && !reachable(parent))
                .flatMap(Api::members)
                .filter(member -> !member.getName().equals(JavaConstructor.CONSTRUCTOR_NAME));
        return Stream.concat(type.getMembers().stream(), inherited);
    }

    private static String declaration(JavaClass type) {
        List<String> parents = Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream())
                .map(Api::name)
                .filter(parent -> !parent.equals("java.lang.Object"))
                .sorted()
                .toList();
        return modifiers(type.getModifiers())
                + kind(type)
                + variables(type.getTypeParameters())
                + (parents.isEmpty() ? "" : " : " + String.join(", ", parents));
    }

    private static String kind(JavaClass type) {
        if (type.isAnnotation()) {
            return "annotation";
        }
        if (type.isInterface()) {
            return "interface";
        }
        if (type.isEnum()) {
            return "enum";
        }
        return type.isRecord() ? "record" : "class";
    }

    private static String line(JavaMember member) {
        if (member instanceof JavaCodeUnit code) {
            String parameters = code.getParameterTypes().stream().map(Api::name).collect(Collectors.joining(", "));
            String thrown =
                    code.getExceptionTypes().stream().map(Api::name).sorted().collect(Collectors.joining(", "));
            return "." + code.getName() + variables(code.getTypeParameters()) + "(" + parameters + ") "
                    + modifiers(code.getModifiers()) + name(code.getReturnType())
                    + (thrown.isEmpty() ? "" : " throws " + thrown);
        }
        JavaField field = (JavaField) member;
        return "." + field.getName() + " " + modifiers(field.getModifiers()) + name(field.getType());
    }

    private static String variables(List<? extends JavaTypeVariable<?>> variables) {
        return variables.isEmpty()
                ? ""
                : variables.stream()
                        .map(it -> it.getName() + bounds(it.getUpperBounds()))
                        .collect(Collectors.joining(", ", "<", ">"));
    }

    private static String bounds(List<JavaType> bounds) {
        String names = bounds.stream()
                .map(Api::name)
                .filter(bound -> !bound.equals("java.lang.Object"))
                .collect(Collectors.joining(" & "));
        return names.isEmpty() ? "" : " extends " + names;
    }

    private static String name(JavaType type) {
        if (type instanceof JavaParameterizedType generic) {
            return generic.toErasure().getName()
                    + generic.getActualTypeArguments().stream()
                            .map(Api::name)
                            .collect(Collectors.joining(", ", "<", ">"));
        }
        if (type instanceof JavaWildcardType wildcard) {
            List<JavaType> lower = wildcard.getLowerBounds();
            return "?" + (lower.isEmpty() ? bounds(wildcard.getUpperBounds()) : " super " + name(lower.get(0)));
        }
        return type instanceof JavaClass plain && plain.isArray()
                ? name(plain.getComponentType()) + "[]"
                : type.getName();
    }

    private static String modifiers(Set<JavaModifier> modifiers) {
        return modifiers.stream()
                .filter(SHOWN::contains)
                .map(modifier -> modifier.name().toLowerCase(Locale.ROOT) + " ")
                .sorted()
                .collect(Collectors.joining());
    }

    private static boolean open(JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
    }

    private static boolean reachable(JavaClass type) {
        return (type.getModifiers().contains(JavaModifier.PUBLIC)
                        || type.getModifiers().contains(JavaModifier.PROTECTED))
                && type.getEnclosingClass().map(Api::reachable).orElse(true);
    }
}
