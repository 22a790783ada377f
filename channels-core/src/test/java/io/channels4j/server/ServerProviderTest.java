package io.channels4j.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.ChannelsException;
import org.junit.jupiter.api.Test;

class ServerProviderTest {

    @Test
    void failsIfNoModuleProvidesAServer() {
        assertThatThrownBy(ServerProvider::find)
                .isInstanceOf(ChannelsException.class)
                .hasMessage(
                        "server: no module provides one (expected: a dependency such as io.channels4j:channels-netty)");
    }
}
