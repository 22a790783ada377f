package io.channels4j.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The last compiled state of one published module. It is read from the module's directory, which excludes the rest of
 * the class path.
 *
 * <p>A rule that finds no classes always passes. Each module therefore specifies a minimum number of classes. Raise it when a
 * module grows.
 */
enum Module {
    CORE("channels-core", 200),
    NETTY("channels-netty", 90),
    REDIS("channels-redis", 60),
    TESTING("channels-testing", 20);

    private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();

    private final String directory;
    private final int leastClasses;

    Module(String directory, int leastClasses) {
        this.directory = directory;
        this.leastClasses = leastClasses;
    }

    JavaClasses classes() {
        JavaClasses classes = new ClassFileImporter().importPath(output("classes"));
        assertThat(classes).as("classes seen in %s", this).hasSizeGreaterThanOrEqualTo(leastClasses);
        return classes;
    }

    Set<String> exportedPackages() {
        return ModuleFinder.of(output("classes")).findAll().stream()
                .flatMap(module -> module.descriptor().exports().stream())
                .filter(exports -> !exports.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Returns all published classes as one graph. */
    static JavaClasses allClasses() {
        int leastClasses =
                Arrays.stream(values()).mapToInt(module -> module.leastClasses).sum();
        JavaClasses classes = new ClassFileImporter()
                .importPaths(Arrays.stream(values())
                        .map(module -> module.output("classes"))
                        .toList());
        assertThat(classes).as("classes seen in all modules").hasSizeGreaterThanOrEqualTo(leastClasses);
        return classes;
    }

    /** Returns the test classes of all compiled modules, including the examples and the documentation. */
    static JavaClasses allTestClasses(int leastClasses) {
        Set<Path> outputs = Set.of(
                        "channels-core",
                        "channels-netty",
                        "channels-redis",
                        "channels-testing",
                        "examples/chat",
                        "examples/ticker",
                        "docs")
                .stream()
                .map(module -> REPOSITORY.resolve(module).resolve("target/test-classes"))
                .filter(Files::isDirectory)
                .collect(Collectors.toUnmodifiableSet());
        JavaClasses classes = new ClassFileImporter().importPaths(outputs);
        assertThat(classes).as("test classes seen in %s", outputs).hasSizeGreaterThanOrEqualTo(leastClasses);
        return classes;
    }

    String directory() {
        return directory;
    }

    /** Returns a file in the module's directory. */
    Path file(String name) {
        return REPOSITORY.resolve(directory).resolve(name);
    }

    private Path output(String kind) {
        return REPOSITORY.resolve(directory).resolve("target").resolve(kind);
    }
}
