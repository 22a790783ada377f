package io.channels4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class MessageFieldsTest {

    private final Message message = Message.of("all")
            .with("text", "hi")
            .with("small", 7)
            .with("big", 1L << 40)
            .with("half", 0.5)
            .with("yes", true)
            .with("nothing", null);

    @Test
    void returnsFieldsByType() {
        assertThat(message.getString("text")).isEqualTo("hi");
        assertThat(message.getInt("small")).isEqualTo(7);
        assertThat(message.getLong("small")).isEqualTo(7);
        assertThat(message.getLong("big")).isEqualTo(1L << 40);
        assertThat(message.getDouble("half")).isEqualTo(0.5);
        assertThat(message.getDouble("small")).isEqualTo(7);
        assertThat(message.getBoolean("yes")).isTrue();
    }

    @Test
    void errorNamesMissingAndExistingFields() {
        assertFails(() -> Message.of("two").with("a", 1).with("b", 2).getString("c"))
                .hasMessage("message two: no field \"c\" (fields: a, b)");
    }

    @Test
    void payloadThatIsNotObjectHasNoFields() {
        Message list = Message.of("list", List.of("a"));

        assertThat(list.has("a")).isFalse();
        assertFails(() -> list.getString("a")).hasMessage("message list: no field \"a\" (fields: )");
    }

    @Test
    void getStringRejectsNumber() {
        assertFails(() -> message.getString("small"))
                .hasMessage("message all, field small: a JSON NUMBER (expected: text)");
    }

    @Test
    void getStringRejectsNull() {
        assertFails(() -> message.getString("nothing"))
                .hasMessage("message all, field nothing: a JSON NULL (expected: text)");
    }

    @Test
    void getIntRejectsOtherNumbers() {
        assertFails(() -> message.getInt("big")).hasMessageEndingWith("(expected: a whole number of 32 bits)");
        assertFails(() -> message.getInt("half")).hasMessageEndingWith("(expected: a whole number of 32 bits)");
        assertFails(() -> message.getInt("text")).hasMessageEndingWith("(expected: a whole number of 32 bits)");
    }

    @Test
    void getLongRejectsOtherNumbers() {
        Message huge = Message.of("huge").with("n", new BigInteger("9223372036854775808"));

        assertFails(() -> huge.getLong("n")).hasMessageEndingWith("(expected: a whole number of 64 bits)");
        assertFails(() -> message.getLong("half")).hasMessageEndingWith("(expected: a whole number of 64 bits)");
    }

    @Test
    void getDoubleRejectsText() {
        assertFails(() -> message.getDouble("text")).hasMessageEndingWith("(expected: a number)");
    }

    @Test
    void getBooleanRejectsNumber() {
        assertFails(() -> message.getBoolean("small")).hasMessageEndingWith("(expected: true or false)");
    }

    private static AbstractThrowableAssert<?, ?> assertFails(ThrowingCallable call) {
        return assertThatThrownBy(call).isExactlyInstanceOf(ChannelsException.class);
    }
}
