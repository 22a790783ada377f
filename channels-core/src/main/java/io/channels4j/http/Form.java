package io.channels4j.http;

import io.channels4j.ClientErrorException;
import io.channels4j.Scope;
import io.channels4j.http.multipart.ContentType;
import io.channels4j.http.multipart.MultipartReader;
import io.channels4j.http.multipart.Part;
import io.channels4j.internal.QueryString;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The fields and files of an HTML form.
 *
 * {@snippet class="io.channels4j.behaviour.FormSnippets" region="form"}
 *
 * <p>{@link #of(Scope, byte[])} reads both encodings of forms, by the content type of the request. A form with files is sent
 * as {@code multipart/form-data} (RFC 7578):
 *
 * {@snippet class="io.channels4j.behaviour.FormSnippets" region="upload"}
 *
 * <p><b>Failure.</b> An invalid form fails with {@link ClientErrorException}, so the client receives status 400, 413 if the
 * form exceeds the {@link FormLimits}, or 415 if the content type is not that of a form. {@link #of(byte[])} never fails.
 *
 * <p>Immutable.
 */
public final class Form {

    private static final String URLENCODED = "application/x-www-form-urlencoded";
    private static final String MULTIPART = "multipart/form-data";

    private final Map<String, List<String>> fields;
    private final Map<String, List<FormFile>> files;

    private Form(Map<String, List<String>> fields, Map<String, List<FormFile>> files) {
        this.fields = fields;
        this.files = files;
    }

    /**
     * Parses the body of a form with the default encoding, {@code application/x-www-form-urlencoded}. Names and values with
     * an invalid encoding are left undecoded.
     *
     * @param body the whole body
     * @return the form
     */
    public static Form of(byte[] body) {
        return new Form(QueryString.parse(new String(body, StandardCharsets.UTF_8)), Map.of());
    }

    /**
     * Parses the body of a request by its content type, with the default limits.
     *
     * @param scope the scope of the request
     * @param body the whole body
     * @return the form
     * @throws ClientErrorException as for {@link #of(Scope, byte[], FormLimits)}
     */
    public static Form of(Scope scope, byte[] body) {
        return of(scope, body, FormLimits.defaults());
    }

    /**
     * Parses the body of a request by its content type, which is {@code application/x-www-form-urlencoded} or {@code
     * multipart/form-data}. A part with a file name is a file. Text is in UTF-8 unless the part names another charset, or the
     * form has a field {@code _charset_} (RFC 7578 §4.6). A file input without a selected file is omitted.
     *
     * @param scope the scope of the request
     * @param body the whole body
     * @param limits the limits
     * @return the form
     * @throws ClientErrorException with status 400 if the body is invalid, 413 if it exceeds a limit, and 415 if the request
     *     has another content type
     */
    public static Form of(Scope scope, byte[] body, FormLimits limits) {
        List<String> types = scope.headers().all("content-type");
        if (types.size() != 1) {
            throw notAForm(types.toString());
        }
        ContentType type = ContentType.parse(types.get(0));
        return switch (type.type()) {
            case URLENCODED -> urlEncoded(body, limits);
            case MULTIPART -> multipart(body, type, limits);
            default -> throw notAForm(type.type());
        };
    }

    private static Form urlEncoded(byte[] body, FormLimits limits) {
        if (body.length > limits.maxBytes()) {
            throw tooLarge("form", body.length, limits.maxBytes());
        }
        int pairs = 1;
        for (byte b : body) {
            pairs += b == '&' ? 1 : 0;
        }
        if (pairs > limits.maxParts()) {
            throw tooLarge("fields of form", pairs, limits.maxParts());
        }
        return of(body);
    }

    private static Form multipart(byte[] body, ContentType type, FormLimits limits) {
        String boundary = type.boundary()
                .orElseThrow(() -> new ClientErrorException(400, "content-type: no boundary (expected: boundary=...)"));
        List<Part> parts = MultipartReader.read(body, boundary, limits.partLimits());
        Charset charset = charset(parts);
        Map<String, List<String>> fields = new LinkedHashMap<>();
        Map<String, List<FormFile>> files = new LinkedHashMap<>();
        for (Part part : parts) {
            String filename = part.filename().orElse(null);
            if (filename == null) {
                fields.computeIfAbsent(part.name(), name -> new ArrayList<>(1)).add(part.text(charset));
            } else if (!filename.isEmpty() || part.length() > 0) {
                files.computeIfAbsent(part.name(), name -> new ArrayList<>(1))
                        .add(new FormFile(part.name(), filename, part.type().text(), part.bytes()));
            }
        }
        return new Form(Collections.unmodifiableMap(fields), Collections.unmodifiableMap(files));
    }

    /** Returns the charset that the form names for its fields. */
    private static Charset charset(List<Part> parts) {
        return parts.stream()
                .filter(part ->
                        part.name().equals("_charset_") && part.filename().isEmpty())
                .findFirst()
                .map(part -> ContentType.charset(part.text(StandardCharsets.US_ASCII)))
                .orElse(StandardCharsets.UTF_8);
    }

    private static ClientErrorException notAForm(String type) {
        return new ClientErrorException(
                415, "content-type: %s (expected: %s or %s)".formatted(type, URLENCODED, MULTIPART));
    }

    private static ClientErrorException tooLarge(String what, int size, int limit) {
        return new ClientErrorException(413, "%s: %d (expected: at most %d)".formatted(what, size, limit));
    }

    /**
     * Returns the first value of a field.
     *
     * @param name the field's name
     * @return the value, or an empty optional if the form has no such field
     */
    public Optional<String> get(String name) {
        return all(name).stream().findFirst();
    }

    /**
     * Returns all values of a field, such as those of checkboxes.
     *
     * @param name the field's name
     * @return the values, in the order sent; empty if the form has no such field
     */
    public List<String> all(String name) {
        return List.copyOf(fields.getOrDefault(name, List.of()));
    }

    /**
     * Returns the names of all fields in the order of the form, without those of files.
     *
     * @return the names
     */
    public Set<String> names() {
        return Collections.unmodifiableSet(fields.keySet());
    }

    /**
     * Returns the first file of a field.
     *
     * @param name the field's name
     * @return the file, or an empty optional if the form has no such file
     */
    public Optional<FormFile> file(String name) {
        return files(name).stream().findFirst();
    }

    /**
     * Returns all files of a field, such as those of an input with {@code multiple}.
     *
     * @param name the field's name
     * @return the files, in the order sent; empty if the form has no such file
     */
    public List<FormFile> files(String name) {
        return List.copyOf(files.getOrDefault(name, List.of()));
    }

    /**
     * Returns the names of the fields that have files.
     *
     * @return the names
     */
    public Set<String> fileNames() {
        return Set.copyOf(files.keySet());
    }

    /** Returns only the names of the fields, because values may be secret. */
    @Override
    public String toString() {
        return files.isEmpty()
                ? "Form" + fields.keySet()
                : "Form%s with files %s".formatted(fields.keySet(), files.keySet());
    }
}
