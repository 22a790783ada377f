package io.channels4j.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The rules CL-32 to CL-37: names, flush and close. */
public abstract class LifecycleRules extends LayerRules {

    private static final String LONGEST_NAME = "ü".repeat(127) + "n";
    private static final Message HELLO = Message.of("hello");

    /** Creates the rules for a layer. */
    protected LifecycleRules(ContractSubject subject) {
        super(subject);
    }

    @Test
    @DisplayName("CL-32: an invalid name is rejected by the call, with the rule in the message")
    void invalidNamesAreRejected() {
        ChannelLayer here = layer();

        for (String invalid : List.of("", "a\nb", "trailing\n", "a\u0000", "ü".repeat(128), "\uD800")) {
            assertRejected(() -> here.send(invalid, HELLO));
            assertRejected(() -> here.sendLater(invalid, HELLO, Duration.ZERO));
            assertRejected(() -> here.receive(invalid));
            assertRejected(() -> here.groupAdd(invalid, "channel"));
            assertRejected(() -> here.groupAdd(ROOM, invalid));
            assertRejected(() -> here.groupDiscard(invalid, "channel"));
            assertRejected(() -> here.groupDiscard(ROOM, invalid));
            assertRejected(() -> here.groupSend(invalid, HELLO));
        }
    }

    private static void assertRejected(Executable call) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, call).getMessage());
        assertTrue(message.contains("name") && message.contains("expected"), message);
    }

    @Test
    @DisplayName("CL-33: group names contain no exclamation mark")
    void groupNamesHaveNoExclamationMark() {
        ChannelLayer here = layer();

        assertRejected(() -> here.groupSend("a!b", HELLO));
        assertRejected(() -> here.send("a!b!c", HELLO));
    }

    @Test
    @DisplayName("CL-34: names of 255 bytes of UTF-8 are valid")
    void longestNamesAreValid() {
        needs(subject().hasAnyName(), "names outside its own alphabet");
        ChannelLayer here = layer();
        RecordingSubscriber ada = memberOf(here, LONGEST_NAME);

        done(anotherThan(here).groupSend(LONGEST_NAME, HELLO));

        assertEquals(List.of(HELLO), ada.next(1));
    }

    @Test
    @DisplayName("CL-35: flush removes messages and groups, and leaves connections open")
    void flushRemovesMessagesAndGroups() {
        ChannelLayer here = layer();
        String channel = done(here.newChannel());
        RecordingSubscriber ada = memberOf(here, ROOM);
        done(here.send(channel, numbered(0)));

        done(here.flush());
        done(here.groupSend(ROOM, numbered(1)));
        done(here.send(ada.channel(), numbered(2)));

        assertEquals(List.of(numbered(2)), ada.next(1));
        assertNothingIn(here, channel);
        done(here.groupAdd(ROOM, ada.channel()));
        done(here.groupSend(ROOM, numbered(3)));
        assertEquals(List.of(numbered(3)), ada.next(1));
    }

    @Test
    @DisplayName("CL-36: closing a layer fails waiting receivers")
    void closeFailsWaitingReceivers() {
        ChannelLayer here = layer();
        CompletableFuture<Message> waiting =
                here.receive(done(here.newChannel())).toCompletableFuture();

        here.close();

        failure(ChannelsException.class, waiting);
    }

    @Test
    @DisplayName("CL-37: a closed layer fails calls with a ChannelsException; closing it again has no effect")
    void closedLayerFailsCalls() {
        ChannelLayer here = layer();
        RecordingSubscriber ada = memberOf(here, ROOM);
        String channel = done(here.newChannel());
        here.close();
        here.close();

        Stream.of(
                        here.send(ada.channel(), HELLO),
                        here.groupAdd(ROOM, channel),
                        here.groupDiscard(ROOM, channel),
                        here.groupSend(ROOM, HELLO),
                        here.receive(channel),
                        here.take(channel))
                .forEach(stage -> failure(ChannelsException.class, stage));
        assertThrows(ChannelsException.class, () -> new RecordingSubscriber(here));
    }
}
