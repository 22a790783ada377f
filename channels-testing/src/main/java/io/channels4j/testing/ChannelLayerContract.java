package io.channels4j.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerSettings;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * What every channel layer owes its users, as numbered rules {@code CL-n}: a JUnit test class to extend, for authors of layers.
 * The rules come from the channel layer specification of Django Channels and from {@link ChannelLayer}.
 *
 * <p>A layer that reaches other processes also overrides {@link #anotherProcess}; then the rules run between two processes.
 *
 * <p><b>Threads.</b> JUnit makes an instance for each rule; the layers of a test are closed behind it.
 */
public abstract class ChannelLayerContract extends SubscriptionRules {

    private static final String LONGEST = "ü".repeat(127) + "n";
    private static final Message HELLO = Message.of("hello");

    /** What a layer may lack. */
    public enum Feature {
        /** Plain channel names keep messages that nobody waits for, and any process may receive them. */
        QUEUES,
        /** {@link ChannelLayer#sendLater} takes delays other than zero. */
        DELAYED_SENDS,
        /** Members that are received from leave their groups after {@link LayerSettings#groupExpiry()}. */
        GROUP_EXPIRY,
        /** What is {@linkplain ChannelLayer#take taken} and not acknowledged comes again. */
        REDELIVERY
    }

    /** For subclasses. */
    protected ChannelLayerContract() {}

    /**
     * Creates a layer that shares no message and no group with the layers of other tests.
     *
     * @param settings its limits
     * @return the layer; the contract closes it
     */
    @Override
    protected abstract ChannelLayer createLayer(LayerSettings settings);

    /**
     * Creates a layer that reaches the same channels and groups from another process, or as if from one.
     *
     * @param layer the layer of the first process, made by {@link #createLayer}
     * @param settings the limits of the new layer
     * @return the layer, which the contract closes; by default the given one, for a layer of one process
     */
    @Override
    protected ChannelLayer anotherProcess(ChannelLayer layer, LayerSettings settings) {
        return layer;
    }

    /**
     * Returns what the layer can do; rules about the rest are skipped.
     *
     * @return the features, by default all
     */
    @Override
    protected Set<Feature> features() {
        return EnumSet.allOf(Feature.class);
    }

    /**
     * Lets time pass by the clock of the layer, for expiry.
     *
     * @param time how much; by default the call waits for as long
     */
    @Override
    protected void passTime(Duration time) {
        assertThrows(
                java.util.concurrent.TimeoutException.class,
                () -> new CompletableFuture<Void>().get(time.toMillis(), TimeUnit.MILLISECONDS));
    }

    /**
     * Returns after how much time without a message a rule takes it that none comes.
     *
     * @return the time, by default 100 ms
     */
    @Override
    protected Duration quietTime() {
        return Duration.ofMillis(100);
    }

    @Test
    @DisplayName("CL-32: a bad name is refused at the call, which shows the rule")
    void badNamesAreRefused() {
        ChannelLayer here = layer();

        for (String bad : List.of("", "a\nb", "trailing\n", "a\u0000", "ü".repeat(128), "\uD800")) {
            assertRefused(() -> here.send(bad, HELLO));
            assertRefused(() -> here.sendLater(bad, HELLO, Duration.ZERO));
            assertRefused(() -> here.receive(bad));
            assertRefused(() -> here.groupAdd(bad, "channel"));
            assertRefused(() -> here.groupAdd(ROOM, bad));
            assertRefused(() -> here.groupDiscard(bad, "channel"));
            assertRefused(() -> here.groupDiscard(ROOM, bad));
            assertRefused(() -> here.groupSend(bad, HELLO));
        }
    }

    private static void assertRefused(Executable call) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, call).getMessage());
        assertTrue(message.contains("name") && message.contains("expected"), message);
    }

    @Test
    @DisplayName("CL-33: an exclamation mark is for names of channels")
    void groupNamesHaveNoExclamationMark() {
        ChannelLayer here = layer();

        assertRefused(() -> here.groupSend("a!b", HELLO));
        assertRefused(() -> here.send("a!b!c", HELLO));
    }

    @Test
    @DisplayName("CL-34: names of 255 bytes of UTF-8 are good")
    void longestNamesAreGood() {
        ChannelLayer here = layer();
        Member ada = memberOf(here, LONGEST);

        done(anotherThan(here).groupSend(LONGEST, HELLO));

        assertEquals(List.of(HELLO), ada.next(1));
    }

    @Test
    @DisplayName("CL-35: flush removes messages and groups, and leaves connections open")
    void flushRemovesMessagesAndGroups() {
        ChannelLayer here = layer();
        String channel = done(here.newChannel());
        Member ada = memberOf(here, ROOM);
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
    @DisplayName("CL-36: closing a layer fails the receivers that wait")
    void closeFailsWaitingReceivers() {
        ChannelLayer here = layer();
        CompletableFuture<Message> waiting =
                here.receive(done(here.newChannel())).toCompletableFuture();

        here.close();

        failure(ChannelsException.class, waiting);
    }

    @Test
    @DisplayName("CL-37: a closed layer refuses with an error of ours; closing twice is closing once")
    void closedLayerRefuses() {
        ChannelLayer here = layer();
        Member ada = memberOf(here, ROOM);
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
        assertThrows(ChannelsException.class, () -> new Member(here));
    }
}
