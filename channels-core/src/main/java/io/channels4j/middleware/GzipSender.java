package io.channels4j.middleware;

import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Sender;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.internal.Stages;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Compresses one response.
 *
 * <table>
 * <caption>Transitions</caption>
 * <tr><th>state</th><th>on</th><th>next</th></tr>
 * <tr><td>NEW</td><td>a head that may be compressed; it is held back</td><td>HELD</td></tr>
 * <tr><td>NEW</td><td>another head</td><td>PASSING</td></tr>
 * <tr><td>HELD</td><td>the first part, if the response is to be compressed</td><td>COMPRESSING, or ENDED if it is the last
 * part</td></tr>
 * <tr><td>HELD</td><td>the first part of another response, or the end of the application</td><td>PLAIN</td></tr>
 * <tr><td>COMPRESSING</td><td>the last part, or the end of the application</td><td>ENDED</td></tr>
 * </table>
 *
 * <p><b>Threads.</b> Thread-safe. In states HELD, PLAIN and COMPRESSING, events are queued and one thread after the other
 * processes them, because the compressed parts of a response depend on each other.
 */
final class GzipSender implements Sender {

    private final CompressionMiddleware settings;
    private final Sender sender;
    private final boolean accepted;
    private final boolean head;
    private final Queue<Pending> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile State state = State.NEW;

    /** The head that is held back. Used only by the thread that processes events, like the fields below. */
    private @Nullable HttpResponseStart start;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(0);
    private @Nullable GZIPOutputStream gzip;

    private enum State {
        NEW,
        PASSING,
        HELD,
        PLAIN,
        COMPRESSING,
        ENDED
    }

    /** An event to be sent, or null for the end of the application. */
    private record Pending(@Nullable Event event, CompletableFuture<Void> sent) {}

    GzipSender(CompressionMiddleware settings, Sender sender, boolean accepted, boolean head) {
        this.settings = settings;
        this.sender = sender;
        this.accepted = accepted;
        this.head = head;
    }

    @Override
    public CompletionStage<Void> send(Event event) {
        if (state == State.NEW && event instanceof HttpResponseStart first) {
            return begin(first);
        }
        return state == State.NEW || state == State.PASSING ? sender.send(event) : enqueue(event);
    }

    private CompletionStage<Void> begin(HttpResponseStart first) {
        if (CompressibleResponse.matches(first)) {
            start = first;
            state = State.HELD;
            return Stages.done();
        }
        state = State.PASSING;
        return sender.send(first.status() == 304 ? CompressibleResponse.varying(first) : first);
    }

    /** Releases the memory of a response that the application has not completed. */
    void end() {
        if (state == State.HELD || state == State.COMPRESSING) {
            Stages.ignore(enqueue(null));
        }
    }

    private CompletionStage<Void> enqueue(@Nullable Event event) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        queue.add(new Pending(event, sent));
        if (waiting.getAndIncrement() == 0) {
            do {
                processNext();
            } while (waiting.decrementAndGet() > 0);
        }
        return sent;
    }

    private void processNext() {
        Pending next = queue.remove();
        try {
            Stages.relay(process(next.event()), next.sent());
        } catch (RuntimeException | IOException e) {
            next.sent().completeExceptionally(e);
        }
    }

    private CompletionStage<Void> process(@Nullable Event event) throws IOException {
        if (event == null) {
            return abandon();
        }
        if (!(event instanceof HttpResponseBody part) || state == State.PLAIN || state == State.ENDED) {
            return sender.send(event);
        }
        HttpResponseStart held = start;
        if (held != null) {
            start = null;
            return first(held, part);
        }
        byte[] compressed = compress(part);
        return compressed.length == 0 && part.more()
                ? Stages.done()
                : sender.send(new HttpResponseBody(compressed, part.more()));
    }

    private CompletionStage<Void> first(HttpResponseStart held, HttpResponseBody part) throws IOException {
        long announced = CompressibleResponse.announcedBytes(held.headers());
        boolean complete = !part.more();
        long size = announced < 0 && complete ? part.body().length : announced;
        if (size >= 0 && settings.isTooSmall(size) || size == 0) {
            return plain(held, part);
        }
        HttpResponseStart varying = CompressibleResponse.varying(held);
        if (!accepted) {
            return plain(varying, part);
        }
        if (head && complete && part.body().length > 0) {
            return whole(varying, part); // the head has the length of the response to GET (RFC 9110 §8.6)
        }
        if (head) {
            state = State.PLAIN; // the content is not sent
            return both(CompressibleResponse.compressed(held), part);
        }
        return complete ? whole(varying, part) : firstOfMany(varying, part);
    }

    private CompletionStage<Void> plain(HttpResponseStart first, HttpResponseBody part) {
        state = State.PLAIN;
        return both(first, part);
    }

    private CompletionStage<Void> whole(HttpResponseStart first, HttpResponseBody part) throws IOException {
        gzip = new GZIPOutputStream(bytes);
        byte[] compressed = compress(part);
        if (compressed.length >= part.body().length) {
            return both(first, part);
        }
        HttpResponseStart changed = CompressibleResponse.compressed(first);
        Headers headers = changed.headers().with("content-length", Integer.toString(compressed.length));
        return both(new HttpResponseStart(changed.status(), headers), new HttpResponseBody(compressed, false));
    }

    private CompletionStage<Void> firstOfMany(HttpResponseStart first, HttpResponseBody part) throws IOException {
        if (!settings.startStream()) {
            return plain(first, part);
        }
        state = State.COMPRESSING;
        gzip = new GZIPOutputStream(bytes, 512, true);
        return both(CompressibleResponse.compressed(first), new HttpResponseBody(compress(part), true));
    }

    /** Returns the compressed part. A flush after each part makes the client receive it without the next one. */
    private byte[] compress(HttpResponseBody part) throws IOException {
        GZIPOutputStream stream = gzip;
        if (stream == null) {
            throw new IllegalStateException("compressed response: already complete");
        }
        stream.write(part.body());
        if (part.more()) {
            stream.flush();
        } else {
            release();
        }
        byte[] compressed = bytes.toByteArray();
        bytes.reset();
        return compressed;
    }

    private CompletionStage<Void> abandon() {
        HttpResponseStart held = start;
        start = null;
        if (held != null) {
            state = State.PLAIN;
            return sender.send(held);
        }
        try {
            release();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Stages.done();
    }

    private void release() throws IOException {
        GZIPOutputStream stream = gzip;
        gzip = null;
        if (state == State.COMPRESSING) {
            settings.endStream();
        }
        state = State.ENDED;
        if (stream != null) {
            stream.close();
        }
    }

    private CompletionStage<Void> both(HttpResponseStart first, HttpResponseBody part) {
        return Stages.both(sender.send(first), sender.send(part));
    }
}
