package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static io.channels4j.redis.PubSubRules.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Broadcast;
import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.redis.serializer.JsonSerializer;
import io.channels4j.redis.serializer.MessagePackSerializer;
import io.channels4j.redis.serializer.MessageSerializer;
import io.channels4j.support.RedisProcess;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The marks and the numbers of messages reach other processes through both layers. */
@Timeout(30)
class MarkedMessagesTest {

    private final RedisProcess redis = RedisProcess.start();

    @AfterEach
    void end() {
        redis.close();
    }

    static Stream<Arguments> layers() {
        Named<BiFunction<String, MessageSerializer, ChannelLayer>> queue = Named.of(
                "queue",
                (url, format) ->
                        RedisChannelLayer.builder(url).serializer(format).build());
        Named<BiFunction<String, MessageSerializer, ChannelLayer>> pubSub = Named.of(
                "pub/sub",
                (url, format) ->
                        RedisPubSubChannelLayer.builder(url).serializer(format).build());
        return Stream.of(queue, pubSub)
                .flatMap(layer -> Stream.of(JsonSerializer.create(), MessagePackSerializer.create())
                        .map(format -> Arguments.of(layer, Named.of(format.format(), format))));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void marksReachOtherProcesses(
            BiFunction<String, MessageSerializer, ChannelLayer> factory, MessageSerializer format) {
        try (ChannelLayer sender = factory.apply(redis.url(), format);
                ChannelLayer receiver = factory.apply(redis.url(), format);
                Peer ada = member(receiver, "room")) {
            done(sender.groupSend("room", Message.of("cursor").latest("ada").ephemeral()));
            done(sender.groupSend("room", Broadcast.text("1.10").latest("price")));
            done(sender.groupSend("room", Message.of("plain")));

            Message cursor = ada.next();
            assertThat(cursor.latestKey()).contains("ada");
            assertThat(cursor.isEphemeral()).isTrue();
            Message price = ada.next();
            assertThat(price).isInstanceOf(Broadcast.class);
            assertThat(price.latestKey()).contains("price");
            assertThat(price.isEphemeral()).isFalse();
            assertThat(ada.next().latestKey()).isEmpty();
        }
    }

    record Price(BigDecimal amount, BigInteger volume) {}

    @ParameterizedTest
    @MethodSource("layers")
    @DisplayName("numbers keep their digits")
    void numbersKeepTheirDigits(BiFunction<String, MessageSerializer, ChannelLayer> factory, MessageSerializer format) {
        Price price = new Price(new BigDecimal("12345678901234567.89"), new BigInteger("9".repeat(100)));
        try (ChannelLayer sender = factory.apply(redis.url(), format);
                ChannelLayer receiver = factory.apply(redis.url(), format);
                Peer ada = member(receiver, "room")) {
            done(sender.groupSend("room", Message.of("price", price)));

            assertThat(ada.next().as(Price.class)).isEqualTo(price);
        }
    }
}
