package io.channels4j.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link MemberProcess} in another JVM, controlled by lines of text. */
record ForkedMember(Process process, PrintWriter in, BufferedReader out) implements AutoCloseable {

    static ForkedMember start(String url, String prefix, int index, int processes, int members) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                MemberProcess.class.getName(),
                url,
                prefix,
                String.valueOf(index),
                String.valueOf(processes),
                String.valueOf(members));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return new ForkedMember(
                    process,
                    new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true),
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void writeLine(String line) {
        in.println(line);
    }

    String readLine() {
        try {
            return String.valueOf(out.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the process, like {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        in.close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
