package io.channels4j.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonValue;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.internal.SharedEncoding;
import io.channels4j.internal.StandardJson;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

class JsonSendTest {

    private final AtomicInteger encoded = new AtomicInteger();
    private final Counted payload = new Counted(encoded, "hi");

    /** A payload that counts how often it is serialized. */
    record Counted(AtomicInteger times, String text) {

        @JsonValue
        Map<String, String> json() {
            times.incrementAndGet();
            return Map.of("text", text);
        }
    }

    record Said(String text) {}

    record Length(String text) {

        @JsonValue
        int length() {
            return text.length();
        }
    }

    @Test
    void encodesASharedPayloadOnce() {
        Message message = Message.of("said", payload);

        WebSocketSend first = sent(message, payload);
        WebSocketSend second = sent(message, payload);

        assertThat(second).isSameAs(first);
        assertThat(first.text()).isEqualTo("{\"text\":\"hi\"}");
        assertThat(encoded).hasValue(1);
    }

    @Test
    void sharesTheEncodedFormFromTheSecondMember() {
        Message message = Message.of("said", payload);

        assertThat(SharedEncoding.isShared(sent(message, payload))).isFalse();
        assertThat(SharedEncoding.isShared(sent(message, payload))).isTrue();
    }

    @Test
    void encodesTheBoundObjectOnce() {
        Message message = Message.fromJson(Message.of("said", new Said("hi")).toJson());
        Said bound = message.as(Said.class);

        assertThat(sent(message, bound)).isSameAs(sent(message, bound));
    }

    @Test
    void encodesEachBoundClassSeparately() {
        Message message = Message.of("said", Map.of("text", "hello"));
        Said said = message.as(Said.class);
        assertThat(sent(message, said).text()).isEqualTo("{\"text\":\"hello\"}");

        assertThat(sent(message, new Length(said.text())).text()).isEqualTo("5");
        assertThat(sent(message, said).text()).isEqualTo("{\"text\":\"hello\"}");
    }

    @Test
    void encodesAnotherObjectEachTime() {
        Message message = Message.of("said", new Said("hi"));

        sent(message, payload);
        sent(message, payload);

        assertThat(encoded).hasValue(2);
    }

    @Test
    void encodesAnObjectOutsideAHandlerEachTime() {
        sent(null, payload);
        sent(null, payload);

        assertThat(encoded).hasValue(2);
    }

    @Test
    void encodesSeparatelyForEachMapper() {
        Message message = Message.of("said", new Said("hi"));
        Said payload = message.as(Said.class);
        JsonMapper upperCase = JsonMapper.builder()
                .propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
                .build();

        WebSocketSend first = sent(message, payload);

        assertThat(((WebSocketSend) new JsonSend(payload, upperCase).resolve(message)).text())
                .isEqualTo("{\"Text\":\"hi\"}");
        assertThat(sent(message, payload)).isSameAs(first);
    }

    private static WebSocketSend sent(@Nullable Message handled, Object value) {
        Event event = new JsonSend(value, StandardJson.MAPPER).resolve(handled);
        assertThat(event).isInstanceOf(WebSocketSend.class);
        return (WebSocketSend) event;
    }
}
