package io.channels4j.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Public builders have at most {@value #MAX_METHODS} methods. Further settings are grouped into values. */
class BuildersTest {

    private static final int MAX_METHODS = 20;

    /**
     * The minimum number of builders. The rule fails if it no longer finds the code. Raise it when builders are added.
     */
    private static final int MIN_BUILDERS = 18;

    @Test
    void publicBuildersHaveAtMostTwentyMethods() {
        List<JavaClass> builders =
                Arrays.stream(Module.values()).flatMap(BuildersTest::builders).toList();

        assertThat(builders).as("builders seen").hasSizeGreaterThanOrEqualTo(MIN_BUILDERS);
        assertThat(builders)
                .as("public methods, overloads included")
                .allSatisfy(builder ->
                        assertThat(methods(builder)).as(builder.getName()).hasSizeLessThanOrEqualTo(MAX_METHODS));
    }

    private static Stream<JavaClass> builders(Module module) {
        Set<String> exported = module.exportedPackages();
        return module.classes().stream()
                .filter(type -> exported.contains(type.getPackageName()))
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> type.getSimpleName().endsWith("Builder"));
    }

    /** Returns the public methods, including those of superclasses. */
    private static List<String> methods(JavaClass builder) {
        return builder.getAllMethods().stream()
                .filter(method -> !method.getOwner().isEquivalentTo(Object.class))
                .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(method -> !method.getModifiers().contains(JavaModifier.SYNTHETIC))
                .map(BuildersTest::signature)
                .distinct()
                .toList();
    }

    private static String signature(JavaMethod method) {
        return method.getName()
                + method.getRawParameterTypes().stream().map(JavaClass::getName).toList();
    }
}
