package io.channels4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class HeadersTest {

    private static final Headers HEADERS = Headers.of("Host", "a.example", "Cookie", "a=1", "cookie", "b=2");

    @Test
    void namesAreCaseInsensitive() {
        assertThat(HEADERS.first("HOST")).contains("a.example");
        assertThat(HEADERS.contains("hOsT")).isTrue();
    }

    @Test
    void keepsDuplicatesInOrder() {
        assertThat(HEADERS.all("cookie")).containsExactly("a=1", "b=2");
        assertThat(HEADERS.size()).isEqualTo(3);
    }

    @Test
    void firstReturnsFirstDuplicate() {
        assertThat(HEADERS.first("cookie")).contains("a=1");
    }

    @Test
    void missingNameHasNoValue() {
        assertThat(HEADERS.first("origin")).isEmpty();
        assertThat(HEADERS.all("origin")).isEmpty();
        assertThat(HEADERS.contains("origin")).isFalse();
    }

    @Test
    void valueIsNotFoundAsName() {
        assertThat(HEADERS.contains("a.example")).isFalse();
    }

    @Test
    void forEachVisitsLowerCaseNamesInOrder() {
        List<String> seen = new ArrayList<>();

        HEADERS.forEach((name, value) -> seen.add(name + ": " + value));

        assertThat(seen).containsExactly("host: a.example", "cookie: a=1", "cookie: b=2");
    }

    @Test
    void lowerCaseDoesNotDependOnLocale() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("tr"));
        try {
            assertThat(Headers.of("ORIGIN", "x").first("origin")).contains("x");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void withAddsToCopy() {
        Headers more = HEADERS.with("Cookie", "c=3");

        assertThat(more.all("cookie")).containsExactly("a=1", "b=2", "c=3");
        assertThat(HEADERS.size()).isEqualTo(3);
    }

    @Test
    void setReplacesAllFieldsWithName() {
        Headers one = HEADERS.toBuilder().set("COOKIE", "z=9").build();

        assertThat(one.all("cookie")).containsExactly("z=9");
        assertThat(one.size()).isEqualTo(2);
    }

    @Test
    void removeRemovesAllFieldsWithName() {
        assertThat(HEADERS.toBuilder().remove("Cookie").build()).isEqualTo(Headers.of("host", "a.example"));
    }

    @Test
    void addAllKeepsExistingFields() {
        Headers both = Headers.builder().add("a", "1").addAll(HEADERS).build();

        assertThat(both.size()).isEqualTo(4);
        assertThat(both.all("cookie")).containsExactly("a=1", "b=2");
    }

    @Test
    void builderDoesNotChangeEarlierResults() {
        Headers.Builder builder = Headers.builder().add("a", "1");
        Headers first = builder.build();

        builder.add("b", "2");

        assertThat(first.size()).isEqualTo(1);
    }

    @Test
    void withoutFieldsIsEmptyInstance() {
        assertThat(Headers.builder().build()).isSameAs(Headers.empty());
        assertThat(Headers.of()).isSameAs(Headers.empty());
    }

    @Test
    void equalsComparesFieldsInOrder() {
        assertThat(Headers.of("A", "1", "b", "2"))
                .isEqualTo(Headers.of("a", "1", "B", "2"))
                .hasSameHashCodeAs(Headers.of("a", "1", "B", "2"))
                .isNotEqualTo(Headers.of("b", "2", "a", "1"))
                .isNotEqualTo(Headers.of("a", "2", "b", "2"));
    }

    @Test
    void toStringHidesValues() {
        assertThat(Headers.of("Authorization", "secret")).hasToString("Headers[authorization]");
    }

    @Test
    void rejectsNameWithoutValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Headers.of("a", "1", "b"))
                .withMessage("headers: 3 strings (expected: a value for every name)");
    }
}
