package io.channels4j.http;

import io.channels4j.ChannelsException;
import io.channels4j.ConsumerProtocol;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Sender;
import io.channels4j.consumer.SyncConsumer;
import io.channels4j.engine.ConsumerProxy;
import io.channels4j.engine.PlainText;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Like {@link AsyncHttpConsumer}, but its callbacks may block.
 *
 * <p>For threading and failure handling, see {@link SyncConsumer}. The sending methods return once the event has been admitted to
 * the outbound queue.
 */
public abstract class HttpConsumer extends SyncConsumer {

    /** The proxy that calls this consumer, or the consumer itself. */
    private HttpConsumer hooks = this;

    private final BodyParts parts = new BodyParts();
    private @Nullable HttpProtocol protocol;

    /** Creates a consumer. The handlers of a class are validated when its first instance is created. */
    protected HttpConsumer() {}

    /**
     * Handles the request; see {@link AsyncHttpConsumer#handle}.
     *
     * @param body the whole body; may be empty
     */
    protected abstract void handle(byte[] body);

    /**
     * Handles a part of the body; see {@link AsyncHttpConsumer#receiveBody}. The next part is passed after this method returns.
     *
     * @param part the bytes of the part
     * @param more whether more parts follow
     */
    protected void receiveBody(byte[] part, boolean more) {
        switch (parts.add(part, more, maxBodyBytes())) {
            case INCOMPLETE -> parts.reportTo(scope());
            case COMPLETE -> hooks.handle(parts.body());
            case TOO_LARGE -> sendResponse(413, "Content Too Large");
        }
    }

    /**
     * Returns the maximum size of a collected body, in bytes.
     *
     * @return the size in bytes; {@link AsyncHttpConsumer#DEFAULT_MAX_BODY_BYTES} by default
     */
    protected int maxBodyBytes() {
        return AsyncHttpConsumer.DEFAULT_MAX_BODY_BYTES;
    }

    /**
     * Returns the methods that the consumer accepts; see {@link AsyncHttpConsumer#methods}.
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
     */
    protected final void sendResponse(int status, Headers headers, byte[] body) {
        sendHeaders(status, headers);
        sendBody(body, false);
    }

    /**
     * Sends a complete plain-text response.
     *
     * @param status the status, 200-599
     * @param text the text
     */
    protected final void sendResponse(int status, String text) {
        sendResponse(status, PlainText.HEADERS, PlainText.bytes(text));
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
     * @throws ChannelsException if Jackson cannot write the object. Nothing is sent then.
     */
    protected final void sendJson(Object value) {
        sendJson(200, value);
    }

    /**
     * Sends an object as JSON with a status.
     *
     * @param status the status, 200-599
     * @param value the object, written with {@link #jsonMapper()}
     * @throws ChannelsException if Jackson cannot write the object. Nothing is sent then.
     */
    protected final void sendJson(int status, Object value) {
        sendResponse(status, HttpResponses.JSON, HttpResponses.json(value, jsonMapper()));
    }

    /**
     * Redirects the client with status 303 (See Other). The client requests the location with GET, also after a POST.
     *
     * @param location the location; see {@link #redirect(int, String)}
     */
    protected final void redirect(String location) {
        redirect(303, location);
    }

    /**
     * Redirects the client.
     *
     * @param status 303 (See Other), 302 (Found), 307 (Temporary Redirect), 308 (Permanent Redirect) or 301 (Moved
     *     Permanently). With 307 and 308, the client repeats the method and the body.
     * @param location an absolute or relative URI reference (RFC 9110 §10.2.2). Characters that a URI must not contain are
     *     percent-encoded, so a location cannot inject a header. A location that starts with {@code //} or contains a
     *     scheme leads to another host. Do not pass unchecked input from clients.
     * @throws IllegalArgumentException for another status
     */
    protected final void redirect(int status, String location) {
        sendResponse(status, HttpResponses.redirect(status, location), new byte[0]);
    }

    /**
     * Starts a response. Send its body with {@link #sendBody}.
     *
     * @param status the status, 200-599
     * @param headers the headers
     */
    protected final void sendHeaders(int status, Headers headers) {
        sendEvent(new HttpResponseStart(status, headers));
    }

    /**
     * Sends a part of the response body. If the peer is slow, waits until it has caught up.
     *
     * @param part the bytes of the part, not copied
     * @param more whether more parts follow
     */
    protected final void sendBody(byte[] part, boolean more) {
        sendEvent(new HttpResponseBody(part, more));
    }

    @Override
    protected final void receiveEvent(Event event) {
        if (!(event instanceof HttpRequest request)) {
            return;
        }
        HttpProtocol rules = protocol;
        if (rules == null || rules.isMethodAllowed()) {
            hooks.receiveBody(request.body(), request.more());
        } else if (parts.startDiscarding()) {
            sendResponse(405, rules.notAllowed(), HttpProtocol.NOT_ALLOWED);
        }
    }

    @Override
    protected final ConsumerProtocol protocol(Sender sender) {
        hooks = ConsumerProxy.of(scope(), this);
        HttpProtocol rules = new HttpProtocol(scope(), getClass(), methods());
        protocol = rules;
        return rules;
    }
}
