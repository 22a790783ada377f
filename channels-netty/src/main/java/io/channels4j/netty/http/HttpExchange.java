package io.channels4j.netty.http;

import io.channels4j.ChannelsException;
import io.channels4j.ConnectionClosedException;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.OverloadedException;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
import io.channels4j.Sender;
import io.channels4j.http.HttpDisconnect;
import io.channels4j.http.HttpRequest;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.netty.connection.ApplicationInvoker;
import io.channels4j.netty.connection.ConnectionMetrics;
import io.channels4j.netty.connection.InboundEvents;
import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.log.ServerLog;
import io.channels4j.netty.outbound.OutboundFrame;
import io.channels4j.netty.outbound.OutboundQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One request and its response.
 *
 * <p><b>Threads.</b> {@link #send} and {@link #receive} are safe from any thread; the others belong to the event loop.
 */
public final class HttpExchange implements Sender, Receiver {

    private static final byte[] NOTHING = {};

    private final Owner owner;
    private final OutboundQueue outbound;
    private final InboundEvents inbound;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final ServerContext service;
    private final EventLoopState loop;
    private final Scope scope;
    private final ConnectionMetrics metrics;

    /** Guarded by this, as the others. */
    private ResponseWriter response;

    private EventBoundary boundary = new EventBoundary(Headers.empty());
    private boolean expectsContinue;
    private boolean draining;

    /** Why the application can no longer respond, though its response is not complete; or null. */
    private @Nullable String over;

    /** Hears of the end. */
    public interface Owner {

        /** The response is complete; {@code written} completes when its end has been admitted. Any thread. */
        void responded(CompletionStage<Void> written, boolean keepsAlive);

        /** The response cannot be completed. The event loop. */
        void abort();
    }

    /**
     * Creates the exchange of a request that is admitted by the gate.
     *
     * @param owner hears of the end
     * @param outbound takes the response
     * @param resume has the connection read on; any thread
     * @param scope what the request says
     * @param response writes the response
     */
    @SuppressWarnings("FutureReturnValueIgnored") // the count cannot fail
    public HttpExchange(
            Owner owner,
            OutboundQueue outbound,
            Runnable resume,
            ScopeBuilder scope,
            ResponseWriter response,
            ServerContext service,
            EventLoopState loop) {
        this.owner = owner;
        this.outbound = outbound;
        this.inbound = new InboundEvents(resume);
        this.response = response;
        this.service = service;
        this.loop = loop;
        this.scope = scope.closed(closed).build();
        this.metrics = new ConnectionMetrics(this.scope, service.listener(), loop);
        closed.thenRun(service.gate()::requestEnded);
    }

    /** Returns what is counted of this request. */
    public ConnectionMetrics metrics() {
        return metrics;
    }

    /** Calls the application. The event loop. */
    public void start() {
        metrics.opened();
        ApplicationInvoker.start(service.application(), scope, this, this, loop, this::applicationEnded);
    }

    // ---- the application ----

    @Override
    public CompletionStage<Event> receive() {
        OutboundFrame goOn = null;
        synchronized (this) {
            if (expectsContinue && !response.headWritten()) {
                expectsContinue = false;
                goOn = response.goOn();
            }
        }
        if (goOn != null) {
            outbound.send(goOn);
        }
        return inbound.receive();
    }

    @Override
    public CompletionStage<Void> send(Event event) {
        CompletionStage<Void> sent;
        boolean keepsAlive;
        synchronized (this) {
            try {
                sent = admit(event);
            } catch (ChannelsException e) {
                return CompletableFuture.failedFuture(e);
            }
            if (!response.complete()) {
                return sent;
            }
            keepsAlive = keepsAlive();
        }
        owner.responded(sent, keepsAlive);
        return sent;
    }

    /** A client that still waits to send its body may send it or not: where the next request starts, nobody knows. */
    private boolean keepsAlive() {
        return response.keepsAlive() && !expectsContinue;
    }

    /** Admits an event of the application; the caller holds the lock. */
    private CompletionStage<Void> admit(Event event) {
        if (over != null) {
            throw new ConnectionClosedException(
                    "send %s: the request is over (%s); nothing was sent".formatted(event.type(), over));
        }
        if (response.complete()) {
            throw new ChannelsException("send %s: the response is complete; nothing was sent".formatted(event.type()));
        }
        if (event instanceof HttpResponseStart start && !response.started()) {
            response.start(start.status(), start.headers());
            boundary = new EventBoundary(start.headers());
            return OutboundQueue.admitted();
        }
        if (event instanceof HttpResponseBody part && response.started()) {
            int bytes = part.body().length;
            metrics.sending(bytes);
            CompletionStage<Void> sent = outbound.send(response.body(part.body(), part.more()));
            metrics.sent(bytes, OutboundQueue.isAdmitted(sent));
            boundary.passed(part.body());
            if (draining) {
                endStream();
            }
            return sent;
        }
        throw new ChannelsException("send %s: %s (expected: %s); nothing was sent"
                .formatted(
                        event.type(),
                        response.started() ? "the response has started" : "the response has not started",
                        response.started() ? "http.response.body" : "http.response.start"));
    }

    // ---- the event loop ----

    /** Has the client told to send its body when the application asks for it (RFC 9110 §10.1.1). */
    public synchronized void expectContinue() {
        expectsContinue = true;
    }

    /** Notes that the client sends its body without being told to. */
    public synchronized void bodyComes() {
        expectsContinue = false;
    }

    /** Hands a part of the body to the application. */
    public void request(byte[] body, boolean more) {
        metrics.received(body.length);
        inbound.offer(new HttpRequest(body, more));
    }

    /** Tells whether the application takes more of the body now; if not, it is to be read on when it asks. */
    public boolean reads() {
        return !inbound.pause();
    }

    /** Tells whether this is a stream of events, which goes on until somebody ends it. */
    public synchronized boolean streamsEvents() {
        return boundary.ofEvents();
    }

    /** Ends a stream of events behind the event that is under way, and has the connection closed after any response. */
    public void drain() {
        CompletionStage<Void> sent;
        synchronized (this) {
            draining = true;
            response.closeAfterwards();
            sent = endStream();
        }
        if (sent != null) {
            owner.responded(sent, false);
        }
    }

    /** Ends the response if it may end here; the caller holds the lock. */
    private @Nullable CompletionStage<Void> endStream() {
        if (over != null || response.complete() || !response.headWritten() || !boundary.reached()) {
            return null;
        }
        over = "the server closes";
        return outbound.send(response.body(NOTHING, false));
    }

    /** Answers in the application's place, or cuts the connection when the application has answered in part. */
    public void refuse(int status, Throwable why) {
        if (!answer(status, false)) {
            owner.abort();
        }
        inbound.end(new HttpDisconnect(why));
    }

    private void applicationEnded(@Nullable Throwable failure) {
        synchronized (this) {
            if (over != null || response.complete()) {
                return;
            }
        }
        if (failure == null) {
            ServerLog.incomplete(scope, "a complete response");
        }
        if (!answer(failure instanceof OverloadedException ? 503 : 500, true)) {
            owner.abort();
        }
    }

    /** Sends a bare answer; returns false when a part of another one is out. */
    private boolean answer(int status, boolean mayKeepAlive) {
        CompletionStage<Void> sent;
        boolean keepsAlive;
        synchronized (this) {
            if (over != null || response.complete()) {
                return true;
            }
            over = "the server answered " + status;
            if (response.headWritten()) {
                return false;
            }
            response = response.afresh(mayKeepAlive);
            response.start(status, Headers.of("content-type", "text/plain; charset=utf-8"));
            sent = outbound.send(response.body(ResponseWriter.text(status), false));
            keepsAlive = keepsAlive();
        }
        owner.responded(sent, keepsAlive);
        return true;
    }

    /** Tells the application that nothing more comes: the response is complete, or the peer left. */
    public void end(@Nullable Throwable failure) {
        boolean responded;
        int status;
        synchronized (this) {
            status = response.headWritten() ? response.status() : 0;
            responded = (over == null || draining) && response.complete();
            over = responded || over != null ? over : "the peer left";
        }
        inbound.end(responded ? HttpDisconnect.afterResponse() : new HttpDisconnect(failure));
        closed.complete(null);
        metrics.closed(status);
    }
}
