package io.channels4j.redis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.channels4j.Message;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A real Django process, which runs {@code src/test/python/django_peer.py}. Not thread-safe. */
final class DjangoProcess implements AutoCloseable {

    private static final List<String> INTERPRETERS = List.of("python3", "/usr/bin/python3");
    private static final JsonMapper JSON = new JsonMapper();
    private static final long LIMIT_SECONDS = 20;

    private final Process process;
    private final Writer input;
    private final BlockingQueue<JsonNode> results = new LinkedBlockingQueue<>();
    private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();

    private DjangoProcess(Process process) {
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(this::read, "django-process");
        reader.setDaemon(true);
        reader.start();
    }

    /** Skips the test if no interpreter has the packages. */
    static void assumeInstalled() {
        assumeTrue(
                interpreter() != null,
                "no Python interpreter with the packages channels and channels_redis"
                        + " (Debian: python3-django-channels, python3-channels-redis, python3-cryptography)");
    }

    private static String interpreter() {
        return INTERPRETERS.stream()
                .filter(DjangoProcess::hasPackages)
                .findFirst()
                .orElse(null);
    }

    private static boolean hasPackages(String interpreter) {
        try {
            Process check = new ProcessBuilder(interpreter, "-c", "import channels, channels_redis, cryptography")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return check.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && check.exitValue() == 0;
        } catch (IOException missing) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /**
     * Starts a process.
     *
     * @param mode {@code call} or {@code work}
     * @param backend {@code core} or {@code pubsub}
     * @param hosts the URLs, separated by commas
     * @param keys the encryption keys
     */
    static DjangoProcess start(String mode, String backend, String hosts, String... keys) {
        Path script = Stream.of("src/test/python", "../channels-redis/src/test/python")
                .map(directory -> Path.of(directory, "django_peer.py"))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow();
        List<String> command = new ArrayList<>(List.of(interpreter(), script.toString(), mode, backend, hosts, "asgi"));
        command.addAll(List.of(keys));
        try {
            DjangoProcess started = new DjangoProcess(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
            if (mode.equals("work")) {
                started.result();
            }
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                JsonNode read = JSON.readTree(line);
                (read.has("message") ? received : results).add(read);
            }
        } catch (IOException ended) {
            results.add(JSON.createObjectNode().put("error", "the process has ended"));
        }
    }

    /** Calls a method of the layer in the process and returns its result. */
    JsonNode call(Object... methodAndArguments) {
        try {
            input.write(JSON.writeValueAsString(methodAndArguments) + "\n");
            input.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return result();
    }

    private JsonNode result() {
        JsonNode result = next(results);
        if (result.has("error")) {
            throw new AssertionError(result.path("error").stringValue());
        }
        return result.path("result");
    }

    /** Opens a channel that receives from now on, and returns its name. */
    String listeningChannel() {
        String channel = call("new_channel").stringValue();
        call("listen", channel);
        return channel;
    }

    /** Returns the next message that a listening channel received. */
    Message next() {
        ObjectNode fields = (ObjectNode) next(received).path("message");
        return Message.of(fields.remove("type").stringValue(), fields);
    }

    /** Returns the number of received messages that were not read. */
    int waiting() {
        return received.size();
    }

    private static JsonNode next(BlockingQueue<JsonNode> queue) {
        try {
            JsonNode next = queue.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing from the Django process");
            }
            return next;
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** Kills the process as {@code kill -9} does. */
    @Override
    public void close() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }
}
