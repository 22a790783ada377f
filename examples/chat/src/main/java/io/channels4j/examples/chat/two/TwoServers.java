package io.channels4j.examples.chat.two;

import io.channels4j.examples.chat.ChatServer;
import io.channels4j.support.RedisProcess;
import java.io.File;
import java.net.URI;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One chat on two processes that share only a database and a Redis server. If the database or the Redis server is not
 * configured, this class starts it.
 *
 * <p>Thread-safe.
 */
public final class TwoServers implements AutoCloseable {

    private static final String READY = "Chat is running at ";

    private final Map<String, String> environment;
    private final List<ChildProcess> servers = new ArrayList<>();
    private final List<URI> addresses = new ArrayList<>();
    private final Deque<Runnable> lastFirst = new ArrayDeque<>();

    private TwoServers(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * Starts both processes, configured by the environment. The first uses {@code PORT} and the second uses the next port. {@code
     * DATABASE_URL}, {@code CHAT_DATA} and {@code REDIS_URL} have the same meaning as for {@link ChatServer#main}.
     *
     * @param arguments not used
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String... arguments) throws InterruptedException {
        System.setProperty(
                "h2.bindAddress", "localhost"); // by default, H2 binds to all interfaces and rejects remote clients
        TwoServers two = new TwoServers(System.getenv());
        Runtime.getRuntime().addShutdownHook(new Thread(two::close, "two-servers-close"));
        int port = Integer.parseInt(two.setting("PORT", "8000"));
        two.open(port, port + 1);
        System.out.printf("One chat on two processes: %s and %s%n", two.describe(0), two.describe(1));
        for (ChildProcess server : two.servers()) {
            server.join();
        }
    }

    /** Starts both processes, configured by the given environment. Port 0 selects a free port. */
    static TwoServers start(Map<String, String> environment, int firstPort, int secondPort) {
        TwoServers two = new TwoServers(environment);
        try {
            two.open(firstPort, secondPort);
            return two;
        } catch (RuntimeException e) {
            two.close();
            throw e;
        }
    }

    private synchronized void open(int firstPort, int secondPort) {
        Map<String, String> common = Map.of("DATABASE_URL", database(), "REDIS_URL", redis());
        startServer(firstPort, common);
        startServer(secondPort, common);
    }

    private String database() {
        String url = setting("DATABASE_URL", "");
        if (!url.isEmpty()) {
            return url;
        }
        DatabaseServer server = DatabaseServer.start(Path.of(setting("CHAT_DATA", "chat-data")));
        lastFirst.push(server::close);
        return server.url();
    }

    private String redis() {
        String url = setting("REDIS_URL", "");
        if (!url.isEmpty()) {
            return url;
        }
        RedisProcess server = RedisProcess.start();
        lastFirst.push(server::close);
        return server.url();
    }

    private String setting(String name, String otherwise) {
        return environment.getOrDefault(name, otherwise);
    }

    private void startServer(int port, Map<String, String> common) {
        String number = servers.isEmpty() ? "one" : "two";
        ProcessBuilder program = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath(),
                ChatServer.class.getName());
        program.environment().putAll(common);
        program.environment().put("PORT", String.valueOf(port));
        ChildProcess server = ChildProcess.start(program, READY, line -> System.out.println(number + " | " + line));
        servers.add(server);
        lastFirst.push(server::awaitEnd);
        String line = server.awaitReady();
        addresses.add(URI.create(line.substring(line.indexOf(READY) + READY.length())));
    }

    private static String classPath() {
        if (TwoServers.class.getClassLoader()
                instanceof URLClassLoader loader) { // Maven runs this class in its own JVM
            return Stream.of(loader.getURLs())
                    .map(url -> Path.of(URI.create(url.toString())).toString())
                    .collect(Collectors.joining(File.pathSeparator));
        }
        return System.getProperty("java.class.path");
    }

    /** Returns the address of the page on process 0 or 1. */
    synchronized URI address(int index) {
        return addresses.get(index);
    }

    private synchronized List<ChildProcess> servers() {
        return List.copyOf(servers);
    }

    private String describe(int index) {
        return "%s (process %d)".formatted(address(index), servers().get(index).pid());
    }

    /** Kills a process, like {@code kill -9}. */
    void kill(int index) {
        ChildProcess server = servers().get(index);
        server.kill();
        server.awaitEnd();
    }

    /** Drains both servers, then stops the database and Redis if this class started them. */
    @Override
    public synchronized void close() {
        servers.forEach(ChildProcess::end);
        lastFirst.forEach(Runnable::run);
        lastFirst.clear();
    }
}
