package io.channels4j.layer;

import io.channels4j.ChannelsException;
import io.channels4j.CheckReturnValue;
import io.channels4j.Message;
import io.channels4j.internal.Stages;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Carries messages to channels and groups of channels.
 *
 * <p>A channel is the address of one mailbox. A group is a named set of channels. Delivery is at most once. In channels
 * without a subscriber, unread messages are dropped after the expiry. If a channel is full, {@link #send} fails.
 * Messages to a group and delayed messages are dropped and counted. Messages that are {@linkplain #take taken} from a
 * layer that {@linkplain #redelivers redelivers} are delivered at least once. Messages from one thread to one address
 * keep their order. So do messages of a sender that waits for each send to complete before the next one.
 *
 * <p>Any class may use a layer, not only a consumer. This interface follows the channel layer specification of Django
 * Channels, including its {@code groups} and {@code flush} extensions. It adds {@linkplain #subscribe subscriptions}
 * for connections.
 *
 * <p><b>Names</b> consist of 1-255 bytes of UTF-8 without control characters. Only a channel's name may contain an
 * exclamation mark, which ends the part that identifies the process. If a name is invalid, methods throw {@link
 * IllegalArgumentException} instead of returning a failed stage. {@link GroupName} creates valid group names from any
 * text.
 *
 * <p><b>The library's own messages</b>, such as the revocations of {@link io.channels4j.auth.Connections}, must not be lost. The layers of
 * the library carry them separately from application messages. An application's own layer carries them in groups whose
 * names start with {@code channels.control.}, and to the channels of their members. Such a layer must
 * <ul>
 * <li>fail the send if a member of such a group may not receive the message, for example because its channel is full;
 *   <li>send {@link #GAP} to the members after an outage in which they may have missed messages; and
 *   <li>implement {@link #memberCount}, so that the sender can wait until all members have confirmed, or {@link #delegate} if it passes
 *       its messages to another layer. Otherwise the stages of {@code Connections} fail, because it is unknown whether all connections
 *       are closed.
 * </ul>
 *
 * <p><b>Failure.</b> Stages complete exceptionally with {@link ChannelFullException}, {@link MessageTooLargeException} or {@link
 * LayerUnavailableException}. If the layer is closed, they complete exceptionally with {@link ChannelsException}.
 *
 * <p><b>Threads.</b> Thread-safe. No method except {@link #close} blocks. Stages may complete on any thread.
 */
public interface ChannelLayer extends AutoCloseable {

    /**
     * The type of the message that a connection receives if it may have missed messages. Possible causes are an outage,
     * a full channel, and messages lost on the way from another process. Consumers without a handler for this type
     * ignore the message.
     */
    String GAP = "layer.gap";

    /**
     * Sends a message to a channel.
     *
     * @param channel the channel's name
     * @param message the message
     * @return a stage that completes when the layer has accepted the message. It fails with {@link
     *     ChannelFullException} if the channel is full.
     */
    @CheckReturnValue
    CompletionStage<Void> send(String channel, Message message);

    /**
     * Sends a message to a channel after a delay.
     *
     * @param channel the channel's name
     * @param message the message
     * @param delay the delay, zero or more. A delay of more than 50 years counts as 50 years.
     * @return a stage that completes when the layer has accepted the message. If the channel is full after the delay,
     *     the message is dropped and counted.
     */
    @CheckReturnValue
    CompletionStage<Void> sendLater(String channel, Message message, Duration delay);

    /**
     * Receives the next message from a channel. Each message goes to one receiver.
     *
     * @param channel the channel's name
     * @return a stage that completes with the message. Cancelling it stops waiting and loses no message.
     */
    @CheckReturnValue
    CompletionStage<Message> receive(String channel);

    /**
     * Takes the next message from a channel. Acknowledge the delivery when the work is done.
     *
     * <p>If the layer does not {@linkplain #redelivers redeliver}, the message leaves the layer when it is taken, as with {@link
     * #receive}. Acknowledging or requeueing the delivery then has no effect.
     *
     * @param channel the channel's name
     * @return a stage that completes with the delivery. Cancelling it stops waiting and loses no message.
     */
    @CheckReturnValue
    default CompletionStage<Delivery> take(String channel) {
        return ReceivedDelivery.of(receive(channel).toCompletableFuture());
    }

    /**
     * Returns true if a {@linkplain #take taken} message is delivered again after it is requeued or its process dies.
     * The layer documents how long that takes.
     *
     * @return true if it redelivers; false by default
     */
    default boolean redelivers() {
        return false;
    }

    /**
     * Creates a unique channel name for {@link #receive} in this process.
     *
     * @return a stage that completes with the name
     */
    @CheckReturnValue
    CompletionStage<String> newChannel();

    /**
     * Adds a channel to a group. Idempotent.
     *
     * @param group the group's name
     * @param channel the channel's name
     * @return a stage that completes when messages to the group reach the channel
     */
    @CheckReturnValue
    CompletionStage<Void> groupAdd(String group, String channel);

    /**
     * Removes a channel from a group, if it is a member.
     *
     * @param group the group's name
     * @param channel the channel's name
     * @return a stage that completes when later messages to the group no longer reach the channel
     */
    @CheckReturnValue
    CompletionStage<Void> groupDiscard(String group, String channel);

    /**
     * Sends a message to every member of a group. Members whose channel is full are skipped and counted.
     *
     * @param group the group's name
     * @param message the message
     * @return a stage that completes when the layer has accepted the message. It completes later if the members' event
     *     loops cannot keep up.
     */
    @CheckReturnValue
    default CompletionStage<Void> groupSend(String group, Message message) {
        return groupSend(group, message, Set.of());
    }

    /**
     * Sends a message to every member of a group except the given channels.
     *
     * @param group the group's name
     * @param message the message
     * @param exceptChannels the channels that do not receive the message
     * @return a stage that completes as for {@link #groupSend(String, Message)}
     */
    @CheckReturnValue
    CompletionStage<Void> groupSend(String group, Message message, Set<String> exceptChannels);

    /**
     * Returns the number of members of a group in all processes. Only an application's own layer must implement it, for
     * the library's own messages; see above.
     *
     * @param group the group's name
     * @return a stage that completes with the number; by default it fails
     */
    @CheckReturnValue
    default CompletionStage<Integer> memberCount(String group) {
        return CompletableFuture.failedFuture(new ChannelsException(
                "members of group %s: unknown (expected: a layer that implements memberCount)".formatted(group)));
    }

    /**
     * Returns the layer to which this layer passes its messages. The library then sends its own messages over that layer.
     *
     * @return the other layer; by default empty
     */
    default Optional<ChannelLayer> delegate() {
        return Optional.empty();
    }

    /**
     * Returns whether the layer can reach other processes.
     *
     * @return the status; by default that of the {@linkplain #delegate() other layer}, or {@link LayerStatus#alwaysUp()}
     */
    default LayerStatus status() {
        return delegate().map(ChannelLayer::status).orElseGet(LayerStatus::alwaysUp);
    }

    /**
     * Opens a channel whose messages are passed to a subscriber, such as a connection. A group message is passed to
     * each executor once, not once per member.
     *
     * @param home the executor on which the subscriber is called
     * @param subscriber the receiver of the messages
     * @return the subscription, which provides the channel's name
     */
    Subscription subscribe(Executor home, Subscriber subscriber);

    /**
     * Removes all messages and groups from this layer, for tests. Subscriptions stay open and keep the messages that have
     * reached them.
     *
     * @return a stage that completes when they have been removed
     */
    @CheckReturnValue
    CompletionStage<Void> flush();

    /**
     * Closes the layer. Pending receives fail, and subscriptions are closed. Later attempts to send, receive, subscribe or
     * change a group fail. Idempotent. A layer that shares work with other processes may block for a short, documented
     * time while it returns its unfinished work to them.
     */
    @Override
    void close();

    /**
     * Starts closing the layer, like {@link #close}, without blocking.
     *
     * @return a stage that completes when other processes can receive the unfinished work of this one, or after a
     *     time-out. It never completes exceptionally.
     */
    @CheckReturnValue
    default CompletionStage<Void> closeAsync() {
        close();
        return Stages.done();
    }
}
