package io.channels4j.http.file;

import io.channels4j.Headers;
import io.channels4j.engine.PlainText;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** A response whose content is read piece by piece. Confined to one response; its steps run one after the other. */
public final class FileResponse implements AutoCloseable {

    /** The maximum size of a piece, which is also the memory that a response needs. */
    static final int PIECE_BYTES = 64 * 1024;

    private final int status;
    private final Headers headers;
    private @Nullable InputStream content;
    private long remaining;

    private FileResponse(int status, Headers headers, @Nullable InputStream content, long length) {
        this.status = status;
        this.headers = headers;
        this.content = content;
        this.remaining = length;
    }

    static FileResponse empty(int status, Headers headers) {
        return new FileResponse(status, headers, null, 0);
    }

    static FileResponse of(int status, Headers headers, InputStream content, long length) {
        return new FileResponse(status, headers, content, length);
    }

    static FileResponse text(int status, String text, Headers headers) {
        byte[] bytes = PlainText.bytes(text);
        return of(
                status,
                headers.toBuilder().addAll(PlainText.HEADERS).build(),
                new java.io.ByteArrayInputStream(bytes),
                bytes.length);
    }

    /** Returns the status. */
    public int status() {
        return status;
    }

    /** Returns the headers. */
    public Headers headers() {
        return headers;
    }

    /** Returns true if {@link #next} will return another piece. */
    public boolean hasMore() {
        return remaining > 0;
    }

    /**
     * Reads the next piece, which is empty if there is none. Blocks. Closes the file after the last piece.
     *
     * @throws IOException if the file cannot be read or has become shorter
     */
    public byte[] next() throws IOException {
        InputStream open = content;
        if (open == null || remaining == 0) {
            close();
            return new byte[0];
        }
        int wanted = (int) Math.min(remaining, PIECE_BYTES);
        byte[] piece = open.readNBytes(wanted);
        if (piece.length < wanted) {
            throw new EOFException("file: %d bytes missing at its end (expected: no change while it is sent)"
                    .formatted(remaining - piece.length));
        }
        remaining -= wanted;
        if (remaining == 0) {
            close();
        }
        return piece;
    }

    /** Closes the file. Closing again has no effect. */
    @Override
    public void close() throws IOException {
        InputStream open = content;
        content = null;
        if (open != null) {
            open.close();
        }
    }
}
