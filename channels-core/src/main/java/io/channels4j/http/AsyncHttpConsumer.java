package io.channels4j.http;

import io.channels4j.ConsumerProtocol;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Sender;
import io.channels4j.consumer.AsyncConsumer;
import io.channels4j.internal.Stages;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;

/**
 * The base of HTTP consumers whose callbacks return stages and must not block.
 *
 * {@snippet class="io.channels4j.http.HttpSnippets" region="hello"}
 *
 * <p>{@link #handle} is called once, with the whole body. It may return before the response is sent: the request stays open, and
 * a {@link io.channels4j.consumer.Handles} method may answer it later, which is long polling. The request is over when the
 * response is complete or the peer leaves; then {@link #disconnect} runs.
 *
 * <p>Threads and failures are those of {@link AsyncConsumer}. A callback that fails before the response has started makes it a
 * 500; after that the connection is cut.
 */
public abstract class AsyncHttpConsumer extends AsyncConsumer {

    /** The most bytes of a body that {@link #handle} takes, unless {@link #maxBodyBytes()} is overridden: 1 MiB. */
    public static final int DEFAULT_MAX_BODY_BYTES = 1 << 20;

    private final BodyParts parts = new BodyParts();
    private boolean refused;

    /** Creates a consumer; its handlers are checked when the first one of its class is made. */
    protected AsyncHttpConsumer() {}

    /**
     * Handles the request. The response may be sent now or later.
     *
     * @param body the whole body; may be empty
     * @return completes when the next callback may run
     */
    protected abstract CompletionStage<Void> handle(byte[] body);

    /**
     * Takes a part of the body as it comes, for bodies that should not be gathered; the next part is asked for when the stage
     * has completed. Unless overridden, the parts are gathered for {@link #handle}, and a body beyond {@link #maxBodyBytes()} is
     * answered with 413.
     *
     * @param part the bytes
     * @param more whether more parts follow
     * @return completes when the next callback may run
     */
    protected CompletionStage<Void> receiveBody(byte[] part, boolean more) {
        if (refused) {
            return Stages.done();
        }
        if (parts.exceeds(maxBodyBytes(), part)) {
            refused = true;
            return sendResponse(413, "Content Too Large");
        }
        if (more) {
            parts.add(part);
            return Stages.done();
        }
        return handle(parts.finish(part));
    }

    /**
     * Returns how many bytes of a body are gathered at most.
     *
     * @return the number; {@link #DEFAULT_MAX_BODY_BYTES} unless overridden
     */
    protected int maxBodyBytes() {
        return DEFAULT_MAX_BODY_BYTES;
    }

    /**
     * Sends a whole response.
     *
     * @param status the status, 200-599
     * @param headers the headers
     * @param body the body, not copied
     * @return completes when it is admitted
     */
    protected final CompletionStage<Void> sendResponse(int status, Headers headers, byte[] body) {
        CompletionStage<Void> started = sendHeaders(status, headers);
        CompletionStage<Void> sent = sendBody(body, false);
        return Stages.both(started, sent);
    }

    /**
     * Sends a whole response of plain text.
     *
     * @param status the status, 200-599
     * @param text the text
     * @return completes when it is admitted
     */
    protected final CompletionStage<Void> sendResponse(int status, String text) {
        Headers headers = Headers.of("content-type", "text/plain; charset=utf-8");
        return sendResponse(status, headers, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Starts a response; its body follows with {@link #sendBody}.
     *
     * @param status the status, 200-599
     * @param headers the headers
     * @return completes when it is admitted
     */
    protected final CompletionStage<Void> sendHeaders(int status, Headers headers) {
        return sendEvent(new HttpResponseStart(status, headers));
    }

    /**
     * Sends a part of the response's body.
     *
     * @param part the bytes, not copied
     * @param more whether more parts follow
     * @return completes when it is admitted; while the peer is behind, when it has caught up
     */
    protected final CompletionStage<Void> sendBody(byte[] part, boolean more) {
        return sendEvent(new HttpResponseBody(part, more));
    }

    @Override
    protected final CompletionStage<Void> receiveEvent(Event event) {
        return event instanceof HttpRequest request ? receiveBody(request.body(), request.more()) : Stages.done();
    }

    @Override
    protected final ConsumerProtocol protocol(Sender sender) {
        return new HttpProtocol(scope(), getClass());
    }
}
