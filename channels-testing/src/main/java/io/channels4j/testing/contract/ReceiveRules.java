package io.channels4j.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.channels4j.Broadcast;
import io.channels4j.Message;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelFullException;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerNames;
import io.channels4j.layer.LayerSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules CL-1 to CL-15: receiving from channels. */
public abstract class ReceiveRules extends LayerRules {

    /** Creates the rules for a layer. */
    protected ReceiveRules(ContractSubject subject) {
        super(subject);
    }

    private static final String JOBS = "contract.jobs";
    private static final Duration EXPIRY = Duration.ofMillis(400);

    record Point(int x, double y, @Nullable String label) {}

    @Test
    @DisplayName("CL-1: a sent message is received")
    void sentMessageIsReceived() {
        ChannelLayer here = layer();
        String channel = done(here.newChannel());

        done(anotherThan(here).send(channel, Message.of("hello").with("text", "hi")));

        assertEquals(Message.of("hello").with("text", "hi"), done(here.receive(channel)));
    }

    @Test
    @DisplayName("CL-2: messages of one sender to one channel keep their order")
    void messagesKeepTheirOrder() {
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        String channel = done(here.newChannel());

        IntStream.range(0, 100).forEach(i -> Stages.ignore(there.send(channel, numbered(i))));

        assertEquals(range(0, 100), numbers(receive(here, channel, 100)));
    }

    @Test
    @DisplayName("CL-3: a waiting receiver gets the next message")
    void waitingReceiverGetsTheMessage() {
        ChannelLayer here = layer();
        String channel = done(here.newChannel());
        CompletableFuture<Message> waiting = here.receive(channel).toCompletableFuture();
        assertWaiting(waiting);

        done(anotherThan(here).send(channel, numbered(1)));

        assertEquals(numbered(1), done(waiting));
    }

    @Test
    @DisplayName("CL-4: each message goes to one receiver")
    void eachMessageGoesToOneReceiver() {
        ChannelLayer here = layer();
        String channel = done(here.newChannel());
        List<CompletableFuture<Message>> waiting = IntStream.range(0, 10)
                .mapToObj(i -> here.receive(channel).toCompletableFuture())
                .toList();

        IntStream.range(0, 10).forEach(i -> done(here.send(channel, numbered(i))));

        Set<Integer> got = new HashSet<>();
        waiting.forEach(receiver -> got.add(done(receiver).getInt("number")));
        assertEquals(Set.copyOf(range(0, 10)), got);
    }

    @Test
    @DisplayName("CL-5: new channel names are valid and unique")
    void newNamesAreValidAndUnique() {
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        Set<String> names = new HashSet<>();

        for (int i = 0; i < 200; i++) {
            names.add(LayerNames.requireChannel(done(here.newChannel())));
            names.add(LayerNames.requireChannel(done(there.newChannel())));
        }

        assertEquals(400, names.size());
    }

    @Test
    @DisplayName("CL-6: a full channel rejects messages with an error that names it")
    void fullChannelRejectsMessages() {
        ChannelLayer here = layer(LayerSettings.defaults().withCapacity(3));
        String channel = done(here.newChannel());
        IntStream.range(0, 3).forEach(i -> done(here.send(channel, numbered(i))));

        ChannelFullException full = failure(ChannelFullException.class, here.send(channel, numbered(3)));

        assertTrue(String.valueOf(full.getMessage()).contains(channel), full::toString);
        assertEquals(range(0, 3), numbers(receive(here, channel, 3)));
    }

    @Test
    @DisplayName("CL-7: a received message frees capacity")
    void receivedMessageFreesCapacity() {
        ChannelLayer here = layer(LayerSettings.defaults().withCapacity(1));
        String channel = done(here.newChannel());
        done(here.send(channel, numbered(0)));
        done(here.receive(channel));

        done(here.send(channel, numbered(1)));

        assertEquals(numbered(1), done(here.receive(channel)));
    }

    @Test
    @DisplayName("CL-8: a full channel does not affect another channel")
    void fullChannelDoesNotAffectAnother() {
        ChannelLayer here = layer(LayerSettings.defaults().withCapacity(1));
        String full = done(here.newChannel());
        String other = done(here.newChannel());
        done(here.send(full, numbered(0)));

        done(here.send(other, numbered(1)));

        assertEquals(numbered(1), done(here.receive(other)));
    }

    @Test
    @DisplayName("CL-9: capacities by pattern apply to matching channels")
    void capacityPatternsApplyToMatchingChannels() {
        needs(subject().hasQueues(), "queues");
        needs(subject().hasQueueOrder(), "one capacity for all messages in a plain channel");
        ChannelLayer here = layer(LayerSettings.defaults().withChannelCapacity("contract.j?bs*", 1));
        done(here.send(JOBS, numbered(0)));

        failure(ChannelFullException.class, here.send(JOBS, numbered(1)));

        done(here.send("contract.other", numbered(0)));
        done(here.send("contract.other", numbered(1)));
    }

    @Test
    @DisplayName("CL-10: an unread message expires, a newer one does not")
    void unreadMessagesExpire() {
        ChannelLayer here = layer(LayerSettings.defaults().withExpiry(EXPIRY));
        String channel = done(here.newChannel());
        done(here.send(channel, numbered(0)));
        subject().passTime(EXPIRY.plusMillis(100));

        done(here.send(channel, numbered(1)));

        assertEquals(numbered(1), done(here.receive(channel)));
        assertNothingIn(here, channel);
    }

    @Test
    @DisplayName("CL-11: a cancelled receiver loses no message")
    void cancelledReceiverLosesNothing() {
        ChannelLayer here = layer();
        String channel = done(here.newChannel());

        for (int i = 0; i < 50; i++) {
            CompletableFuture<Message> given = here.receive(channel).toCompletableFuture();
            var sent = here.send(channel, numbered(i));
            Message got = given.cancel(false) ? done(here.receive(channel)) : done(given);
            done(sent);
            assertEquals(numbered(i), got);
        }
    }

    @Test
    @DisplayName("CL-12: every kind of message is received as it was sent")
    void everyKindOfMessageIsReceived() {
        needs(subject().hasAnyPayload(), "payloads other than objects, and broadcasts");
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        String channel = done(here.newChannel());
        Map<String, @Nullable Object> fields = new HashMap<>();
        fields.put("null", null);
        fields.put("", "empty name");
        fields.put("true", true);
        fields.put("long", Long.MIN_VALUE);
        fields.put("double", 0.1);
        fields.put("unicode", "Zoë \uD83D\uDE00 \u0000 \"\\\n");
        fields.put("nested", List.of(Map.of("list", List.of(1, "two", List.of())), Map.of()));
        List<Message> all = List.of(
                Message.of("empty"),
                Message.of("type with blanks, ünd !"),
                Message.of("fields", fields),
                Message.of("record", new Point(1, -2.5, null)),
                Message.of("list", List.of(1, 2, 3)),
                Message.of("text", "text only"),
                Broadcast.text("grüße"),
                Broadcast.json(Map.of("a", 1)),
                Broadcast.binary(new byte[] {0, -1, 127, -128}));

        all.forEach(message -> done(there.send(channel, message)));

        assertEquals(all, receive(here, channel, all.size()));
    }

    @Test
    @DisplayName("CL-13: a plain channel keeps its messages until they are received")
    void plainChannelKeepsMessages() {
        needs(subject().hasQueues(), "queues");
        needs(subject().hasQueueOrder(), "order in plain channels");
        ChannelLayer here = layer();
        IntStream.range(0, 20).forEach(i -> done(here.send(JOBS, numbered(i))));

        assertEquals(range(0, 20), numbers(receive(anotherThan(here), JOBS, 20)));
    }

    @Test
    @DisplayName("CL-14: a delayed message is received after its delay, not before")
    void delayedMessageIsReceivedAfterItsDelay() {
        needs(subject().hasDelayedSends(), "delayed sends");
        ChannelLayer here = layer();
        Duration delay = subject().quietTime().multipliedBy(3);
        String channel = done(here.newChannel());

        done(here.sendLater(channel, numbered(2), delay));
        done(here.sendLater(channel, numbered(1), Duration.ZERO));

        assertEquals(numbered(1), done(here.receive(channel)));
        CompletableFuture<Message> later = here.receive(channel).toCompletableFuture();
        assertWaiting(later);
        assertEquals(numbered(2), done(later));
    }

    @Test
    @DisplayName("CL-15: a negative delay is rejected by the call")
    void negativeDelayIsRejected() {
        ChannelLayer here = layer();

        assertThrows(IllegalArgumentException.class, () -> here.sendLater(JOBS, numbered(0), Duration.ofMillis(-1)));
    }
}
