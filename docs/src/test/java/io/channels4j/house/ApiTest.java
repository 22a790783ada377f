package io.channels4j.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each module's {@code api.txt} lists its exported signatures. A change to the public API therefore appears in the diff
 * of a commit. Run with {@code -Dapi.update=true} to regenerate the files.
 */
class ApiTest {

    private static final String UPDATE = "api.update";

    @ParameterizedTest
    @EnumSource
    void apiIsAsWrittenDown(Module module) throws IOException {
        Path written = module.file("api.txt");
        List<String> current = Api.of(module);
        assertThat(current).as("exported signatures seen in %s", module).hasSizeGreaterThan(20);
        if (Boolean.getBoolean(UPDATE)) {
            Files.write(written, current);
        }

        assertThat(difference(Files.readAllLines(written), current))
                .as("changes of the API of %s; if intended, run: mvn test -pl docs -am -D%s=true", module, UPDATE)
                .isEmpty();
    }

    private static List<String> difference(List<String> written, List<String> current) {
        List<String> changes = new ArrayList<>();
        written.stream()
                .filter(line -> !current.contains(line))
                .map("- "::concat)
                .forEach(changes::add);
        current.stream()
                .filter(line -> !written.contains(line))
                .map("+ "::concat)
                .forEach(changes::add);
        return changes;
    }
}
