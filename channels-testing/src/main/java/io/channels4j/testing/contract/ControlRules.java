package io.channels4j.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.channels4j.Message;
import io.channels4j.control.ControlMessages;
import io.channels4j.control.ControlOwner;
import io.channels4j.control.ControlReceiver;
import io.channels4j.control.ControlSubscription;
import io.channels4j.control.ControlTopics;
import io.channels4j.engine.LayerControl;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules CL-45 to CL-51: control messages, which the library exchanges between processes. */
public abstract class ControlRules extends LayerRules {

    private static final String TOPIC = "contract";
    private static final int BURST = 3000;

    /** Creates the rules for a layer. */
    protected ControlRules(ContractSubject subject) {
        super(subject);
    }

    private static final class Recorded implements ControlReceiver {

        private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();

        @Override
        public CompletionStage<Void> receive(Message message) {
            messages.add(message);
            return Stages.done();
        }

        Message next() {
            try {
                Message message = messages.poll(10, TimeUnit.SECONDS);
                assertTrue(message != null, "no control message arrived");
                return message;
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }
    }

    private static Recorded receiver(ChannelLayer layer) {
        Recorded receiver = new Recorded();
        done(LayerControl.of(layer).subscribe(TOPIC, receiver).ready());
        return receiver;
    }

    @Test
    @DisplayName("CL-45: a control message reaches the receivers of all processes")
    void reachesAllProcesses() {
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        Recorded ada = receiver(here);
        Recorded bob = receiver(there);

        done(LayerControl.of(here).send(TOPIC, numbered(1)));

        assertEquals(numbered(1), ada.next());
        assertEquals(numbered(1), bob.next());
    }

    @Test
    @DisplayName("CL-46: no group of an application has the name of a control topic")
    void namesAreReserved() {
        ChannelLayer layer = layer();
        String name = ControlTopics.group(TOPIC);
        String channel = done(layer.newChannel());

        assertThrows(IllegalArgumentException.class, () -> layer.groupAdd(name, channel));
        assertThrows(IllegalArgumentException.class, () -> layer.groupDiscard(name, channel));
        assertThrows(IllegalArgumentException.class, () -> layer.groupSend(name, numbered(1)));
    }

    @Test
    @DisplayName("P8, CL-47: a burst larger than a channel's capacity loses no control message without a failed stage")
    void burstIsDeliveredOrFails() {
        ChannelLayer here = layer(LayerSettings.defaults().withCapacity(10));
        ChannelLayer there = anotherThan(here);
        Recorded ada = receiver(there);
        ControlMessages control = LayerControl.of(here);

        List<CompletableFuture<Void>> sent = new ArrayList<>();
        for (int i = 0; i < BURST; i++) {
            sent.add(control.send(TOPIC, numbered(i)).toCompletableFuture());
        }
        List<Integer> expected = new ArrayList<>();
        for (int i = 0; i < BURST; i++) {
            if (done(sent.get(i).handle((nothing, failure) -> failure == null))) {
                expected.add(i);
            }
        }

        List<Message> received = new ArrayList<>();
        for (int i = 0; i < expected.size(); i++) {
            received.add(ada.next());
        }
        assertTrue(numbers(received).containsAll(expected), "messages were lost although their stages completed");
    }

    @Test
    @DisplayName("CL-48: a closed subscription receives nothing")
    void closedSubscriptionReceivesNothing() {
        ChannelLayer layer = layer();
        Recorded ada = new Recorded();
        ControlSubscription subscription = LayerControl.of(layer).subscribe(TOPIC, ada);
        done(subscription.ready());
        Recorded bob = receiver(layer);

        subscription.close();
        subscription.close();
        done(LayerControl.of(layer).send(TOPIC, numbered(1)));

        assertEquals(numbered(1), bob.next());
        assertTrue(ada.messages.isEmpty());
    }

    @Test
    @DisplayName("P8, CL-49: a control message completes when the receivers of all processes have handled it")
    void completesWhenAllHaveHandledIt() {
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        CompletableFuture<Void> handled = new CompletableFuture<>();
        CompletableFuture<Message> received = new CompletableFuture<>();
        receiver(here);
        done(LayerControl.of(there)
                .subscribe(TOPIC, message -> {
                    received.complete(message);
                    return handled;
                })
                .ready());

        CompletableFuture<Void> sent =
                LayerControl.of(here).send(TOPIC, numbered(1)).toCompletableFuture();

        assertEquals(numbered(1), done(received));
        assertWaiting(sent);
        handled.complete(Stages.NOTHING);
        done(sent);
    }

    @Test
    @DisplayName("P8, CL-50: a control message fails if a receiver in another process fails")
    void failsIfAReceiverFails() {
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        done(LayerControl.of(there)
                .subscribe(TOPIC, message -> CompletableFuture.failedFuture(new IllegalStateException("cannot close")))
                .ready());

        String failure = done(LayerControl.of(here)
                .send(TOPIC, numbered(1))
                .handle((nothing, cause) ->
                        cause == null ? "none" : Stages.unwrap(cause).toString()));

        assertTrue(failure.contains("cannot close"), failure);
    }

    @Test
    @DisplayName("CL-51: an application's own layer counts the members of a group in all processes")
    void countsMembers() {
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        assumeTrue(
                ControlOwner.of(here).isEmpty() && here.delegate().isEmpty(),
                "the layer carries control messages separately");

        assertEquals(0, done(here.memberCount(ROOM)));
        memberOf(here, ROOM);
        memberOf(there, ROOM);

        assertEquals(2, done(here.memberCount(ROOM)));
        assertEquals(2, done(there.memberCount(ROOM)));
    }
}
