package io.channels4j.consumer;

/**
 * A timer that a consumer has started with {@code after} or {@code every}.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public interface Scheduled {

    /**
     * Cancels the timer. The action does not begin after this call. If it is running, it continues. Has no effect if the
     * timer has ended.
     */
    void cancel();
}
