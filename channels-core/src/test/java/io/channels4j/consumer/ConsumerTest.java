package io.channels4j.consumer;

import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.channels4j.Application;
import io.channels4j.Scope;
import io.channels4j.fixture.ScriptedConnection;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // simulates callers without null checks
class ConsumerTest {

    @Test
    void rejectsSupplierThatReturnsNull() {
        Application application = Consumer.application(() -> null);
        ScriptedConnection connection = new ScriptedConnection();

        assertThatNullPointerException()
                .isThrownBy(() -> application.handle(Scope.builder("http").build(), connection, connection))
                .withMessage("consumer: the supplier returned null (expected: a new consumer for each connection)");
    }

    @Test
    void rejectsNullSupplier() {
        assertThatNullPointerException()
                .isThrownBy(() -> Consumer.application(null))
                .withMessage("supplier");
    }
}
