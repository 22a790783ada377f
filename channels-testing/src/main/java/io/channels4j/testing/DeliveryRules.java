package io.channels4j.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Delivery;
import io.channels4j.layer.LayerSettings;
import io.channels4j.testing.ChannelLayerContract.Feature;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules CL-38 to CL-44: messages that are taken, to be acknowledged when the work is done. */
abstract class DeliveryRules extends LayerTrial {

    private static final String WORK = "contract.work";

    @Test
    @DisplayName("CL-38: what is taken and acknowledged does not come again")
    void acknowledgedMessageDoesNotComeAgain() {
        ChannelLayer here = layer();
        String channel = done(here.newChannel());
        done(here.send(channel, numbered(1)));

        Delivery delivery = done(here.take(channel));
        delivery.acknowledge();
        delivery.requeue(); // too late

        assertEquals(numbered(1), delivery.message());
        assertEquals(0, delivery.earlierDeliveries());
        assertNothingIn(here, channel);
    }

    @Test
    @DisplayName("CL-39: a taker that gives up loses no message")
    void cancelledTakerLosesNothing() {
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
    @DisplayName("CL-40: a layer says whether it redelivers")
    void saysWhetherItRedelivers() {
        assertEquals(features().contains(Feature.REDELIVERY), layer().redelivers());
    }

    @Test
    @DisplayName("CL-41: a requeued message is delivered again once, after the others, with its number of earlier"
            + " deliveries")
    void whatIsGivenBackComesAgain() {
        needs(Feature.REDELIVERY);
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
    @DisplayName("CL-42: a requeued message is delivered again even if the channel is full")
    void givenBackToFullChannelComesAgain() {
        needs(Feature.REDELIVERY);
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
    @DisplayName("CL-43: a message that somebody has goes to nobody else")
    void takenMessageGoesToNobodyElse() {
        needs(Feature.REDELIVERY);
        needs(Feature.QUEUES);
        ChannelLayer here = layer();
        done(here.send(WORK, numbered(1)));

        Delivery delivery = done(here.take(WORK));

        assertNothingIn(anotherThan(here), WORK);
        delivery.acknowledge();
    }

    @Test
    @DisplayName("CL-44: what a process had when it closed its layer comes to another")
    void workOfClosedLayerComesToAnother() {
        needs(Feature.REDELIVERY);
        needs(Feature.QUEUES);
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        assumeTrue(here != there, "the layer is of one process");
        done(here.send(WORK, numbered(1)));
        Delivery delivery = done(here.take(WORK));

        here.close();

        Delivery again = done(there.take(WORK));
        assertNotSame(delivery, again);
        assertEquals(numbered(1), again.message());
    }
}
