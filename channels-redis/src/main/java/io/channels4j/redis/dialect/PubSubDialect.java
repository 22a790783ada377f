package io.channels4j.redis.dialect;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The conventions on which communicating pub/sub layers must agree: names, addresses and the message format.
 *
 * <p><b>Threads.</b> Implementations must be thread-safe.
 */
public interface PubSubDialect {

    /**
     * Returns the name after checking it.
     *
     * @throws IllegalArgumentException if it is not a valid group name
     */
    String requireGroup(String group);

    /**
     * Returns the name after checking it.
     *
     * @throws IllegalArgumentException if it is not a valid channel name
     */
    String requireChannel(String channel);

    AddressScheme addresses();

    /** Returns the address to which this process is always subscribed, if there is one. */
    Optional<Address> processAddress();

    /** Returns true if members in the same process receive messages directly rather than through Redis. */
    boolean deliversLocally();

    /** Returns true if any process may receive from the channel. */
    boolean isPlain(String channel);

    /** Returns the local name of a channel that belongs to this process, or null for other channels. */
    @Nullable
    String localName(String channel);

    /**
     * Encodes a message to a group.
     *
     * @param sequence the sequence that numbers the message, or null; ignored by a dialect without sequences
     * @throws ChannelsException if the message cannot be encoded, is too large, or excludes channels and the dialect does not support
     *     this
     */
    byte[] encodeToGroup(String group, Message message, Set<String> exceptChannels, @Nullable GroupSequence sequence);

    /**
     * Encodes a message to a channel.
     *
     * @throws ChannelsException if the message cannot be encoded or is too large
     */
    byte[] encodeToChannel(String channel, Message message);

    /** Returns true if a payload was published by this process and must be ignored. */
    boolean isEcho(byte[] payload);

    /**
     * Decodes a payload that was published to an address.
     *
     * @throws UnreadableMessageException if only the envelope can be decoded
     * @throws RuntimeException if the payload is malformed
     */
    Incoming decode(Address address, byte[] payload);

    /**
     * A decoded message.
     *
     * @param target the name of the group, or the local name of the channel
     * @param exceptChannels channels that do not receive the message although they are members of the group
     * @param origin the random number of the sending process; meaningful only if the message has a number
     * @param epoch the epoch of the sequence that numbers the message
     * @param number the number of the message, 0 if it has none
     */
    record Incoming(Message message, String target, Set<String> exceptChannels, long origin, int epoch, long number) {}

    /** Encodes a heartbeat. Called only if {@link AddressScheme#heartbeat} returns an address. */
    byte[] encodeHeartbeat(Address address, byte[] body);

    /**
     * Decodes a heartbeat.
     *
     * @throws RuntimeException if the payload is malformed
     */
    Heartbeat decodeHeartbeat(Address address, byte[] payload);

    /**
     * A decoded heartbeat.
     *
     * @param origin the random number of the process that sent it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Heartbeat(long origin, byte[] body) {}
}
