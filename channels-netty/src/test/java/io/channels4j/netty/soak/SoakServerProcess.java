package io.channels4j.netty.soak;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The process that runs {@link SoakServer}, and the reports that it has sent. */
final class SoakServerProcess implements AutoCloseable {

    static final int MAX_HEAP_MIB = 256;

    private static final int START_SECONDS = 60;
    private static final int MAX_ERRORS = 20;
    private static final int MAX_WARNINGS = 200;

    private final Process process;
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final CompletableFuture<Long> drained = new CompletableFuture<>();
    private final List<Sample> samples = new CopyOnWriteArrayList<>();
    private final ConcurrentLinkedQueue<String> errors = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> otherLines = new ConcurrentLinkedQueue<>();

    /** A sample of the server's resource use. {@code heapBytes} is -1 if no garbage collection preceded the sample. */
    record Sample(long heapBytes, long directBytes, int threads) {}

    private SoakServerProcess(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "soak-server-output");
        reader.setDaemon(true);
        reader.start();
    }

    static SoakServerProcess start() {
        try {
            return new SoakServerProcess(new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx" + MAX_HEAP_MIB + "m",
                            "-XX:MaxDirectMemorySize=" + MAX_HEAP_MIB + "m",
                            "-XX:+ExitOnOutOfMemoryError",
                            "-cp",
                            System.getProperty("java.class.path"),
                            SoakServer.class.getName())
                    .redirectErrorStream(true)
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(SoakServer.PREFIX)) {
                    report(line.substring(SoakServer.PREFIX.length()));
                } else if (otherLines.size() < MAX_WARNINGS) {
                    otherLines.add(line);
                }
            }
        } catch (IOException e) {
            otherLines.add("the output of the server cannot be read: " + e);
        }
        AssertionError ended = new AssertionError("the server has ended: " + otherLines);
        port.completeExceptionally(ended);
        drained.completeExceptionally(ended);
    }

    private void report(String line) {
        String[] words = line.split(" ", 4);
        switch (words[0]) {
            case "port" -> port.complete(Integer.valueOf(words[1]));
            case "drained" -> drained.complete(Long.valueOf(words[1]));
            case "sample" ->
                samples.add(new Sample(Long.parseLong(words[1]), Long.parseLong(words[2]), Integer.parseInt(words[3])));
            default -> {
                if (errors.size() < MAX_ERRORS) {
                    errors.add(line);
                }
            }
        }
    }

    InetSocketAddress address() throws Exception {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port.get(START_SECONDS, TimeUnit.SECONDS));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    List<Sample> samples() {
        return List.copyOf(samples);
    }

    List<String> errors() {
        return List.copyOf(errors);
    }

    /** Returns the log lines, except for those in {@link #errors}. */
    List<String> log() {
        return List.copyOf(otherLines);
    }

    /** Drains the server, and returns the duration in milliseconds. */
    long drain(long limitSeconds) throws IOException, InterruptedException, ExecutionException, TimeoutException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        return drained.get(limitSeconds, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
