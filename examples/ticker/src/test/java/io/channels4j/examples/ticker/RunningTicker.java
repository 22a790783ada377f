package io.channels4j.examples.ticker;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The ticker in a separate JVM, started as a named module. Its output is read line by line. */
final class RunningTicker implements AutoCloseable {

    static final String MODULE = "io.channels4j.examples.ticker";

    private static final long LIMIT_SECONDS = 30;

    private final Process process;
    private final BlockingQueue<String> printed = new LinkedBlockingQueue<>();

    private RunningTicker(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "ticker-output");
        reader.setDaemon(true);
        reader.start();
    }

    static RunningTicker start(List<Path> modulePath) throws IOException {
        ProcessBuilder command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--module-path",
                        joined(modulePath),
                        "-m",
                        MODULE + "/" + TickerServer.class.getName())
                .redirectErrorStream(true);
        command.environment().put("PORT", "0");
        return new RunningTicker(command.start());
    }

    static String joined(List<Path> paths) {
        return paths.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            lines.lines().forEach(printed::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for a matching line and discards the lines before it. */
    String line(Predicate<String> wanted) throws InterruptedException {
        StringBuilder others = new StringBuilder();
        for (String line = next(others); ; line = next(others)) {
            if (wanted.test(line)) {
                return line;
            }
            others.append(line).append('\n');
        }
    }

    private String next(CharSequence before) throws InterruptedException {
        String line = printed.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (line == null) {
            throw new AssertionError("the line was not printed, but:\n" + before);
        }
        return line;
    }

    /** Requests termination, as Ctrl-C does, and returns whether the process ended. */
    boolean stop() throws InterruptedException {
        process.destroy();
        return process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
