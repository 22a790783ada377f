package io.channels4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Broadcast;
import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.layer.InMemoryChannelLayer;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JsonRoundTripLayerTest {

    private final JsonRoundTripLayer layer = new JsonRoundTripLayer(InMemoryChannelLayer.create());

    private record Said(String text) {}

    /** A record that cannot be serialized to JSON if its text is null. */
    public record Secret(String text) {

        @Override
        public String text() {
            return Objects.requireNonNull(text);
        }
    }

    @AfterEach
    void close() {
        layer.close();
    }

    private CompletableFuture<Message> receive(String channel) {
        return layer.receive(channel).toCompletableFuture();
    }

    @Test
    void receiverGetsACopy() {
        Said said = new Said("hello");

        layer.send("room", Message.of("chat.said", said));

        assertThat(receive("room").join().as(Said.class)).isEqualTo(said).isNotSameAs(said);
    }

    @Test
    void groupGetsACopyOfABroadcast() {
        layer.groupAdd("group", "room");
        Broadcast sent = Broadcast.text("hello");

        layer.groupSend("group", sent);

        assertThat(receive("room").join()).isNotSameAs(sent).isInstanceOf(Broadcast.class);
    }

    @Test
    void passesExcludedChannels() {
        layer.groupAdd("group", "room");

        layer.groupSend("group", Message.of("hello"), Set.of("room"));

        assertThat(receive("room")).isNotDone();
    }

    @Test
    void passesDelayedMessages() {
        layer.sendLater("room", Message.of("hello"), Duration.ofMillis(1));

        assertThat(receive("room")).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(Message.of("hello"));
    }

    @Test
    void rejectsPayloadsThatJacksonCannotWrite() {
        assertThat(layer.send("room", Message.of("secret", new Secret(null))))
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .withCauseInstanceOf(ChannelsException.class);
    }

    @Test
    void discardedChannelReceivesNothing() {
        layer.groupAdd("group", "room");
        layer.groupDiscard("group", "room");

        layer.groupSend("group", Message.of("hello"));

        assertThat(receive("room")).isNotDone();
    }

    @Test
    void flushDropsMessages() {
        layer.send("room", Message.of("hello"));

        layer.flush();

        assertThat(receive("room")).isNotDone();
    }

    @Test
    void delegatesNewChannel() {
        String channel = layer.newChannel().toCompletableFuture().join();

        layer.send(channel, Message.of("hello"));

        assertThat(receive(channel)).isCompletedWithValue(Message.of("hello"));
    }
}
