package io.channels4j.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertAll;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Prose is plain technical English. This test counts words that personify programs, and idioms that readers have to
 * translate. It searches the comments and literals of main sources, Markdown pages and the pages of the examples. Words
 * that also have an ordinary sense have a small allowance.
 */
class DialectTest {

    private static final int MIN_JAVA_FILES = 420;
    private static final int MIN_MARKDOWN_FILES = 15;
    private static final int MIN_PAGE_FILES = 8;

    private static final List<Word> WORDS = List.of(
            new Word("nobody|somebody|anybody|whoever", 0),
            new Word("tell|tells|told", 2),
            new Word("hear|hears|heard", 2),
            new Word("say|says|said", 4),
            new Word("believe|believes", 0),
            new Word("know|knows", 8),
            new Word("who", 8),
            new Word("lets in|let in", 0),
            new Word("bear|bears", 0),
            new Word("afresh|forestall|owed", 0),
            new Word("goes on|go on|went on", 0),
            new Word("is over|are over|was over", 2),
            new Word("for good", 0),
            new Word("at once", 4),
            new Word("in turn", 1),
            new Word("as it is|as they are", 4),
            new Word("of its own|of their own", 10),
            new Word("once more", 0),
            new Word("has its turn|have their turn", 0),
            new Word("what it is about|is there for|are there for", 0),
            new Word("comes back|come back|came back", 2),
            new Word("makes out|turned away|last words|stays behind", 0));

    /**
     * A word of the dialect.
     *
     * @param text the forms of the word, separated by vertical bars
     * @param allowance the maximum number of occurrences in all files together
     */
    private record Word(String text, int allowance) {

        private static final int FLAGS = Pattern.CASE_INSENSITIVE;

        List<String> hits(List<SourceFile> files) {
            Pattern pattern = Pattern.compile("\\b(" + text.replace(" ", "\\s+") + ")\\b", FLAGS);
            return files.stream()
                    .flatMap(file -> IntStream.range(0, file.lines().size())
                            .filter(i -> pattern.matcher(file.lines().get(i)).find())
                            .mapToObj(i -> "%s:%d: %s"
                                    .formatted(
                                            file.path(),
                                            i + 1,
                                            file.lines().get(i).strip())))
                    .toList();
        }
    }

    @Test
    void proseIsPlainEnglish() {
        List<SourceFile> java = Stream.of(
                        "channels-core", "channels-netty", "channels-redis", "channels-testing", "examples")
                .flatMap(directory -> SourceFile.in(directory, ".java").stream())
                .filter(file -> file.path().contains("/src/main/"))
                .map(DialectTest::proseOfCode)
                .toList();
        List<SourceFile> markdown = SourceFile.in("", ".md").stream()
                .map(DialectTest::proseOfMarkdown)
                .toList();
        List<SourceFile> pages = Stream.concat(
                        SourceFile.in("examples", ".html").stream(),
                        SourceFile.in("examples", ".js").stream().map(DialectTest::proseOfCode))
                .toList();
        assertThat(java).as("Java files seen").hasSizeGreaterThanOrEqualTo(MIN_JAVA_FILES);
        assertThat(markdown).as("Markdown files seen").hasSizeGreaterThanOrEqualTo(MIN_MARKDOWN_FILES);
        assertThat(pages).as("page files seen").hasSizeGreaterThanOrEqualTo(MIN_PAGE_FILES);

        List<SourceFile> all =
                Stream.of(java, markdown, pages).flatMap(List::stream).toList();
        assertAll(WORDS.stream().map(word -> (Executable) () -> {
            List<String> hits = word.hits(all);
            assertThat(hits.size())
                    .as("%s: %d hits%n%s%n", word.text(), hits.size(), String.join("\n", hits))
                    .isLessThanOrEqualTo(word.allowance());
        }));
    }

    private static final Pattern CODE_PROSE = Pattern.compile(
            "(?<prose>//[^\\n]*|/\\*.*?\\*/|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\")|'(?:\\\\.|[^'\\\\])+'",
            Pattern.DOTALL);

    /** Returns the comments and string literals of a Java or JavaScript file, on their original lines. */
    private static SourceFile proseOfCode(SourceFile file) {
        String text = String.join("\n", file.lines());
        StringBuilder prose = new StringBuilder(text.replaceAll("[^\\n]", " "));
        Matcher matcher = CODE_PROSE.matcher(text);
        while (matcher.find()) {
            String part = matcher.group("prose");
            if (part != null && (part.startsWith("/") || part.contains(" "))) { // other literals are identifiers
                prose.replace(matcher.start(), matcher.end(), part);
            }
        }
        return new SourceFile(file.path(), List.of(prose.toString().split("\n", -1)));
    }

    /** Returns a Markdown file without its code blocks and code spans. */
    private static SourceFile proseOfMarkdown(SourceFile file) {
        List<String> prose = new ArrayList<>();
        boolean code = false;
        for (String line : file.lines()) {
            boolean fence = line.strip().startsWith("```");
            code ^= fence;
            prose.add(code || fence ? "" : line.replaceAll("`[^`]*`", ""));
        }
        return new SourceFile(file.path(), prose);
    }
}
