package io.channels4j.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Packages are arranged in floors. A package may import only from lower floors. */
class FloorsTest {

    private static final String ROOT = "io.channels4j";

    private static final Map<String, Integer> FLOORS = Map.ofEntries(
            entry(ROOT + ".internal", -3),
            entry(ROOT, -2),
            entry(ROOT + ".control", -1),
            entry(ROOT + ".delivery", 0),
            entry(ROOT + ".layer", 1),
            entry(ROOT + ".concurrent", 1),
            entry(ROOT + ".engine.binding", 2),
            entry(ROOT + ".engine.timer", 1),
            entry(ROOT + ".engine", 2),
            entry(ROOT + ".consumer", 3),
            entry(ROOT + ".websocket", 4),
            entry(ROOT + ".http.multipart", 3),
            entry(ROOT + ".http.file", 3),
            entry(ROOT + ".http", 4),
            entry(ROOT + ".middleware", 5),
            entry(ROOT + ".routing.regex", 5),
            entry(ROOT + ".routing", 6),
            entry(ROOT + ".security", 6),
            entry(ROOT + ".worker", 6),
            entry(ROOT + ".server", 6),
            entry(ROOT + ".monitoring", 7),
            entry(ROOT + ".session", 7),
            entry(ROOT + ".auth.connection", 8),
            entry(ROOT + ".auth", 9),
            entry(ROOT + ".auth.jwt", 10));

    @Test
    void everyPackageOfCoreHasFloor() {
        classes().should(new HaveFloor()).check(Module.CORE.classes());
    }

    @Test
    void packagesOfCoreImportOnlyLowerFloors() {
        classes().should(new LookDown()).check(Module.CORE.classes());
    }

    @Test
    void noPackagesFormRing() {
        slices().assignedFrom(new Packages()).should().beFreeOfCycles().check(Module.allClasses());
    }

    private static final class HaveFloor extends ArchCondition<JavaClass> {
        HaveFloor() {
            super("are in a package that has a floor");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            if (!FLOORS.containsKey(type.getPackageName())) {
                events.add(
                        SimpleConditionEvent.violated(type, "no floor is given to the package of " + type.getName()));
            }
        }
    }

    private static final class LookDown extends ArchCondition<JavaClass> {
        LookDown() {
            super("import only lower floors");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                if (!looksDown(type, dependency.getTargetClass())) {
                    events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
                }
            }
        }

        private static boolean looksDown(JavaClass from, JavaClass to) {
            String above = from.getPackageName();
            String below = to.getBaseComponentType().getPackageName();
            if (above.equals(below)) {
                return true;
            }
            Integer upper = FLOORS.get(above);
            Integer lower = FLOORS.get(below);
            return upper == null || lower == null || lower < upper;
        }
    }

    private static final class Packages implements SliceAssignment {
        @Override
        public String getDescription() {
            return "every package";
        }

        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
        }
    }
}
