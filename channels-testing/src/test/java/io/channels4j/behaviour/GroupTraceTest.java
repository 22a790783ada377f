package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.channels4j.Message;
import io.channels4j.consumer.Consumer;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.support.CapturedLog;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** At TRACE, each join and each message to a group is logged, so that a misspelt group name can be found. */
class GroupTraceTest {

    private static final String LOGGER = "io.channels4j.layer.ChannelLayer";

    private static final class Lobby extends AsyncWebsocketConsumer {
        @Override
        protected Set<String> groups() {
            return Set.of("lobby");
        }
    }

    @Test
    void logsJoinsMessagesWithTheirNumberOfMembersAndLeaves() {
        try (CapturedLog log = CapturedLog.of(LOGGER)) {
            ((Logger) LoggerFactory.getLogger(LOGGER)).setLevel(Level.TRACE); // restored by the captured log
            try (WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(Lobby::new), "/")
                    .build()) {
                assertThat(peer.connect().accepted()).isTrue();
                ChannelLayer layer = peer.channelLayer();
                layer.groupSend("lobby", Message.of("hello"))
                        .toCompletableFuture()
                        .join();
                layer.groupSend("loby", Message.of("hello"))
                        .toCompletableFuture()
                        .join();
            }

            assertThat(log.messages(Level.TRACE))
                    .anyMatch(line -> line.matches("group lobby: local\\S+ joined"))
                    .contains("group lobby: message hello for 1 members in this process")
                    .contains("group loby: message hello for 0 members in this process")
                    .anyMatch(line -> line.matches("group lobby: local\\S+ left"));
        }
    }
}
