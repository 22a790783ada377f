package io.channels4j.examples.chat;

import io.channels4j.Scope;
import io.channels4j.layer.GroupName;

/** Who is in which room, as the address of the WebSocket tells it. */
record Visit(String room, String nick) {

    static final int LONGEST_NICK = 24;

    static Visit of(Scope scope) {
        return new Visit(
                PlainText.name(scope.urlRoute().get("room"), 40),
                PlainText.name(scope.queryParam("nick").orElse(""), LONGEST_NICK));
    }

    String group() {
        return GroupName.of("room", room);
    }
}
