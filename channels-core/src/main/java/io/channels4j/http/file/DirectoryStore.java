package io.channels4j.http.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Files in a directory. Symbolic links are followed only within the directory. */
public final class DirectoryStore extends FileStore {

    private final Path root;

    /**
     * Creates a store.
     *
     * @param directory an existing directory
     * @throws IllegalArgumentException if it is not a directory
     */
    public DirectoryStore(Path directory) {
        try {
            root = directory.toRealPath();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "static files: \"%s\" (expected: an existing directory)".formatted(directory), e);
        }
        if (!Files.isDirectory(root)) {
            throw new IllegalArgumentException("static files: \"%s\" (expected: a directory)".formatted(directory));
        }
    }

    @Override
    @Nullable
    StoredFile find(String name) throws IOException {
        Path path = locate(name);
        return path == null ? null : stored(path);
    }

    @Override
    boolean isDirectory(String name) {
        try {
            Path path = locate(name);
            return path != null && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the path without symbolic links, or null if there is no such file or it is outside of the root. */
    private @Nullable Path locate(String name) throws IOException {
        try {
            Path real = root.resolve(name).toRealPath();
            return real.startsWith(root) ? real : null;
        } catch (NoSuchFileException | NotDirectoryException | InvalidPathException absent) {
            return null;
        } catch (java.nio.file.FileSystemException e) {
            if (Files.exists(root.resolve(name))) {
                throw e;
            }
            return null; // a file in place of a directory, a name that is too long, or a loop of links
        }
    }

    /** Returns the file at a path that has been located, or null if it is not a regular file. */
    static @Nullable StoredFile stored(Path path) throws IOException {
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException absent) {
            return null;
        }
        if (!attributes.isRegularFile()) {
            return null;
        }
        Instant modified = attributes.lastModifiedTime().toInstant();
        String tag = Long.toHexString(attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)) + "-"
                + Long.toHexString(attributes.size());
        return new StoredFile(
                attributes.size(),
                Optional.of(modified.truncatedTo(ChronoUnit.SECONDS)),
                tag,
                from -> open(path, from));
    }

    private static InputStream open(Path path, long from) throws IOException {
        SeekableByteChannel channel = Files.newByteChannel(
                path, java.util.Set.of(java.nio.file.StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        try {
            return Channels.newInputStream(channel.position(from));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }
}
