package io.channels4j.http.multipart;

import io.channels4j.ClientErrorException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Optional;

/**
 * A content type.
 *
 * @param text the type as it was sent
 * @param type the type in lower case, without parameters
 * @param charset the charset parameter, if present
 * @param boundary the boundary parameter, if present
 */
public record ContentType(String text, String type, Optional<Charset> charset, Optional<String> boundary) {

    /** The type of a part that does not name its type (RFC 7578 §4.4). */
    public static final ContentType TEXT =
            new ContentType("text/plain", "text/plain", Optional.empty(), Optional.empty());

    /**
     * Parses a content type.
     *
     * @throws ClientErrorException with status 400 if the syntax is invalid or the charset is not known
     */
    public static ContentType parse(String text) {
        HeaderParameters parsed = HeaderParameters.parse(text);
        return new ContentType(
                text,
                parsed.value(),
                Optional.ofNullable(parsed.parameters().get("charset")).map(ContentType::charset),
                Optional.ofNullable(parsed.parameters().get("boundary")));
    }

    /**
     * Returns the charset with a name.
     *
     * @throws ClientErrorException with status 400 if there is none that can be decoded
     */
    public static Charset charset(String name) {
        try {
            return name.isEmpty() ? StandardCharsets.UTF_8 : Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new ClientErrorException(400, "charset: not known (expected: a charset such as UTF-8)");
        }
    }
}
