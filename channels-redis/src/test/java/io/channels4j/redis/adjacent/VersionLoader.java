package io.channels4j.redis.adjacent;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.spi.ToolProvider;

/**
 * Loads the library and a version of the chat, separately from other versions. The loaders share only the classes of the JDK and {@link
 * RunningChat}. A loader is not closed, because the event loops of a layer load classes while they end.
 */
final class VersionLoader {

    private static final String PUBSUB = "io/channels4j/redis/pubsub";
    private static final String SEND = "io/channels4j/redis/queue/send";
    private static final String STORE = "io/channels4j/redis/queue/store";

    private VersionLoader() {}

    private static final class Shared extends ClassLoader {

        Shared() {
            super(ClassLoader.getPlatformClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.equals(RunningChat.class.getName())) {
                return RunningChat.class;
            }
            throw new ClassNotFoundException(name);
        }
    }

    /** Returns a loader of the library as it is. */
    static ClassLoader current() {
        return new URLClassLoader(classPath().toArray(URL[]::new), new Shared());
    }

    /**
     * Returns a loader of the library with the wire format of its previous version. Group messages have no sequence numbers, and work and
     * delayed messages do not name their format.
     *
     * @param directory a directory for the replaced classes
     */
    static ClassLoader previous(Path directory) throws IOException {
        compile(directory, PUBSUB, "SentSequences");
        compile(directory, SEND, "DelayedMember");
        omitFormat(directory);
        List<URL> urls = new ArrayList<>(List.of(directory.toUri().toURL()));
        urls.addAll(classPath());
        return new URLClassLoader(urls.toArray(URL[]::new), new Shared());
    }

    /** Starts a version. Its threads have its class loader as their context, because Lettuce loads classes with it. */
    static RunningChat start(ClassLoader loader, String version, String layer, String url)
            throws ReflectiveOperationException {
        Thread current = Thread.currentThread();
        ClassLoader before = current.getContextClassLoader();
        current.setContextClassLoader(loader);
        try {
            return (RunningChat) loader.loadClass(ChatProcess.class.getName())
                    .getConstructor(String.class, String.class, String.class)
                    .newInstance(version, layer, url);
        } finally {
            current.setContextClassLoader(before);
        }
    }

    private static List<URL> classPath() {
        List<URL> urls = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            try {
                urls.add(new File(entry).toURI().toURL());
            } catch (MalformedURLException e) {
                throw new IllegalStateException(e);
            }
        }
        return urls;
    }

    private static void compile(Path directory, String folder, String name) throws IOException {
        Path source = directory.resolve(folder).resolve(name + ".java");
        copy(name + ".java.txt", source);
        String classPath = System.getProperty("java.class.path");
        int failed = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(
                        System.out,
                        System.err,
                        "-proc:none",
                        "-d",
                        directory.toString(),
                        "-cp",
                        classPath,
                        source.toString());
        if (failed != 0) {
            throw new IllegalStateException("%s: not compiled".formatted(source));
        }
    }

    /** Changes the function that adds work to a queue. */
    private static void omitFormat(Path directory) throws IOException {
        String functions = STORE + "/common.lua";
        String current;
        try (InputStream in = VersionLoader.class.getResourceAsStream("/" + functions)) {
            current = new String(Objects.requireNonNull(in, functions).readAllBytes(), StandardCharsets.UTF_8);
        }
        String before = current.replace("'m', payload, 'n', '0', 'f', format)", "'m', payload)");
        if (before.equals(current)) {
            throw new IllegalStateException("%s: no format".formatted(functions));
        }
        Files.createDirectories(directory.resolve(STORE));
        Files.writeString(directory.resolve(functions), before);
    }

    private static void copy(String resource, Path target) throws IOException {
        Files.createDirectories(Objects.requireNonNull(target.getParent()));
        try (InputStream in = VersionLoader.class.getResourceAsStream(resource)) {
            Files.copy(Objects.requireNonNull(in, resource), target);
        }
    }
}
