package io.channels4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.fixture.ScriptedConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ApplicationTest {

    private final List<String> passed = new ArrayList<>();
    private final Application application = (scope, receiver, sender) -> {
        passed.add("application");
        return CompletableFuture.completedFuture(null);
    };

    @Test
    void runsTheFirstMiddlewareFirst() {
        ScriptedConnection connection = new ScriptedConnection();

        application
                .behind(named("first"), named("second"))
                .handle(Scope.builder("http").build(), connection, connection);

        assertThat(passed).containsExactly("first", "second", "application");
    }

    @Test
    void returnsTheSameApplicationWithoutMiddleware() {
        assertThat(application.behind()).isSameAs(application);
    }

    @Test
    void wrapsOnceForAllConnections() {
        Application wrapped = application.behind(inner -> {
            passed.add("wrapped");
            return inner;
        });
        ScriptedConnection connection = new ScriptedConnection();

        wrapped.handle(Scope.builder("http").build(), connection, connection);
        wrapped.handle(Scope.builder("http").build(), connection, connection);

        assertThat(passed).containsExactly("wrapped", "application", "application");
    }

    private Middleware named(String name) {
        return inner -> (scope, receiver, sender) -> {
            passed.add(name);
            return inner.handle(scope, receiver, sender);
        };
    }
}
