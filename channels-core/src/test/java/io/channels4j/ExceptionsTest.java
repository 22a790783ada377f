package io.channels4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.layer.ChannelFullException;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.layer.MessageTooLargeException;
import org.junit.jupiter.api.Test;

class ExceptionsTest {

    @Test
    void closedConnectionHasNoStackTrace() {
        assertThat(new ConnectionClosedException("send: closed"))
                .hasMessage("send: closed")
                .isInstanceOf(ChannelsException.class)
                .satisfies(e -> assertThat(e.getStackTrace()).isEmpty());
    }

    @Test
    void keepsCause() {
        Exception cause = new Exception();

        assertThat(new ChannelsException("x", cause)).hasCause(cause);
        assertThat(new LayerUnavailableException("x", cause)).hasCause(cause);
        assertThat(new LayerUnavailableException("x", null)).hasNoCause();
    }

    @Test
    void overloadIsChannelsException() {
        assertThat(new OverloadedException("all taken"))
                .isInstanceOf(ChannelsException.class)
                .hasMessage("all taken");
    }

    @Test
    void fullChannelNamesUnreadMessagesAndRemedy() {
        assertThat(new ChannelFullException("a", 3))
                .hasMessage("channel: a is full (3 unread messages; raise the capacity or read faster)");
    }

    @Test
    void largeMessageNamesSizeAndLimit() {
        assertThat(new MessageTooLargeException("a", 3, 2)).hasMessage("message a: 3 bytes (expected: at most 2)");
    }
}
