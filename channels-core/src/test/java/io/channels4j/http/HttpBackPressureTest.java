package io.channels4j.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.ChannelsException;
import io.channels4j.Scope;
import io.channels4j.fixture.ManualExecutor;
import io.channels4j.fixture.ScriptedConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HttpBackPressureTest {

    private final ManualExecutor loop = new ManualExecutor();
    private final ScriptedConnection connection = new ScriptedConnection();

    /** A consumer that receives body parts one by one. Each callback's stage is pending until the test completes {@code gate}. */
    static final class Upload extends AsyncHttpConsumer {

        final List<Integer> sizes = new ArrayList<>();
        CompletableFuture<Void> gate = new CompletableFuture<>();

        @Override
        protected CompletionStage<Void> receiveBody(byte[] part, boolean more) {
            sizes.add(part.length);
            return gate;
        }

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            throw new AssertionError("handle: called although receiveBody takes the parts");
        }
    }

    @Test
    @DisplayName("P3: a body is not read further while its consumer is slow")
    void requestsAtMostSixtyFourPartsAhead() {
        Upload upload = new Upload();
        upload.serve(connection.scope("http", loop).build(), connection, connection);

        for (int size = 0; size < 200; size++) {
            connection.deliver(new HttpRequest(new byte[size], true));
        }
        loop.runAll();

        assertThat(upload.sizes).containsExactly(0);
        assertThat(connection.unrequested()).isBetween(200 - 66, 200 - 64);

        upload.gate.complete(null);
        loop.runAll();

        assertThat(upload.sizes).hasSize(200).isSorted();
        assertThat(connection.unrequested()).isZero();
    }

    @Test
    void rejectsScopeOfAnotherProtocol() {
        Scope scope = connection.scope("websocket", loop).build();
        Upload upload = new Upload();

        assertThatThrownBy(() -> upload.serve(scope, connection, connection))
                .isInstanceOf(ChannelsException.class)
                .hasMessage("scope type: \"websocket\" (expected: http, for %s)".formatted(Upload.class.getName()));
    }
}
