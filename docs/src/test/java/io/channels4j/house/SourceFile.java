package io.channels4j.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A text file in the repository.
 *
 * @param path the path relative to the repository, separated by slashes
 * @param lines the content
 */
record SourceFile(String path, List<String> lines) {

    private static final Path REPOSITORY = Path.of("").toAbsolutePath().getParent();
    private static final Set<String> WITHOUT_TYPE = Set.of("package-info", "module-info");

    /** Returns the name without the extension. For Java files, this is the simple name of the top-level type. */
    String name() {
        String file = path.substring(path.lastIndexOf('/') + 1);
        return file.substring(0, file.lastIndexOf('.'));
    }

    /** Returns the main sources of the libraries, one file per top-level type. */
    static List<SourceFile> ofLibraries() {
        return Stream.of(Module.values())
                .flatMap(module -> in(module.directory() + "/src/main/java", ".java").stream())
                .filter(file -> !WITHOUT_TYPE.contains(file.name()))
                .toList();
    }

    /** Returns the files with this suffix in a directory of the repository and its subdirectories, excluding build output. */
    static List<SourceFile> in(String directory, String suffix) {
        Predicate<Path> source = path -> path.toString().endsWith(suffix)
                && Stream.of("target", "node_modules", ".git", ".q").noneMatch(REPOSITORY.relativize(path)::startsWith)
                && !path.toString().contains("/target/");
        try (Stream<Path> files = Files.walk(REPOSITORY.resolve(directory))) {
            return files.filter(source).sorted().map(SourceFile::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SourceFile read(Path path) {
        try {
            String relative = REPOSITORY.relativize(path).toString().replace('\\', '/');
            return new SourceFile(relative, Files.readAllLines(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
