package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.ReceivesJson;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests handlers whose parameters have type arguments, with messages from this process and from others. */
class GenericHandlersTest {

    record Said(String user, String text) {}

    record Page<T>(List<T> items) {}

    abstract static class Base<T> extends AsyncWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @Handles("said")
        CompletionStage<Void> said(T value) {
            return send(describe(value));
        }

        abstract String describe(T value);
    }

    static class OfSaid extends Base<Said> {
        @Override
        String describe(Said said) {
            return said.user() + ": " + said.text();
        }
    }

    static class OfList extends Base<List<Said>> {
        @Override
        String describe(List<Said> list) {
            Said first = list.get(0);
            return first.user() + ": " + first.text();
        }
    }

    static class OfPage extends Base<Page<Said>> {
        @Override
        String describe(Page<Said> page) {
            Said first = page.items().get(0);
            return first.user() + ": " + first.text();
        }
    }

    static class OfMap extends Base<Map<String, Said>> {
        @Override
        String describe(Map<String, Said> map) {
            return map.get("first").user() + ": " + map.get("first").text();
        }
    }

    abstract static class JsonBase<T> extends AsyncJsonWebsocketConsumer {

        @ReceivesJson("say")
        CompletionStage<Void> say(T value) {
            return send(String.valueOf(value));
        }
    }

    static class JsonSaid extends JsonBase<Page<Said>> {}

    private static final Said SAID = new Said("ada", "hello");

    /**
     * Returns a message as the sender's process receives it. If {@code remote} is true, returns it as another process
     * receives it.
     */
    private static Message message(Object payload, boolean remote) {
        Message message = Message.of("said", payload);
        return remote ? Message.fromJson(message.toJson()) : message;
    }

    private static String received(Supplier<? extends Consumer> consumer, Message message) {
        ChannelLayer layer = InMemoryChannelLayer.create();
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(consumer), "/")
                .channelLayer(layer)
                .build()) {
            peer.connect();
            layer.groupSend("room", message);
            return peer.receiveFrom();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void bindsTypeArgumentsOfTheClass(boolean remote) {
        assertThat(received(OfSaid::new, message(SAID, remote))).isEqualTo("ada: hello");
        assertThat(received(OfList::new, message(List.of(SAID), remote))).isEqualTo("ada: hello");
        assertThat(received(OfPage::new, message(new Page<>(List.of(SAID)), remote)))
                .isEqualTo("ada: hello");
        assertThat(received(OfMap::new, message(Map.of("first", SAID), remote))).isEqualTo("ada: hello");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void containersAreBoundFromJsonInEveryProcess(boolean remote) {
        class OfObject extends Base<Object> {
            @Override
            String describe(Object value) {
                return value.getClass().getSimpleName();
            }
        }
        assertThat(received(OfObject::new, message(SAID, remote))).isEqualTo("LinkedHashMap");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void membersOfOneProcessShareTheBoundObject(boolean remote) {
        Message message = message(new Page<>(List.of(SAID)), remote);
        class Seen extends Base<Page<Said>> {
            @Override
            String describe(Page<Said> page) {
                return Integer.toString(System.identityHashCode(page));
            }
        }

        assertThat(received(Seen::new, message)).isEqualTo(received(Seen::new, message));
    }

    @Test
    void bindsTypeArgumentsOfJson() {
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(JsonSaid::new), "/")
                .build()) {
            peer.connect();
            peer.sendTo("{\"type\":\"say\",\"items\":[{\"user\":\"ada\",\"text\":\"hello\"}]}");

            assertThat(peer.receiveFrom()).isEqualTo(new Page<>(List.of(SAID)).toString());
        }
    }

    @Test
    @SuppressWarnings({"rawtypes", "unchecked"}) // the subject of the test
    void rejectsTypeVariableThatTheClassDoesNotDetermine() {
        class Raw extends Base {
            @Override
            String describe(Object value) {
                return "";
            }
        }
        class Own extends AsyncWebsocketConsumer {
            @Handles("said")
            <T> CompletionStage<Void> said(List<T> value) {
                return send(value.toString());
            }
        }

        assertThatThrownBy(Raw::new)
                .isInstanceOf(ChannelsException.class)
                .hasMessageContaining("Base.said")
                .hasMessageContaining("expected: a parameter whose type arguments");
        assertThatThrownBy(Own::new).isInstanceOf(ChannelsException.class).hasMessageContaining("Own.said");
    }
}
