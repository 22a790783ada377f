package io.channels4j.redis.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A Redis server of the test's own, on a port that was free; it keeps nothing on disk unless told to. It can be killed
 * and started again on the same port.
 *
 * <p>A server that a test leaves open ends with the JVM.
 */
public final class RedisProcess implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    private final int port;
    private final Path directory;
    private final List<String> command;
    private final Thread atExit = new Thread(this::destroy, "stop-redis");
    private Process process;

    private RedisProcess(int port, Path directory, List<String> command) {
        this.port = port;
        this.directory = directory;
        this.command = List.copyOf(command);
        this.process = run();
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Starts a server with further options, such as {@code "--requirepass", "secret"}. */
    public static RedisProcess start(String... options) {
        return start(freePort(), options);
    }

    static RedisProcess start(int port, String... options) {
        List<String> command = new ArrayList<>(List.of(
                RedisBinary.path().toString(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port"));
        command.add(String.valueOf(port));
        command.addAll(List.of(options));
        return started(new RedisProcess(port, newDirectory(), command));
    }

    /** Starts a sentinel with a configuration. */
    static RedisProcess startSentinel(int port, String configuration) {
        Path directory = newDirectory();
        Path file = directory.resolve("sentinel.conf");
        try {
            Files.writeString(file, configuration);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> command = List.of(RedisBinary.path().toString(), file.toString(), "--sentinel");
        return started(new RedisProcess(port, directory, command));
    }

    /** Starts a server that writes every command to its disk before it answers, so that killing it loses nothing. */
    public static RedisProcess startDurable() {
        return start("--appendonly", "yes", "--appendfsync", "always");
    }

    /**
     * Returns a server that all tests of this JVM share: take a prefix of your own, do not kill it, do not flush it.
     */
    public static RedisProcess shared() {
        return Shared.SERVER;
    }

    private static RedisProcess started(RedisProcess server) {
        server.awaitAnswer();
        return server;
    }

    public int port() {
        return port;
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** Opens a connection to look at the server or to disturb it. */
    public RedisCli cli() {
        return RedisCli.connect(port);
    }

    /** Sends one command over a connection of its own. */
    public String command(String... words) {
        try (RedisCli cli = cli()) {
            return cli.command(words);
        }
    }

    /** Ends the server as a crash would. */
    public void kill() {
        destroy();
    }

    /** Starts the killed server again on its port. */
    public void restart() {
        destroy();
        process = run();
        awaitAnswer();
    }

    @Override
    public void close() {
        destroy();
        delete(directory);
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private Process run() {
        try {
            return new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitAnswer() {
        Awaitility.await()
                .atMost(START_LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .ignoreExceptions()
                .until(() -> command("PING").equals("PONG"));
    }

    private void destroy() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("redis-server on port %d does not end".formatted(port));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns a port that is free now. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path newDirectory() {
        try {
            return Files.createTempDirectory("redis");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Shared {
        static final RedisProcess SERVER = start();
    }
}
