package io.channels4j.http;

import io.channels4j.internal.QueryString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of an HTML form that was sent with the default encoding, {@code application/x-www-form-urlencoded}.
 *
 * {@snippet class="io.channels4j.behaviour.FormSnippets" region="form"}
 *
 * <p>Names and values with an invalid encoding are left undecoded, so {@link #of} never fails.
 *
 * <p>Immutable.
 */
public final class Form {

    private final Map<String, List<String>> fields;

    private Form(Map<String, List<String>> fields) {
        this.fields = fields;
    }

    /**
     * Parses the body of a request.
     *
     * @param body the whole body
     * @return the form
     */
    public static Form of(byte[] body) {
        return new Form(QueryString.parse(new String(body, StandardCharsets.UTF_8)));
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
     * Returns the names of all fields.
     *
     * @return the names
     */
    public Set<String> names() {
        return Set.copyOf(fields.keySet());
    }

    /** Returns only the names of the fields, because values may be secret. */
    @Override
    public String toString() {
        return "Form" + fields.keySet();
    }
}
