package io.channels4j.engine.timer;

import io.channels4j.Event;

/**
 * The event of one run of a timer's action. {@code onError} receives it if the action fails.
 *
 * @param timer the timer
 */
public record TimerTick(ConsumerTimer timer) implements Event {

    @Override
    public String type() {
        return "timer";
    }
}
