package io.channels4j.engine.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.channels4j.internal.StandardJson;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tests the sentences that explain to a client why its JSON does not fit. */
class MisfitDetailTest {

    enum Kind {
        TEXT,
        @JsonProperty("picture")
        IMAGE
    }

    record Item(int price, Kind kind) {}

    record Point(int x) {
        Point {
            if (x < 0) {
                throw new IllegalArgumentException("secret reason of the constructor");
            }
        }
    }

    record Numbers(Integer i, Long l, Byte b, Double d, BigInteger big) {}

    record Order(
            Boolean flag,
            String text,
            Character letter,
            Kind kind,
            Set<Kind> kinds,
            List<Item> items,
            @SuppressWarnings("ArrayRecordComponent") int[] sizes,
            Map<String, Integer> counts,
            Instant at,
            LocalDate day,
            UUID id,
            Point point) {}

    record Required(int id) {}

    @SuppressWarnings("unused") // its name must not reach the client
    static class Node {
        public Node next;
        public int value;
    }

    private static String detail(Class<?> target, String json, JsonMapper mapper) {
        JsonNode tree = mapper.readTree(json);
        JacksonException failure = catchThrowableOfType(JacksonException.class, () -> mapper.treeToValue(tree, target));
        assertThat(failure).as("the failure for %s", json).isNotNull();
        return MisfitDetail.of(failure, tree, mapper);
    }

    private static String detail(Class<?> target, String json) {
        return detail(target, json, StandardJson.MAPPER);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"i\":\"seven\"} | i: \"seven\" (expected: a whole number)",
                "{\"i\":1.5}       | i: 1.5 (expected: a whole number)",
                "{\"i\":true}      | i: true (expected: a whole number)",
                "{\"i\":[1]}       | i: a list (expected: a whole number)",
                "{\"i\":{}}        | i: an object (expected: a whole number)",
                "{\"i\":99999999999} | i: 99999999999 (expected: a whole number from -2147483648 to 2147483647)",
                "{\"l\":9223372036854775808} | l: 9223372036854775808 (expected: a whole number from"
                        + " -9223372036854775808 to 9223372036854775807)",
                "{\"b\":300}       | b: 300 (expected: a whole number from -128 to 255)",
                "{\"d\":\"x\"}     | d: \"x\" (expected: a number)",
                "{\"d\":1e400}     | d: 1E+400 (expected: a number within the supported range)",
                "{\"big\":1.5}     | big: 1.5 (expected: a whole number)",
            })
    void numbers(String json, String detail) {
        assertThat(detail(Numbers.class, json)).isEqualTo(detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"flag\":\"yes\"}   | flag: \"yes\" (expected: true or false)",
                "{\"text\":[]}        | text: a list (expected: text)",
                "{\"text\":{}}        | text: an object (expected: text)",
                "{\"letter\":\"ab\"}  | letter: \"ab\" (expected: one character)",
                "{\"kind\":\"VIDEO\"} | kind: \"VIDEO\" (expected: one of \"TEXT\", \"picture\")",
                "{\"kinds\":[\"TEXT\",\"VIDEO\"]} | kinds[1]: \"VIDEO\" (expected: one of \"TEXT\", \"picture\")",
                "{\"items\":[{\"price\":1},{\"price\":2},{\"price\":\"x\"}]} | items[2].price: \"x\" (expected: a"
                        + " whole number)",
                "{\"items\":[{}]}     | items[0].price: missing (expected: a whole number)",
                "{\"items\":[{\"price\":null}]} | items[0].price: null (expected: a whole number)",
                "{\"items\":{}}       | items: an object (expected: a list)",
                "{\"items\":[3]}      | items[0]: 3 (expected: an object)",
                "{\"sizes\":[1,\"b\"]} | sizes[1]: \"b\" (expected: a whole number)",
                "{\"sizes\":[1,null]} | sizes[1]: null (expected: a whole number)",
                "{\"counts\":[]}      | counts: a list (expected: an object)",
                "{\"counts\":{\"a b\":\"v\"}} | counts[\"a b\"]: \"v\" (expected: a whole number)",
                "{\"at\":\"noon\"}    | at: \"noon\" (expected: a time such as \"2030-12-31T23:59:59Z\")",
                "{\"day\":\"2030-13-01\"} | day: \"2030-13-01\" (expected: a date such as \"2030-12-31\")",
                "{\"id\":\"zz\"}      | id: \"zz\" (expected: a UUID)",
                "{\"point\":{\"x\":-1}} | point: an object (expected: valid values)",
                "{\"point\":\"a\"}    | point: \"a\" (expected: an object)",
            })
    void otherTypes(String json, String detail) {
        assertThat(detail(Order.class, json)).isEqualTo(detail);
    }

    @Test
    void namesAMissingPrimitive() {
        assertThat(detail(Required.class, "{}")).isEqualTo("id: missing (expected: a whole number)");
        assertThat(detail(Required.class, "{\"id\":null}")).isEqualTo("id: null (expected: a whole number)");
    }

    @Test
    void namesTheMessageIfThereIsNoPath() {
        assertThat(detail(Required.class, "[1]")).isEqualTo("message: a list (expected: an object)");
    }

    @Test
    void namesAFieldThatTheMapperRejects() {
        JsonMapper strict = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .build();

        assertThat(detail(Required.class, "{\"id\":1,\"more\":2}", strict))
                .isEqualTo("more: 2 (expected: a known field)");
        assertThat(detail(Required.class, "{}", strict)).isEqualTo("id: missing (expected: a whole number)");
    }

    @Test
    void shortensLongValuesAndEscapesControlCharacters() {
        String text = "\\n\\u0000\\u202e\\\"\\\\" + "x".repeat(1500);

        assertThat(detail(Numbers.class, "{\"i\":\"" + text + "\"}"))
                .isEqualTo("i: \"\\u000a\\u0000\\u202e\\\"\\\\" + "x".repeat(43) + "...\" (expected: a shorter value)");
        assertThat(detail(Numbers.class, "{\"i\":" + "9".repeat(900) + "}"))
                .startsWith("i: " + "9".repeat(50) + "... (expected: a whole number from");
    }

    @Test
    void shortensLongPaths() {
        String json = "{\"next\":".repeat(400) + "{\"value\":\"x\"}" + "}".repeat(400);

        assertThat(detail(Node.class, json))
                .startsWith("...")
                .endsWith(".next.value: \"x\" (expected: a whole number)")
                .hasSizeLessThan(200);
        assertThat(detail(Order.class, "{\"counts\":{\"" + "k\\n".repeat(300) + "\":\"v\"}}"))
                .startsWith("counts[\"k\\u000ak\\u000a")
                .hasSizeLessThan(400);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"{\"point\":{\"x\":-1}}", "{\"kind\":\"K\"}", "{\"items\":[3]}", "{\"at\":\"x\"}", "{\"id\":\"x\"}"
            })
    void containsNoJavaNamesAndNoTextOfExceptions(String json) {
        assertThat(detail(Order.class, json))
                .doesNotContain("java", "io.channels4j", "secret", "Order", "Point", "Item", "Exception", "JsonToken");
    }
}
