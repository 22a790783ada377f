package io.channels4j.netty.eventloop;

import io.channels4j.concurrent.NonBlocking;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** A thread that serves many connections and therefore must not block. */
public final class EventLoopThread extends FastThreadLocalThread implements NonBlocking {

    private EventLoopThread(Runnable task, String name) {
        super(task, name);
    }

    public static ThreadFactory factory() {
        AtomicInteger number = new AtomicInteger();
        return task -> new EventLoopThread(task, "channels-netty-" + number.incrementAndGet());
    }
}
