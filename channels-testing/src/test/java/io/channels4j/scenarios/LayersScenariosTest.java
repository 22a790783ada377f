package io.channels4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.consumer.Consumer;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerNames;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Scenarios from upstream's {@code tests/test_layers.py}. */
class LayersScenariosTest {

    private static final String RULE = " (expected: 1-255 bytes of UTF-8 without control characters)";

    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();

    @AfterEach
    void close() {
        layer.close();
    }

    static final class Member extends AsyncWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("chat");
        }
    }

    @Test
    @DisplayName("test_config_instance: the configured layer is used")
    void configuredLayerIsUsed() {
        ChannelLayers layers = new ChannelLayers(Map.of("default", layer));

        assertThat(layers.get("default")).isSameAs(layer);
    }

    @Test
    @DisplayName("test_config_error: the error for a missing layer names it")
    void missingLayerFails() {
        ChannelLayers layers = new ChannelLayers(Map.of("default", layer));

        assertThatThrownBy(() -> layers.get("other"))
                .isInstanceOf(ChannelsException.class)
                .hasMessageStartingWith("channel layer: \"other\" is not configured (expected: one of [default];");
    }

    @Test
    @DisplayName("upstream's InvalidChannelLayerError: groups without a layer fail the handshake")
    void groupsWithoutLayerFailHandshake() {
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(Member::new), "/")
                .channelLayers(ChannelLayers.none())
                .build()) {
            assertThatThrownBy(peer::connect)
                    .isInstanceOf(ChannelsException.class)
                    .hasMessageStartingWith("channel layer: \"default\" is not configured");
        }
    }

    @Test
    @DisplayName("test_override_settings: layers are immutable; a change returns a copy")
    void layersAreImmutable() {
        Map<String, ChannelLayer> given = new HashMap<>(Map.of("default", layer));
        ChannelLayers layers = new ChannelLayers(given);

        given.clear();

        assertThat(layers.get("default")).isSameAs(layer);
    }

    @Test
    @DisplayName("test_send_receive")
    void sendsAndReceives() {
        Message message = Message.of("test.message").with("text", "Ahoy-hoy!");

        layer.send("test-channel-1", message);

        assertThat(layer.receive("test-channel-1").toCompletableFuture()).isCompletedWithValue(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "chat.room-1_2", "a", "Raum für Ada", "¯\\_(ツ)_/¯", "room:7/9?x"})
    @DisplayName("test_channel_and_group_name_validation: names in any script")
    void acceptsName(String name) {
        assertThatCode(() -> LayerNames.requireGroup(name)).doesNotThrowAnyException();
        assertThatCode(() -> LayerNames.requireChannel(name)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "chat\n", "a\u0000b", "tab\there", "\u0085", "lone \ud83d"})
    @DisplayName("test_channel_and_group_name_validation: no empty names, control characters or unpaired surrogates")
    void rejectsName(String name) {
        assertThatThrownBy(() -> LayerNames.requireGroup(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("group name: \"")
                .hasMessageEndingWith(RULE);
        assertThatThrownBy(() -> LayerNames.requireChannel(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("channel name: \"")
                .hasMessageEndingWith(RULE);
    }

    @Test
    @DisplayName("test_group_name_length_error_message, test_channel_name_length_error_message: more than 255 bytes")
    void rejectsLongName() {
        String longest = "x".repeat(255);
        assertThat(LayerNames.requireGroup(longest)).isEqualTo(longest);

        assertThatThrownBy(() -> LayerNames.requireGroup(longest + "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("group name: \"" + longest + "...\"" + RULE);
        assertThatThrownBy(() -> LayerNames.requireChannel(longest + "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("channel name: \"" + longest + "...\"" + RULE);
    }

    @Test
    @DisplayName("test_channel_and_group_name_validation: the limit counts bytes, not characters")
    void rejectsNameOfTooManyBytes() {
        assertThat(LayerNames.requireGroup("ü".repeat(127))).hasSize(127);

        assertThatThrownBy(() -> LayerNames.requireGroup("ü".repeat(128))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("an exclamation mark is allowed once, in channel names only")
    void allowsOneExclamationMarkInChannelNames() {
        assertThat(LayerNames.requireChannel("specific!abc")).isEqualTo("specific!abc");

        assertThatThrownBy(() -> LayerNames.requireChannel("a!b!c"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("channel name: \"a!b!c\" (expected: at most one exclamation mark)");
        assertThatThrownBy(() -> LayerNames.requireGroup("a!b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("group name: \"a!b\" (expected: no exclamation mark)");
    }

    @Test
    @DisplayName("a layer rejects an invalid name")
    void layerRejectsInvalidName() {
        Message message = Message.of("test.message");

        assertThatThrownBy(() -> layer.send("a\nb", message)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> layer.receive("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> layer.groupSend("a!b", message)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> layer.groupAdd("", "channel")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> layer.groupDiscard("group", "")).isInstanceOf(IllegalArgumentException.class);
    }
}
