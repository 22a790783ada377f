package io.channels4j.http.file;

import io.channels4j.Headers;
import io.channels4j.internal.AcceptEncoding;
import io.channels4j.internal.PercentCode;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Selects the file and the response for a request. Methods block.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class FileResponder {

    private static final String INDEX = "index.html";
    private static final String IMMUTABLE = "public, max-age=31536000, immutable";
    private static final List<Coding> CODINGS = List.of(new Coding("br", ".br"), new Coding("gzip", ".gz"));

    private final FileSettings settings;

    /** Creates a responder. */
    public FileResponder(FileSettings settings) {
        this.settings = settings;
    }

    /**
     * A request for a file.
     *
     * @param path the decoded path below the root, without a slash at its beginning
     * @param query the query as received
     * @param head whether the method is HEAD
     * @param headers the headers
     */
    public record FileRequest(String path, String query, boolean head, Headers headers) {}

    private record Coding(String name, String suffix) {}

    /** A file, or its compressed copy. */
    private record Selected(String name, StoredFile file, Optional<Coding> coding, boolean varies) {}

    /**
     * Responds to a request.
     *
     * @throws IOException if a file cannot be read
     */
    public FileResponse respond(FileRequest request) throws IOException {
        try {
            return find(request);
        } catch (AccessDeniedException | NoSuchFileException unreadable) { // or removed in the meantime
            return notFound();
        }
    }

    private FileResponse find(FileRequest request) throws IOException {
        String path = request.path();
        String name = path.isEmpty() || path.endsWith("/") ? path + INDEX : path;
        if (!FileNames.isValid(name, settings.hidden())) {
            return notFound();
        }
        StoredFile file = settings.store().find(name);
        if (file != null) {
            return respond(request, name, file);
        }
        if (settings.store().isDirectory(name) && settings.store().find(name + "/" + INDEX) != null) {
            return toDirectory(name, request.query());
        }
        String fallback =
                FileNames.extension(path).isEmpty() ? settings.fallback().orElse(null) : null;
        StoredFile page = fallback == null ? null : settings.store().find(fallback);
        return page == null || fallback == null ? notFound() : respond(request, fallback, page);
    }

    private FileResponse notFound() {
        return FileResponse.text(404, "Not Found", settings.headers());
    }

    /** The location is relative and starts with a dot, so no path can lead to another host. */
    private FileResponse toDirectory(String name, String query) {
        String location = "./" + PercentCode.encodePath(FileNames.lastSegment(name)) + "/"
                + (query.isEmpty() ? "" : "?" + PercentCode.encodeReference(query));
        return FileResponse.empty(301, settings.headers().with("location", location));
    }

    private FileResponse respond(FileRequest request, String name, StoredFile original) throws IOException {
        Selected selected = select(request, name, original);
        String tag = "\"" + selected.file().tag()
                + selected.coding().map(coding -> "-" + coding.name()).orElse("") + "\"";
        Preconditions conditions =
                new Preconditions(request.headers(), tag, selected.file().lastModified());
        int status = conditions.status();
        Headers validators = validators(selected, tag);
        if (status != 200) {
            return FileResponse.empty(status, validators);
        }
        Optional<ByteRange> range = request.head() || !conditions.allowsRange()
                ? Optional.empty()
                : ByteRange.parse(
                        request.headers().all("range"), selected.file().length());
        return content(request, selected, representation(selected, validators), range.orElse(null));
    }

    private FileResponse content(
            FileRequest request, Selected selected, Headers.Builder headers, @Nullable ByteRange range)
            throws IOException {
        StoredFile file = selected.file();
        if (range != null && !range.isSatisfiable()) {
            return FileResponse.empty(416, settings.headers().with("content-range", "bytes */" + file.length()));
        }
        long from = range == null ? 0 : range.from();
        long length = range == null ? file.length() : range.length();
        headers.add("content-length", Long.toString(length));
        if (range != null) {
            headers.add("content-range", "bytes %d-%d/%d".formatted(from, range.to() - 1, file.length()));
        }
        int status = range == null ? 200 : 206;
        return request.head()
                ? FileResponse.empty(status, headers.build())
                : FileResponse.of(status, headers.build(), file.content().open(from), length);
    }

    /** Selects the compressed copy that the client prefers. The original is sent if the client accepts no copy. */
    private Selected select(FileRequest request, String name, StoredFile original) throws IOException {
        Selected best = new Selected(name, original, Optional.empty(), false);
        if (!settings.precompressed()) {
            return best;
        }
        double weight = 0;
        for (Coding coding : CODINGS) {
            StoredFile copy = settings.store().find(name + coding.suffix());
            if (copy != null) {
                double accepted = AcceptEncoding.weight(request.headers().all("accept-encoding"), coding.name());
                best = accepted > weight
                        ? new Selected(name, copy, Optional.of(coding), true)
                        : new Selected(name, best.file(), best.coding(), true);
                weight = Math.max(weight, accepted);
            }
        }
        return best;
    }

    private Headers validators(Selected selected, String tag) {
        Headers.Builder headers = settings.headers().toBuilder()
                .set("etag", tag)
                .set("cache-control", settings.immutable().test(selected.name()) ? IMMUTABLE : settings.cacheControl());
        selected.file().lastModified().ifPresent(time -> headers.set("last-modified", HttpDate.format(time)));
        if (selected.varies()) {
            headers.add("vary", "Accept-Encoding");
        }
        return headers.build();
    }

    private Headers.Builder representation(Selected selected, Headers validators) {
        Headers.Builder headers = validators.toBuilder()
                .set("content-type", ContentTypes.of(selected.name(), settings.contentTypes()))
                .set("accept-ranges", "bytes");
        selected.coding().ifPresent(coding -> headers.set("content-encoding", coding.name()));
        return headers;
    }
}
