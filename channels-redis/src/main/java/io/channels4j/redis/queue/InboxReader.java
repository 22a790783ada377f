package io.channels4j.redis.queue;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.command.CommandConnectionFactory;
import io.channels4j.redis.connection.ControlThread;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XTrimArgs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads this process' inbox in one tag, over a connection of its own that waits in Redis for the next message. What was
 * taken is trimmed, so that the inbox holds what is unread; after a break it goes on where it was.
 */
final class InboxReader implements AutoCloseable {

    private static final int BATCH = 256;
    private static final Duration RETRY = Duration.ofMillis(200);

    private final Tag tag;
    private final String inbox;
    private final BiFunction<byte[], Long, CompletableFuture<?>> receiver;
    private final Duration wait;
    private final ControlThread loop;
    private final CommandConnection link;
    private volatile String last = "0-0";
    private volatile boolean closed;
    private boolean reading;

    /**
     * Starts to read.
     *
     * @param receiver takes a payload and how long it was there, in milliseconds; the next are read when its stage is
     *     complete
     */
    InboxReader(
            Tag tag,
            String process,
            BiFunction<byte[], Long, CompletableFuture<?>> receiver,
            Duration wait,
            ControlThread loop,
            CommandConnectionFactory links) {
        this.tag = tag;
        this.inbox = tag.inbox(process);
        this.receiver = receiver;
        this.wait = wait;
        this.loop = loop;
        this.link = links.to(tag.host, new CommandConnection.Watcher() {
            @Override
            public void up() {
                read();
            }

            @Override
            public void down(Throwable why) {}
        });
        link.open();
    }

    /** Asks for the next messages; on the loop. */
    @SuppressWarnings("unchecked") // an array of a generic type
    private void read() {
        if (closed || reading || !link.isUp()) {
            return;
        }
        reading = true;
        XReadArgs args = XReadArgs.Builder.block(wait).count(BATCH);
        var unused = link.send(to -> to.xread(args, XReadArgs.StreamOffset.from(bytes(inbox), last)))
                .whenComplete((messages, failure) -> {
                    if (messages == null) {
                        loop.execute(() -> failed(failure));
                    } else {
                        take(messages);
                    }
                });
    }

    private void failed(@Nullable Throwable failure) {
        reading = false;
        if (failure instanceof RedisCommandTimeoutException) {
            link.reset(failure);
        } else {
            loop.schedule(RETRY, this::read);
        }
    }

    /** Hands messages on; on the connection's thread. */
    private void take(List<StreamMessage<byte[], byte[]>> messages) {
        List<CompletableFuture<?>> behind = new ArrayList<>();
        for (StreamMessage<byte[], byte[]> message : messages) {
            last = message.getId();
            CompletableFuture<?> taken = receiver.apply(payload(message), age(message));
            if (!taken.isDone()) {
                behind.add(taken);
            }
        }
        if (!messages.isEmpty()) {
            trim();
        }
        var unused = CompletableFuture.allOf(behind.toArray(CompletableFuture<?>[]::new))
                .whenComplete((nothing, failure) -> loop.execute(() -> {
                    reading = false;
                    read();
                }));
    }

    private void trim() {
        int dash = last.indexOf('-');
        String next = last.substring(0, dash + 1) + (Long.parseLong(last.substring(dash + 1)) + 1);
        var unused = tag.link.send(to -> to.xtrim(bytes(inbox), XTrimArgs.Builder.minId(next)));
    }

    static byte[] payload(StreamMessage<byte[], byte[]> message) {
        return message.getBody().values().iterator().next();
    }

    private long age(StreamMessage<byte[], byte[]> message) {
        return tag.clock() - millis(message.getId());
    }

    static long millis(String id) {
        return Long.parseLong(id.substring(0, id.indexOf('-')));
    }

    /** Completes when the connection is closed. */
    CompletableFuture<?> ended() {
        return link.ended();
    }

    @Override
    public void close() {
        closed = true;
        link.close();
    }
}
