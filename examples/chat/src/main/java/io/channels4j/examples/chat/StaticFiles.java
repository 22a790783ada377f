package io.channels4j.examples.chat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The files of the page, read once from the class path. Only listed files are served. A requested path never reaches
 * the file system.
 *
 * <p>Immutable.
 */
final class StaticFiles {

    private static final Map<String, String> CONTENT_TYPES = Map.of(
            "index.html", "text/html; charset=utf-8",
            "chat.css", "text/css; charset=utf-8",
            "chat.js", "text/javascript; charset=utf-8",
            "lobby.js", "text/javascript; charset=utf-8",
            "people.js", "text/javascript; charset=utf-8",
            "room.js", "text/javascript; charset=utf-8",
            "socket.js", "text/javascript; charset=utf-8",
            "icon.svg", "image/svg+xml");

    private final Map<String, StaticFile> files;

    private StaticFiles(Map<String, StaticFile> files) {
        this.files = files;
    }

    static StaticFiles load() {
        return new StaticFiles(CONTENT_TYPES.entrySet().stream()
                .collect(
                        Collectors.toUnmodifiableMap(Map.Entry::getKey, file -> read(file.getKey(), file.getValue()))));
    }

    Optional<StaticFile> find(String name) {
        return Optional.ofNullable(files.get(name));
    }

    private static StaticFile read(String name, String contentType) {
        try (InputStream in = StaticFiles.class.getResourceAsStream("page/" + name)) {
            if (in == null) {
                throw new IllegalStateException("page file: \"" + name + "\" is not on the class path");
            }
            return new StaticFile(contentType, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One file. Callers must not modify its bytes, which are not copied. */
    static final class StaticFile {

        private final String contentType;
        private final byte[] bytes;

        private StaticFile(String contentType, byte[] bytes) {
            this.contentType = contentType;
            this.bytes = bytes;
        }

        String contentType() {
            return contentType;
        }

        byte[] bytes() {
            return bytes;
        }
    }
}
