package io.channels4j.http;

import io.channels4j.ChannelsException;
import io.channels4j.CheckReturnValue;
import io.channels4j.ConsumerProtocol;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Sender;
import io.channels4j.consumer.AsyncConsumer;
import io.channels4j.engine.ConsumerProxy;
import io.channels4j.engine.PlainText;
import io.channels4j.internal.Stages;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The base class for HTTP consumers whose callbacks return stages and must not block.
 *
 * {@snippet class="io.channels4j.http.HttpSnippets" region="hello"}
 *
 * <p>{@link #handle} is called once, with the whole body. It may return before the response is sent. The request then stays open,
 * and a {@link io.channels4j.consumer.Handles} method may respond to it later (long polling). The request ends when the response
 * is complete or the peer disconnects; then {@link #disconnect} runs.
 *
 * <p>For threading and failure handling, see {@link AsyncConsumer}. If a callback fails before the response has started, the
 * server responds with status 500. If it fails later, the server aborts the response.
 */
public abstract class AsyncHttpConsumer extends AsyncConsumer {

    /** The proxy that calls this consumer, or the consumer itself. */
    private AsyncHttpConsumer hooks = this;

    /** The default maximum size of a body that {@link #handle} receives, in bytes: 1 MiB. */
    public static final int DEFAULT_MAX_BODY_BYTES = 1 << 20;

    private final BodyParts parts = new BodyParts();
    private @Nullable HttpProtocol protocol;

    /** Creates a consumer. The handlers of a class are validated when its first instance is created. */
    protected AsyncHttpConsumer() {}

    /**
     * Handles the request. The response may be sent now or later.
     *
     * @param body the whole body; may be empty
     * @return a stage that completes when the next callback may run
     */
    @CheckReturnValue
    protected abstract CompletionStage<Void> handle(byte[] body);

    /**
     * Handles a part of the body as it arrives. Override this method to process a body without collecting it. The next
     * part is passed when the returned stage has completed. By default, the parts are collected for {@link #handle}. A
     * request whose body exceeds {@link #maxBodyBytes()} is then rejected with status 413.
     *
     * @param part the bytes of the part
     * @param more whether more parts follow
     * @return a stage that completes when the next callback may run
     */
    @CheckReturnValue
    protected CompletionStage<Void> receiveBody(byte[] part, boolean more) {
        return switch (parts.add(part, more, maxBodyBytes())) {
            case INCOMPLETE -> {
                parts.reportTo(scope());
                yield Stages.done();
            }
            case COMPLETE -> hooks.handle(parts.body());
            case TOO_LARGE -> sendResponse(413, "Content Too Large");
        };
    }

    /**
     * Returns the maximum size of a collected body, in bytes.
     *
     * @return the size in bytes; {@link #DEFAULT_MAX_BODY_BYTES} by default
     */
    protected int maxBodyBytes() {
        return DEFAULT_MAX_BODY_BYTES;
    }

    /**
     * Returns the methods that the consumer accepts. A request with another method is rejected with status 405 and an {@code
     * allow} header. Such a request joins no groups, and {@link #disconnect} is the only callback that runs.
     *
     * @return the methods, in upper case, where GET includes HEAD. An empty set, the default, accepts all methods.
     */
    protected Set<String> methods() {
        return Set.of();
    }

    /**
     * Sends a complete response.
     *
     * @param status the status, 200-599
     * @param headers the headers
     * @param body the body, not copied
     * @return a stage that completes when the response is admitted to the outbound queue
     */
    @CheckReturnValue
    protected final CompletionStage<Void> sendResponse(int status, Headers headers, byte[] body) {
        return Stages.both(sendHeaders(status, headers), sendBody(body, false));
    }

    /**
     * Sends a complete plain-text response.
     *
     * @param status the status, 200-599
     * @param text the text
     * @return a stage that completes when the response is admitted to the outbound queue
     */
    @CheckReturnValue
    protected final CompletionStage<Void> sendResponse(int status, String text) {
        return sendResponse(status, PlainText.HEADERS, PlainText.bytes(text));
    }

    /**
     * Returns the mapper for {@link #sendJson(Object)}; by default that of the server ({@link
     * io.channels4j.Scope#jsonMapper()}).
     *
     * @return the mapper
     */
    protected JsonMapper jsonMapper() {
        return scope().jsonMapper();
    }

    /**
     * Sends an object as JSON, with status 200 and the content type {@code application/json}.
     *
     * @param value the object, written with {@link #jsonMapper()}
     * @return a stage that completes when the response is admitted to the outbound queue
     * @throws ChannelsException if Jackson cannot write the object. Nothing is sent then.
     */
    @CheckReturnValue
    protected final CompletionStage<Void> sendJson(Object value) {
        return sendJson(200, value);
    }

    /**
     * Sends an object as JSON with a status.
     *
     * @param status the status, 200-599
     * @param value the object, written with {@link #jsonMapper()}
     * @return a stage that completes when the response is admitted to the outbound queue
     * @throws ChannelsException if Jackson cannot write the object. Nothing is sent then.
     */
    @CheckReturnValue
    protected final CompletionStage<Void> sendJson(int status, Object value) {
        return sendResponse(status, HttpResponses.JSON, HttpResponses.json(value, jsonMapper()));
    }

    /**
     * Redirects the client with status 303 (See Other). The client requests the location with GET, also after a POST.
     *
     * @param location the location; see {@link #redirect(int, String)}
     * @return a stage that completes when the response is admitted to the outbound queue
     */
    @CheckReturnValue
    protected final CompletionStage<Void> redirect(String location) {
        return redirect(303, location);
    }

    /**
     * Redirects the client.
     *
     * @param status 303 (See Other), 302 (Found), 307 (Temporary Redirect), 308 (Permanent Redirect) or 301 (Moved
     *     Permanently). With 307 and 308, the client repeats the method and the body.
     * @param location an absolute or relative URI reference (RFC 9110 §10.2.2). Characters that a URI must not contain are
     *     percent-encoded, so a location cannot inject a header. A location that starts with {@code //} or contains a
     *     scheme leads to another host. Do not pass unchecked input from clients.
     * @return a stage that completes when the response is admitted to the outbound queue
     * @throws IllegalArgumentException for another status
     */
    @CheckReturnValue
    protected final CompletionStage<Void> redirect(int status, String location) {
        return sendResponse(status, HttpResponses.redirect(status, location), new byte[0]);
    }

    /**
     * Starts a response. Send its body with {@link #sendBody}.
     *
     * @param status the status, 200-599
     * @param headers the headers
     * @return a stage that completes when the start of the response is admitted to the outbound queue
     */
    @CheckReturnValue
    protected final CompletionStage<Void> sendHeaders(int status, Headers headers) {
        return sendEvent(new HttpResponseStart(status, headers));
    }

    /**
     * Sends a part of the response's body.
     *
     * @param part the bytes of the part, not copied
     * @param more whether more parts follow
     * @return a stage that completes when the part is queued. If the peer is slow, it completes when the peer has
     *     caught up.
     */
    @CheckReturnValue
    protected final CompletionStage<Void> sendBody(byte[] part, boolean more) {
        return sendEvent(new HttpResponseBody(part, more));
    }

    @Override
    @CheckReturnValue
    protected final CompletionStage<Void> receiveEvent(Event event) {
        if (!(event instanceof HttpRequest request)) {
            return Stages.done();
        }
        HttpProtocol rules = protocol;
        if (rules == null || rules.isMethodAllowed()) {
            return hooks.receiveBody(request.body(), request.more());
        }
        return parts.startDiscarding()
                ? sendResponse(405, rules.notAllowed(), HttpProtocol.NOT_ALLOWED)
                : Stages.done();
    }

    @Override
    protected final ConsumerProtocol protocol(Sender sender) {
        hooks = ConsumerProxy.of(scope(), this);
        HttpProtocol rules = new HttpProtocol(scope(), getClass(), methods());
        protocol = rules;
        return rules;
    }
}
