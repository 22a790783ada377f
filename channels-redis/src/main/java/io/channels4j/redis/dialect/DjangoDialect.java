package io.channels4j.redis.dialect;

import io.channels4j.ChannelsException;
import io.channels4j.InvalidNameException;
import io.channels4j.Message;
import io.channels4j.redis.wire.MessageCodec;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The dialect of {@code RedisPubSubChannelLayer} in Django's {@code channels_redis} 4. Each channel has its own address. Messages within
 * a process also pass through Redis. A message to a group cannot exclude channels.
 */
public final class DjangoDialect implements PubSubDialect {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,99}");

    private final String specific;
    private final DjangoAddresses addresses;
    private final MessageCodec codec;
    private final Fernet fernet;

    /** Maps the names that other processes use to the local names of this process's channels. */
    private final Map<String, String> channels = new ConcurrentHashMap<>();

    public DjangoDialect(String prefix, MessageCodec codec, Fernet fernet) {
        this.specific = prefix + "specific.";
        this.addresses = new DjangoAddresses(prefix);
        this.codec = codec;
        this.fernet = fernet;
    }

    /**
     * Returns the name after checking it.
     *
     * @throws IllegalArgumentException if Django does not accept the name
     */
    public static String require(String kind, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidNameException(
                    "%s: \"%s\" (expected: 1-99 ASCII letters, digits, hyphens, underscores and periods)"
                            .formatted(kind, name));
        }
        return name;
    }

    /** Generates the name by which other processes address a channel of this process, and returns it. */
    public String register(String localName) {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        String name = specific + HexFormat.of().formatHex(random);
        channels.put(name, localName);
        return name;
    }

    /** Removes a channel of this process, and returns true if it was registered. */
    public boolean unregister(String name) {
        return channels.remove(name) != null;
    }

    @Override
    public String requireGroup(String group) {
        return require("group name", group);
    }

    @Override
    public String requireChannel(String channel) {
        return require("channel name", channel);
    }

    @Override
    public AddressScheme addresses() {
        return addresses;
    }

    @Override
    public Optional<Address> processAddress() {
        return Optional.empty();
    }

    @Override
    public boolean deliversLocally() {
        return false;
    }

    @Override
    public boolean isPlain(String channel) {
        return !channels.containsKey(channel);
    }

    @Override
    public @Nullable String localName(String channel) {
        return channels.get(channel);
    }

    @Override
    public byte[] encodeToGroup(
            String group, Message message, Set<String> exceptChannels, @Nullable GroupSequence sequence) {
        if (!exceptChannels.isEmpty()) {
            throw new ChannelsException("send to group %s: %d channels excepted (expected: none with Django's layer)"
                    .formatted(group, exceptChannels.size()));
        }
        return fernet.encrypt(codec.write(message));
    }

    @Override
    public byte[] encodeToChannel(String channel, Message message) {
        return fernet.encrypt(codec.write(message));
    }

    @Override
    public boolean isEcho(byte[] payload) {
        return false;
    }

    @Override
    public Incoming decode(Address address, byte[] payload) {
        Message message = codec.serializer().deserialize(fernet.decrypt(payload));
        return new Incoming(message, channels.getOrDefault(address.name(), address.name()), Set.of(), 0, 0, 0);
    }

    @Override
    public byte[] encodeHeartbeat(Address address, byte[] body) {
        throw new IllegalStateException("heartbeat: none with Django's layer");
    }

    @Override
    public Heartbeat decodeHeartbeat(Address address, byte[] payload) {
        throw new IllegalStateException("heartbeat: none with Django's layer");
    }
}
