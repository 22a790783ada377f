package io.channels4j.websocket;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.ChannelsException;
import io.channels4j.consumer.SyncConsumer;
import org.junit.jupiter.api.Test;

class ReceivesJsonTest {

    static class Text extends AsyncWebsocketConsumer {
        @ReceivesJson("typing")
        void typing() {}
    }

    static class Internal extends SyncConsumer {
        @ReceivesJson("typing")
        void typing() {}
    }

    @Test
    void rejectsWebsocketConsumerWithoutJson() {
        assertThatThrownBy(Text::new)
                .isInstanceOf(ChannelsException.class)
                .hasMessageContaining("@ReceivesJson method " + Text.class.getName() + ".typing")
                .hasMessageContaining("(expected: a subclass of AsyncJsonWebsocketConsumer or JsonWebsocketConsumer)");
    }

    @Test
    void rejectsBlockingConsumerWithoutJson() {
        assertThatThrownBy(Internal::new)
                .isInstanceOf(ChannelsException.class)
                .hasMessageContaining("JsonWebsocketConsumer");
    }
}
