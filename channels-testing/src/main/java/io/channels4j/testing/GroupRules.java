package io.channels4j.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerSettings;
import io.channels4j.testing.ChannelLayerContract.Feature;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rules CL-16 to CL-24: groups. */
abstract class GroupRules extends PullRules {

    private static final Message HELLO = Message.of("hello").with("text", "hi");

    @Test
    @DisplayName("CL-16: a message to a group reaches every member once")
    void groupMessageReachesEveryMemberOnce() {
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        Member ada = memberOf(here, ROOM);
        Member bob = memberOf(there, ROOM);
        done(here.groupAdd(ROOM, ada.channel())); // joining twice is joining once

        done(here.groupSend(ROOM, HELLO));

        assertEquals(List.of(HELLO), ada.next(1));
        assertEquals(List.of(HELLO), bob.next(1));
        ada.assertNothing(quietTime());
        bob.assertNothing(quietTime());
    }

    @Test
    @DisplayName("CL-17: a member that was taken out gets nothing, the others do")
    void discardedMemberGetsNothing() {
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        Member ada = memberOf(here, ROOM);
        Member bob = memberOf(there, ROOM);
        done(there.groupDiscard(ROOM, bob.channel()));

        done(here.groupSend(ROOM, HELLO));

        assertEquals(List.of(HELLO), ada.next(1));
        bob.assertNothing(quietTime());
    }

    @Test
    @DisplayName("CL-18: taking out who is not in it, and sending to nobody, are no errors")
    void emptyGroupIsNoError() {
        ChannelLayer here = layer();

        done(here.groupDiscard(ROOM, new Member(here).channel()));
        done(here.groupSend(ROOM, HELLO));
    }

    @Test
    @DisplayName("CL-19: excepted channels get nothing")
    void exceptedChannelsGetNothing() {
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        Member ada = memberOf(here, ROOM);
        Member bob = memberOf(there, ROOM);
        Member eve = memberOf(there, ROOM);

        done(here.groupSend(ROOM, HELLO, Set.of(ada.channel(), bob.channel())));

        assertEquals(List.of(HELLO), eve.next(1));
        ada.assertNothing(quietTime());
        bob.assertNothing(quietTime());
    }

    @Test
    @DisplayName("CL-20: a full member is skipped, the others get the message and the sender no error")
    void fullMemberIsSkipped() {
        ChannelLayer here = layer(LayerSettings.defaults().withCapacity(2));
        Member ada = memberOf(here, ROOM);
        Member full = memberOf(here, ROOM);

        for (int i = 0; i < 5; i++) {
            done(here.groupSend(ROOM, numbered(i)));
            assertEquals(List.of(numbered(i)), ada.next(1));
        }

        assertEquals(numbered(0), full.unread());
        assertEquals(numbered(1), full.unread());
        full.assertNothing(quietTime());
    }

    @Test
    @DisplayName("CL-21: a group's message reaches its own members only")
    void groupsAreApart() {
        ChannelLayer here = layer();
        Member ada = memberOf(here, ROOM);
        Member bob = memberOf(here, ROOM + "2");

        done(here.groupSend(ROOM + "2", HELLO));

        assertEquals(List.of(HELLO), bob.next(1));
        ada.assertNothing(quietTime());
    }

    @Test
    @DisplayName("CL-22: messages of one sender to one group keep their order, here and in other processes")
    void groupKeepsOrder() {
        ChannelLayer here = layer();
        ChannelLayer there = anotherThan(here);
        Member ada = memberOf(here, ROOM);
        Member bob = memberOf(there, ROOM);

        IntStream.range(0, 200).forEach(i -> here.groupSend(ROOM, numbered(i)));

        assertEquals(range(0, 200), numbers(ada.next(200)));
        assertEquals(range(0, 200), numbers(bob.next(200)));
    }

    @Test
    @DisplayName("CL-23: a channel that is received from may be a member")
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
    @DisplayName("CL-24: the membership of such a channel expires, that of a live connection does not")
    void membershipExpires() {
        needs(Feature.GROUP_EXPIRY);
        Duration expiry = Duration.ofMillis(400);
        ChannelLayer here = layer(LayerSettings.defaults().withGroupExpiry(expiry));
        Member ada = memberOf(here, ROOM);
        String channel = done(here.newChannel());
        done(here.groupAdd(ROOM, channel));
        passTime(expiry.plusMillis(100));

        done(here.groupSend(ROOM, HELLO));

        assertEquals(List.of(HELLO), ada.next(1));
        assertNothingIn(here, channel);
    }
}
