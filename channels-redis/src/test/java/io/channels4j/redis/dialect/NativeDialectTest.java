package io.channels4j.redis.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.redis.serializer.JsonSerializer;
import io.channels4j.redis.wire.Keys;
import io.channels4j.redis.wire.MessageCodec;
import io.channels4j.redis.wire.Seal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NativeDialectTest {

    private static final Message HELLO = Message.of("hello");

    private final NativeDialect here = dialect("here!", "the new secret of ours", "the old secret of ours");
    private final NativeDialect there = dialect("there!", "the old secret of ours", "the new secret of ours");

    private static NativeDialect dialect(String process, String... secrets) {
        MessageCodec codec = new MessageCodec(JsonSerializer.create(), Seal.of(List.of(secrets)), 1000);
        return new NativeDialect(process, new NativeAddresses(Keys.of("test"), false), codec);
    }

    @Test
    void decodesWhatWasPublishedToTheSameAddress() {
        byte[] toGroup = here.encodeToGroup("board", HELLO, Set.of(), null);
        byte[] toChannel = here.encodeToChannel("there!1", HELLO);

        assertThat(there.decode(there.addresses().group("board"), toGroup).message())
                .isEqualTo(HELLO);
        assertThat(there.decode(there.addresses().channel("there!"), toChannel).target())
                .isEqualTo("there!1");
    }

    @Test
    @DisplayName("P8: an encrypted message that was copied to another address is rejected")
    void rejectsACopyAtAnotherAddress() {
        byte[] toGroup = here.encodeToGroup("board", HELLO, Set.of(), null);

        assertThatThrownBy(() -> there.decode(there.addresses().group("lobby"), toGroup))
                .isInstanceOf(ChannelsException.class);
        assertThatThrownBy(() -> there.decode(there.addresses().channel("board"), toGroup))
                .isInstanceOf(ChannelsException.class);
    }

    @Test
    @DisplayName("P8: an encrypted message whose origin was changed is rejected")
    void rejectsAnotherOrigin() {
        byte[] payload = here.encodeToGroup("board", HELLO, Set.of(), null);
        ByteBuffer.wrap(payload).putLong(1, 42);

        assertThatThrownBy(() -> there.decode(there.addresses().group("board"), payload))
                .isInstanceOf(ChannelsException.class);
    }
}
