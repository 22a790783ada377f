package io.channels4j.testing;

import java.time.Duration;

class WebsocketCommunicatorPeerTest extends WebsocketPeerRules {

    @Override
    WebsocketPeer peer(String path, Duration timeout, String... subprotocols) {
        return WebsocketCommunicator.builder(Echo.application(), path)
                .subprotocols(subprotocols)
                .timeout(timeout)
                .build();
    }
}
