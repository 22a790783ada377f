package io.channels4j.examples.chat.two;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** A Redis of this machine's own, for trying things out: it listens on loopback only and keeps nothing on disk. */
final class RedisServer {

    private static final String PROGRAM = "/redis-server-7.0.15-%s-%s"; // in the jar of embedded-redis

    private final ChildProcess process;
    private final Path program;
    private final int port;

    private RedisServer(ChildProcess process, Path program, int port) {
        this.process = process;
        this.program = program;
        this.port = port;
    }

    /** Starts a server on a port that was free. */
    static RedisServer start() {
        try {
            Path program = unpack(PROGRAM.formatted(system(), processor()));
            int port = freePort();
            List<String> command =
                    List.of(program.toString(), "--bind", "127.0.0.1", "--port", String.valueOf(port), "--save", "");
            ChildProcess process =
                    ChildProcess.start(new ProcessBuilder(command), "Ready to accept connections", line -> {});
            process.awaitReady();
            return new RedisServer(process, program, port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    void close() {
        process.end();
        process.awaitEnd();
        try {
            Files.deleteIfExists(program);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String system() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac") ? "darwin" : "linux";
    }

    private static String processor() {
        return List.of("aarch64", "arm64").contains(System.getProperty("os.arch")) ? "arm64" : "amd64";
    }

    private static Path unpack(String resource) throws IOException {
        try (InputStream program = RedisServer.class.getResourceAsStream(resource)) {
            if (program == null) {
                throw new IllegalStateException(
                        "no %s on the class path (expected: it, or REDIS_URL)".formatted(resource));
            }
            Path file = Files.createTempFile("redis-server", "");
            file.toFile().deleteOnExit();
            Files.write(file, program.readAllBytes());
            if (!file.toFile().setExecutable(true)) {
                throw new IllegalStateException(file + " cannot be made executable");
            }
            return file;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
