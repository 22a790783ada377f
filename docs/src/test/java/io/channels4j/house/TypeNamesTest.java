package io.channels4j.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** No two types in the libraries have the same simple name. */
class TypeNamesTest {

    private static final int MIN_FILES = 400;

    @Test
    void topLevelTypesHaveUniqueSimpleNames() {
        List<SourceFile> files = SourceFile.ofLibraries();
        assertThat(files).as("source files seen").hasSizeGreaterThanOrEqualTo(MIN_FILES);

        Map<String, List<String>> pathsByName = files.stream()
                .collect(Collectors.groupingBy(
                        SourceFile::name, TreeMap::new, Collectors.mapping(SourceFile::path, Collectors.toList())));

        pathsByName.values().removeIf(paths -> paths.size() == 1);
        assertThat(pathsByName).as("simple names shared by several types").isEmpty();
    }
}
