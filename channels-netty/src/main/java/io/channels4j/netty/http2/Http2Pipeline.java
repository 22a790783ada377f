package io.channels4j.netty.http2;

import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.http.WebSocketUpgrader;
import io.channels4j.netty.http1.ClearTextUpgrade;
import io.channels4j.netty.http1.Http2Upgrader;
import io.channels4j.netty.http2.stream.RequestStream;
import io.channels4j.netty.http2.stream.StreamFrameEncoder;
import io.channels4j.netty.http2.stream.StreamInput;
import io.channels4j.netty.outbound.OutboundQueue;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.flush.FlushConsolidationHandler;

/** Assembles the handlers of HTTP/2 connections. Immutable. */
public final class Http2Pipeline implements Http2Upgrader {

    /** An empty SETTINGS frame, and a GOAWAY frame with ENHANCE_YOUR_CALM and no last stream. */
    private static final byte[] REFUSAL = {
        0, 0, 0, 4, 0, 0, 0, 0, 0, //
        0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xb
    };

    private final ServerContext server;
    private final WebSocketUpgrader webSockets;

    public Http2Pipeline(ServerContext server, WebSocketUpgrader webSockets) {
        this.server = server;
        this.webSockets = webSockets;
    }

    /** Returns the bytes to send on a connection that is refused. */
    public static byte[] refusal() {
        return REFUSAL.clone();
    }

    /** Adds the handlers. The next input must be the client preface. */
    public void start(ChannelPipeline pipeline, EventLoopState loop) {
        add(pipeline, loop);
    }

    private Http2ServerConnection add(ChannelPipeline pipeline, EventLoopState loop) {
        Http2ServerConnection connection = new Http2ServerConnection(server, loop);
        pipeline.addLast(connection.lingeringClose())
                // Group members may be streams of one connection. Their messages then share one flush.
                .addLast(new FlushConsolidationHandler(
                        FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES, true))
                .addLast(connection.codec())
                .addLast(new Http2MultiplexHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.config()
                                .setWriteBufferWaterMark(new WriteBufferWaterMark(
                                        OutboundQueue.LOW_WATER_MARK, OutboundQueue.LOW_WATER_MARK));
                        stream.pipeline()
                                .addLast(new StreamFrameEncoder())
                                .addLast(new StreamInput(loop.inbound()))
                                .addLast(new RequestStream(server, loop, webSockets, connection));
                    }
                }))
                .addLast(connection);
        return connection;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // closing the channel ends its handlers
    public void upgrade(ChannelPipeline pipeline, EventLoopState loop, ClearTextUpgrade request) {
        Http2ServerConnection connection = add(pipeline, loop);
        Http2ServerCodec codec = connection.codec();
        ChannelHandlerContext context = pipeline.context(codec);
        Http2Settings settings = new Http2Settings();
        ByteBuf body = Unpooled.wrappedBuffer(request.body());
        try {
            request.settings((id, value) -> settings.put((char) id.intValue(), value));
            codec.receiveUpgraded(context, settings, head(request), body);
        } catch (Http2Exception | IllegalArgumentException e) {
            connection.logClientError(e.toString());
            pipeline.close();
        } finally {
            body.release();
        }
    }

    private static Http2Headers head(ClearTextUpgrade request) {
        Http2Headers head = new DefaultHttp2Headers(false)
                .method(request.method())
                .scheme("http")
                .path(request.target());
        request.headers(head::add);
        return head;
    }
}
