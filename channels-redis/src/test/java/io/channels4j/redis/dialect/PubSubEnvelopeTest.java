package io.channels4j.redis.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Message;
import io.channels4j.redis.dialect.Address.Kind;
import io.channels4j.redis.serializer.JsonSerializer;
import io.channels4j.redis.wire.Keys;
import io.channels4j.redis.wire.MessageCodec;
import io.channels4j.redis.wire.Seal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PubSubEnvelopeTest {

    /** Recordings made before messages were numbered. */
    private static final String TO_GROUP =
            "01090b92994bd1271500007b2274797065223a22636861742e73616964222c227061796c6f6164223a7b2274657874223a2268c3a46c6c6f227d7d";

    private static final String TO_GROUP_EXCEPT =
            "01090b92994bd12715000100196c6f63616c2e666564636261393837363534333231302163317b2274797065223a22636861742e73616964222c227061796c6f6164223a7b2274657874223a2268c3a46c6c6f227d7d";
    private static final String TO_CHANNEL =
            "01090b92994bd12715000100196c6f63616c2e303132333435363738396162636465662163377b2274797065223a22636861742e73616964222c227061796c6f6164223a7b2274657874223a2268c3a46c6c6f227d7d";
    private static final String SEALED =
            "01f255b37fb9d56752025fcd7eb5779154f223053e8588c0d05b3a9240b00000000000000001842a2305b4af52988f2b69ad14bad97ea4eb5be49bb990b3168e9f6727295ccb8ca73f120809834387ac39edc7b549f315ed550c1f3ee343b6c17e75055d4e6f8a76";

    private static final long ORIGIN = 0x090b92994bd12715L;
    private static final Message SAID = Message.of("chat.said").with("text", "hällo");
    private static final Seal SECRET = Seal.of(List.of("a secret of sixteen characters"));

    private static NativeDialect dialect(Seal seal) {
        return new NativeDialect(
                "local.0123456789abcdef!",
                new NativeAddresses(Keys.of("channels"), false),
                new MessageCodec(JsonSerializer.create(), seal, 1 << 20));
    }

    private static PubSubDialect.Incoming decode(Seal seal, String channel, String recording) {
        NativeDialect dialect = dialect(seal);
        Address address = channel.isEmpty()
                ? dialect.addresses().group("room")
                : dialect.addresses().channel(channel);
        return dialect.decode(address, HexFormat.of().parseHex(recording));
    }

    @Test
    @DisplayName("P9: reads messages of the previous version")
    void readsThePreviousVersion() {
        PubSubDialect.Incoming group = decode(Seal.none(), "", TO_GROUP);
        PubSubDialect.Incoming except = decode(Seal.none(), "", TO_GROUP_EXCEPT);
        PubSubDialect.Incoming channel = decode(Seal.none(), "local.0123456789abcdef!c7", TO_CHANNEL);

        assertThat(group.message()).isEqualTo(SAID);
        assertThat(group.exceptChannels()).isEmpty();
        assertThat(group.number()).isZero();
        assertThat(except.exceptChannels()).containsExactly("local.fedcba9876543210!c1");
        assertThat(channel.target()).isEqualTo("local.0123456789abcdef!c7");
        assertThat(decode(SECRET, "", SEALED).message()).isEqualTo(SAID);
    }

    @Test
    @DisplayName("P9: writes unnumbered messages like the previous version")
    void writesLikeThePreviousVersion() {
        byte[] message = JsonSerializer.create().serialize(SAID);

        byte[] written = PubSubEnvelope.write("", ORIGIN, List.of(), message, Seal.none(), null);

        assertThat(HexFormat.of().formatHex(written)).isEqualTo(TO_GROUP);
    }

    @Test
    @DisplayName("P9: the previous version reads numbered messages")
    void previousVersionReadsNumberedMessages() {
        byte[] written = dialect(Seal.none()).encodeToGroup("room", SAID, Set.of("there!c1"), sequence());

        ByteBuffer body = ByteBuffer.wrap(written).position(9);
        List<String> excluded = new ArrayList<>();
        int count = body.getShort();
        for (int i = 0; i < count; i++) {
            excluded.add(text(body, body.getShort()));
        }
        Message message =
                JsonSerializer.create().deserialize(text(body, body.remaining()).getBytes(StandardCharsets.UTF_8));

        assertThat(written[0]).isEqualTo((byte) 1);
        assertThat(message).isEqualTo(SAID);
        assertThat(excluded).hasSize(2).contains("there!c1");
        assertThat(excluded.get(1)).as("no name of a channel").startsWith("\u0001");
    }

    private static String text(ByteBuffer body, int length) {
        byte[] bytes = new byte[length];
        body.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static GroupSequence sequence() {
        return new GroupSequence(new Address(Kind.GROUP, "room", "channels:group:room", 0), 3);
    }

    @Test
    void carriesTheNumberOfAMessage() {
        for (Seal seal : List.of(Seal.none(), SECRET)) {
            NativeDialect dialect = dialect(seal);
            GroupSequence sequence = sequence();
            dialect.encodeToGroup("room", SAID, Set.of(), sequence);

            PubSubDialect.Incoming incoming = dialect.decode(
                    dialect.addresses().group("room"),
                    dialect.encodeToGroup("room", SAID, Set.of("there!c1"), sequence));

            assertThat(incoming.message()).isEqualTo(SAID);
            assertThat(incoming.exceptChannels()).containsExactly("there!c1");
            assertThat(incoming.epoch()).isEqualTo(3);
            assertThat(incoming.number()).isEqualTo(2);
        }
    }
}
