package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Message;
import io.channels4j.consumer.Consumer;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import io.channels4j.websocket.ReceivesJson;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Numbers keep their digits in messages and in JSON from clients. */
class NumbersTest {

    record Price(BigDecimal amount) {}

    record Count(BigInteger number) {}

    static class Prices extends AsyncJsonWebsocketConsumer {

        @ReceivesJson("price")
        CompletionStage<Void> price(Price price) {
            return send(price.amount().toString());
        }

        @ReceivesJson("echo")
        CompletionStage<Void> echo(JsonNode json) {
            return send(json.get("amount").toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "12345678901234567.89",
                "1.10",
                "1.234567890123456789",
                "1E+400",
                "0.1",
                "100",
                "-0.000000000000000000000000001"
            })
    void decimalsKeepTheirDigitsInMessages(String digits) {
        Message sent = Message.of("price", new Price(new BigDecimal(digits)));

        Message received = Message.fromJson(sent.toJson());

        assertThat(received.as(Price.class).amount()).isEqualTo(new BigDecimal(digits));
        assertThat(Message.of("price")
                        .with("amount", new BigDecimal(digits))
                        .as(Price.class)
                        .amount())
                .isEqualTo(new BigDecimal(digits));
        assertThat(received).isEqualTo(sent);
    }

    @Test
    void integersKeepTheirDigitsInMessages() {
        BigInteger number = new BigInteger("9".repeat(400));
        Message sent = Message.of("count", new Count(number));

        assertThat(Message.fromJson(sent.toJson()).as(Count.class).number()).isEqualTo(number);
    }

    @Test
    void doublesStayDoubles() {
        Message message = Message.fromJson(Message.of("m").with("x", 0.1).toJson());

        assertThat(message.getDouble("x")).isEqualTo(0.1);
        assertThat(message).isEqualTo(Message.of("m").with("x", 0.1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void numbersKeepTheirDigitsInJsonOfClients(boolean ownMapper) {
        class Own extends Prices {
            @Override
            protected JsonMapper jsonMapper() {
                return JsonMapper.builder().build();
            }
        }
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(
                        Consumer.application(ownMapper ? Own::new : Prices::new), "/")
                .build()) {
            peer.connect();

            peer.sendTo("{\"type\":\"price\",\"amount\":12345678901234567.89}");
            assertThat(peer.receiveFrom()).isEqualTo("12345678901234567.89");
            peer.sendTo("{\"type\":\"price\",\"amount\":1.10}");
            assertThat(peer.receiveFrom()).isEqualTo("1.10");
            peer.sendTo("{\"type\":\"echo\",\"amount\":1.234567890123456789}");
            assertThat(peer.receiveFrom()).isEqualTo("1.234567890123456789");
        }
    }
}
