package io.channels4j.testing.contract;

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

/** The rules CL-25 to CL-31: subscriptions. */
public abstract class SubscriptionRules extends LayerRules {

    /** Creates the rules for a layer. */
    protected SubscriptionRules(ContractSubject subject) {
        super(subject);
    }

    private static final int SENDERS = 4;
    private static final int EACH = 100;

    @Test
    @DisplayName("CL-25: a subscriber gets its messages in order, on its executor only")
    void messagesAreDeliveredOnTheExecutor() {
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        RecordingSubscriber ada = memberOf(here, ROOM);

        IntStream.range(0, 50).forEach(i -> done(there.send(ada.channel(), numbered(i))));
        IntStream.range(0, 50).forEach(i -> done(there.groupSend(ROOM, numbered(i))));

        List<Integer> got = numbers(ada.next(100));
        List<Integer> expected = new ArrayList<>(range(0, 50));
        expected.addAll(range(0, 50));
        assertEquals(expected.stream().sorted().toList(), got.stream().sorted().toList());
        ada.assertDeliveredOnExecutorOnly();
    }

    @Test
    @DisplayName("CL-26: a delivered message counts as unread until it is consumed")
    void unreadUntilConsumed() {
        ChannelLayer here = layer(LayerSettings.defaults().withCapacity(2));
        RecordingSubscriber ada = new RecordingSubscriber(here);
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
    @DisplayName("CL-27: a closed subscription gets nothing")
    void closedSubscriptionGetsNothing() {
        ChannelLayer here = layer();
        RecordingSubscriber ada = memberOf(here, ROOM);
        RecordingSubscriber bob = memberOf(here, ROOM);

        ada.close();
        ada.close();
        done(here.groupSend(ROOM, numbered(0)));
        done(here.send(ada.channel(), numbered(1)).exceptionally(rejected -> null));

        assertEquals(List.of(numbered(0)), bob.next(1));
        ada.assertNothing(subject().quietTime());
    }

    @Test
    @DisplayName("CL-28: a subscriber that throws still gets the next message")
    void throwingSubscriberGetsTheNextMessage() {
        ChannelLayer here = layer();
        RecordingSubscriber ada = new RecordingSubscriber(here);
        ada.throwOnNextMessage();

        done(here.send(ada.channel(), numbered(0)));
        done(here.send(ada.channel(), numbered(1)));

        assertEquals(range(0, 2), numbers(ada.next(2)));
    }

    @Test
    @DisplayName("CL-29: each subscription has its own channel with a valid name")
    void subscriptionsHaveUniqueChannels() {
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        Set<String> names = new HashSet<>();

        for (int i = 0; i < 50; i++) {
            names.add(LayerNames.requireChannel(new RecordingSubscriber(here).channel()));
            names.add(LayerNames.requireChannel(new RecordingSubscriber(there).channel()));
            names.add(done(here.newChannel()));
        }

        assertEquals(150, names.size());
    }

    @Test
    @DisplayName("CL-30: messages sent from many threads are neither lost, duplicated nor reordered")
    void manyThreadsMaySend() {
        ChannelLayer here = layer();
        RecordingSubscriber ada = memberOf(here, ROOM);

        List<CompletableFuture<Void>> senders = IntStream.range(0, SENDERS)
                .mapToObj(sender -> CompletableFuture.runAsync(() -> send(here, sender)))
                .toList();
        senders.forEach(LayerRules::done);

        List<Message> got = ada.next(SENDERS * EACH);
        for (int sender = 0; sender < SENDERS; sender++) {
            String type = "sender." + sender;
            assertEquals(
                    range(0, EACH),
                    numbers(got.stream().filter(m -> m.type().equals(type)).toList()));
        }
        ada.assertNothing(subject().quietTime());
    }

    private static void send(ChannelLayer layer, int sender) {
        for (int i = 0; i < EACH; i++) {
            done(layer.groupSend(ROOM, Message.of("sender." + sender).with("number", i)));
        }
    }

    @Test
    @DisplayName("CL-31: joins, leaves and sends may run concurrently")
    void membersJoinAndLeaveWhileMessagesAreSent() {
        ChannelLayer here = layer();
        RecordingSubscriber stays = memberOf(here, ROOM);

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
