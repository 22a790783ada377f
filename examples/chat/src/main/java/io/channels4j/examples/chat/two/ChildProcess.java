package io.channels4j.examples.chat.two;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A child process that prints a line when it is ready.
 *
 * <p>Thread-safe.
 */
final class ChildProcess {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration END_LIMIT = Duration.ofSeconds(10);

    private final Process process;
    private final String sign;
    private final Consumer<String> listener;
    private final CompletableFuture<String> ready = new CompletableFuture<>();

    private ChildProcess(Process process, String sign, Consumer<String> listener) {
        this.process = process;
        this.sign = sign;
        this.listener = listener;
    }

    /**
     * Starts a program. {@link #awaitReady} waits until it is ready.
     *
     * @param program the program, its arguments and its environment
     * @param sign a part of the line that the program prints when it is ready
     * @param listener the consumer of every line that the program prints, called on the thread that reads the output
     */
    static ChildProcess start(ProcessBuilder program, String sign, Consumer<String> listener) {
        try {
            Process process = program.redirectErrorStream(true).start();
            ChildProcess child = new ChildProcess(process, sign, listener);
            Thread reader = new Thread(child::read, "output-of-" + process.pid());
            reader.setDaemon(true);
            reader.start();
            return child;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        String last = "nothing";
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                last = line;
                listener.accept(line);
                if (line.contains(sign)) {
                    ready.complete(line);
                }
            }
        } catch (IOException e) {
            last = e.toString(); // the output of a killed process
        }
        ready.completeExceptionally(new IllegalStateException(
                "process: ended before it printed \"%s\" (last line: \"%s\")".formatted(sign, last)));
    }

    /** Waits until the program is ready, and returns the line that it printed. */
    String awaitReady() {
        try {
            return ready.orTimeout(START_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new IllegalStateException("process: not ready", e.getCause());
        }
    }

    long pid() {
        return process.pid();
    }

    /** Waits without a time limit until the process ends. */
    void join() throws InterruptedException {
        process.waitFor();
    }

    /** Requests termination without waiting. {@link #awaitEnd} waits for it. */
    void end() {
        process.destroy();
    }

    /** Kills the process, as if it had crashed. */
    void kill() {
        process.destroyForcibly();
    }

    /** Waits until the process has ended, and kills it when the time limit expires. */
    void awaitEnd() {
        try {
            if (!process.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
