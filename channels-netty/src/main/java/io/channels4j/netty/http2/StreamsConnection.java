package io.channels4j.netty.http2;

import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.ManagedConnection;
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

/**
 * A connection that speaks HTTP/2, apart from its streams: when it is idle, how it goes away, and what its peer does wrong.
 *
 * <p>Confined to its event loop.
 */
final class StreamsConnection extends ManagedConnection implements ServerCodec.Faults {

    /** How long the answer to a ping is waited for, so that streams that are on their way are served (RFC 9113 §6.8). */
    private static final Duration ROUND_TRIP = Duration.ofSeconds(1);

    private static final long DRAIN_PING = 0x6761776179L;

    private final ServerContext service;
    private final EventLoopState loop;
    private final ServerCodec codec;
    private final LastWords lastWords;

    private ChannelHandlerContext context;
    private long active;
    private long seenFrames;
    private boolean draining;
    private boolean lastStreamTold;
    private long drainStarted;

    @SuppressWarnings("NullAway.Init") // Netty calls handlerAdded before anything else
    StreamsConnection(ServerContext service, EventLoopState loop) {
        this.service = service;
        this.loop = loop;
        this.codec = ServerCodec.create(service.settings(), this);
        this.lastWords = new LastWords(codec.connection());
    }

    LastWords lastWords() {
        return lastWords;
    }

    ServerCodec codec() {
        return codec;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        active = loop.now();
        codec.connection().addListener(new Http2ConnectionAdapter() {
            @Override
            public void onStreamClosed(Http2Stream stream) {
                if (lastStreamTold) {
                    loop.later(StreamsConnection.this::closeIfDone);
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
        if (draining && message instanceof Http2PingFrame ping && ping.ack() && ping.content() == DRAIN_PING) {
            tellLastStream();
        }
        ReferenceCountUtil.release(message);
    }

    /** Tells whether the stream that just began is one too many. */
    boolean hasTooManyStreams() {
        return codec.connection().numActiveStreams()
                > service.settings().multiplexing().maxConcurrentStreams();
    }

    // ---- mistakes of the peer ----

    @Override
    public void streamFault(Http2Exception mistake) {
        noteFault(String.valueOf(mistake.getMessage()), "malformed");
    }

    /** A request is malformed or one too many, and its stream is about to be reset. */
    void streamFault(String mistake) {
        noteFault(mistake, "malformed");
        try {
            codec.guard().countReset();
        } catch (Http2Exception tooMany) {
            codec.onError(context.pipeline().context(codec), false, tooMany);
        }
    }

    @Override
    public void connectionFault(Throwable mistake) {
        boolean flood = mistake instanceof Http2Exception http2 && http2.error() == Http2Error.ENHANCE_YOUR_CALM;
        noteFault("connection ended, " + mistake.getMessage(), flood ? "flood" : "malformed");
    }

    private void noteFault(String mistake, String reason) {
        service.listener().refused(reason);
        note(mistake);
    }

    /** Notes what is wrong with the peer, on whatever stream; the first time only. */
    void note(String mistake) {
        complain(context.channel().id(), mistake);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
        if (!(cause instanceof Http2Exception)) { // of those the codec told already, and ends the connection
            note(cause.toString());
            cut();
        }
    }

    // ---- time ----

    @Override
    protected void tick(long now) {
        if (draining) {
            if (!lastStreamTold && now - drainStarted >= ROUND_TRIP.toNanos()) {
                tellLastStream();
            }
            return;
        }
        if (codec.guard().frames() != seenFrames || codec.connection().numActiveStreams() > 0) {
            seenFrames = codec.guard().frames();
            active = now;
        } else if (now - active > service.settings().idleTimeout().toNanos()) {
            draining = true;
            tellLastStream();
        }
    }

    // ---- the end ----

    /** Goes away in two steps, so that no request is lost that the peer sent before it knew. */
    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the channel tells when it is closed
    protected void drain() {
        if (draining) {
            return;
        }
        draining = true;
        drainStarted = loop.now();
        context.write(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR).setExtraStreamIds(Integer.MAX_VALUE));
        context.writeAndFlush(new DefaultHttp2PingFrame(DRAIN_PING));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the channel tells when it is closed
    private void tellLastStream() {
        if (!lastStreamTold) {
            lastStreamTold = true;
            context.writeAndFlush(new DefaultHttp2GoAwayFrame(Http2Error.NO_ERROR));
            closeIfDone();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the channel tells when it is closed
    private void closeIfDone() {
        if (codec.connection().numActiveStreams() == 0) {
            context.close();
        }
    }

    @Override
    protected void cut() {
        lastWords.closeNow();
    }
}
