package io.channels4j.support;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/** The Redis server executable: the one named by {@code CHANNELS_TEST_REDIS_SERVER}, or else the one on the class path. */
final class RedisBinary {

    private static final String NAME = "/redis-server-7.0.15-%s-%s";

    private RedisBinary() {}

    static Path path() {
        return Holder.PATH;
    }

    private static Path find() {
        String chosen = System.getenv("CHANNELS_TEST_REDIS_SERVER");
        return chosen == null || chosen.isEmpty() ? unpack(NAME.formatted(system(), processor())) : Path.of(chosen);
    }

    private static String system() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return name.contains("mac") ? "darwin" : "linux";
    }

    private static String processor() {
        String name = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return name.equals("aarch64") || name.equals("arm64") ? "arm64" : "amd64";
    }

    private static Path unpack(String resource) {
        try (InputStream program = RedisBinary.class.getResourceAsStream(resource)) {
            if (program == null) {
                throw new IllegalStateException(
                        "class path: no %s (expected: embedded-redis, or a path in CHANNELS_TEST_REDIS_SERVER)"
                                .formatted(resource));
            }
            Path file = Files.createTempFile("redis-server", "");
            file.toFile().deleteOnExit();
            Files.copy(program, file, StandardCopyOption.REPLACE_EXISTING);
            if (!file.toFile().setExecutable(true)) {
                throw new IllegalStateException(file + " cannot be made executable");
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Holder {
        static final Path PATH = find();
    }
}
