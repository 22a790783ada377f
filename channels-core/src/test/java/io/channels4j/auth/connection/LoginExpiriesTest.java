package io.channels4j.auth.connection;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.fixture.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LoginExpiriesTest {

    private final FakeClock clock = new FakeClock();
    private final LoginExpiries expiries = new LoginExpiries(clock);
    private final ScheduledThreadPoolExecutor loop = new ScheduledThreadPoolExecutor(1);
    private final List<Integer> expired = new CopyOnWriteArrayList<>();

    LoginExpiriesTest() {
        loop.setRemoveOnCancelPolicy(true);
    }

    @AfterEach
    void stopLoop() {
        loop.shutdownNow();
    }

    private LoginExpiries.Expiry add(int seconds) {
        Instant now = clock.instant();
        return expiries.add(loop, now.plusSeconds(seconds), now, () -> expired.add(seconds));
    }

    @Test
    @DisplayName("connections of an event loop share one timer, and none remains after the last one")
    void sharesOneTimer() {
        List<LoginExpiries.Expiry> added = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            added.add(add(3600 + i));
        }

        assertThat(loop.getQueue()).hasSizeLessThanOrEqualTo(1);

        added.forEach(expiries::remove);
        await().atMost(30, SECONDS).until(() -> loop.getQueue().isEmpty() && loop.getActiveCount() == 0);
        assertThat(expired).isEmpty();
    }

    @Test
    void expiriesInOrderOfTheirTimes() {
        add(3);
        add(1);
        expiries.remove(add(2));
        add(4);

        clock.advance(Duration.ofSeconds(3));

        await().atMost(30, SECONDS).until(() -> expired.size() == 2);
        assertThat(expired).containsExactly(1, 3);
        clock.advance(Duration.ofSeconds(1));
        await().atMost(30, SECONDS).until(() -> expired.size() == 3);
    }

    @Test
    void sameTimeExpiresBoth() {
        add(1);
        add(1);

        clock.advance(Duration.ofSeconds(1));

        await().atMost(30, SECONDS).until(() -> expired.size() == 2);
    }
}
