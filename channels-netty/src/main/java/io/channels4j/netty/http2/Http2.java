package io.channels4j.netty.http2;

import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.http.ClearTextUpgrade;
import io.channels4j.netty.http.Upgrades;
import io.channels4j.netty.log.ServerLog;
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

/** Has connections speak HTTP/2. Immutable. */
public final class Http2 {

    /** SETTINGS without any, and GOAWAY that no stream was or will be served (ENHANCE_YOUR_CALM). */
    private static final byte[] REFUSAL = {
        0, 0, 0, 4, 0, 0, 0, 0, 0, //
        0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xb
    };

    private final ServerContext service;
    private final Upgrades upgrades;

    public Http2(ServerContext service, Upgrades upgrades) {
        this.service = service;
        this.upgrades = upgrades;
    }

    /** Returns what is said to a peer that speaks HTTP/2 and is not served at all. */
    public static byte[] refusal() {
        return REFUSAL.clone();
    }

    /** Adds the handlers; the client's preface comes next. */
    public void start(ChannelPipeline pipeline, EventLoopState loop) {
        add(pipeline, loop);
    }

    private StreamsConnection add(ChannelPipeline pipeline, EventLoopState loop) {
        StreamsConnection connection = new StreamsConnection(service, loop);
        ServerCodec codec = connection.codec();
        pipeline.addLast(connection.lastWords())
                // members of a group may be streams of one connection: their messages leave in one write
                .addLast(new FlushConsolidationHandler(
                        FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES, true))
                .addLast(codec)
                .addLast(new Http2MultiplexHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.config()
                                .setWriteBufferWaterMark(new WriteBufferWaterMark(
                                        OutboundQueue.LOW_WATER_MARK, OutboundQueue.LOW_WATER_MARK));
                        stream.pipeline()
                                .addLast(new StreamFrames())
                                .addLast(new RequestStream(service, loop, upgrades, connection));
                    }
                }))
                .addLast(connection);
        return connection;
    }

    /** Adds the handlers after an upgrade, and has them serve the request that asked for it. */
    @SuppressWarnings("FutureReturnValueIgnored") // the channel tells when it is closed
    public void start(ChannelPipeline pipeline, EventLoopState loop, ClearTextUpgrade upgrade) {
        ServerCodec codec = add(pipeline, loop).codec();
        ChannelHandlerContext context = pipeline.context(codec);
        Http2Settings peer = new Http2Settings();
        ByteBuf body = Unpooled.wrappedBuffer(upgrade.body());
        try {
            upgrade.settings((id, value) -> peer.put((char) id.intValue(), value));
            codec.receiveUpgraded(context, peer, head(upgrade), body);
        } catch (Http2Exception | IllegalArgumentException e) {
            ServerLog.peer(pipeline.channel().id(), e.toString());
            pipeline.close();
        } finally {
            body.release();
        }
    }

    private static Http2Headers head(ClearTextUpgrade upgrade) {
        Http2Headers head = new DefaultHttp2Headers(false)
                .method(upgrade.method())
                .scheme("http")
                .path(upgrade.target());
        upgrade.headers(head::add);
        return head;
    }
}
