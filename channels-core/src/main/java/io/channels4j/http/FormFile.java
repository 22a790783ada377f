package io.channels4j.http;

/**
 * A file of a multipart form.
 *
 * <p>The name and the content type are what the client sent. Do not use the name as a path, and do not serve the file with the
 * content type unless you have checked it.
 *
 * @param name the name of the field
 * @param filename the name of the file, without directories and control characters; may be empty
 * @param contentType the content type as sent; {@code text/plain} if the client sent none (RFC 7578 §4.4)
 * @param bytes the content, not copied
 */
@SuppressWarnings("ArrayRecordComponent") // files are never compared
public record FormFile(String name, String filename, String contentType, byte[] bytes) {

    /** Returns the names and the size, without the content. */
    @Override
    public String toString() {
        return "FormFile[name=%s, filename=%s, bytes=%d]".formatted(name, filename, bytes.length);
    }
}
