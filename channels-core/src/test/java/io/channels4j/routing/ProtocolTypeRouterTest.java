package io.channels4j.routing;

import static io.channels4j.routing.Route.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketConnect;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ProtocolTypeRouterTest {

    private final Recorder first = new Recorder();
    private final Recorder second = new Recorder();
    private final FakePeer peer = new FakePeer();

    @Test
    void selectsByTheTypeOfTheScope() {
        ProtocolTypeRouter router =
                ProtocolTypeRouter.builder().http(first).websocket(second).build();

        call(router, "websocket");

        assertThat(first.calls()).isZero();
        assertThat(second.calls()).isEqualTo(1);
    }

    @Test
    void routesChannelsAndLifespan() {
        ProtocolTypeRouter router =
                ProtocolTypeRouter.builder().channel(first).lifespan(second).build();

        call(router, "channel");
        call(router, "lifespan");

        assertThat(first.scope().type()).isEqualTo("channel");
        assertThat(second.scope().type()).isEqualTo("lifespan");
    }

    @Test
    void routesOtherProtocols() {
        ProtocolTypeRouter router =
                ProtocolTypeRouter.builder().protocol("mqtt", first).build();

        call(router, "mqtt");

        assertThat(first.calls()).isEqualTo(1);
    }

    @Test
    void createsAConsumerPerConnection() {
        ProtocolTypeRouter router = ProtocolTypeRouter.builder()
                .http(() -> first)
                .websocket(() -> first)
                .channel(() -> first)
                .lifespan(() -> first)
                .protocol("mqtt", () -> first)
                .build();

        call(router, "http");
        call(router, "websocket");
        call(router, "channel");
        call(router, "lifespan");
        call(router, "mqtt");

        assertThat(first.calls()).isEqualTo(5);
    }

    @Test
    void errorForAnUnknownTypeNamesTheKnownOnes() {
        ProtocolTypeRouter router =
                ProtocolTypeRouter.builder().websocket(first).http(first).build();

        CompletionStage<Void> unknown = call(router, "mqtt");

        assertThatThrownBy(() -> unknown.toCompletableFuture().join())
                .cause()
                .isInstanceOf(ChannelsException.class)
                .hasMessage("scope type: \"mqtt\" (expected: one of [http, websocket])");
    }

    @Test
    void failsForALifespanThatIsNotMapped() {
        CompletionStage<Void> lifespan =
                call(ProtocolTypeRouter.builder().http(first).build(), "lifespan");

        assertThat(lifespan).isCompletedExceptionally();
        assertThat(peer.sent()).isEmpty();
    }

    @Test
    @DisplayName("P7: HTTP without an application gets 404")
    void respondsWith404ToHttpWithoutApplication() {
        call(ProtocolTypeRouter.builder().websocket(first).build(), "http");

        assertThat(peer.sent())
                .first()
                .extracting(ProtocolTypeRouterTest::status)
                .isEqualTo(404);
    }

    @Test
    @DisplayName("P7: a WebSocket without an application is rejected")
    void rejectsWebSocketWithoutApplication() {
        peer.give(new WebSocketConnect());

        call(ProtocolTypeRouter.builder().http(first).build(), "websocket");

        assertThat(peer.sent()).singleElement().isInstanceOf(WebSocketClose.class);
    }

    @Test
    void nestsInsideAMountedRoute() {
        ProtocolTypeRouter inner = ProtocolTypeRouter.builder()
                .http(URLRouter.of(path("users/<int:id>/", () -> first)))
                .build();

        assertThat(FakePeer.finds(URLRouter.of(Route.mount("api/", inner)), "/api/users/7/"))
                .isTrue();
        assertThat(first.route().getInt("id")).isEqualTo(7);
    }

    @Test
    void rejectsASecondApplicationForAType() {
        ProtocolTypeRouter.Builder builder = ProtocolTypeRouter.builder().http(first);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.http(second))
                .withMessage("scope type: \"http\" (expected: one application for each)");
    }

    @Test
    void laterCallsOfTheBuilderDoNotChangeTheRouter() {
        ProtocolTypeRouter.Builder builder = ProtocolTypeRouter.builder();
        ProtocolTypeRouter router = builder.build();
        builder.lifespan(first);

        assertThat(call(router, "lifespan")).isCompletedExceptionally();
    }

    private CompletionStage<Void> call(ProtocolTypeRouter router, String type) {
        return router.handle(Scope.builder(type).build(), peer, peer);
    }

    private static int status(Event event) {
        return ((HttpResponseStart) event).status();
    }
}
