package io.channels4j.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Delivery;
import io.channels4j.layer.LayerSettings;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules CL-38 to CL-44: messages that are taken and acknowledged. */
public abstract class DeliveryRules extends LayerRules {

    /** Creates the rules for a layer. */
    protected DeliveryRules(ContractSubject subject) {
        super(subject);
    }

    private static final String WORK = "contract.work";

    @Test
    @DisplayName("CL-38: an acknowledged message is not redelivered")
    void acknowledgedMessageIsNotRedelivered() {
        ChannelLayer here = layer();
        String channel = done(here.newChannel());
        done(here.send(channel, numbered(1)));

        Delivery delivery = done(here.take(channel));
        delivery.acknowledge();
        delivery.requeue(); // has no effect

        assertEquals(numbered(1), delivery.message());
        assertEquals(0, delivery.earlierDeliveries());
        assertNothingIn(here, channel);
    }

    @Test
    @DisplayName("CL-39: a cancelled take loses no message")
    void cancelledTakeLosesNothing() {
        ChannelLayer here = layer();
        String channel = done(here.newChannel());

        for (int i = 0; i < 50; i++) {
            CompletableFuture<Delivery> given = here.take(channel).toCompletableFuture();
            var sent = here.send(channel, numbered(i));
            Delivery got = given.cancel(false) ? done(here.take(channel)) : done(given);
            done(sent);
            assertEquals(numbered(i), got.message());
            got.acknowledge();
        }
    }

    @Test
    @DisplayName("CL-40: a layer reports whether it redelivers")
    void reportsWhetherItRedelivers() {
        assertEquals(subject().hasRedelivery(), layer().redelivers());
    }

    @Test
    @DisplayName("CL-41: a returned message is redelivered once, after the others, with its delivery count")
    void returnedMessageIsRedelivered() {
        needs(subject().hasRedelivery(), "redelivery");
        ChannelLayer here = layer();
        String channel = done(here.newChannel());
        done(here.send(channel, numbered(1)));
        done(here.send(channel, numbered(2)));

        Delivery first = done(here.take(channel));
        first.requeue();
        first.requeue();

        assertEquals(numbered(2), done(here.take(channel)).message());
        Delivery again = done(here.take(channel));
        assertEquals(List.of(numbered(1), 1), List.of(again.message(), again.earlierDeliveries()));
        assertNothingIn(here, channel);
    }

    @Test
    @DisplayName("CL-42: a returned message is redelivered even if the channel is full")
    void messageReturnedToFullChannelIsRedelivered() {
        needs(subject().hasRedelivery(), "redelivery");
        ChannelLayer here = layer(LayerSettings.defaults().withCapacity(2));
        String channel = done(here.newChannel());
        done(here.send(channel, numbered(1)));
        Delivery first = done(here.take(channel));
        done(here.send(channel, numbered(2)));
        done(here.send(channel, numbered(3)));

        first.requeue();

        assertEquals(List.of(2, 3, 1), numbers(receive(here, channel, 3)));
    }

    @Test
    @DisplayName("CL-43: a taken message is not delivered to another receiver")
    void takenMessageIsNotDeliveredAgain() {
        needs(subject().hasRedelivery(), "redelivery");
        needs(subject().hasQueues(), "queues");
        ChannelLayer here = layer();
        done(here.send(WORK, numbered(1)));

        Delivery delivery = done(here.take(WORK));

        assertNothingIn(anotherThan(here), WORK);
        delivery.acknowledge();
    }

    @Test
    @DisplayName("CL-44: messages that a process had taken when it closed its layer are redelivered to another")
    void workOfClosedLayerIsRedelivered() {
        needs(subject().hasRedelivery(), "redelivery");
        needs(subject().hasQueues(), "queues");
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        assumeTrue(here != there, "the layer is limited to one process");
        done(here.send(WORK, numbered(1)));
        Delivery delivery = done(here.take(WORK));

        here.close();

        Delivery again = done(there.take(WORK));
        assertNotSame(delivery, again);
        assertEquals(numbered(1), again.message());
    }
}
