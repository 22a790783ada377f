package io.channels4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every Java block in README.md and in the guide is a region of a compiled file in this package. The comment before the block
 * names the region. Nested types are shown without {@code static}, like top-level types.
 */
class SnippetsTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path CODE = ROOT.resolve("docs/src/test/java/io/channels4j/docs");
    private static final Pattern BLOCK =
            Pattern.compile("(?:<!-- snippet: (\\S+)#(\\S+) -->\\n)?```java\\n(.*?)```", Pattern.DOTALL);

    @Test
    void javaBlocksAreRegionsOfCompiledFiles() throws IOException {
        List<String> seen = new ArrayList<>();
        for (Path page : pages()) {
            Matcher block = BLOCK.matcher(Files.readString(page));
            while (block.find()) {
                String name = page.getFileName() + ": " + block.group(1) + "#" + block.group(2);
                assertThat(block.group(1))
                        .as("a block without a snippet comment in %s", page)
                        .isNotNull();
                assertThat(block.group(3)).as(name).isEqualTo(region(block.group(1), block.group(2)));
                seen.add(name);
            }
        }
        assertThat(seen).as("blocks seen").hasSizeGreaterThanOrEqualTo(3);
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> guide = Files.walk(ROOT.resolve("docs"))) {
            List<Path> pages = new ArrayList<>(
                    guide.filter(it -> it.toString().endsWith(".md")).toList());
            pages.add(ROOT.resolve("README.md"));
            return pages;
        }
    }

    private static String region(String file, String name) {
        Pattern region = Pattern.compile(
                "\\n *// @start region=\"" + Pattern.quote(name) + "\"\\n(.*?)\\n *// @end", Pattern.DOTALL);
        Matcher found = region.matcher(read(CODE.resolve(file)));
        assertThat(found.find()).as("region %s in %s", name, file).isTrue();
        return found.group(1).stripIndent().replace("public static final class", "public final class") + "\n";
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
