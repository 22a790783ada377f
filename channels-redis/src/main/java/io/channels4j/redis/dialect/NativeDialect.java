package io.channels4j.redis.dialect;

import io.channels4j.Message;
import io.channels4j.layer.LayerNames;
import io.channels4j.redis.dialect.Address.Kind;
import io.channels4j.redis.wire.MessageCodec;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The dialect used between processes that use this library. All channels of a process share its name as a prefix, and one address. An
 * envelope contains the name of the receiving channel or the names of the channels that a group message excludes.
 */
public final class NativeDialect implements PubSubDialect {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final long origin = RANDOM.nextLong();
    private final String process;
    private final NativeAddresses addresses;
    private final MessageCodec codec;

    /**
     * Creates the dialect of one process.
     *
     * @param process the prefix of the process's channel names
     */
    public NativeDialect(String process, NativeAddresses addresses, MessageCodec codec) {
        this.process = process;
        this.addresses = addresses;
        this.codec = codec;
    }

    @Override
    public String requireGroup(String group) {
        return LayerNames.requireGroup(group);
    }

    @Override
    public String requireChannel(String channel) {
        return LayerNames.requireChannel(channel);
    }

    @Override
    public AddressScheme addresses() {
        return addresses;
    }

    @Override
    public Optional<Address> processAddress() {
        return Optional.of(addresses.channel(process));
    }

    @Override
    public boolean deliversLocally() {
        return true;
    }

    @Override
    public boolean isPlain(String channel) {
        return channel.indexOf('!') < 0;
    }

    @Override
    public @Nullable String localName(String channel) {
        return channel.startsWith(process) ? channel : null;
    }

    @Override
    public byte[] encodeToGroup(
            String group, Message message, Set<String> exceptChannels, @Nullable GroupSequence sequence) {
        return encode(
                addressOf(group, sequence),
                message,
                exceptChannels.isEmpty() ? List.of() : withoutOwn(exceptChannels),
                sequence);
    }

    private String addressOf(String group, @Nullable GroupSequence sequence) {
        if (!sealed()) {
            return "";
        }
        return (sequence == null ? addresses.group(group) : sequence.address()).redisName();
    }

    private List<String> withoutOwn(Set<String> channels) {
        return channels.stream().filter(channel -> !channel.startsWith(process)).toList();
    }

    @Override
    public byte[] encodeToChannel(String channel, Message message) {
        return encode(
                sealed() ? addresses.channel(channel).redisName() : "",
                message,
                isPlain(channel) ? List.of() : List.of(channel),
                null);
    }

    private boolean sealed() {
        return codec.seal().encrypts();
    }

    private byte[] encode(String address, Message message, List<String> names, @Nullable GroupSequence sequence) {
        return PubSubEnvelope.write(address, origin, names, codec.write(message), codec.seal(), sequence);
    }

    @Override
    public byte[] encodeHeartbeat(Address address, byte[] body) {
        return PubSubEnvelope.write(address.redisName(), origin, List.of(), body, codec.seal(), null);
    }

    @Override
    public Heartbeat decodeHeartbeat(Address address, byte[] payload) {
        PubSubEnvelope envelope = PubSubEnvelope.read(address.redisName(), payload, codec.seal());
        return new Heartbeat(envelope.origin(), envelope.message());
    }

    @Override
    public boolean isEcho(byte[] payload) {
        return PubSubEnvelope.isFrom(payload, origin);
    }

    @Override
    public Incoming decode(Address address, byte[] payload) {
        PubSubEnvelope envelope = PubSubEnvelope.read(address.redisName(), payload, codec.seal());
        boolean toProcess = address.kind() == Kind.PROCESS;
        String target = toProcess ? envelope.names().get(0) : address.name();
        return new Incoming(
                message(target, envelope),
                target,
                toProcess || envelope.names().isEmpty() ? Set.of() : Set.copyOf(envelope.names()),
                envelope.origin(),
                envelope.epoch(),
                envelope.number());
    }

    private Message message(String target, PubSubEnvelope envelope) {
        try {
            return codec.serializer().deserialize(envelope.message());
        } catch (RuntimeException e) {
            throw new UnreadableMessageException(target, envelope, e);
        }
    }
}
