package io.channels4j.netty.http2;

import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.ManagedConnection;
import io.channels4j.netty.eventloop.ProgressWatch;
import io.channels4j.netty.http2.stream.RequestStream;
import io.channels4j.netty.http2.stream.StreamOwner;
import io.channels4j.netty.outbound.OutputProgress;
import io.channels4j.netty.outbound.StreamMeter;
import io.channels4j.netty.settings.ProgressSettings;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.DefaultHttp2GoAwayFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayDeque;

/**
 * The parts of an HTTP/2 connection that concern all of its streams, such as the idle time-out, liveness, shutdown
 * and client errors.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>state</th><th>event</th><th>next state</th></tr>
 * <tr><td rowspan="2">{@code OPEN}</td><td>the server shuts down: GOAWAY without a last stream, PING</td><td>{@code DRAINING}</td></tr>
 * <tr><td>idle time-out: GOAWAY with the last stream</td><td>{@code LAST_STREAM_SENT}</td></tr>
 * <tr><td>{@code DRAINING}</td><td>PING is acknowledged, or a second has passed: GOAWAY with the last stream</td>
 *     <td>{@code LAST_STREAM_SENT}</td></tr>
 * <tr><td>{@code LAST_STREAM_SENT}</td><td>the last stream is closed</td><td>the channel is closed</td></tr>
 * </table>
 *
 * <p>Confined to its event loop, except for {@link #outputReleased}.
 */
final class Http2ServerConnection extends ManagedConnection implements Http2ServerCodec.Faults, StreamOwner {

    /** The time to wait for a PING acknowledgment during shutdown. Until then, new streams are served (RFC 9113 §6.8). */
    private static final Duration ROUND_TRIP = Duration.ofSeconds(1);

    private static final long DRAIN_PING = 0x6761776179L;
    private static final long LIVENESS_PING = 0x616c697665L;

    private enum State {
        OPEN,
        DRAINING,
        LAST_STREAM_SENT
    }

    private final ServerContext server;
    private final EventLoopState loop;
    private final Http2ServerCodec codec;
    private final LingeringClose lingeringClose;
    private final PeerLiveness liveness;

    private ChannelHandlerContext context;
    private OutputProgress progress;
    private long bodyBytes;

    /** The deferred requests, in order of arrival. */
    private final ArrayDeque<RequestStream> deferred = new ArrayDeque<>(0);

    private final Runnable started = this::started;

    /** Whether a request has started whose first task may not have run. */
    private boolean starting;

    /** Whether there may be deferred requests. Read by any thread. */
    private volatile boolean hasDeferred;

    private State state = State.OPEN;

    /** The time at which the connection was last active or changed its state. */
    private long since;

    private long seenFrames;
    private long seenBlocks = -1;

    /** The time at which the current header block, or the preface, was first found to be incomplete. */
    private long incompleteSince;

    @SuppressWarnings("NullAway.Init") // Netty calls handlerAdded before anything else
    Http2ServerConnection(ServerContext server, EventLoopState loop) {
        this.server = server;
        this.loop = loop;
        this.codec = Http2ServerCodec.create(server, this);
        this.liveness = new PeerLiveness(server.timeouts());
        this.lingeringClose = new LingeringClose(codec.connection(), loop);
    }

    LingeringClose lingeringClose() {
        return lingeringClose;
    }

    Http2ServerCodec codec() {
        return codec;
    }

    private void moveTo(State next) {
        state = next;
        since = loop.now();
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        added.channel().attr(StreamMeter.KEY).set(codec.meter());
        progress = new OutputProgress(added.channel());
        moveTo(State.OPEN);
        codec.connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                if (state == State.LAST_STREAM_SENT) {
                    loop.later(Http2ServerConnection.this::closeUnlessServing);
                }
            }
        });
        loop.add(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        loop.remove(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        loop.remove(this);
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        boolean answer = message instanceof Http2PingFrame ping && ping.ack() && ping.content() == DRAIN_PING;
        if (answer && state == State.DRAINING) {
            sendLastStream();
        }
        ReferenceCountUtil.release(message);
    }

    @Override
    public boolean hasTooManyStreams() {
        return codec.connection().numActiveStreams() > server.http2().maxConcurrentStreams();
    }

    // ---- deferred requests ----

    /**
     * Defers a request while the connection's waiting output is at or above the limit for one WebSocket (guarantee P3). A client
     * that reads nothing therefore cannot multiply the limit by the number of its streams. Requests start in separate tasks, so
     * that a response that is sent immediately is counted before the next request starts.
     */
    @Override
    public boolean defers(RequestStream request) {
        if (deferred.isEmpty() && mayStart()) {
            starts();
            return false;
        }
        deferred.add(request);
        hasDeferred = true;
        return true;
    }

    private boolean mayStart() {
        return !starting && codec.meter().waiting() < server.outbound().maxBytes();
    }

    private void starts() {
        starting = true;
        loop.later(() -> loop.later(started)); // the first task of the request comes between the two
    }

    private void started() {
        starting = false;
        startDeferred();
    }

    private void startDeferred() {
        if (!deferred.isEmpty() && mayStart()) {
            starts();
            RequestStream next = deferred.remove();
            hasDeferred = !deferred.isEmpty();
            next.startDeferred();
        }
    }

    @Override
    public void forget(RequestStream request) {
        deferred.remove(request);
    }

    @Override
    public void outputReleased() {
        if (hasDeferred && codec.meter().waiting() < server.outbound().maxBytes()) {
            loop.later(this::startDeferred);
        }
    }

    @Override
    public void countBody(int bytes) {
        bodyBytes += bytes;
    }

    @Override
    public long bodyBytes() {
        return bodyBytes;
    }

    // ---- client errors ----

    @Override
    public void streamFault(Http2Exception error) {
        reportFault(String.valueOf(error.getMessage()), "malformed");
    }

    @Override
    public void streamRejected(String description) {
        reportFault(description, "malformed");
        try {
            codec.guard().countReset();
        } catch (Http2Exception tooMany) {
            codec.onError(context.pipeline().context(codec), false, tooMany);
        }
    }

    @Override
    public void connectionFault(Throwable error) {
        boolean flood = error instanceof Http2Exception http2 && http2.error() == Http2Error.ENHANCE_YOUR_CALM;
        reportFault("connection closed, " + error.getMessage(), flood ? "flood" : "malformed");
    }

    private void reportFault(String description, String reason) {
        server.listener().refused(reason);
        logClientError(description);
    }

    @Override
    public void logClientError(String description) {
        logPeerError(context.channel(), context.channel().id(), description);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
        if (!(cause instanceof Http2Exception)) { // the codec has reported HTTP/2 errors, and closes the connection
            logClientError(cause.toString());
            cut();
        }
    }

    // ---- time ----

    @Override
    protected void tick(long now) {
        checkHead(now);
        checkLiveness(now);
        checkProgress(now);
        startDeferred();
        switch (state) {
            case OPEN -> checkIdle(now);
            case DRAINING -> {
                if (now - since >= ROUND_TRIP.toNanos()) {
                    sendLastStream();
                }
            }
            case LAST_STREAM_SENT -> {
                // the streams end within their own time-outs
            }
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel
    private void checkLiveness(long now) {
        // A PING after much waiting output cannot be acknowledged within the time-out. The progress check applies
        // instead.
        boolean sending = OutputProgress.bytesIn(context.channel()) > ProgressSettings.MIN_BYTES;
        boolean serves = codec.connection().numActiveStreams() > 0 && !sending;
        switch (liveness.check(now, codec.reads(), serves)) {
            case NOTHING -> {}
            case PING -> context.writeAndFlush(new DefaultHttp2PingFrame(LIVENESS_PING));
            case DEAD -> {
                logClientError("nothing came from the peer within %s after a ping"
                        .formatted(server.timeouts().pingTimeout()));
                cut();
            }
        }
    }

    /**
     * Closes the connection if the preface or a header block does not arrive within the time-out for the head of an HTTP/1.1
     * request.
     */
    private void checkHead(long now) {
        HeaderBlockScanner headers = codec.headers();
        if (!headers.awaitsMore() || seenBlocks != headers.blocks()) {
            seenBlocks = headers.awaitsMore() ? headers.blocks() : -1;
            incompleteSince = now;
        } else if (now - incompleteSince > server.timeouts().handshake().toNanos()) {
            incompleteSince = now;
            codec.headTimedOut(
                    context.pipeline().context(codec), "the preface or a header block did not arrive in time");
        }
    }

    /** Closes the connection if the client receives the output released by flow control too slowly (guarantee P3). */
    private void checkProgress(long now) {
        ProgressSettings required = server.outbound().progress();
        long waiting = OutputProgress.bytesIn(context.channel());
        if (progress.isTooSlow(required, now, waiting, lingeringClose.written())) {
            logClientError(ProgressWatch.tooSlow("the output of the connection", required));
            cut();
        }
    }

    private void checkIdle(long now) {
        if (codec.guard().frames() != seenFrames || codec.connection().numActiveStreams() > 0) {
            seenFrames = codec.guard().frames();
            since = now;
        } else if (now - since > server.timeouts().idle().toNanos()) {
            sendLastStream();
        }
    }

    // ---- the end ----

    /** Shuts down in two steps. Requests that the client sent before it received GOAWAY are still served. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel
    protected void drain() {
        if (state == State.OPEN) {
            moveTo(State.DRAINING);
            context.write(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(Integer.MAX_VALUE));
            context.writeAndFlush(new DefaultHttp2PingFrame(DRAIN_PING));
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a failure closes the channel
    private void sendLastStream() {
        moveTo(State.LAST_STREAM_SENT);
        context.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
        closeUnlessServing();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // closing the channel ends this handler
    private void closeUnlessServing() {
        if (codec.connection().numActiveStreams() == 0) {
            context.close();
        }
    }

    @Override
    protected void cut() {
        lingeringClose.closeNow();
    }
}
