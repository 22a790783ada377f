package io.channels4j.examples.chat;

import io.channels4j.Scope;
import io.channels4j.layer.GroupName;

/** The room and the nickname in the URL of a WebSocket. */
record Visit(String room, String nick) {

    static final int MAX_NICK_LENGTH = 24;

    static Visit of(Scope scope) {
        return new Visit(
                PlainText.name(scope.urlRoute().get("room"), 40),
                PlainText.name(scope.queryParam("nick").orElse(""), MAX_NICK_LENGTH));
    }

    String group() {
        return GroupName.of("room", room);
    }
}
