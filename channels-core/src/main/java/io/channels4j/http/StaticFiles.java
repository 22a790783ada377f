package io.channels4j.http;

import static java.util.Objects.requireNonNull;

import io.channels4j.Application;
import io.channels4j.CheckReturnValue;
import io.channels4j.Headers;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.file.ClassPathStore;
import io.channels4j.http.file.DirectoryStore;
import io.channels4j.http.file.FileResponder;
import io.channels4j.http.file.FileSettings;
import io.channels4j.http.file.FileStore;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;

/**
 * Serves the files of a directory or of a folder on the class path.
 *
 * {@snippet class="io.channels4j.behaviour.StaticFilesSnippets" region="mount"}
 *
 * <ul>
 *   <li>The path below the route selects the file. A path that ends with a slash selects {@code index.html} in that directory, and
 *       a directory without the slash is redirected to it. Other paths have status 404, or receive the {@linkplain
 *       Builder#fallback fallback}. Methods other than GET and HEAD have status 405.
 *   <li>Responses have {@code ETag} and {@code Last-Modified}, and conditional requests are answered with 304 or 412 (RFC 9110
 *       §13). A single {@code Range} is answered with 206 or 416. Several ranges are answered with the whole file.
 *   <li>If a file has a compressed copy with the suffix {@code .br} or {@code .gz}, clients that accept it receive the copy.
 *   <li>{@code Cache-Control} is {@code no-cache}, so browsers revalidate each file. Files whose names contain a hash, such as
 *       {@code app.3f2a9c1b.js}, are cached for a year. See {@link Builder#cacheControl} and {@link Builder#immutable}.
 *   <li>No path leads out of the root, and neither does a symbolic link. Names that start with a dot are not served, except
 *       {@code .well-known}. Neither are names with a backslash, a control character or one of {@code : * ? " < > |}, and names
 *       that end with a dot or a space.
 * </ul>
 *
 * <p>Files are read in pieces of 64 KiB on the threads for blocking calls. The next piece is read when the peer has taken the
 * previous ones. A response therefore needs little memory, and an open file until it ends (guarantees P3 and P4).
 *
 * <p><b>Threads.</b> Immutable, thread-safe.
 */
public final class StaticFiles implements Application {

    private final FileResponder files;
    private final Application application;

    private StaticFiles(FileSettings settings) {
        this.files = new FileResponder(settings);
        this.application = Consumer.application(() -> new FileConsumer(files, null));
    }

    /**
     * Returns an application that serves a directory with the default settings of {@link Builder}.
     *
     * @param directory the directory
     * @return the application
     * @throws IllegalArgumentException if there is no such directory
     */
    public static StaticFiles of(Path directory) {
        return builder(directory).build();
    }

    /**
     * Returns an application that serves a folder on the class path with the default settings of {@link Builder}.
     *
     * @param folder the folder; see {@link #classPathBuilder}
     * @return the application
     */
    public static StaticFiles ofClassPath(String folder) {
        return classPathBuilder(folder).build();
    }

    /**
     * Returns a builder for the files of a directory.
     *
     * @param directory the directory
     * @return the builder
     * @throws IllegalArgumentException if there is no such directory
     */
    public static Builder builder(Path directory) {
        return new Builder(new DirectoryStore(requireNonNull(directory, "directory")));
    }

    /**
     * Returns a builder for files on the class path. They are found with the context class loader of the calling thread.
     *
     * @param folder the folder, such as {@code META-INF/resources/static}. A folder whose name is that of a package in a named
     *     module is not accessible unless the module opens the package.
     * @return the builder
     */
    public static Builder classPathBuilder(String folder) {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return classPathBuilder(folder, context == null ? StaticFiles.class.getClassLoader() : context);
    }

    /**
     * Returns a builder for files on the class path.
     *
     * @param folder the folder, as in {@link #classPathBuilder(String)}
     * @param loader the class loader that finds the files
     * @return the builder
     */
    public static Builder classPathBuilder(String folder, ClassLoader loader) {
        String trimmed = folder.replaceAll("^/+|/+$", "");
        if (trimmed.isEmpty()) {
            throw new IllegalArgumentException(
                    "folder of static files: \"%s\" (expected: a folder; the whole class path is not public)"
                            .formatted(folder));
        }
        return new Builder(new ClassPathStore(trimmed, requireNonNull(loader, "loader")));
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> handle(Scope scope, Receiver receiver, Sender sender) {
        return application.handle(scope, receiver, sender);
    }

    /**
     * Returns an application that serves one of the files for every path, such as the page of a room.
     *
     * @param path the path of the file below the root, such as {@code room.html}
     * @return the application
     */
    public Application file(String path) {
        requireNonNull(path, "path");
        return Consumer.application(() -> new FileConsumer(files, path));
    }

    /** Builds {@link StaticFiles}. Not thread-safe. */
    public static final class Builder {

        private final FileStore store;
        private Optional<String> fallback = Optional.empty();
        private String cacheControl = "no-cache";
        private Predicate<String> immutable = FileSettings.FINGERPRINTED;
        private boolean hidden;
        private boolean precompressed = true;
        private final Map<String, String> contentTypes = new HashMap<>();
        private final Headers.Builder headers = Headers.builder().add("x-content-type-options", "nosniff");

        private Builder(FileStore store) {
            this.store = store;
        }

        /**
         * Sets the file for paths without a file whose last segment contains no dot, so that the routes of a single-page
         * application work. None by default.
         *
         * @param path the path of the file below the root, such as {@code index.html}
         * @return this builder
         */
        public Builder fallback(String path) {
            fallback = Optional.of(path);
            return this;
        }

        /**
         * Sets the value of {@code Cache-Control}; by default {@code no-cache}.
         *
         * @param value the value
         * @return this builder
         */
        public Builder cacheControl(String value) {
            Headers.of("cache-control", value); // throws if the value is invalid
            cacheControl = value;
            return this;
        }

        /**
         * Selects the files that never change under their name. Their {@code Cache-Control} is {@code public,
         * max-age=31536000, immutable}. By default, they are the files whose names contain 8 or more hexadecimal digits between
         * a dot or hyphen and a dot, with both letters and digits.
         *
         * @param paths returns true for the path of such a file below the root, such as {@code assets/app.js}
         * @return this builder
         */
        public Builder immutable(Predicate<String> paths) {
            immutable = requireNonNull(paths, "paths");
            return this;
        }

        /**
         * Also serves names that start with a dot. Not served by default, because such files are often private.
         *
         * @return this builder
         */
        public Builder hiddenFiles() {
            hidden = true;
            return this;
        }

        /**
         * Sets whether compressed copies ({@code .br}, {@code .gz}) are sent to clients that accept them. The default is true.
         *
         * @param sent whether they are sent
         * @return this builder
         */
        public Builder precompressed(boolean sent) {
            precompressed = sent;
            return this;
        }

        /**
         * Sets the content type of files with an extension. Common extensions have a type by default, and files with another
         * extension have {@code application/octet-stream}.
         *
         * @param extension the extension without dot, case-insensitive
         * @param type the content type
         * @return this builder
         */
        public Builder contentType(String extension, String type) {
            Headers.of("content-type", type); // throws if the type is invalid
            contentTypes.put(extension.toLowerCase(Locale.ROOT), type);
            return this;
        }

        /**
         * Adds a header to all responses, such as {@code content-security-policy}. It replaces an earlier one with the same name.
         * By default, the only one is {@code x-content-type-options: nosniff}.
         *
         * @param name the name
         * @param value the value
         * @return this builder
         */
        public Builder header(String name, String value) {
            headers.set(name, value);
            return this;
        }

        /**
         * Returns the application.
         *
         * @return the application
         */
        public StaticFiles build() {
            return new StaticFiles(new FileSettings(
                    store,
                    fallback,
                    cacheControl,
                    immutable,
                    hidden,
                    precompressed,
                    Map.copyOf(contentTypes),
                    headers.build()));
        }
    }
}
