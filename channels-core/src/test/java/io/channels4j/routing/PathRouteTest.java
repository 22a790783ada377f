package io.channels4j.routing;

import static io.channels4j.routing.FakePeer.finds;
import static io.channels4j.routing.Route.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathRouteTest {

    private final Recorder application = new Recorder();

    @ParameterizedTest
    @ValueSource(strings = {"/articles/2003", "/articles/2003/x", "/xarticles/2003/", "/", "/articles/2003/%0A"})
    void matchesTheWholePath(String path) {
        assertThat(finds(URLRouter.of(path("articles/2003/", () -> application)), path))
                .isFalse();
    }

    @Test
    void takesBracesLiterallyUnlessTheyEncloseAName() {
        assertThat(finds(URLRouter.of(path("a{}/{1}/", () -> application)), "/a%7B%7D/%7B1%7D/"))
                .isTrue();
    }

    @Test
    void takesTextLiterally() {
        URLRouter router = URLRouter.of(path("a.b+c\\Q(d)*\\E/[e]|", () -> application));

        assertThat(finds(router, "/a.b+c%5CQ(d)*%5CE/%5Be%5D%7C")).isTrue();
        assertThat(finds(router, "/axb+c%5CQ(d)*%5CE/%5Be%5D%7C")).isFalse();
    }

    @Test
    void capturesAStringWithoutConverter() {
        assertThat(finds(URLRouter.of(path("author/<name>/", () -> application)), "/author/ada%20l/"))
                .isTrue();

        assertThat(application.route().kwargs()).isEqualTo(Map.of("name", "ada l"));
    }

    @Test
    void capturesSeveralValues() {
        URLRouter router = URLRouter.of(path("<int:year>/<slug:title>-<int:id>.<ext>", () -> application));

        assertThat(finds(router, "/2003/a-b-7.html")).isTrue();

        assertThat(application.route().kwargs())
                .isEqualTo(Map.of("year", 2003, "title", "a-b", "id", 7, "ext", "html"));
    }

    @ParameterizedTest
    @CsvSource({
        "str,  /x/a-b%20c/,  true",
        "str,  /x/a/b/,      false",
        "str,  /x//,         false",
        "int,  /x/007/,      true",
        "int,  /x/2147483647/, true",
        "int,  /x/2147483648/, false",
        "int,  /x/99999999999999999999/, false",
        "int,  /x/-1/,       false",
        "int,  /x/%D9%A3/,   false",
        "slug, /x/a-B_9/,    true",
        "slug, /x/a.b/,      false",
        "slug, /x/%C3%A9/,   false",
        "uuid, /x/075194d3-6885-417e-a8a8-6c931e272f00/, true",
        "uuid, /x/075194D3-6885-417E-A8A8-6C931E272F00/, false",
        "uuid, /x/075194d36885417ea8a86c931e272f00/, false",
        "path, /x/a/b%20c/d/, true",
        "path, /x//,         false",
    })
    void acceptsWhatDjangoAccepts(String converter, String target, boolean matches) {
        URLRouter router = URLRouter.of(path("x/<" + converter + ":value>/", () -> application));

        assertThat(finds(router, target)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({"str, /abc/, abc", "slug, /a-b/, a-b", "path, /a/b/, a/b"})
    void convertsToStrings(String converter, String target, String value) {
        assertThat(finds(URLRouter.of(path("<" + converter + ":value>/", () -> application)), target))
                .isTrue();

        assertThat(application.route().kwargs()).isEqualTo(Map.of("value", value));
    }

    @Test
    void convertsToAnInteger() {
        assertThat(finds(URLRouter.of(path("<int:value>/", () -> application)), "/007/"))
                .isTrue();

        assertThat(application.route().kwargs()).isEqualTo(Map.of("value", 7));
    }

    @Test
    void convertsToAUuid() {
        UUID id = UUID.fromString("075194d3-6885-417e-a8a8-6c931e272f00");

        assertThat(finds(URLRouter.of(path("<uuid:id>/", () -> application)), "/" + id + "/"))
                .isTrue();

        assertThat(application.route().get("id", UUID.class)).isEqualTo(id);
    }

    @Test
    void triesTheNextRouteIfANumberIsTooLarge() {
        URLRouter router = URLRouter.of(path("<int:id>/", () -> new Recorder()), path("<str:id>/", () -> application));

        assertThat(finds(router, "/2147483648/")).isTrue();

        assertThat(application.route().get("id")).isEqualTo("2147483648");
    }

    @Test
    void matchesTheDecodedPath() {
        assertThat(finds(URLRouter.of(path("räume/<name>/", () -> application)), "/r%C3%A4ume/caf%C3%A9%F0%9F%92%AC/"))
                .isTrue();

        assertThat(application.route().get("name")).isEqualTo("café💬");
    }

    @Test
    void allowsNamesWithUnderscores() {
        assertThat(finds(URLRouter.of(path("<str:room_name>/", () -> application)), "/lobby/"))
                .isTrue();

        assertThat(application.route().get("room_name")).isEqualTo("lobby");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/ws/             | no leading slash; paths are matched without it",
                "^ws/             | text and placeholders such as <int:id>; regular expressions go to rePath",
                "ws/$             | text and placeholders such as <int:id>; regular expressions go to rePath",
                "ws/(?P<x>a)/     | text and placeholders such as <int:id>; regular expressions go to rePath",
                "<int: id>/       | no white space in <int: id>",
                "<uid:id>/        | converter uid to be one of [int, path, slug, str, uuid]",
                "<:id>/           | converter  to be one of [int, path, slug, str, uuid]",
                "<id>/<int:id>/   | unique names, but \"id\" occurs twice",
                "<int:1d>/        | a name of letters, digits and underscores in <int:1d>",
                "<>/              | a name of letters, digits and underscores in <>",
                "<room-name>/     | a name of letters, digits and underscores in <room-name>",
                "a/<id/           | a > for each <",
                "a/id>/           | a < for each >",
                "ws/{room}/       | <str:room> instead of {room}",
                "ws/{id:[0-9]+}/  | <str:id> instead of {id:[0-9]+}",
                "files/{*rest}    | <str:rest> instead of {*rest}",
            })
    void rejectsAnInvalidPattern(String pattern, String expected) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> path(pattern, () -> application))
                .withMessage("route: \"%s\" (expected: %s)", pattern, expected);
    }
}
