package io.channels4j.redis;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerSettings;
import io.channels4j.redis.serializer.DjangoSerializer;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that all layers treat unusual arguments in the same way. */
@Timeout(60)
class LayerCallsTest {

    private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    private final List<ChannelLayer> layers = new ArrayList<>();

    enum Kind {
        PUBSUB,
        QUEUES,
        DJANGO;

        ChannelLayer create(LayerSettings settings) {
            String url = RedisProcess.shared().url();
            String prefix = "calls-" + name().toLowerCase(java.util.Locale.ROOT);
            return switch (this) {
                case PUBSUB ->
                    RedisPubSubChannelLayer.builder(url)
                            .prefix(prefix)
                            .settings(settings)
                            .build();
                case QUEUES ->
                    RedisChannelLayer.builder(url)
                            .prefix(prefix)
                            .settings(settings)
                            .build();
                case DJANGO ->
                    DjangoPubSubChannelLayer.builder(RedisHosts.of(url))
                            .serializer(DjangoSerializer.json())
                            .settings(settings)
                            .build();
            };
        }
    }

    private ChannelLayer layer(Kind kind, LayerSettings settings) {
        ChannelLayer layer = kind.create(settings);
        layers.add(layer);
        return layer;
    }

    @AfterEach
    void close() {
        layers.forEach(ChannelLayer::close);
    }

    private static List<Object> nested(int levels) {
        List<Object> nested = List.of();
        for (int i = 0; i < levels; i++) {
            nested = List.of(nested);
        }
        return nested;
    }

    private static Message cyclic() {
        List<Object> cycle = new ArrayList<>();
        cycle.add(cycle);
        return Message.of("m", cycle);
    }

    /** A payload whose getter throws, one that is nested too deeply, and one that contains itself. */
    private static Stream<Message> unwritable() {
        Object broken = new Object() {
            @JsonProperty
            @SuppressWarnings("unused") // Jackson calls it
            String text() {
                throw new IllegalStateException("broken");
            }
        };
        return Stream.of(
                Message.of("m", broken), Message.of("m").with("text", broken), Message.of("m", nested(5000)), cyclic());
    }

    private static void assertFails(CompletionStage<Void> sent) {
        assertThatThrownBy(() -> sent.toCompletableFuture().get(20, SECONDS))
                .cause()
                .isInstanceOf(ChannelsException.class);
    }

    @ParameterizedTest
    @EnumSource
    void payloadThatCannotBeWrittenFailsTheStage(Kind kind) {
        ChannelLayer layer = layer(kind, LayerSettings.defaults());

        unwritable().forEach(message -> {
            assertFails(layer.send("work", message));
            assertFails(layer.groupSend("room", message));
            if (kind != Kind.DJANGO) {
                assertFails(layer.groupSend("room", message, Set.of("a")));
            }
            if (kind == Kind.QUEUES) {
                assertFails(layer.sendLater("work", message, Duration.ofSeconds(1)));
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void timesOfAnyLengthAreAccepted(Kind kind) throws Exception {
        ChannelLayer layer =
                layer(kind, LayerSettings.defaults().withExpiry(FOREVER).withGroupExpiry(FOREVER));
        String channel = layer.newChannel().toCompletableFuture().get(20, SECONDS);
        CompletionStage<Message> received = layer.receive(channel);

        layer.sendLater(channel, Message.of("never"), FOREVER)
                .toCompletableFuture()
                .get(20, SECONDS);
        layer.sendLater("work", Message.of("never"), FOREVER)
                .toCompletableFuture()
                .get(20, SECONDS);
        layer.groupAdd("room", channel).toCompletableFuture().get(20, SECONDS);
        layer.sendLater(channel, Message.of("soon"), Duration.ofMillis(50))
                .toCompletableFuture()
                .get(20, SECONDS);

        assertThat(received.toCompletableFuture().get(20, SECONDS)).isEqualTo(Message.of("soon"));
    }

    @ParameterizedTest
    @EnumSource(names = "QUEUES")
    void messageThatIsNeverDueDelaysNoOther(Kind kind) throws Exception {
        ChannelLayer layer =
                layer(kind, LayerSettings.defaults().withExpiry(FOREVER).withGroupExpiry(FOREVER));
        CompletionStage<Message> received = layer.receive("jobs");

        layer.sendLater("jobs", Message.of("never"), FOREVER)
                .toCompletableFuture()
                .get(20, SECONDS);
        layer.sendLater("jobs", Message.of("soon"), Duration.ofMillis(50))
                .toCompletableFuture()
                .get(20, SECONDS);

        assertThat(received.toCompletableFuture().get(20, SECONDS)).isEqualTo(Message.of("soon"));
    }
}
