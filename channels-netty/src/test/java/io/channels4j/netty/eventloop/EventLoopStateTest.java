package io.channels4j.netty.eventloop;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.engine.CallbackWatch;
import io.channels4j.netty.outbound.EncodedBytes;
import io.channels4j.netty.outbound.OutboundQueue;
import io.channels4j.netty.outbound.QueuedBytesListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLoopStateTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final EmbeddedChannel home = new EmbeddedChannel();
    private final EventLoopState loop = new EventLoopState(
            home.eventLoop(),
            LONG,
            System::nanoTime,
            new CallbackWatch(null),
            ServerMemory.of(Long.MAX_VALUE, Long.MAX_VALUE));
    private final List<Peer> peers = new ArrayList<>();

    /** A connection that counts its flushes. */
    private final class Peer extends ChannelOutboundHandlerAdapter implements QueuedBytesListener {

        private final EmbeddedChannel channel = new EmbeddedChannel(this, new ChannelInboundHandlerAdapter());
        private final OutboundQueue outbound =
                new OutboundQueue(channel.pipeline().lastContext(), loop, this, null);
        private int flushes;

        @Override
        public void flush(ChannelHandlerContext context) {
            flushes++;
            context.flush();
        }

        int written() {
            return channel.outboundMessages().size();
        }

        @Override
        public void queued(long change) {
            throw new AssertionError("queued");
        }
    }

    @AfterEach
    void end() {
        peers.forEach(peer -> peer.channel.finishAndReleaseAll());
        home.finishAndReleaseAll();
    }

    private Peer peer() {
        Peer peer = new Peer();
        peers.add(peer);
        return peer;
    }

    private static void write(Peer peer) {
        assertThat(peer.outbound.send(EncodedBytes.of(new byte[] {1}))).isCompleted();
    }

    @Test
    void flushesConnectionOncePerBatch() {
        Peer ada = peer();
        write(ada);
        write(ada);
        assertThat(ada.written()).isZero();

        home.runPendingTasks();

        assertThat(ada.written()).isEqualTo(2);
        assertThat(ada.flushes).isEqualTo(1);
    }

    @Test
    void flushesEarlyIfManyConnectionsAreUnflushed() {
        for (int i = 0; i < EventLoopState.MAX_UNFLUSHED; i++) {
            write(peer());
        }
        assertThat(peers).extracting(Peer::written).containsOnly(0);

        Peer last = peer();
        write(last);
        write(last);

        assertThat(peers.subList(0, EventLoopState.MAX_UNFLUSHED))
                .extracting(Peer::written)
                .containsOnly(1);
        assertThat(last.written()).isZero();
        home.runPendingTasks();
        assertThat(last.written()).isEqualTo(2);
        assertThat(peers).extracting(peer -> peer.flushes).containsOnly(1);
    }
}
