package io.channels4j.http.file;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Files on the class path. A file in a jar is read once to compute its tag, because all files in a reproducible jar have the same
 * time. The properties of such files are kept, which are as many as the jars contain. Files in directories are read like those of
 * a {@link DirectoryStore}, so a change during development is served.
 */
public final class ClassPathStore extends FileStore {

    private static final int TAG_BYTES = 12;

    private final String folder;
    private final ClassLoader loader;
    private final Map<String, StoredFile> inJars = new ConcurrentHashMap<>();

    /**
     * Creates a store.
     *
     * @param folder the folder, without slashes at its ends
     * @param loader the class loader
     */
    public ClassPathStore(String folder, ClassLoader loader) {
        this.folder = folder;
        this.loader = loader;
    }

    @Override
    @Nullable
    StoredFile find(String name) throws IOException {
        StoredFile known = inJars.get(name);
        if (known != null) {
            return known;
        }
        URL url = loader.getResource(folder + "/" + name);
        if (url == null) {
            return null;
        }
        if (isUnpacked(url)) {
            return DirectoryStore.stored(path(url).toRealPath());
        }
        if (isDirectory(name)) {
            return null;
        }
        StoredFile found = read(url);
        inJars.put(name, found);
        return found;
    }

    @Override
    boolean isDirectory(String name) {
        URL url = loader.getResource(folder + "/" + name + "/");
        return url != null && (!isUnpacked(url) || Files.isDirectory(path(url)));
    }

    private static boolean isUnpacked(URL url) {
        return url.getProtocol().equals("file");
    }

    private static Path path(URL url) {
        return Path.of(URI.create(url.toString()));
    }

    private static StoredFile read(URL url) throws IOException {
        MessageDigest digest = sha256();
        URLConnection connection = url.openConnection();
        long length;
        try (InputStream content = new DigestInputStream(connection.getInputStream(), digest)) {
            length = content.transferTo(java.io.OutputStream.nullOutputStream());
        }
        long modified = connection.getLastModified();
        String tag = HexFormat.of().formatHex(digest.digest(), 0, TAG_BYTES);
        return new StoredFile(
                length,
                modified <= 0
                        ? Optional.empty()
                        : Optional.of(Instant.ofEpochMilli(modified).truncatedTo(ChronoUnit.SECONDS)),
                tag,
                from -> open(url, from));
    }

    private static InputStream open(URL url, long from) throws IOException {
        InputStream content = url.openStream();
        try {
            content.skipNBytes(from);
            return content;
        } catch (IOException | RuntimeException e) {
            content.close();
            throw e;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: not available (expected: on every Java platform)", e);
        }
    }
}
