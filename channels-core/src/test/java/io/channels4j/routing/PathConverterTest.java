package io.channels4j.routing;

import static io.channels4j.routing.FakePeer.finds;
import static io.channels4j.routing.Route.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.LocalDate;
import java.time.Year;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PathConverterTest {

    private static final PathConverter<Year> YEAR = PathConverter.of("[0-9]{4}", Year::parse);
    private static final PathConverter<LocalDate> DAY = PathConverter.of("\\d{4}-\\d\\d-\\d\\d", LocalDate::parse);

    private final Recorder application = new Recorder();

    /** A converter implemented as a named class. */
    private static final class Direction implements PathConverter<Direction.Way> {

        enum Way {
            UP,
            DOWN
        }

        @Override
        public String regex() {
            return "up|down|sideways";
        }

        @Override
        public Way parse(String text) {
            return Way.valueOf(text.toUpperCase(Locale.ROOT));
        }
    }

    @Test
    void convertsToACustomType() {
        Route route = path("articles/<yyyy:year>/", Map.of("yyyy", YEAR), () -> application);

        assertThat(finds(URLRouter.of(route), "/articles/2003/")).isTrue();

        assertThat(application.route().get("year", Year.class)).isEqualTo(Year.of(2003));
    }

    @Test
    void acceptsOnlyWhatItsRegularExpressionAccepts() {
        Route route = path("articles/<yyyy:year>/", Map.of("yyyy", YEAR), () -> application);

        assertThat(finds(URLRouter.of(route), "/articles/203/")).isFalse();
    }

    @Test
    void worksTogetherWithBuiltInConverters() {
        Route route = path("<int:id>/<day:day>/", Map.of("day", DAY), () -> application);

        assertThat(finds(URLRouter.of(route), "/7/2003-02-28/")).isTrue();

        assertThat(application.route().kwargs()).isEqualTo(Map.of("id", 7, "day", LocalDate.of(2003, 2, 28)));
    }

    @Test
    void replacesABuiltInConverter() {
        PathConverter<Long> longs = PathConverter.of("[0-9]+", Long::valueOf);

        assertThat(finds(URLRouter.of(path("<int:id>/", Map.of("int", longs), () -> application)), "/2147483648/"))
                .isTrue();

        assertThat(application.route().kwargs()).isEqualTo(Map.of("id", 2147483648L));
    }

    @Test
    void canBeUsedTwiceInAPattern() {
        Route route = path("<way:x>/<way:y>/", Map.of("way", new Direction()), () -> application);

        assertThat(finds(URLRouter.of(route), "/up/down/")).isTrue();

        assertThat(application.route().kwargs()).isEqualTo(Map.of("x", Direction.Way.UP, "y", Direction.Way.DOWN));
    }

    @Test
    void canHaveGroups() {
        PathConverter<String> language = PathConverter.of("(en|de)(-[A-Z]{2})?", text -> text);
        Route route = path("<lang:language>/<int:page>/", Map.of("lang", language), () -> application);

        assertThat(finds(URLRouter.of(route), "/de-AT/3/")).isTrue();

        assertThat(application.route().kwargs()).isEqualTo(Map.of("language", "de-AT", "page", 3));
    }

    @Test
    void doesNotMatchIfTheConverterThrowsIllegalArgument() {
        Route route = path("<way:way>/", Map.of("way", new Direction()), () -> application);

        assertThat(finds(URLRouter.of(route), "/sideways/")).isFalse();
    }

    @Test
    void doesNotMatchADateThatDoesNotExist() {
        Route route = path("<day:day>/", Map.of("day", DAY), () -> application);

        assertThat(finds(URLRouter.of(route), "/2003-02-30/")).isFalse();
    }

    @Test
    @DisplayName("P7: a converter that fails is a route that does not match")
    void doesNotMatchIfTheConverterFails() {
        PathConverter<String> converter = PathConverter.of(".+", text -> {
            throw new IllegalStateException("broken");
        });

        assertThat(finds(URLRouter.of(path("<c:x>/", Map.of("c", converter), () -> application)), "/a/"))
                .isFalse();
    }

    @Test
    @DisplayName("P7: a converter that returns null is a route that does not match")
    void doesNotMatchIfTheConverterReturnsNull() {
        PathConverter<String> converter = PathConverter.of(".+", text -> null);

        assertThat(finds(URLRouter.of(path("<c:x>/", Map.of("c", converter), () -> application)), "/a/"))
                .isFalse();
    }

    @Test
    void errorForAnUnknownConverterNamesTheKnownOnes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> path("<yyy:year>/", Map.of("yyyy", YEAR), () -> application))
                .withMessageContaining("converter yyy to be one of [int, path, slug, str, uuid, yyyy]");
    }

    @Test
    void rejectsAnInvalidRegularExpression() {
        PathConverter<String> converter = PathConverter.of("a(b", text -> text);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> path("<c:x>/", Map.of("c", converter), () -> application))
                .withMessage("route: \"a(b\" (expected: a regular expression; Unclosed group)");
    }

    @Test
    void rejectsNamedGroupsInARegularExpression() {
        PathConverter<String> converter = PathConverter.of("(?<b>a)", text -> text);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> path("<c:x>/", Map.of("c", converter), () -> application))
                .withMessageContaining("no named groups in the regular expression of converter c");
    }
}
