package io.channels4j.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.fixture.RecordingOwner;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CallbackOwnerTest {

    private final RecordingOwner owner = new RecordingOwner(Runnable::run);

    @Test
    void noOwnerOutsideOfCallbacks() {
        assertThat(CallbackOwner.current()).isNull();
    }

    @Test
    void enterReturnsPreviousOwner() {
        RecordingOwner inner = new RecordingOwner(Runnable::run);

        assertThat(CallbackOwner.enter(owner)).isNull();
        assertThat(CallbackOwner.enter(inner)).isSameAs(owner);
        assertThat(CallbackOwner.current()).isSameAs(inner);
        assertThat(CallbackOwner.enter(null)).isSameAs(inner);
        assertThat(CallbackOwner.current()).isNull();
    }

    @Test
    void eachThreadHasItsOwnOwner() {
        owner.during(() -> {
            CallbackOwner elsewhere =
                    CompletableFuture.supplyAsync(CallbackOwner::current).join();

            assertThat(elsewhere).isNull();
            assertThat(CallbackOwner.current()).isSameAs(owner);
        });
    }
}
