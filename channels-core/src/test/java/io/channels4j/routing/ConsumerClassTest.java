package io.channels4j.routing;

import static io.channels4j.routing.FakePeer.finds;
import static io.channels4j.routing.Route.path;
import static io.channels4j.routing.Route.rePath;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.ChannelsException;
import io.channels4j.Scope;
import io.channels4j.consumer.AsyncConsumer;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.consumer.SyncConsumer;
import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import io.channels4j.websocket.JsonWebsocketConsumer;
import io.channels4j.websocket.ReceivesJson;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests routes that are given a consumer supplier, with and without the consumer class. */
class ConsumerClassTest {

    private final Recorder consumer = new Recorder();
    private final Provider<Recorder> provider = new Provider<>(consumer);
    private final FakePeer peer = new FakePeer();

    /** Mimics the overloads of Spring's {@code ObjectProvider}, which make a method reference ambiguous. */
    record Provider<T>(T object) {

        T getObject() {
            return object;
        }

        T getObject(Object... arguments) {
            return arguments.length == 0 ? getObject() : object;
        }
    }

    static class TwoParameters extends AsyncConsumer {
        @Handles("chat.message")
        void message(String first, String second) {}
    }

    static class ReturnsText extends SyncConsumer {
        @Handles("chat.message")
        String message() {
            return "";
        }
    }

    static class JsonTwoParameters extends AsyncJsonWebsocketConsumer {
        @ReceivesJson("typing")
        void typing(String first, String second) {}
    }

    static class JsonReturnsText extends JsonWebsocketConsumer {
        @ReceivesJson("typing")
        String typing() {
            return "";
        }
    }

    static class Correct extends AsyncConsumer {
        @Handles("chat.message")
        void message(String text) {}
    }

    @Test
    void acceptsAnOverloadedMethodReference() {
        URLRouter router =
                URLRouter.of(path("ws/", provider::getObject), rePath("^re/$", Recorder.class, provider::getObject));

        assertThat(finds(router, "/ws/")).isTrue();
        assertThat(finds(router, "/re/")).isTrue();
        assertThat(consumer.calls()).isEqualTo(2);
    }

    @Test
    void protocolRouterAcceptsAnOverloadedMethodReferenceWithItsClass() {
        ProtocolTypeRouter router = ProtocolTypeRouter.builder()
                .http(Recorder.class, provider::getObject)
                .websocket(Recorder.class, provider::getObject)
                .build();

        router.handle(Scope.builder("http").build(), peer, peer);
        router.handle(Scope.builder("websocket").build(), peer, peer);

        assertThat(consumer.calls()).isEqualTo(2);
    }

    @Test
    void channelRouterAcceptsAnOverloadedMethodReferenceWithItsClass() {
        ChannelNameRouter router = ChannelNameRouter.builder()
                .channel("mails", Recorder.class, provider::getObject)
                .build();

        router.handle(Scope.builder("channel").with(Scope.CHANNEL, "mails").build(), peer, peer);

        assertThat(consumer.calls()).isEqualTo(1);
    }

    @Test
    void acceptsAClassWithCorrectHandlers() {
        assertThat(path("ws/", Correct.class, Correct::new)).hasToString("ws/");
    }

    @ParameterizedTest
    @ValueSource(classes = {TwoParameters.class, ReturnsText.class, JsonTwoParameters.class, JsonReturnsText.class})
    <C extends Consumer> void rejectsAHandlerThatCannotBeBoundWhenItIsMounted(Class<C> type) {
        Supplier<C> never = () -> {
            throw new IllegalStateException("no connection");
        };

        assertThatThrownBy(() -> path("ws/", type, never))
                .isInstanceOf(ChannelsException.class)
                .hasMessageContaining(type.getName());
        assertThatThrownBy(() -> rePath("^ws/$", type, never)).isInstanceOf(ChannelsException.class);
        assertThatThrownBy(() -> ProtocolTypeRouter.builder().http(type, never)).isInstanceOf(ChannelsException.class);
        assertThatThrownBy(() -> ProtocolTypeRouter.builder().websocket(type, never))
                .isInstanceOf(ChannelsException.class);
        assertThatThrownBy(() -> ChannelNameRouter.builder().channel("mails", type, never))
                .isInstanceOf(ChannelsException.class);
    }
}
