package io.channels4j.layer;

import io.channels4j.Message;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Carries messages to channels and groups of channels.
 *
 * <p>A channel is the address of one mailbox; a group is a named set of channels. Delivery is at most once, save for what is
 * {@linkplain #take taken} where the layer {@linkplain #redelivers redelivers}: what nobody reads within the expiry is dropped, and so
 * is what comes to a full channel. Messages of one sender to one address keep
 * their order, where a sender is whoever waits for one send before the next or sends from one thread.
 *
 * <p>A layer is an ordinary object: any thread and any class may send. This is the channel layer specification of Django
 * Channels with its extensions {@code groups} and {@code flush}, and a push form for connections
 * ({@link #subscribe subscribe}).
 *
 * <p><b>Names</b> are 1-255 bytes of UTF-8 without control characters; an exclamation mark stands only in names of channels,
 * before the part that is local to one process. A bad name is an {@link IllegalArgumentException}, thrown at the call.
 *
 * <p><b>Failure.</b> Stages complete exceptionally with {@link ChannelFullException}, {@link MessageTooLargeException} or
 * {@link LayerUnavailableException}. A closed layer answers with {@link io.channels4j.ChannelsException}.
 *
 * <p><b>Threads.</b> Thread-safe; no method blocks. Stages may complete on any thread.
 */
public interface ChannelLayer extends AutoCloseable {

    /**
     * The type of the message by which a layer tells a connection that its groups may have missed messages, after an outage. A
     * consumer without a handler for it ignores it.
     */
    String GAP = "layer.gap";

    /**
     * Sends a message to a channel.
     *
     * @param channel the channel's name
     * @param message the message
     * @return completes when the layer has the message; exceptionally with {@link ChannelFullException} when too many are
     *     unread there
     */
    CompletionStage<Void> send(String channel, Message message);

    /**
     * Sends a message to a channel after a time.
     *
     * @param channel the channel's name
     * @param message the message
     * @param delay how long to wait; zero sends at once
     * @return completes when the layer has noted the message; what happens after the delay is as for {@link #send}, except
     *     that a full channel drops and counts it
     */
    CompletionStage<Void> sendLater(String channel, Message message, Duration delay);

    /**
     * Takes the next message of a channel; each message goes to one receiver.
     *
     * @param channel the channel's name
     * @return completes with the message when there is one; cancelling the stage's future gives up waiting and loses nothing
     */
    CompletionStage<Message> receive(String channel);

    /**
     * Takes the next message of a channel, to be acknowledged when the work is done.
     *
     * <p>Where the layer does not {@linkplain #redelivers redeliver}, this is {@link #receive}: the message is gone when it is taken,
     * and to acknowledge it or to give it back does nothing.
     *
     * @param channel the channel's name
     * @return completes with the message when there is one; cancelling the stage's future gives up waiting and loses nothing
     */
    default CompletionStage<Delivery> take(String channel) {
        return ReceivedDelivery.of(receive(channel).toCompletableFuture());
    }

    /**
     * Tells whether a message that was {@linkplain #take taken} comes again when it is given back, or when its taker's process dies
     * before it is acknowledged; how long that takes, and what a layer in one process can promise, says the layer.
     *
     * @return true when it does; by default false
     */
    default boolean redelivers() {
        return false;
    }

    /**
     * Makes a channel name that nobody has, for {@link #receive} in this process.
     *
     * @return completes with the name
     */
    CompletionStage<String> newChannel();

    /**
     * Adds a channel to a group; joining twice is joining once.
     *
     * @param group the group's name
     * @param channel the channel's name
     * @return completes when messages to the group reach the channel
     */
    CompletionStage<Void> groupAdd(String group, String channel);

    /**
     * Takes a channel out of a group; a channel that is not in it is no error.
     *
     * @param group the group's name
     * @param channel the channel's name
     * @return completes when messages that are sent to the group from now on do not reach the channel
     */
    CompletionStage<Void> groupDiscard(String group, String channel);

    /**
     * Sends a message to every member of a group. Members whose channel is full are skipped and counted.
     *
     * @param group the group's name
     * @param message the message
     * @return completes when the layer has the message; later while the members' event loops are behind
     */
    default CompletionStage<Void> groupSend(String group, Message message) {
        return groupSend(group, message, Set.of());
    }

    /**
     * Sends a message to the members of a group but for some.
     *
     * @param group the group's name
     * @param message the message
     * @param exceptChannels channels that do not get the message
     * @return as for {@link #groupSend(String, Message)}
     */
    CompletionStage<Void> groupSend(String group, Message message, Set<String> exceptChannels);

    /**
     * Opens a channel whose messages are handed over as they come: the form that connections use. A group's message is
     * handed over once per executor, not once per member.
     *
     * @param home where the subscriber lives: its methods are called there and nowhere else
     * @param subscriber takes the messages
     * @return the subscription, with its channel
     */
    Subscription subscribe(Executor home, Subscriber subscriber);

    /**
     * Removes all messages and all groups of this layer, for tests. Subscriptions stay open, without groups.
     *
     * @return completes when all is gone
     */
    CompletionStage<Void> flush();

    /** Closes the layer: waiting receivers and later calls fail, subscriptions end. Closing twice is closing once. */
    @Override
    void close();
}
