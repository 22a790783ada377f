package io.channels4j.engine;

import io.channels4j.Event;

/** The event that ends a scripted connection when it arrives, closes it when it is sent, or completes it when told so. */
record Last(String why) implements Event {

    @Override
    public String type() {
        return "last";
    }
}
