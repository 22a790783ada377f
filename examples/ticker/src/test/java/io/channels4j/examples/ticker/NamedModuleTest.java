package io.channels4j.examples.ticker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the example on the module path in a separate JVM, with only the modules it requires. */
@Timeout(120)
class NamedModuleTest {

    private static final List<ModuleReference> MODULES = required();

    @Test
    void allRequiredModulesAreExplicit() {
        assertThat(MODULES)
                .extracting(ModuleReference::descriptor)
                .extracting(ModuleDescriptor::name)
                .contains("io.channels4j.core", "io.channels4j.netty", "io.netty.codec.http", "ch.qos.logback.classic");
        assertThat(MODULES).noneMatch(module -> module.descriptor().isAutomatic());
    }

    @Test
    void runsAsANamedModule() throws Exception {
        try (RunningTicker ticker = RunningTicker.start(paths(own()))) {
            URI address = address(ticker);

            assertThat(get(address, HttpResponse.BodyHandlers.ofString()).body())
                    .contains("<title>Ticker</title>");
            try (Stream<String> stream = get(address.resolve("prices"), HttpResponse.BodyHandlers.ofLines())
                    .body()) {
                List<String> prices = stream.filter(line -> line.startsWith("data: {"))
                        .limit(12)
                        .toList();
                assertThat(prices) // more prices than are published in one second
                        .hasSize(12)
                        .allMatch(line -> line.matches("data: \\{\"id\":\\d+,\"symbol\":\"[A-Z]+\",\"cents\":\\d+,.*"));
            }
            assertThat(ticker.stop()).isTrue();
        }
    }

    @Test
    void namesTheMissingOpensDirective(@TempDir Path copy) throws Exception {
        copyClosed(copy);

        try (RunningTicker ticker = RunningTicker.start(paths(copy))) {
            URI address = address(ticker);

            assertThat(get(address.resolve("prices"), HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(500);
            assertThat(ticker.line(line -> line.contains("cannot be reached")))
                    .contains("handler io.channels4j.examples.ticker.TickerConsumer.")
                    .contains("add to module-info.java of module io.channels4j.examples.ticker: "
                            + "opens io.channels4j.examples.ticker to io.channels4j.core, tools.jackson.databind;");
        }
    }

    /** Returns the modules on the class path that the example needs, including the example itself. */
    private static List<ModuleReference> required() {
        Path[] classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> Files.exists(path) && !path.endsWith("test-classes"))
                .toArray(Path[]::new);
        return Configuration.resolveAndBind(
                        ModuleFinder.of(classPath),
                        List.of(ModuleLayer.boot().configuration()),
                        ModuleFinder.of(),
                        Set.of(RunningTicker.MODULE))
                .modules()
                .stream()
                .map(ResolvedModule::reference)
                .toList();
    }

    private static Path own() {
        return located(module -> module.equals(RunningTicker.MODULE)).findAny().orElseThrow();
    }

    private static List<Path> paths(Path own) {
        Stream<Path> others = located(module -> !module.equals(RunningTicker.MODULE));
        return Stream.concat(Stream.of(own), others).toList();
    }

    private static Stream<Path> located(Predicate<String> wanted) {
        return MODULES.stream()
                .filter(module -> wanted.test(module.descriptor().name()))
                .map(module -> Path.of(module.location().orElseThrow()));
    }

    /** Copies the example, but with a module descriptor that opens nothing. */
    private static void copyClosed(Path copy) throws IOException {
        Path own = own();
        try (Stream<Path> files = Files.walk(own).filter(Files::isRegularFile)) {
            for (Path file : files.toList()) {
                Path target = copy.resolve(own.relativize(file));
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
        Path source = Files.writeString(
                Files.createDirectory(copy.resolve("source")).resolve("module-info.java"),
                "module %s { requires io.channels4j.core; requires io.channels4j.netty; }"
                        .formatted(RunningTicker.MODULE));
        int result = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "--module-path",
                        RunningTicker.joined(paths(copy).stream().skip(1).toList()),
                        "-d",
                        copy.toString(),
                        source.toString());
        assertThat(result).as("result of the compiler").isZero();
    }

    private static URI address(RunningTicker ticker) throws InterruptedException {
        String line = ticker.line(printed -> printed.startsWith("Ticker is running at "));
        return URI.create(line.substring(line.lastIndexOf(' ') + 1));
    }

    private static <T> HttpResponse<T> get(URI address, HttpResponse.BodyHandler<T> body)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(30)).build();
        return HttpClient.newHttpClient().send(request, body);
    }
}
