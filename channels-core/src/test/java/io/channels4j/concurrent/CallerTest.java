package io.channels4j.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class CallerTest {

    private final RecordingCaller caller = new RecordingCaller();

    @Test
    void nobodyCallsOutsideACallback() {
        assertThat(Caller.current()).isNull();
    }

    @Test
    void enteringGivesTheOneBefore() {
        RecordingCaller inner = new RecordingCaller();

        assertThat(Caller.enter(caller)).isNull();
        assertThat(Caller.enter(inner)).isSameAs(caller);
        assertThat(Caller.current()).isSameAs(inner);
        assertThat(Caller.enter(null)).isSameAs(inner);
        assertThat(Caller.current()).isNull();
    }

    @Test
    void isTheThreadsOwn() {
        caller.during(() -> {
            Caller elsewhere = CompletableFuture.supplyAsync(Caller::current).join();

            assertThat(elsewhere).isNull();
            assertThat(Caller.current()).isSameAs(caller);
        });
    }
}
