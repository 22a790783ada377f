package io.channels4j.house;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import io.channels4j.CheckReturnValue;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Public methods that return a stage are marked, and Error Prone rejects calls that drop the stage. */
class CheckReturnValueTest {

    private static final List<String> COMPILER_PACKAGES =
            List.of("api", "file", "main", "model", "parser", "processing", "tree", "util", "code", "comp");

    @ParameterizedTest
    @EnumSource
    void everyPublicMethodThatReturnsAStageIsMarked(Module module) {
        Set<String> packages = module.exportedPackages();
        List<JavaMethod> methods = module.classes().stream()
                .filter(type -> packages.contains(type.getPackageName()))
                .filter(CheckReturnValueTest::isExported)
                .flatMap(type -> type.getMethods().stream())
                .filter(CheckReturnValueTest::isVisible)
                .filter(method -> method.getRawReturnType().isAssignableTo(CompletionStage.class))
                .toList();

        if (module != Module.NETTY) { // all its stages are those of core's interfaces
            assertThat(methods).as("methods seen in %s", module).hasSizeGreaterThanOrEqualTo(5);
        }
        assertThat(methods)
                .filteredOn(method -> !method.isAnnotatedWith(CheckReturnValue.class))
                .extracting(JavaMethod::getFullName)
                .isEmpty();
    }

    private static boolean isExported(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass()
                        .map(CheckReturnValueTest::isExported)
                        .orElse(true);
    }

    private static boolean isVisible(JavaMethod method) {
        return (method.getModifiers().contains(JavaModifier.PUBLIC)
                        || method.getModifiers().contains(JavaModifier.PROTECTED))
                && !method.getModifiers().contains(JavaModifier.SYNTHETIC)
                && !method.getModifiers().contains(JavaModifier.BRIDGE);
    }

    @Test
    @DisplayName("Error Prone rejects a callback that drops the stage of a send")
    void errorProneRejectsADroppedStage(@TempDir Path directory) throws Exception {
        String output = compile(directory, """
            import io.channels4j.Message;
            import io.channels4j.websocket.AsyncWebsocketConsumer;
            import java.util.concurrent.CompletionStage;

            class Forgetful extends AsyncWebsocketConsumer {
                @Override
                protected CompletionStage<Void> receive(String text) {
                    groupSend("room", Message.of("hello"));
                    return send(text);
                }
            }
            """);

        assertThat(output)
                .contains("Forgetful.java:8: error: [CheckReturnValue]")
                .contains("1 error");
    }

    @Test
    @DisplayName(
            "Error Prone accepts callbacks that return, compose or keep their stages, and timers that are not kept")
    void errorProneAcceptsObservedStages(@TempDir Path directory) throws Exception {
        String output = compile(directory, """
            import io.channels4j.Message;
            import io.channels4j.websocket.AsyncWebsocketConsumer;
            import java.time.Duration;
            import java.util.concurrent.CompletionStage;

            class Forgetful extends AsyncWebsocketConsumer {
                @Override
                protected CompletionStage<Void> connect() {
                    every(Duration.ofSeconds(30), () -> send("heartbeat"));
                    return inOrder(() -> groupAdd("room"), this::accept);
                }

                @Override
                protected CompletionStage<Void> receive(String text) {
                    CompletionStage<Void> sent = groupSend("room", Message.of("hello"));
                    return send(text).thenCompose(done -> sent);
                }
            }
            """);

        assertThat(output).isEmpty();
    }

    /** Compiles a class with Error Prone. Returns the output of the compiler. */
    private static String compile(Path directory, String source) throws IOException, InterruptedException {
        Path file = Files.writeString(directory.resolve("Forgetful.java"), source);
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "javac").toString());
        COMPILER_PACKAGES.forEach(
                name -> command.add("-J--add-exports=jdk.compiler/com.sun.tools.javac." + name + "=ALL-UNNAMED"));
        Stream.of("code", "comp")
                .forEach(
                        name -> command.add("-J--add-opens=jdk.compiler/com.sun.tools.javac." + name + "=ALL-UNNAMED"));
        command.addAll(List.of("-proc:none", "-XDcompilePolicy=simple", "--should-stop=ifError=FLOW"));
        command.add("-XDaddTypeAnnotationsToSymbol=true"); // required by Error Prone on some JDKs
        command.addAll(
                List.of("-cp", classPath, "-processorpath", classPath, "-Xplugin:ErrorProne -XepDisableAllWarnings"));
        command.addAll(List.of("-d", directory.toString(), file.toString()));
        File log = directory.resolve("javac.log").toFile();
        Process javac = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        try {
            assertThat(javac.waitFor(120, TimeUnit.SECONDS))
                    .as("javac has ended")
                    .isTrue();
        } finally {
            javac.destroyForcibly();
        }
        return Files.readString(log.toPath(), UTF_8).replace(directory + File.separator, "");
    }
}
