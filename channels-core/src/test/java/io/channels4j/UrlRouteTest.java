package io.channels4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UrlRouteTest {

    private static final UUID ID = UUID.fromString("00000000-0000-0000-0000-000000000001");
    private static final UrlRoute ROUTE =
            new UrlRoute(List.of("x"), Map.of("id", ID, "n", 42, "text", "7", "room", "lobby"), "ws/<room>/");

    @Test
    void returnsValuesAsText() {
        assertThat(ROUTE.get("room")).isEqualTo("lobby");
        assertThat(ROUTE.get("n")).isEqualTo("42");
        assertThat(ROUTE.get("id")).isEqualTo(ID.toString());
    }

    @Test
    void returnsWholeNumbers() {
        assertThat(ROUTE.getInt("n")).isEqualTo(42);
        assertThat(ROUTE.getInt("text")).isEqualTo(7);
    }

    @Test
    void returnsConvertedValues() {
        assertThat(ROUTE.get("id", UUID.class)).isEqualTo(ID);
    }

    @Test
    void errorNamesExistingNames() {
        UrlRoute route = new UrlRoute(List.of(), Map.of("room", "lobby"), "");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> route.get("rom"))
                .withMessage("url route value: \"rom\" (expected: one of [room])");
    }

    @Test
    void errorNamesValueThatIsNotNumber() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ROUTE.getInt("room"))
                .withMessage("url route value room: \"lobby\" (expected: a whole number of 32 bits)");
    }

    @Test
    void errorNamesTypeOfValue() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ROUTE.get("n", UUID.class))
                .withMessage("url route value n: a java.lang.Integer (expected: a java.util.UUID)");
    }

    @Test
    void copiesValues() {
        Map<String, Object> values = new HashMap<>(Map.of("a", 1));
        UrlRoute route = new UrlRoute(List.of(), values, "");

        values.put("b", 2);

        assertThat(route.kwargs()).containsOnlyKeys("a");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> route.kwargs().clear());
    }

    @Test
    void emptyRouteCapturesNothing() {
        assertThat(UrlRoute.empty()).isEqualTo(new UrlRoute(List.of(), Map.of(), ""));
    }
}
