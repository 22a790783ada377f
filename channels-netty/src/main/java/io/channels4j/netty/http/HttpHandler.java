package io.channels4j.netty.http;

import io.channels4j.ChannelsException;
import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.connection.SharedQueueMetrics;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.ManagedConnection;
import io.channels4j.netty.eventloop.ProgressWatch;
import io.channels4j.netty.outbound.OutboundQueue;
import io.channels4j.netty.settings.ProgressSettings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Serves the requests of one channel. HTTP/1.1 connections and HTTP/2 streams share this class. The state is a {@link
 * RequestState}.
 *
 * <p>Confined to its event loop, except for the methods marked "Any thread".
 */
public abstract class HttpHandler extends ManagedConnection {

    private static final byte[] NOTHING = {};

    private final ServerContext server;
    private final EventLoopState loop;
    private final ResponseFormat format;
    private final RequestStart requestStart;
    private final SharedQueueMetrics queue = new SharedQueueMetrics();

    private ChannelHandlerContext context;
    private OutboundQueue outbound;
    private RequestState state = RequestState.IDLE;
    private @Nullable HttpExchange exchange;
    private long bodyBytes;
    private long lastActive;

    /** Watches the progress of an incomplete body. */
    private @Nullable ProgressWatch bodyWatch;

    private @Nullable Throwable failure;

    @SuppressWarnings("NullAway.Init") // Netty calls handlerAdded before anything else
    protected HttpHandler(
            ServerContext server, EventLoopState loop, WebSocketUpgrader webSockets, ResponseFormat format) {
        this.server = server;
        this.loop = loop;
        this.format = format;
        this.requestStart = new RequestStart(server, loop, webSockets, format);
    }

    // ---- differences between the HTTP versions ----

    /** Returns the channel of the connection. */
    protected abstract io.netty.channel.Channel socket();

    /** Replaces this handler with the handler of a WebSocket. */
    protected abstract void replaceWith(ManagedConnection webSocket);

    /** Called when the response to the current request is complete and admitted, or when its last part could not be sent. */
    protected abstract void responseCompleted(boolean keepsAlive);

    /**
     * Called when a request is refused before its application is called. Also called when the input after the request
     * cannot be read.
     */
    protected abstract void refused();

    /** Called when the response is partial and will not be completed. */
    protected abstract void abort();

    /** Logs a client error. Only the first error on a connection is logged. */
    protected abstract void logClientError(String description);

    // ---- state ----

    protected final ServerContext server() {
        return server;
    }

    protected final EventLoopState loop() {
        return loop;
    }

    protected final ChannelHandlerContext context() {
        return context;
    }

    protected final OutboundQueue outbound() {
        return outbound;
    }

    protected final RequestState state() {
        return state;
    }

    protected final void moveTo(RequestState next) {
        assert state.mayBecome(next) : state + " to " + next;
        state = next;
        if (next == RequestState.IDLE) {
            exchange = null;
        }
    }

    /** Returns true while the exchange for the current request has not ended. */
    protected final boolean isServing() {
        return exchange != null && !exchange.hasEnded();
    }

    /**
     * Returns true while the exchange for the current request has not ended and the head of its response has not been written.
     */
    protected final boolean awaitsResponse() {
        return exchange != null && !exchange.hasEnded() && !exchange.hasStarted();
    }

    /** Returns true while the response is a stream of server-sent events. */
    protected final boolean streamsEvents() {
        return exchange != null && exchange.streamsEvents();
    }

    /** Returns the date for a response. The caller must not hold a lock. Any thread. */
    final String date() {
        return format.date();
    }

    /** Restarts the idle time-out. */
    protected final void touch() {
        lastActive = loop.now();
    }

    protected final long nanosSinceActive(long now) {
        return now - lastActive;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        outbound = new OutboundQueue(added, loop, queue, null);
        touch();
        loop.add(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        loop.remove(this);
    }

    // ---- requests in ----

    /**
     * Starts a request. In state {@code RESPONDING}, its body has already ended. Otherwise, a body is expected.
     *
     * @throws RequestRejectedException if it is refused
     */
    protected final void start(RequestHead head) {
        if (head.webSocket()) {
            ManagedConnection webSocket = requestStart.webSocket(head, socket());
            moveTo(RequestState.ENDED);
            replaceWith(webSocket);
            return;
        }
        HttpExchange started = requestStart.exchange(head, this);
        exchange = started;
        bodyBytes = 0;
        bodyWatch = null;
        queue.serves(started.metrics());
        started.start();
        if (state == RequestState.RESPONDING) {
            started.request(NOTHING, false);
        }
    }

    /**
     * Passes a part of the body to the application, or discards it.
     *
     * @throws RequestRejectedException if the body is too long
     */
    protected final void receive(ByteBuf content, boolean last) {
        countBody(content);
        HttpExchange current = exchange;
        if (state != RequestState.RECEIVING || current == null) {
            return;
        }
        if (last) {
            moveTo(RequestState.RESPONDING);
        }
        if (isBodyTooLong()) {
            throw RequestRejectedException.tooLarge(server.limits().maxBodyBytes());
        }
        if (last || content.isReadable()) {
            current.request(ByteBufUtil.getBytes(content), !last);
            loop.inbound().relieve();
            if (!last && !current.reads()) {
                context.channel().config().setAutoRead(false);
            }
        }
    }

    /** Returns the number of bytes of the current request's body that have arrived. */
    protected final long bodyBytes() {
        return bodyBytes;
    }

    protected final void countBody(ByteBuf content) {
        bodyBytes += content.readableBytes();
    }

    /** Returns a number of bytes that grows while the client is sending a body. */
    protected long bodyProgress() {
        return bodyBytes;
    }

    protected final boolean isBodyTooLong() {
        return bodyBytes > server.limits().maxBodyBytes();
    }

    /** Called when the application requests more of the body. Any thread. */
    final void resumeReading() {
        loop.run(this::resume);
    }

    /** Resumes reading after a pause. */
    protected void resume() {
        context.channel().config().setAutoRead(true);
    }

    protected final void refuse(RequestRejectedException rejection) {
        logClientError(rejection.status() + ", " + rejection.getMessage());
        HttpExchange current = exchange;
        if (current == null) {
            server.listener().refused(rejection.reason());
            outbound.send(format.refusal().bare(rejection.status(), rejection.headers(), format.date()));
            refused();
        } else if (current.hasEnded()) {
            refused();
        } else {
            if (state == RequestState.RECEIVING) {
                moveTo(RequestState.SKIPPING);
            }
            current.refuse(rejection.status(), rejection);
        }
    }

    // ---- responses out ----

    /** Called when the response is complete. {@code written} is the stage of its last part. Any thread. */
    final void responded(CompletionStage<Void> written) {
        written.whenComplete((nothing, failed) -> loop.later(() -> responded(failed == null)));
    }

    private void responded(boolean written) {
        HttpExchange current = exchange;
        if (current == null || current.hasEnded()) {
            return;
        }
        touch();
        boolean keepsAlive = written && current.keepsAlive();
        current.end(null);
        responseCompleted(keepsAlive);
    }

    // ---- the end ----

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        moveTo(RequestState.ENDED);
        outbound.discard("1006, the client disconnected");
        if (exchange != null) {
            exchange.end(failure);
        }
        loop.remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        cut();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        if (changed.channel().isWritable()) {
            outbound.channelWritable();
        }
    }

    /** Spreads the ends of event streams over time, because browsers reconnect as soon as a stream ends. */
    @Override
    protected boolean drainsGradually() {
        return streamsEvents();
    }

    /** Allows a response in progress to complete, and ends a stream of server-sent events. */
    @Override
    protected void drain() {
        if (exchange != null) {
            exchange.drain();
        }
    }

    @Override
    protected void cut() {
        outbound.closeChannel();
    }

    @Override
    protected void tick(long now) {
        checkProgress(now);
        if (nanosSinceActive(now) > server.timeouts().idle().toNanos() && waitsForClient()) {
            cut();
        }
    }

    @Override
    protected long inboundBytes() {
        return exchange == null ? 0 : exchange.memory().bytes();
    }

    @Override
    protected void closeForInbound(String reason) {
        HttpExchange current = exchange;
        if (current != null) {
            current.memory().drop();
        }
        refuse(new RequestRejectedException(503, reason));
    }

    @Override
    protected long outboundBytes() {
        return outbound.waitingBytes();
    }

    @Override
    protected boolean outboundStalls() {
        return outbound.stalls();
    }

    @Override
    protected void closeForOutbound(String reason) {
        cutOutput(reason);
    }

    private void cutOutput(String reason) {
        logClientError(reason);
        failure = new ChannelsException(reason);
        cut();
    }

    /** Ends the request if the client receives the response or sends the body too slowly (guarantee P3). */
    protected final void checkProgress(long now) {
        ProgressSettings required = server.outbound().progress();
        if (outbound.isTooSlow(required, now)) {
            cutOutput(ProgressWatch.tooSlow("the response", required));
        } else if (isBodyTooSlow(required, now)) {
            bodyWatch = null;
            refuse(new RequestRejectedException(408, ProgressWatch.tooSlow("the body of the request", required)));
        }
        if (outbound.requiresProgress()) {
            touch(); // the other time-outs start when the client has received the output
        }
    }

    private boolean isBodyTooSlow(ProgressSettings required, long now) {
        if (!state.receivesBody()) {
            bodyWatch = null;
            return false;
        }
        ProgressWatch present = bodyWatch;
        if (present == null) {
            bodyWatch = new ProgressWatch(required, now, bodyProgress());
            return false;
        }
        if (!context.channel().config().isAutoRead() || exchange != null && exchange.holdsContinue()) {
            present.skip(now);
            return false;
        }
        return present.isTooSlow(now, bodyProgress());
    }

    private boolean waitsForClient() {
        return switch (state) {
            case RECEIVING -> context.channel().config().isAutoRead();
            case RESPONDING -> false;
            default -> true;
        };
    }
}
