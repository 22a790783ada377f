package io.channels4j.engine.binding;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JacksonException.Reference;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Describes why JSON from a client does not fit a type, in a sentence for that client. The sentence contains the path, the value and what
 * is expected, such as {@code items[2].price: "x" (expected: a whole number)}. It contains no names of classes and no text of exceptions.
 */
public final class MisfitDetail {

    /** The maximum number of steps of a path that are shown. The first steps of a longer path are omitted. */
    private static final int MAX_STEPS = 8;

    private MisfitDetail() {}

    /**
     * Returns the sentence.
     *
     * @param failure the failure of the mapper
     * @param json the message
     * @param mapper the mapper that failed, which writes the names of an enum's constants
     */
    public static String of(JacksonException failure, JsonNode json, JsonMapper mapper) {
        List<Reference> path = failure.getPath();
        JsonNode value = valueAt(json, path);
        return sentence(name(path), value, expected(failure, path, value, mapper));
    }

    /**
     * Returns a sentence about one value.
     *
     * @param name the path in the client's message
     * @param value the value, or null if it is missing
     * @param expected what the server expects
     */
    public static String sentence(String name, @Nullable JsonNode value, String expected) {
        return "%s: %s (expected: %s)".formatted(name, ClientText.value(value), expected);
    }

    private static String expected(
            JacksonException failure, List<Reference> path, @Nullable JsonNode value, JsonMapper mapper) {
        if (failure instanceof UnrecognizedPropertyException) {
            return "a known field";
        }
        Class<?> target = null;
        if (failure instanceof MismatchedInputException mismatch) {
            target = mismatch.getTargetType();
        } else if (failure instanceof InputCoercionException coercion) {
            target = coercion.getTargetType();
        }
        if (target != null) {
            return ExpectedInput.of(element(target, path), value, mapper);
        }
        if (failure instanceof StreamConstraintsException) {
            return "a shorter value";
        }
        return value != null && value.isNumber() ? "a number within the supported range" : "valid values";
    }

    /** Returns the type of the element if the mapper named the array that contains it. */
    private static Class<?> element(Class<?> target, List<Reference> path) {
        if (!target.isArray() || path.isEmpty()) {
            return target;
        }
        Reference last = path.get(path.size() - 1);
        Object from = last.from();
        boolean isArrayItself = target.equals(from) || target.isInstance(from);
        return last.getIndex() >= 0 && isArrayItself ? target.getComponentType() : target;
    }

    private static @Nullable JsonNode valueAt(JsonNode json, List<Reference> path) {
        JsonNode value = json;
        for (Iterator<Reference> steps = path.iterator(); steps.hasNext() && value != null; ) {
            Reference step = steps.next();
            value = step.getPropertyName() == null ? value.get(step.getIndex()) : value.get(step.getPropertyName());
        }
        return value;
    }

    private static String name(List<Reference> path) {
        int first = Math.max(0, path.size() - MAX_STEPS);
        StringBuilder name = new StringBuilder();
        for (Reference step : path.subList(first, path.size())) {
            String property = step.getPropertyName();
            if (property == null) {
                name.append('[').append(step.getIndex()).append(']');
            } else if (!ClientText.isName(property)) {
                name.append('[').append(ClientText.quoted(property)).append(']');
            } else {
                name.append(name.isEmpty() ? "" : ".").append(property);
            }
        }
        if (name.isEmpty()) {
            return "message";
        }
        return first == 0 ? name.toString() : "..." + name;
    }
}
