package io.channels4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Message;
import io.channels4j.consumer.Consumer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.testing.WebsocketCommunicator;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonExampleTest {

    @Test
    void explainsWhatIsWrong() {
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(
                        Consumer.application(JsonExample.OrderConsumer::new), "/")
                .build()) {
            peer.connect();
            peer.sendTo("{\"type\":\"order\",\"number\":7,\"items\":[{\"article\":\"tea\",\"price\":\"two\"}]}");

            assertThat(peer.receiveJsonFrom().get("detail").stringValue())
                    .isEqualTo("items[0].price: \"two\" (expected: a number)");
        }
    }

    @Test
    void bindsPagesFromEveryProcess() {
        InMemoryChannelLayer layer = InMemoryChannelLayer.create();
        JsonExample.OrderConsumer.Item tea = new JsonExample.OrderConsumer.Item("tea", new BigDecimal("1.10"));
        Message page = Message.of(
                "page.changed",
                new JsonExample.Page<>(1, List.of(new JsonExample.OrderConsumer.Order(7, List.of(tea)))));
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(
                        Consumer.application(JsonExample.OrderPages::new), "/")
                .channelLayer(layer)
                .build()) {
            peer.connect();
            layer.groupSend("orders", page);
            String local = peer.receiveFrom();
            layer.groupSend("orders", Message.fromJson(page.toJson()));

            assertThat(peer.receiveFrom()).isEqualTo(local).contains("1.10");
        }
        assertThat(JsonExample.route()).hasToString("ws/orders/");
    }

    /** Has the form that Kotlin's compiler gives {@code data class Said(val user: String, val times: Int)}. */
    @SuppressWarnings("unused") // getters are called by Jackson
    public static final class Said {

        private final String user;
        private final int times;

        public Said(String user, int times) {
            if (user == null) {
                throw new NullPointerException("Parameter specified as non-null is null");
            }
            this.user = user;
            this.times = times;
        }

        public String getUser() {
            return user;
        }

        public int getTimes() {
            return times;
        }
    }

    @Test
    void bindsClassesOfTheFormOfKotlinsDataClasses() {
        Message remote = Message.fromJson(Message.of("said", new Said("ada", 3)).toJson());

        assertThat(remote.as(Said.class).getUser()).isEqualTo("ada");
        assertThat(remote.as(Said.class).getTimes()).isEqualTo(3);
    }
}
