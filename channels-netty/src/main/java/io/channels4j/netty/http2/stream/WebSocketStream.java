package io.channels4j.netty.http2.stream;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Adapts an HTTP/2 stream to a WebSocket connection (RFC 8441 §5): DATA frames carry the bytes of the WebSocket. When the client ends
 * its side, the stream ends once the connection has read all input. Nothing is written before the response to the handshake, because
 * DATA before HEADERS is malformed (RFC 9113 §8.1).
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>state</th><th>event</th><th>next state</th></tr>
 * <tr><td rowspan="3">{@code HANDSHAKE}</td><td>the client ends its side</td><td>{@code ENDED_EARLY}</td></tr>
 * <tr><td>the handshake is accepted</td><td>{@code OPEN}</td></tr>
 * <tr><td>the handshake is refused: the response ends the stream</td><td>{@code ENDED}</td></tr>
 * <tr><td rowspan="2">{@code ENDED_EARLY}</td><td>the handshake is accepted</td><td>{@code UNREAD}</td></tr>
 * <tr><td>the handshake is refused</td><td>{@code ENDED}</td></tr>
 * <tr><td rowspan="2">{@code OPEN}</td><td>the client ends its side while input waits for the application</td><td>{@code UNREAD}</td></tr>
 * <tr><td>the client ends its side: END_STREAM</td><td>{@code ENDED}</td></tr>
 * <tr><td>{@code UNREAD}</td><td>the connection has read its input, or 2 seconds later: END_STREAM</td><td>{@code ENDED}</td></tr>
 * </table>
 *
 * <p>Confined to its event loop.
 */
final class WebSocketStream extends ChannelDuplexHandler {

    /**
     * The maximum time for which the end of a stream is delayed after its client has ended its side. It applies twice: to unread
     * input, and then to output that waits for a flow-control window.
     */
    private static final long MAX_DELAY_SECONDS = 2;

    private enum State {
        HANDSHAKE,
        ENDED_EARLY,
        OPEN,
        UNREAD,
        ENDED
    }

    private State state = State.HANDSHAKE;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof Http2DataFrame data) {
            boolean last = data.isEndStream();
            context.fireChannelRead(data.content());
            if (last) {
                inputEnded(context);
            }
        } else {
            ReferenceCountUtil.release(message);
            inputEnded(context); // trailers
        }
    }

    private void inputEnded(ChannelHandlerContext context) {
        if (state == State.HANDSHAKE) {
            state = State.ENDED_EARLY;
        } else if (state == State.OPEN) {
            endWhenRead(context);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // an executor that has shut down has closed the stream
    private void endWhenRead(ChannelHandlerContext context) {
        state = State.UNREAD;
        if (context.channel().config().isAutoRead()) {
            end(context);
        } else {
            context.executor().schedule(() -> end(context), MAX_DELAY_SECONDS, TimeUnit.SECONDS);
        }
    }

    /**
     * Ends the stream once the connection has read all input, which it signals by requesting more. Input that arrives during this
     * call may contain the end of the client's side, and may have to wait again.
     */
    @Override
    public void read(ChannelHandlerContext context) {
        boolean wasUnread = state == State.UNREAD;
        context.read();
        if (wasUnread) {
            end(context);
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the promise reports a failure
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        context.write(message, promise);
        boolean answered = state == State.HANDSHAKE || state == State.ENDED_EARLY;
        if (answered && message instanceof StreamResponsePart part && part.head() != null) {
            handshakeAnswered(context, part.opensWebSocket());
        }
    }

    private void handshakeAnswered(ChannelHandlerContext context, boolean accepted) {
        boolean inputEnded = state == State.ENDED_EARLY;
        state = accepted ? State.OPEN : State.ENDED;
        if (accepted && inputEnded) {
            state = State.UNREAD;
            // later, because the connection reads its held input as soon as its response is admitted
            context.executor().execute(() -> {
                if (state == State.UNREAD) {
                    endWhenRead(context);
                }
            });
        }
    }

    /**
     * Ends the stream after all output, or resets it if the output cannot be written in time. Does nothing unless the state is
     * {@code UNREAD}.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // closing the stream ends its handlers
    private void end(ChannelHandlerContext context) {
        if (state != State.UNREAD) {
            return;
        }
        state = State.ENDED;
        ChannelFuture written = context.writeAndFlush(new DefaultHttp2DataFrame(true));
        if (!written.isDone()) {
            context.executor()
                    .schedule(
                            () -> {
                                if (!written.isDone()) {
                                    context.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
                                }
                            },
                            MAX_DELAY_SECONDS,
                            TimeUnit.SECONDS);
        }
    }
}
