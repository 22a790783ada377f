package io.channels4j.testing;

import io.channels4j.Application;
import io.channels4j.Event;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.concurrent.Blocking;

/** The two directions of one connection, for applications written as sequential code. */
record SequentialConnection(Scope scope, Receiver receiver, Sender sender) {

    interface Conversation {
        void run(SequentialConnection connection) throws Exception;
    }

    static Application application(Conversation conversation) {
        return (scope, receiver, sender) ->
                Blocking.run(() -> conversation.run(new SequentialConnection(scope, receiver, sender)));
    }

    Event receive() {
        return Blocking.await(receiver.receive());
    }

    <E extends Event> E receive(Class<E> kind) {
        return kind.cast(receive());
    }

    void send(Event event) {
        Blocking.await(sender.send(event));
    }
}
