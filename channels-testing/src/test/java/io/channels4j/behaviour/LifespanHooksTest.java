package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Scope;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.server.LifespanHooks;
import io.channels4j.server.LifespanShutdown;
import io.channels4j.server.LifespanShutdownComplete;
import io.channels4j.server.LifespanStartup;
import io.channels4j.server.LifespanStartupComplete;
import io.channels4j.server.LifespanStartupFailed;
import io.channels4j.testing.ApplicationCommunicator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Tests lifespan events for an application behind a router (ASGI lifespan 2.0). */
class LifespanHooksTest {

    private final Map<String, Object> state = new ConcurrentHashMap<>();

    @Test
    void completesStartupAfterItsHook() {
        try (ApplicationCommunicator server = server(LifespanHooks.blocking(s -> s.put("pool", "open"), s -> {}))) {
            server.sendInput(new LifespanStartup());

            assertThat(server.receiveOutput()).isInstanceOf(LifespanStartupComplete.class);
            assertThat(state).containsEntry("pool", "open");

            server.sendInput(new LifespanShutdown());
            assertThat(server.receiveOutput()).isInstanceOf(LifespanShutdownComplete.class);
        }
    }

    @Test
    void shutdownHookReceivesTheStateFromStartup() {
        LifespanHooks hooks =
                LifespanHooks.blocking(s -> s.put("pool", "open"), s -> s.replace("pool", "open", "closed"));
        try (ApplicationCommunicator server = server(hooks)) {
            server.sendInput(new LifespanStartup());
            server.receiveOutput();

            server.sendInput(new LifespanShutdown());

            assertThat(server.receiveOutput()).isInstanceOf(LifespanShutdownComplete.class);
            assertThat(state).containsEntry("pool", "closed");
        }
    }

    @Test
    void reportsTheMessageOfAFailedStartup() {
        LifespanHooks hooks = LifespanHooks.blocking(
                s -> {
                    throw new IllegalStateException("no database");
                },
                s -> {});
        try (ApplicationCommunicator server = server(hooks)) {
            server.sendInput(new LifespanStartup());

            assertThat(server.receiveOutput())
                    .isInstanceOfSatisfying(
                            LifespanStartupFailed.class,
                            failed -> assertThat(failed.message()).isEqualTo("no database"));
            server.awaitEnd();
        }
    }

    private ApplicationCommunicator server(LifespanHooks hooks) {
        Application application = ProtocolTypeRouter.builder().lifespan(hooks).build();
        return ApplicationCommunicator.builder(
                        application, Scope.builder("lifespan").state(state))
                .build();
    }
}
