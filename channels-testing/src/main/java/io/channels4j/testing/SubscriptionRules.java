package io.channels4j.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.channels4j.Message;
import io.channels4j.layer.ChannelFullException;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerNames;
import io.channels4j.layer.LayerSettings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules CL-25 to CL-31: channels whose messages are handed over as they come. */
abstract class SubscriptionRules extends GroupRules {

    private static final int SENDERS = 4;
    private static final int EACH = 100;

    @Test
    @DisplayName("CL-25: a connection's messages are handed over in order, on its home executor and nowhere else")
    void messagesAreHandedOverAtHome() {
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        Member ada = memberOf(here, ROOM);

        IntStream.range(0, 50).forEach(i -> done(there.send(ada.channel(), numbered(i))));
        IntStream.range(0, 50).forEach(i -> done(there.groupSend(ROOM, numbered(i))));

        List<Integer> got = numbers(ada.next(100));
        List<Integer> expected = new ArrayList<>(range(0, 50));
        expected.addAll(range(0, 50));
        assertEquals(expected.stream().sorted().toList(), got.stream().sorted().toList());
        ada.assertOnlyAtHome();
    }

    @Test
    @DisplayName("CL-26: what was handed over counts as unread until it is consumed")
    void unreadUntilConsumed() {
        ChannelLayer here = layer(LayerSettings.defaults().withCapacity(2));
        Member ada = new Member(here);
        done(here.send(ada.channel(), numbered(0)));
        done(here.send(ada.channel(), numbered(1)));
        assertEquals(numbered(0), ada.unread());
        assertEquals(numbered(1), ada.unread());

        failure(ChannelFullException.class, here.send(ada.channel(), numbered(2)));
        ada.consumed();
        done(here.send(ada.channel(), numbered(3)));

        assertEquals(numbered(3), ada.unread());
    }

    @Test
    @DisplayName("CL-27: nothing that is sent after a connection's channel was closed reaches it")
    void closedSubscriptionGetsNothing() {
        ChannelLayer here = layer();
        Member ada = memberOf(here, ROOM);
        Member bob = memberOf(here, ROOM);

        ada.close();
        ada.close();
        done(here.groupSend(ROOM, numbered(0)));
        done(here.send(ada.channel(), numbered(1)).exceptionally(refused -> null));

        assertEquals(List.of(numbered(0)), bob.next(1));
        ada.assertNothing(quietTime());
    }

    @Test
    @DisplayName("CL-28: a subscriber that throws gets the next message all the same")
    void throwingSubscriberGoesOn() {
        ChannelLayer here = layer();
        Member ada = new Member(here);
        ada.throwsOnce();

        done(here.send(ada.channel(), numbered(0)));
        done(here.send(ada.channel(), numbered(1)));

        assertEquals(range(0, 2), numbers(ada.next(2)));
    }

    @Test
    @DisplayName("CL-29: connections have channels of their own, with good names")
    void subscriptionsHaveNamesOfTheirOwn() {
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        Set<String> names = new HashSet<>();

        for (int i = 0; i < 50; i++) {
            names.add(LayerNames.requireChannel(new Member(here).channel()));
            names.add(LayerNames.requireChannel(new Member(there).channel()));
            names.add(done(here.newChannel()));
        }

        assertEquals(150, names.size());
    }

    @Test
    @DisplayName("CL-30: many threads may send; nothing is lost, doubled or out of order")
    void manyThreadsMaySend() {
        ChannelLayer here = layer();
        Member ada = memberOf(here, ROOM);

        List<CompletableFuture<Void>> senders = IntStream.range(0, SENDERS)
                .mapToObj(sender -> CompletableFuture.runAsync(() -> send(here, sender)))
                .toList();
        senders.forEach(LayerTrial::done);

        List<Message> got = ada.next(SENDERS * EACH);
        for (int sender = 0; sender < SENDERS; sender++) {
            String type = "sender." + sender;
            assertEquals(
                    range(0, EACH),
                    numbers(got.stream().filter(m -> m.type().equals(type)).toList()));
        }
        ada.assertNothing(quietTime());
    }

    private static void send(ChannelLayer layer, int sender) {
        for (int i = 0; i < EACH; i++) {
            done(layer.groupSend(ROOM, Message.of("sender." + sender).with("number", i)));
        }
    }

    @Test
    @DisplayName("CL-31: stages of the layer may be waited for while members come and go")
    void membersComeAndGoWhileMessagesAreSent() {
        ChannelLayer here = layer();
        Member stays = memberOf(here, ROOM);

        CompletableFuture<Void> traffic = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < EACH; i++) {
                memberOf(here, ROOM).close();
            }
        });
        IntStream.range(0, EACH).forEach(i -> done(here.groupSend(ROOM, numbered(i))));
        done(traffic);

        assertEquals(range(0, EACH), numbers(stays.next(EACH)));
        assertTrue(traffic.isDone());
    }
}
