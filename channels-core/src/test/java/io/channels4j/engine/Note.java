package io.channels4j.engine;

import io.channels4j.Event;

/** An event during a connection. */
record Note(String text) implements Event {

    @Override
    public String type() {
        return "note";
    }
}
