package io.channels4j.netty.http;

import io.channels4j.ChannelsException;
import io.channels4j.ConnectionClosedException;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
import io.channels4j.Sender;
import io.channels4j.engine.FailureStatus;
import io.channels4j.engine.InputMemory;
import io.channels4j.http.HttpDisconnect;
import io.channels4j.http.HttpRequest;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.netty.connection.ApplicationInvoker;
import io.channels4j.netty.connection.ConnectionMetrics;
import io.channels4j.netty.connection.InboundEvents;
import io.channels4j.netty.connection.InboundMemory;
import io.channels4j.netty.log.ServerLog;
import io.channels4j.netty.outbound.OutboundFrame;
import io.channels4j.netty.outbound.OutboundQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response, as the application sees them.
 *
 * <p><b>Threads.</b> {@link #send} and {@link #receive} may be called from any thread. The other methods may be called
 * only on the event loop.
 */
final class HttpExchange implements Sender, Receiver {

    private static final byte[] NOTHING = {};

    private final HttpHandler handler;
    private final OutboundQueue outbound;
    private final InboundMemory memory;
    private final InboundEvents inbound;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final Scope scope;
    private final ConnectionMetrics metrics;

    /** Confined to the event loop. */
    private boolean ended;

    // The other mutable fields are guarded by this.
    private ResponseState state = ResponseState.PENDING;
    private ResponseWriter response;
    private EventStreamBoundary boundary = EventStreamBoundary.NONE;

    /** Whether the client waits for 100 Continue before it sends the body. */
    private boolean expectsContinue;

    /**
     * Whether the connection ends with this response. If so, a stream of server-sent events ends as soon as no event is in
     * progress.
     */
    private boolean endsConnection;

    /** Creates the exchange for a request that has been admitted. */
    HttpExchange(HttpHandler handler, ScopeBuilder scope, ResponseWriter response, boolean expectsContinue) {
        this.handler = handler;
        this.outbound = handler.outbound();
        this.memory = new InboundMemory(handler.loop().inbound());
        this.inbound = new InboundEvents(memory) {
            @Override
            protected void resume() {
                handler.resumeReading();
            }
        };
        this.response = response;
        this.expectsContinue = expectsContinue;
        this.scope = scope.closed(closed).with(InputMemory.KEY, memory).build();
        this.metrics = new ConnectionMetrics(this.scope, handler.server().listener(), handler.loop());
    }

    InboundMemory memory() {
        return memory;
    }

    ConnectionMetrics metrics() {
        return metrics;
    }

    /** Calls the application. */
    void start() {
        metrics.opened();
        ApplicationInvoker.start(
                handler.server().application(), scope, this, this, handler.loop(), this::applicationEnded);
    }

    // ---- the application: any thread ----

    @Override
    public CompletionStage<Event> receive() {
        OutboundFrame interim = null;
        synchronized (this) {
            if (expectsContinue && (state == ResponseState.PENDING || state == ResponseState.STARTED)) {
                expectsContinue = false;
                interim = response.continueResponse();
            }
        }
        if (interim != null) {
            outbound.send(interim);
        }
        return inbound.receive();
    }

    @Override
    public CompletionStage<Void> send(Event event) {
        CompletionStage<Void> sent;
        boolean complete;
        String date = event instanceof HttpResponseStart ? handler.date() : "";
        synchronized (this) {
            try {
                sent = admit(event, date);
            } catch (ChannelsException e) {
                return CompletableFuture.failedFuture(e);
            }
            complete = state.isFinal();
        }
        outbound.admissionEnded();
        if (event instanceof HttpResponseBody part) {
            metrics.sent(part.body().length, OutboundQueue.isAdmitted(sent));
        }
        if (complete) {
            handler.responded(sent);
        }
        return sent;
    }

    /** Admits an event. The caller must hold the lock. */
    private CompletionStage<Void> admit(Event event, String date) {
        if (state == ResponseState.PENDING && event instanceof HttpResponseStart start) {
            response.start(start.status(), start.headers(), date);
            boundary = EventStreamBoundary.of(start.headers());
            moveTo(ResponseState.STARTED);
            return OutboundQueue.admitted();
        }
        if ((state == ResponseState.STARTED || state == ResponseState.STREAMING)
                && event instanceof HttpResponseBody part) {
            return sendBody(part);
        }
        throw rejection(event);
    }

    private CompletionStage<Void> sendBody(HttpResponseBody part) {
        if (expectsContinue) {
            // The client may or may not still send its body, so the server cannot tell where the next request starts
            // (RFC 9112 §9.6).
            response.closeAfterwards();
        }
        OutboundFrame frame = response.body(part.body(), part.more());
        // counted first, because the peer may receive the part and disconnect before this thread continues
        metrics.count(1, part.body().length);
        CompletionStage<Void> sent = outbound.admit(frame);
        moveTo(part.more() ? ResponseState.STREAMING : ResponseState.COMPLETE);
        boundary.passed(part.body());
        if (endsConnection) {
            endEventStream();
        }
        return sent;
    }

    private ChannelsException rejection(Event event) {
        return switch (state) {
            case PENDING, STARTED, STREAMING ->
                new ChannelsException("send %s: %s (expected: %s); nothing was sent"
                        .formatted(
                                event.type(),
                                state.description(),
                                state == ResponseState.PENDING ? "http.response.start" : "http.response.body"));
            case COMPLETE ->
                new ChannelsException("send %s: the response is complete; nothing was sent".formatted(event.type()));
            case DRAINED, REPLACED, LOST ->
                new ConnectionClosedException("send %s: the request has ended (%s); nothing was sent"
                        .formatted(event.type(), state.description()));
        };
    }

    /** Changes the state. The caller must hold the lock. */
    private void moveTo(ResponseState next) {
        state = next;
    }

    // ---- the event loop ----

    /** Passes a part of the body to the application. */
    void request(byte[] body, boolean more) {
        synchronized (this) {
            expectsContinue = false; // the client sends its body without waiting
        }
        metrics.received(body.length);
        inbound.offer(new HttpRequest(body, more), body.length);
    }

    /**
     * Returns true if the application accepts more of the body now. Otherwise, {@link HttpHandler#resumeReading} is called later.
     */
    boolean reads() {
        return !inbound.pause();
    }

    /** Returns true if the client waits for 100 Continue. It is sent when the application calls {@link #receive}. */
    synchronized boolean holdsContinue() {
        return expectsContinue;
    }

    /** Returns true if the response is a stream of server-sent events. */
    synchronized boolean streamsEvents() {
        return boundary.ofEvents();
    }

    /** Returns true once the head of the response has been written. */
    synchronized boolean hasStarted() {
        return response.headWritten();
    }

    /**
     * Returns false if the connection ends with this response. The connection also ends if the client still waits for 100
     * Continue, because the client may or may not send its body.
     */
    synchronized boolean keepsAlive() {
        return response.keepsAlive() && !expectsContinue && !endsConnection;
    }

    /** Ends the connection after this response. A stream of server-sent events ends after the current event. */
    void drain() {
        CompletionStage<Void> sent;
        synchronized (this) {
            endsConnection = true;
            response.closeAfterwards();
            sent = endEventStream();
        }
        if (sent != null) {
            outbound.admissionEnded();
            handler.responded(sent);
        }
    }

    /**
     * Ends a stream of server-sent events if no event is in progress. The caller must hold the lock. Returns the stage
     * of the last write, or null if the response does not end now.
     */
    private @Nullable CompletionStage<Void> endEventStream() {
        if (state != ResponseState.STREAMING || !boundary.reached()) {
            return null;
        }
        moveTo(ResponseState.DRAINED);
        return outbound.admit(response.body(NOTHING, false));
    }

    /**
     * Responds in place of the application, or aborts a partial response. A complete response is unaffected. The connection then
     * ends.
     */
    void refuse(int status, Throwable why) {
        synchronized (this) {
            endsConnection = true;
        }
        replace(status, false);
        inbound.end(new HttpDisconnect(why));
    }

    private void applicationEnded(@Nullable Throwable failure) {
        memory.release();
        synchronized (this) {
            if (state.isFinal()) {
                return;
            }
        }
        if (failure == null) {
            ServerLog.incomplete(scope, "a complete response");
        }
        replace(FailureStatus.ofResponse(failure), true);
    }

    private void replace(int status, boolean mayKeepAlive) {
        CompletionStage<Void> sent = null;
        String date = handler.date();
        synchronized (this) {
            if (state.isFinal()) {
                return;
            }
            boolean partial = state == ResponseState.STREAMING;
            moveTo(ResponseState.REPLACED);
            if (!partial) {
                response = response.restart(mayKeepAlive && !expectsContinue);
                sent = outbound.admit(response.bare(status, Headers.empty(), date));
            }
        }
        if (sent == null) {
            handler.abort();
        } else {
            outbound.admissionEnded();
            handler.responded(sent);
        }
    }

    /** Returns true once {@link #end} has been called. */
    boolean hasEnded() {
        return ended;
    }

    /** Ends the exchange, because the response is complete or the client disconnected. Further calls have no effect. */
    void end(@Nullable Throwable failure) {
        if (ended) {
            return;
        }
        ended = true;
        boolean responded;
        int status;
        synchronized (this) {
            status = response.headWritten() ? response.status() : 0;
            responded = state == ResponseState.COMPLETE || state == ResponseState.DRAINED;
            if (!state.isFinal()) {
                moveTo(ResponseState.LOST);
            }
        }
        inbound.end(responded ? HttpDisconnect.afterResponse() : new HttpDisconnect(failure));
        handler.server().admission().requestEnded();
        closed.complete(null);
        metrics.closed(status);
    }
}
