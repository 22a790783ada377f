package io.channels4j.support;

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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Redis server on a free port of the loopback interface. It persists nothing by default. It can be killed and restarted on
 * the same port.
 *
 * <p>Servers that are left open are stopped when the JVM exits. Methods are not thread-safe.
 */
public final class RedisProcess implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(10);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(5);
    private static final Set<RedisProcess> OPEN = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> OPEN.forEach(RedisProcess::close), "stop-redis"));
    }

    private final int port;
    private final Path directory;
    private final List<String> command;
    private Process process;

    private RedisProcess(int port, Path directory, List<String> command) {
        this.port = port;
        this.directory = directory;
        this.command = List.copyOf(command);
        this.process = run();
        OPEN.add(this);
    }

    /** Starts a server with additional options, such as {@code "--requirepass", "secret"}. */
    public static RedisProcess start(String... options) {
        return start(freePort(), options);
    }

    /** Starts a server on the given port with additional options. */
    public static RedisProcess start(int port, String... options) {
        List<String> command = new ArrayList<>(List.of(
                RedisBinary.path().toString(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port"));
        command.add(String.valueOf(port));
        command.addAll(List.of(options));
        return started(new RedisProcess(port, newDirectory(), command));
    }

    /** Starts a sentinel with the given configuration. */
    public static RedisProcess startSentinel(int port, String configuration) {
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

    /** Starts a server that syncs every command to disk before it replies, so that a kill loses nothing. */
    public static RedisProcess startDurable() {
        return start("--appendonly", "yes", "--appendfsync", "always");
    }

    /** Returns a server shared by all tests in this JVM. Use a unique key prefix; do not kill or flush the server. */
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

    /** Opens a connection to the server. */
    public RedisCli cli() {
        return RedisCli.connect(port);
    }

    /** Sends one command over a new connection and returns its reply as text. */
    public String command(String... words) {
        try (RedisCli cli = cli()) {
            return cli.command(words);
        }
    }

    /** Kills the server, as if it had crashed. */
    public void kill() {
        destroy();
    }

    /** Kills the server if it is running, and starts it again on the same port. */
    public void restart() {
        destroy();
        process = run();
        awaitAnswer();
    }

    /** Suspends the server: connections stay open, but it does not reply. */
    public void suspend() {
        signal("STOP");
    }

    /** Resumes a suspended server. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
            if (kill.waitFor() != 0) {
                throw new IllegalStateException("kill -%s: failed".formatted(name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        if (OPEN.remove(this)) {
            destroy();
            delete(directory);
        }
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
        long start = System.nanoTime();
        while (!answers()) {
            if (hasExitedWithin(POLL_INTERVAL) || System.nanoTime() - start > START_LIMIT.toNanos()) {
                close();
                throw new IllegalStateException("redis-server on port %d: did not start".formatted(port));
            }
        }
    }

    private boolean answers() {
        try {
            return command("PING").equals("PONG");
        } catch (UncheckedIOException | IllegalStateException notYet) {
            return false;
        }
    }

    private boolean hasExitedWithin(Duration time) {
        try {
            return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void destroy() {
        process.destroyForcibly();
        if (!hasExitedWithin(STOP_LIMIT)) {
            throw new IllegalStateException("redis-server on port %d: still running after SIGKILL".formatted(port));
        }
    }

    /** Returns a port that is currently free. */
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
