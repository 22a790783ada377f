package io.channels4j.testing;

import io.channels4j.internal.Durations;
import io.channels4j.websocket.CloseStatus;
import java.io.ByteArrayOutputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The messages received over one socket, followed by its close status or failure. Thread-safe. The methods with a
 * duration block.
 */
final class SocketInbox implements WebSocket.Listener {

    private final Deque<Object> arrived = new ArrayDeque<>();
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream binary = new ByteArrayOutputStream();
    private boolean ended;

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            add(text.toString());
            text.setLength(0);
        }
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
        byte[] part = new byte[data.remaining()];
        data.get(part);
        binary.writeBytes(part);
        if (last) {
            add(binary.toByteArray());
            binary.reset();
        }
        socket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        end(
                switch (code) {
                    case CloseStatus.NO_STATUS_CODE -> "a close frame without a code";
                    case CloseStatus.ABNORMAL_CODE -> "the connection ended without a close frame";
                    default -> new CloseStatus(code, reason);
                });
        return CompletableFuture.completedFuture(null); // makes the client respond to the close frame immediately
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        end(error);
    }

    private synchronized void add(Object message) {
        arrived.add(message);
        notifyAll();
    }

    private synchronized void end(Object how) {
        ended = true;
        add(how);
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    synchronized <T> T take(String call, Class<T> kind, String expected, Duration limit) {
        if (!waitFor(limit, true)) {
            throw new AssertionError("%s: nothing within %s (expected: %s)".formatted(call, limit, expected));
        }
        Object first = arrived.element();
        if (!kind.isInstance(first)) {
            throw new AssertionError("%s: %s (expected: %s)".formatted(call, describe(first), expected));
        }
        return kind.cast(arrived.remove());
    }

    synchronized boolean isSilent(Duration time) {
        return !waitFor(time, true);
    }

    synchronized void awaitEnd(String call, Duration limit) {
        if (!waitFor(limit, false)) {
            throw new AssertionError("%s: the peer did not answer within %s".formatted(call, limit));
        }
    }

    /**
     * Waits until anything has arrived, or only until the connection has ended. Returns false if the limit has passed.
     */
    private synchronized boolean waitFor(Duration limit, boolean anything) {
        long deadline = System.nanoTime() + Durations.nanos(limit);
        while (!(anything ? !arrived.isEmpty() : ended)) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            try {
                wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    private static String describe(Object arrived) {
        return arrived instanceof byte[] bytes ? "a binary message of %d bytes".formatted(bytes.length) : "" + arrived;
    }
}
