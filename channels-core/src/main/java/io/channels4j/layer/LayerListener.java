package io.channels4j.layer;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A listener for a layer's connection to other processes, and for the messages that it drops.
 *
 * <p><b>Threads.</b> Called without a lock. Changes of the state and gaps are reported on the layer's threads, one at a time per
 * layer. Implementations must not block.
 */
public interface LayerListener {

    /** The state of the connection to other processes. */
    enum State {
        /** All processes can be reached. */
        UP,
        /** Some hosts are unavailable, or subscriptions are being restored. */
        DEGRADED,
        /**
         * Other processes cannot be reached. Members in this process still receive each other's messages (guarantee
         * P5).
         */
        DOWN
    }

    /**
     * A change of the state.
     *
     * @param previous the state before; {@code DOWN} until the first report
     * @param lasted how long the previous state lasted
     * @param state the new state
     * @param since when the new state began
     * @param cause the text of the last failure, which explains why the state is or was not {@code UP}. Empty if there
     *     was none
     */
    record StateChange(State previous, Duration lasted, State state, Instant since, Optional<String> cause) {}

    /** Why messages were dropped. */
    enum DropReason {
        /**
         * A queue has reached its capacity. It belongs to a channel, a group and event loop, an inbox or a work queue.
         */
        FULL,
        /** The messages of a channel have reached {@link LayerSettings#maxChannelBytes()}. */
        CHANNEL_BYTES,
        /**
         * The waiting messages of this process have reached {@link LayerSettings#maxWaitingBytes()}, or too many
         * delayed messages are waiting. The largest backlogs drop messages first.
         */
        TOTAL_BYTES,
        /** The messages were not read within the {@linkplain LayerSettings#expiry() expiry}. */
        EXPIRED,
        /** The connection or the process that owned the channel has ended. */
        NO_RECEIVER,
        /**
         * This process cannot read the messages, because of their version, serializer or encryption key, or because they are damaged.
         * Members that may have missed such a message receive {@link ChannelLayer#GAP}.
         */
        UNREADABLE
    }

    /**
     * Called when messages were dropped. The numbers for all reasons add up to {@link InMemoryChannelLayer#dropped()}, or to the
     * {@code dropped} value of a Redis layer's health. A message that several members did not receive counts once per member.
     *
     * <p>Called for each drop, on the thread on which it occurs. Several calls may run at the same time.
     *
     * @param reason why they were dropped
     * @param messages the number of messages, one or more
     */
    default void dropped(DropReason reason, long messages) {}

    /**
     * Called when later messages with the same {@linkplain io.channels4j.Message#latest key} have replaced messages before they were handled.
     * These are not dropped messages. A message that was replaced for several members counts once per member. Called like {@link #dropped}.
     *
     * @param messages the number of messages, one or more
     */
    default void conflated(long messages) {}

    /**
     * Called when the state has changed.
     *
     * @param state the new state
     */
    default void stateChanged(State state) {}

    /**
     * Called when the state has changed. Calls {@link #stateChanged(State)} by default.
     *
     * @param change the states before and after, and the cause
     */
    default void stateChanged(StateChange change) {
        stateChanged(change.state());
    }

    /**
     * Called when members in this process may have missed messages from other processes. This happens after an outage,
     * before the state changes. It also happens when a sender's sequence numbers show that messages are missing, and
     * when messages cannot be read.
     *
     * @param groups the number of affected groups with members in this process
     */
    default void gapPossible(int groups) {}

    /**
     * Called when messages were lost on the way to other processes after their sends had completed. Either the
     * connection broke before Redis replied, or Redis refused them. It is unknown whether Redis passed on the messages
     * that were in flight. A send that fails is not counted here.
     *
     * <p>Also called when Redis no longer has messages of a work queue that it had stored. Workers may have completed some of them shortly
     * before the loss, so the number is an upper limit.
     *
     * @param target the group or channel
     * @param messages the number of messages, one or more
     */
    default void messagesLost(String target, long messages) {}
}
