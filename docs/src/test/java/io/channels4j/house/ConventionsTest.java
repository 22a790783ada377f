package io.channels4j.house;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaPackage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Conventions that all modules follow. */
class ConventionsTest {

    private static final int MIN_TEST_CLASSES = 150;

    @ParameterizedTest
    @EnumSource
    void packagesAreNullMarked(Module module) {
        List<JavaPackage> packages =
                module.classes().stream().map(JavaClass::getPackage).distinct().toList();

        assertThat(packages).as("packages seen in %s", module).isNotEmpty();
        assertThat(packages).allMatch(it -> it.isAnnotatedWith(NullMarked.class), "annotated with @NullMarked");
    }

    @ParameterizedTest
    @EnumSource
    void librariesLeaveStandardStreamsAlone(Module module) {
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS.check(module.classes());
    }

    @Test
    void testsWaitForEventsAndNeverSleep() {
        noClasses()
                .should()
                .accessTargetWhere(target(name("sleep"))
                        .and(target(owner(JavaClass.Predicates.type(Thread.class)
                                .or(JavaClass.Predicates.type(TimeUnit.class))))))
                .check(Module.allTestClasses(MIN_TEST_CLASSES));
    }
}
