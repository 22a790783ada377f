package io.channels4j.netty.http;

import io.channels4j.Headers;
import io.channels4j.netty.connection.Lingering;
import io.channels4j.netty.connection.Loop;
import io.channels4j.netty.connection.Service;
import io.channels4j.netty.connection.Watched;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is one too many: it is told so with status 503, whatever it was about to ask.
 *
 * <p>Confined to its event loop.
 */
public final class TurnedAway extends Watched {

    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final Service service;
    private final Loop loop;
    private long started;
    private @Nullable Lingering lingering;
    private @Nullable ChannelHandlerContext context;

    public TurnedAway(Service service, Loop loop) {
        this.service = service;
        this.loop = loop;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        started = loop.now();
        loop.add(this);
        loop.later(() -> added.writeAndFlush(
                        ResponseWriter.bare(service.clock(), 503, Headers.of("retry-after", "1"), false)
                                .encode(added.alloc()))
                .addListener(written -> lingering = new Lingering(added.channel())));
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        if (lingering == null) {
            ReferenceCountUtil.release(message);
        } else {
            lingering.discard(message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext inactive) {
        loop.remove(this);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        loop.remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext caught, Throwable cause) {
        cut();
    }

    @Override
    protected void tick(long now) {
        if (now - started > LIMIT.toNanos()) {
            cut();
        }
    }

    @Override
    protected void drain() {
        // it ends by itself
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the channel tells when it is closed
    protected void cut() {
        if (context != null) {
            context.close();
        }
    }
}
