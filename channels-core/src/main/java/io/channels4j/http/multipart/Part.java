package io.channels4j.http.multipart;

import io.channels4j.ClientErrorException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Optional;

/**
 * One part of a multipart form. It refers to the bytes of the body, which are not copied.
 *
 * @param name the name of the field
 * @param filename the name of the file without directories, or empty for a field that is not a file
 * @param type the content type
 * @param body the whole body
 * @param from the position of the first byte of the content
 * @param to the position after the content
 */
@SuppressWarnings("ArrayRecordComponent") // parts are never compared
public record Part(String name, Optional<String> filename, ContentType type, byte[] body, int from, int to) {

    /** Returns a copy of the content. */
    public byte[] bytes() {
        return Arrays.copyOfRange(body, from, to);
    }

    /** Returns the number of bytes of the content. */
    public int length() {
        return to - from;
    }

    /**
     * Returns the content as text.
     *
     * @param form the charset of the form, for a part that does not name its own
     * @throws ClientErrorException with status 400 if the content is not text in its charset
     */
    public String text(Charset form) {
        Charset charset = type.charset().orElse(form);
        try {
            return charset.newDecoder()
                    .decode(ByteBuffer.wrap(body, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ClientErrorException(400, "form field: bytes that are not %s text".formatted(charset.name()));
        }
    }
}
