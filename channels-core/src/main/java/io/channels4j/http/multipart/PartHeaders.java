package io.channels4j.http.multipart;

import io.channels4j.ClientErrorException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The headers of one part of a multipart form (RFC 7578 §4). */
final class PartHeaders {

    private static final Set<String> IDENTITY_ENCODINGS = Set.of("7bit", "8bit", "binary");

    private final Map<String, String> byName = new HashMap<>();

    private PartHeaders() {}

    /**
     * Parses the headers of a part. They are in UTF-8, as browsers send them.
     *
     * @param body the whole body
     * @param from the position of the first byte of the headers
     * @param to the position of the line break after the last header
     */
    static PartHeaders parse(byte[] body, int from, int to) {
        PartHeaders headers = new PartHeaders();
        if (to > from) {
            for (String line : text(body, from, to).split("\r\n", -1)) {
                headers.add(line);
            }
        }
        return headers;
    }

    private static String text(byte[] body, int from, int to) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new ClientErrorException(400, "headers of part: not UTF-8");
        }
    }

    private void add(String line) {
        int colon = line.indexOf(':');
        if (colon <= 0 || line.charAt(0) == ' ' || line.charAt(0) == '\t' || hasControl(line)) {
            throw new ClientErrorException(400, "header of part: invalid (expected: name: value, on one line)");
        }
        String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
        if (byName.put(name, line.substring(colon + 1).strip()) != null) {
            throw new ClientErrorException(400, "headers of part: a name occurs twice");
        }
    }

    private static boolean hasControl(String text) {
        return text.chars().anyMatch(c -> c < ' ' && c != '\t' || c == 0x7f);
    }

    /** Returns the part that these headers describe. */
    Part part(byte[] body, int from, int to) {
        String encoding = byName.getOrDefault("content-transfer-encoding", "binary");
        if (!IDENTITY_ENCODINGS.contains(encoding.toLowerCase(Locale.ROOT))) {
            throw new ClientErrorException(
                    400, "content-transfer-encoding of part: not allowed in a form (RFC 7578 §4.7)");
        }
        HeaderParameters disposition = HeaderParameters.parse(byName.getOrDefault("content-disposition", ""));
        String name = disposition.parameters().get("name");
        if (!disposition.value().equals("form-data") || name == null) {
            throw new ClientErrorException(400, "content-disposition of part: (expected: form-data; name=...)");
        }
        ContentType type = Optional.ofNullable(byName.get("content-type"))
                .map(ContentType::parse)
                .orElse(ContentType.TEXT);
        if (type.type().startsWith("multipart/")) {
            throw new ClientErrorException(
                    400, "content-type of part: multipart (expected: no nested parts, RFC 7578 §4.3)");
        }
        Optional<String> filename =
                Optional.ofNullable(disposition.parameters().get("filename")).map(PartHeaders::lastSegment);
        return new Part(unescaped(name), filename, type, body, from, to);
    }

    /** Removes the directories that some clients send (RFC 7578 §4.2). The names of the directories have no meaning here. */
    private static String lastSegment(String filename) {
        String name = unescaped(filename);
        String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        return last.equals(".") || last.equals("..") ? "" : last.replaceAll("\\p{Cntrl}", "");
    }

    /** Decodes the three sequences that browsers encode in names (WHATWG HTML, multipart/form-data). */
    private static String unescaped(String name) {
        return name.indexOf('%') < 0
                ? name
                : name.replace("%22", "\"").replace("%0D", "\r").replace("%0A", "\n");
    }
}
