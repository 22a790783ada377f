package io.channels4j.http;

import io.channels4j.ConsumerProtocol;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Sender;
import io.channels4j.consumer.SyncConsumer;
import java.nio.charset.StandardCharsets;

/**
 * The base of HTTP consumers whose callbacks may block: they run on a virtual thread or a pool's thread, never on an event loop.
 *
 * <p>Everything else is as in {@link AsyncHttpConsumer}; methods that send return when what they sent is admitted. Threads and
 * failures are those of {@link SyncConsumer}.
 */
public abstract class HttpConsumer extends SyncConsumer {

    private final BodyParts parts = new BodyParts();
    private boolean refused;

    /** Creates a consumer; its handlers are checked when the first one of its class is made. */
    protected HttpConsumer() {}

    /**
     * Handles the request, as {@link AsyncHttpConsumer#handle}.
     *
     * @param body the whole body; may be empty
     */
    protected abstract void handle(byte[] body);

    /**
     * Takes a part of the body as it comes, for bodies that should not be gathered; the next part is asked for when this has
     * returned. Unless overridden, the parts are gathered for {@link #handle}, and a body beyond {@link #maxBodyBytes()} is
     * answered with 413.
     *
     * @param part the bytes
     * @param more whether more parts follow
     */
    protected void receiveBody(byte[] part, boolean more) {
        if (refused) {
            return;
        }
        if (parts.exceeds(maxBodyBytes(), part)) {
            refused = true;
            sendResponse(413, "Content Too Large");
        } else if (more) {
            parts.add(part);
        } else {
            handle(parts.finish(part));
        }
    }

    /**
     * Returns how many bytes of a body are gathered at most.
     *
     * @return the number; {@link AsyncHttpConsumer#DEFAULT_MAX_BODY_BYTES} unless overridden
     */
    protected int maxBodyBytes() {
        return AsyncHttpConsumer.DEFAULT_MAX_BODY_BYTES;
    }

    /**
     * Sends a whole response.
     *
     * @param status the status, 200-599
     * @param headers the headers
     * @param body the body, not copied
     */
    protected final void sendResponse(int status, Headers headers, byte[] body) {
        sendHeaders(status, headers);
        sendBody(body, false);
    }

    /**
     * Sends a whole response of plain text.
     *
     * @param status the status, 200-599
     * @param text the text
     */
    protected final void sendResponse(int status, String text) {
        Headers headers = Headers.of("content-type", "text/plain; charset=utf-8");
        sendResponse(status, headers, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Starts a response; its body follows with {@link #sendBody}.
     *
     * @param status the status, 200-599
     * @param headers the headers
     */
    protected final void sendHeaders(int status, Headers headers) {
        sendEvent(new HttpResponseStart(status, headers));
    }

    /**
     * Sends a part of the response's body, and waits while the peer is behind.
     *
     * @param part the bytes, not copied
     * @param more whether more parts follow
     */
    protected final void sendBody(byte[] part, boolean more) {
        sendEvent(new HttpResponseBody(part, more));
    }

    @Override
    protected final void receiveEvent(Event event) {
        if (event instanceof HttpRequest request) {
            receiveBody(request.body(), request.more());
        }
    }

    @Override
    protected final ConsumerProtocol protocol(Sender sender) {
        return new HttpProtocol(scope(), getClass());
    }
}
