package io.channels4j.engine;

import io.channels4j.Event;

/** An ordinary event in the middle of a scripted connection. */
record Note(String text) implements Event {

    @Override
    public String type() {
        return "note";
    }
}
