package io.channels4j.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.delivery.LocalDelivery;
import io.channels4j.fixture.ManualExecutor;
import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SubscriptionTest {

    private final ManualExecutor loop = new ManualExecutor();
    private final InMemoryChannelLayer layer =
            InMemoryChannelLayer.of(LayerSettings.defaults().withCapacity(3));

    @Test
    void channelsHaveUniqueValidNames() {
        Member ada = new Member(layer, loop);
        Member bob = new Member(layer, loop);
        Member other = new Member(InMemoryChannelLayer.create(), loop);

        assertThat(ada.channel()).isNotEqualTo(bob.channel()).isNotEqualTo(other.channel());
        assertThat(LayerNames.requireChannel(ada.channel()))
                .startsWith(LocalDelivery.of(layer).prefix());
    }

    @Test
    void deliversDirectMessagesInOrder() {
        Member ada = new Member(layer, loop);

        layer.send(ada.channel(), Message.of("1"));
        layer.send(ada.channel(), Message.of("2"));
        loop.runAll();

        assertThat(ada.received()).containsExactly("1", "2");
    }

    @Test
    void deliversSameObject() {
        CompletableFuture<Message> got = new CompletableFuture<>();
        Subscription subscription = layer.subscribe(loop, got::complete);
        Message message = Message.of("1").with("a", 1);

        layer.send(subscription.channel(), message);
        loop.runAll();

        assertThat(got.join()).isSameAs(message);
    }

    @Test
    void keepsOrderOfDirectAndGroupMessages() {
        Member ada = new Member(layer, loop).join(layer, "room").join(layer, "hall");

        layer.send(ada.channel(), Message.of("1"));
        layer.groupSend("room", Message.of("2"));
        layer.groupSend("hall", Message.of("3"));
        loop.runAll();

        assertThat(ada.received()).containsExactly("1", "2", "3");
    }

    @Test
    void sendToFullChannelFails() {
        Member ada = new Member(layer, loop).stopReading();
        for (int i = 0; i < 3; i++) {
            assertThat(layer.send(ada.channel(), Message.of("m")).toCompletableFuture())
                    .isCompleted();
        }

        CompletableFuture<Void> refused =
                layer.send(ada.channel(), Message.of("m")).toCompletableFuture();

        assertThatExceptionOfType(Exception.class)
                .isThrownBy(refused::get)
                .havingCause()
                .isInstanceOf(ChannelFullException.class)
                .withMessage(
                        "channel: %s is full (3 unread messages; raise the capacity or read faster)", ada.channel());
        assertThat(layer.dropped()).isEqualTo(1);
    }

    @Test
    void consumedMessageFreesCapacity() {
        Member ada = new Member(layer, loop).stopReading();
        for (int i = 0; i < 3; i++) {
            layer.send(ada.channel(), Message.of("m"));
        }
        loop.runAll();
        ada.consume(1);

        assertThat(layer.send(ada.channel(), Message.of("m")).toCompletableFuture())
                .isCompleted();
    }

    @Test
    void fullChannelDoesNotAffectAnother() {
        Member ada = new Member(layer, loop).stopReading();
        Member bob = new Member(layer, loop);
        for (int i = 0; i < 4; i++) {
            layer.send(ada.channel(), Message.of("m"));
        }

        assertThat(layer.send(bob.channel(), Message.of("m")).toCompletableFuture())
                .isCompleted();
    }

    @Test
    void dropsMessagesSentAfterClose() {
        Member ada = new Member(layer, loop).join(layer, "room");
        ada.close();

        layer.send(ada.channel(), Message.of("1"));
        layer.groupSend("room", Message.of("2"));
        loop.runAll();

        assertThat(ada.received()).isEmpty();
        assertThat(layer.dropped()).isEqualTo(1);
    }

    @Test
    void dropsMessagesPendingAtClose() {
        Member ada = new Member(layer, loop).join(layer, "room");
        layer.send(ada.channel(), Message.of("1"));
        layer.groupSend("room", Message.of("2"));

        ada.close();
        loop.runAll();

        assertThat(ada.received()).isEmpty();
        assertThat(layer.dropped()).isEqualTo(1); // group messages to a member that has left are not counted
    }

    @Test
    void closeLeavesAllGroupsAndRemovesChannel() {
        Member ada = new Member(layer, loop).join(layer, "room").join(layer, "hall");
        assertThat(layer.groupCount()).isEqualTo(2);
        assertThat(layer.channelCount()).isEqualTo(1);

        ada.close();
        ada.close();

        assertThat(layer.groupCount()).isZero();
        assertThat(layer.channelCount()).isZero();
    }

    @Test
    void closedSubscriptionJoinsNoGroup() {
        Member ada = new Member(layer, loop);
        ada.close();

        layer.groupAdd("room", ada.channel());

        assertThat(layer.groupCount()).isZero();
    }

    @Test
    void removesQueueOfExecutorWithLastSubscription() {
        ManualExecutor passing = new ManualExecutor();
        WeakReference<ManualExecutor> reference = new WeakReference<>(passing);
        Member ada = new Member(layer, passing).join(layer, "room");
        Member bob = new Member(layer, passing).join(layer, "room");
        layer.groupSend("room", Message.of("m"));
        passing.runAll();
        ada.close();
        bob.close();

        ada = null;
        bob = null;
        passing = null;

        await().until(() -> {
            System.gc();
            return reference.get() == null;
        });
    }

    @Test
    void rejectsReceivingFromSubscribedChannel() {
        Member ada = new Member(layer, loop);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> layer.receive(ada.channel()))
                .withMessageStartingWith("receive: " + ada.channel() + " is a connection's channel");
    }

    @Test
    void closeEndsSubscriptionsAndRejectsNewOnes() {
        Member ada = new Member(layer, loop).join(layer, "room");

        layer.close();

        assertThat(layer.groupCount()).isZero();
        assertThat(layer.channelCount()).isZero();
        assertThatExceptionOfType(ChannelsException.class)
                .isThrownBy(() -> layer.subscribe(loop, message -> {}))
                .withMessage("channel layer: closed (expected: an open layer)");
        assertThat(ada.received()).isEmpty();
    }
}
