package io.channels4j;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.channels4j.fixture.Racers;
import io.channels4j.internal.SharedEvents;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

class BroadcastTest {

    record Said(String text) {}

    static final class Other implements Event {

        @Override
        public String type() {
            return "other";
        }
    }

    static final class Sent implements Event {

        private final byte[] bytes;

        Sent(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes;
        }

        @Override
        public String type() {
            return "sent";
        }
    }

    @Test
    void textIsUtf8() {
        Broadcast broadcast = Broadcast.text("h\u00e9");

        assertThat(broadcast.isText()).isTrue();
        assertThat(broadcast.bytes()).isEqualTo("h\u00e9".getBytes(UTF_8));
    }

    @Test
    void jsonIsText() {
        Broadcast broadcast = Broadcast.json(new Said("h\u00e9"));

        assertThat(broadcast.isText()).isTrue();
        assertThat(new String(broadcast.bytes(), UTF_8)).isEqualTo("{\"text\":\"h\u00e9\"}");
    }

    @Test
    void binaryCopiesBytes() {
        byte[] bytes = {1, 2};
        Broadcast broadcast = Broadcast.binary(bytes);

        bytes[0] = 9;

        assertThat(broadcast.isText()).isFalse();
        assertThat(broadcast.bytes()).containsExactly(1, 2);
    }

    @Test
    void readsTextFromJson() {
        assertRoundTrip(Broadcast.text("h\u00e9\ud83d\ude00"));
    }

    @Test
    void readsEmptyTextFromJson() {
        assertRoundTrip(Broadcast.text(""));
    }

    @Test
    void readsJsonFromJson() {
        assertRoundTrip(Broadcast.json(new Said("h\u00e9")));
    }

    @Test
    void readsBinaryFromJson() {
        assertRoundTrip(Broadcast.binary(new byte[] {0, -1, 127, -128}));
    }

    @Test
    void rejectsPayloadWithoutTextOrBytes() {
        byte[] json = "{\"type\":\"channels.broadcast\",\"payload\":{}}".getBytes(UTF_8);

        assertThatExceptionOfType(ChannelsException.class)
                .isThrownBy(() -> Message.fromJson(json))
                .withMessage("message channels.broadcast: neither text nor bytes in its payload");
    }

    @Test
    void rejectsInvalidBase64() {
        byte[] json = "{\"type\":\"channels.broadcast\",\"payload\":{\"bytes\":\"\u00e9\"}}".getBytes(UTF_8);

        assertThatExceptionOfType(ChannelsException.class).isThrownBy(() -> Message.fromJson(json));
    }

    @Test
    void errorNamesUnwritableClass() {
        assertThatExceptionOfType(ChannelsException.class)
                .isThrownBy(() -> Broadcast.json(new MessageTest.Unwritable()))
                .withMessage("broadcast: a io.channels4j.MessageTest$Unwritable cannot be written as JSON");
    }

    @Test
    void membersShareOneEvent() {
        Broadcast broadcast = Broadcast.text("hi");

        Sent first = SharedEvents.of(broadcast, Sent.class, b -> new Sent(b.bytes()));
        Sent second = SharedEvents.of(broadcast, Sent.class, b -> new Sent(b.bytes()));

        assertThat(second).isSameAs(first);
        assertThat(first.bytes()).isSameAs(broadcast.bytes());
    }

    @Test
    void membersOfEachProtocolShareOneEvent() {
        Broadcast broadcast = Broadcast.text("hi");
        Sent sent = SharedEvents.of(broadcast, Sent.class, b -> new Sent(b.bytes()));
        Other other = SharedEvents.of(broadcast, Other.class, b -> new Other());

        assertThat(SharedEvents.of(broadcast, Sent.class, b -> new Sent(b.bytes())))
                .isSameAs(sent);
        assertThat(SharedEvents.of(broadcast, Other.class, b -> new Other())).isSameAs(other);
    }

    @Test
    void acceptsAnInterfaceAsEventClass() {
        Broadcast broadcast = Broadcast.text("hi");
        Event event = SharedEvents.of(broadcast, Event.class, b -> new Other());

        assertThat(SharedEvents.of(broadcast, Event.class, b -> new Other())).isSameAs(event);
    }

    @Test
    void concurrentMembersShareOneEvent() throws Exception {
        Broadcast broadcast = Broadcast.text("hi");
        Set<Sent> made = ConcurrentHashMap.newKeySet();

        try (Racers racers = Racers.create()) {
            racers.race(
                    8, (racer, random) -> made.add(SharedEvents.of(broadcast, Sent.class, b -> new Sent(b.bytes()))));
        }

        assertThat(made).hasSize(1);
    }

    private static void assertRoundTrip(Broadcast broadcast) {
        assertThat(Message.fromJson(broadcast.toJson()))
                .isEqualTo(broadcast)
                .isInstanceOfSatisfying(Broadcast.class, back -> {
                    assertThat(back.isText()).isEqualTo(broadcast.isText());
                    assertThat(back.bytes()).isEqualTo(broadcast.bytes());
                });
    }
}
