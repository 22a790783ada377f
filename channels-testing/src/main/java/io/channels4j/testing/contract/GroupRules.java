package io.channels4j.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.channels4j.Message;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerSettings;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules CL-16 to CL-24: groups. */
public abstract class GroupRules extends LayerRules {

    /** Creates the rules for a layer. */
    protected GroupRules(ContractSubject subject) {
        super(subject);
    }

    private static final Message HELLO = Message.of("hello").with("text", "hi");

    @Test
    @DisplayName("CL-16: a message to a group reaches every member once")
    void groupMessageReachesEveryMemberOnce() {
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        RecordingSubscriber ada = memberOf(here, ROOM);
        RecordingSubscriber bob = memberOf(there, ROOM);
        done(here.groupAdd(ROOM, ada.channel())); // has no effect

        done(here.groupSend(ROOM, HELLO));

        assertEquals(List.of(HELLO), ada.next(1));
        assertEquals(List.of(HELLO), bob.next(1));
        ada.assertNothing(subject().quietTime());
        bob.assertNothing(subject().quietTime());
    }

    @Test
    @DisplayName("CL-17: a discarded member gets nothing, the others do")
    void discardedMemberGetsNothing() {
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        RecordingSubscriber ada = memberOf(here, ROOM);
        RecordingSubscriber bob = memberOf(there, ROOM);
        done(there.groupDiscard(ROOM, bob.channel()));

        done(here.groupSend(ROOM, HELLO));

        assertEquals(List.of(HELLO), ada.next(1));
        bob.assertNothing(subject().quietTime());
    }

    @Test
    @DisplayName("CL-18: discarding a channel that is not a member, and sending to an empty group, are no errors")
    void emptyGroupIsNoError() {
        ChannelLayer here = layer();

        done(here.groupDiscard(ROOM, new RecordingSubscriber(here).channel()));
        done(here.groupSend(ROOM, HELLO));
    }

    @Test
    @DisplayName("CL-19: excluded channels get nothing")
    void excludedChannelsGetNothing() {
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        RecordingSubscriber ada = memberOf(here, ROOM);
        RecordingSubscriber bob = memberOf(there, ROOM);
        RecordingSubscriber eve = memberOf(there, ROOM);

        done(here.groupSend(ROOM, HELLO, Set.of(ada.channel(), bob.channel())));

        assertEquals(List.of(HELLO), eve.next(1));
        ada.assertNothing(subject().quietTime());
        bob.assertNothing(subject().quietTime());
    }

    @Test
    @DisplayName(
            "CL-20: a full member is skipped and receives one gap; the others get the message, and the sender gets no"
                    + " error")
    void fullMemberIsSkipped() {
        ChannelLayer here = layer(LayerSettings.defaults().withCapacity(2));
        RecordingSubscriber ada = memberOf(here, ROOM);
        RecordingSubscriber full = memberOf(here, ROOM);

        for (int i = 0; i < 5; i++) {
            done(here.groupSend(ROOM, numbered(i)));
            assertEquals(List.of(numbered(i)), ada.next(1));
        }

        assertEquals(numbered(0), full.unread());
        assertEquals(numbered(1), full.unread());
        assertEquals(ChannelLayer.GAP, full.unread().type());
        full.assertNothing(subject().quietTime());
    }

    @Test
    @DisplayName("CL-21: a message reaches the members of its group only")
    void groupsAreSeparate() {
        ChannelLayer here = layer();
        RecordingSubscriber ada = memberOf(here, ROOM);
        RecordingSubscriber bob = memberOf(here, ROOM + "2");

        done(here.groupSend(ROOM + "2", HELLO));

        assertEquals(List.of(HELLO), bob.next(1));
        ada.assertNothing(subject().quietTime());
    }

    @Test
    @DisplayName("CL-22: messages of one sender to one group keep their order in every process")
    void groupKeepsOrder() {
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        RecordingSubscriber ada = memberOf(here, ROOM);
        RecordingSubscriber bob = memberOf(there, ROOM);

        IntStream.range(0, 200).forEach(i -> Stages.ignore(here.groupSend(ROOM, numbered(i))));

        assertEquals(range(0, 200), numbers(ada.next(200)));
        assertEquals(range(0, 200), numbers(bob.next(200)));
    }

    @Test
    @DisplayName("CL-23: a pulled channel may be a member")
    void pulledChannelMayBeMember() {
        ChannelLayer here = layer();
        String channel = done(here.newChannel());
        done(here.groupAdd(ROOM, channel));

        done(here.groupSend(ROOM, HELLO));
        assertEquals(HELLO, done(here.receive(channel)));
        done(here.groupDiscard(ROOM, channel));
        done(here.groupSend(ROOM, HELLO));

        assertNothingIn(here, channel);
    }

    @Test
    @DisplayName("CL-24: the membership of a pulled channel expires, that of a subscription does not")
    void membershipExpires() {
        needs(subject().hasGroupExpiry(), "group expiry");
        Duration expiry = Duration.ofMillis(400);
        ChannelLayer here = layer(LayerSettings.defaults().withGroupExpiry(expiry));
        RecordingSubscriber ada = memberOf(here, ROOM);
        String channel = done(here.newChannel());
        done(here.groupAdd(ROOM, channel));
        subject().passTime(expiry.plusMillis(100));

        done(here.groupSend(ROOM, HELLO));

        assertEquals(List.of(HELLO), ada.next(1));
        assertNothingIn(here, channel);
    }
}
