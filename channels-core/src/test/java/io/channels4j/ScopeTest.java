package io.channels4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ScopeTest {

    private static final Scope.Key<String> COLOUR = new Scope.Key<>("colour");

    @Test
    void hasDocumentedDefaults() {
        Scope scope = Scope.builder("websocket").build();

        assertThat(scope.type()).isEqualTo("websocket");
        assertThat(scope.path()).isEqualTo("/");
        assertThat(scope.rootPath()).isEmpty();
        assertThat(scope.queryString()).isEmpty();
        assertThat(scope.headers()).isEqualTo(Headers.empty());
        assertThat(scope.subprotocols()).isEmpty();
        assertThat(scope.client()).isEmpty();
        assertThat(scope.server()).isEmpty();
        assertThat(scope.scheme()).isEqualTo("ws");
        assertThat(scope.method()).isEqualTo("GET");
        assertThat(scope.httpVersion()).isEqualTo("1.1");
        assertThat(scope.state()).isEmpty();
        assertThat(scope.tls()).isEmpty();
        assertThat(scope.extensions()).isEmpty();
        assertThat(scope.executor()).isSameAs(ForkJoinPool.commonPool());
        assertThat(scope.closed().toCompletableFuture()).isNotDone();
        assertThat(scope.closeTimeout()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void defaultSchemeOfHttpIsHttp() {
        assertThat(Scope.builder("http").build().scheme()).isEqualTo("http");
    }

    @Test
    void isAnonymousAndUnroutedBeforeMiddleware() {
        Scope scope = Scope.builder("http").build();

        assertThat(scope.user()).isSameAs(User.anonymous());
        assertThat(scope.urlRoute()).isSameAs(UrlRoute.empty());
        assertThat(scope.cookies()).isEmpty();
    }

    @Test
    void returnsFactsOfBuilder() {
        InetSocketAddress client = InetSocketAddress.createUnresolved("client", 1);
        InetSocketAddress server = InetSocketAddress.createUnresolved("server", 2);
        Scope.Tls tls = new Scope.Tls("TLSv1.3", "TLS_AES_128_GCM_SHA256", List.of());
        Map<String, Object> state = new HashMap<>();

        Scope scope = Scope.builder("http")
                .rootPath("/app")
                .queryString("a=b")
                .headers(Headers.of("a", "b"))
                .subprotocols(List.of("chat", "json"))
                .client(client)
                .server(server)
                .scheme("https")
                .method("post")
                .httpVersion("2")
                .state(state)
                .tls(tls)
                .extensions(Map.of("tls", Map.of()))
                .closeTimeout(Duration.ZERO)
                .build();

        assertThat(scope.rootPath()).isEqualTo("/app");
        assertThat(scope.queryString()).isEqualTo("a=b");
        assertThat(scope.headers()).isEqualTo(Headers.of("a", "b"));
        assertThat(scope.subprotocols()).containsExactly("chat", "json");
        assertThat(scope.client()).contains(client);
        assertThat(scope.server()).contains(server);
        assertThat(scope.scheme()).isEqualTo("https");
        assertThat(scope.method()).isEqualTo("POST");
        assertThat(scope.httpVersion()).isEqualTo("2");
        assertThat(scope.state()).isSameAs(state);
        assertThat(scope.tls()).contains(tls);
        assertThat(scope.extensions()).containsOnlyKeys("tls");
        assertThat(scope.closeTimeout()).isZero();
    }

    @Test
    void copiesCollections() {
        List<String> offered = new ArrayList<>(List.of("chat"));
        Scope scope = Scope.builder("websocket").subprotocols(offered).build();

        offered.add("json");

        assertThat(scope.subprotocols()).containsExactly("chat");
    }

    @Test
    void builderDoesNotChangeEarlierScopes() {
        ScopeBuilder builder = Scope.builder("http").method("GET").with(COLOUR, "red");
        Scope first = builder.build();

        builder.method("PUT").with(COLOUR, "green");

        assertThat(first.method()).isEqualTo("GET");
        assertThat(first.get(COLOUR)).contains("red");
        assertThat(builder.build().get(COLOUR)).contains("green");
    }

    @Test
    void eachBuildHasItsOwnConnectionId() {
        ScopeBuilder builder = Scope.builder("http");

        assertThat(builder.build().connectionId()).isNotEqualTo(builder.build().connectionId());
    }

    @Test
    void withAddsFactToCopy() {
        Scope scope = Scope.builder("http").target("/x").build();

        Scope red = scope.with(COLOUR, "red");

        assertThat(red.get(COLOUR)).contains("red");
        assertThat(red.path()).isEqualTo("/x");
        assertThat(red.connectionId()).isEqualTo(scope.connectionId());
        assertThat(scope.get(COLOUR)).isEmpty();
    }

    @Test
    void withHidesEarlierFact() {
        Scope red = Scope.builder("http").with(COLOUR, "red").build();

        Scope green = red.with(COLOUR, "blue").with(COLOUR, "green");

        assertThat(green.get(COLOUR)).contains("green");
        assertThat(red.get(COLOUR)).contains("red");
    }

    @Test
    void keysWithSameNameDiffer() {
        Scope scope = Scope.builder("http").with(COLOUR, "red").build().with(new Scope.Key<>("colour"), "green");

        assertThat(scope.get(COLOUR)).contains("red");
        assertThat(scope.get(new Scope.Key<String>("colour"))).isEmpty();
        assertThat(COLOUR).hasToString("Scope.Key[colour]");
    }

    @Test
    void returnsCurrentUser() {
        AtomicReference<User> current = new AtomicReference<>(User.anonymous());
        Scope scope = Scope.builder("http").build().with(Scope.USER, current::get);

        current.set(User.of("1", "ada"));

        assertThat(scope.user().name()).isEqualTo("ada");
    }

    record Account(String id, String name) implements User {}

    @Test
    void returnsTheUserAsTheTypeOfTheApplication() {
        Account ada = new Account("1", "ada");
        Scope scope = Scope.builder("http").build().with(Scope.USER, () -> ada);

        assertThat(scope.user(Account.class)).isSameAs(ada);
    }

    @Test
    void reportsBothTypesOfAUserOfAnotherType() {
        Scope scope = Scope.builder("http").build().with(Scope.USER, () -> User.of("1", "ada"));

        assertThatThrownBy(() -> scope.user(Account.class))
                .isInstanceOf(ChannelsException.class)
                .hasMessage("user: \"1\", a io.channels4j.NamedUser (expected: a io.channels4j.ScopeTest$Account)");
    }

    @Test
    void anonymousUserIsNotOfTheTypeOfTheApplication() {
        Scope scope = Scope.builder("http").build();

        assertThatThrownBy(() -> scope.user(Account.class))
                .hasMessage("user: anonymous, a io.channels4j.NamedUser (expected: a io.channels4j.ScopeTest$Account)");
    }

    @Test
    void cookiesAndRouteAreFoundByKey() {
        UrlRoute route = new UrlRoute(List.of(), Map.of("room", "lobby"), "ws/<room>/");
        Scope scope = Scope.builder("http")
                .with(Scope.COOKIES, Map.of("a", "1"))
                .with(Scope.URL_ROUTE, route)
                .build();

        assertThat(scope.cookies()).containsEntry("a", "1");
        assertThat(scope.urlRoute()).isSameAs(route);
    }

    @Test
    void toStringNamesConnectionTypeAndPath() {
        Scope scope = Scope.builder("http").target("/a?token=secret").build();

        assertThat(scope).hasToString("Scope[" + scope.connectionId() + " http /a]");
    }

    @Test
    void toBuilderKeepsFactsInCopy() {
        Scope.Key<String> key = new Scope.Key<>("key");
        Scope scope = Scope.builder("websocket").path("/a").build().with(key, "value");

        Scope copy = scope.toBuilder().path("/b").build();

        assertThat(copy.path()).isEqualTo("/b");
        assertThat(copy.type()).isEqualTo("websocket");
        assertThat(copy.get(key)).contains("value");
        assertThat(copy.connectionId()).isNotEqualTo(scope.connectionId());
        assertThat(scope.path()).isEqualTo("/a");
    }

    @Test
    void rejectsEmptyType() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Scope.builder(""))
                .withMessage("scope type: \"\" (expected: a protocol such as \"websocket\")");
    }

    @Test
    void rejectsNegativeCloseTimeout() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Scope.builder("http").closeTimeout(Duration.ofMillis(-1)))
                .withMessage("close timeout: PT-0.001S (expected: zero or more)");
    }

    @Test
    void changedScopeKeepsAllFacts() throws Exception {
        ScopeBuilder original = Scope.builder("http").target("/a?b").client(new InetSocketAddress(1));
        ScopeBuilder copy = original.copy(original.added);

        for (Field field : ScopeBuilder.class.getDeclaredFields()) {
            field.setAccessible(true);
            assertThat(field.get(copy)).as(field.getName()).isEqualTo(field.get(original));
        }
    }
}
