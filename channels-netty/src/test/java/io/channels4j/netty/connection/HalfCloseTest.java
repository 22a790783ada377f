package io.channels4j.netty.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.engine.CallbackWatch;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.ServerMemory;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DuplexChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HalfCloseTest {

    private static final long PAUSE_MILLIS = HalfClose.PAUSE.toMillis();

    private final Socket socket = new Socket();
    private final EventLoopState loop = new EventLoopState(
            socket.eventLoop(),
            Duration.ofHours(1),
            System::nanoTime,
            new CallbackWatch(null),
            ServerMemory.of(Long.MAX_VALUE, Long.MAX_VALUE));

    /** An embedded channel whose output can be shut down. */
    private static final class Socket extends EmbeddedChannel implements DuplexChannel {

        private boolean inputShutdown;
        private boolean outputShutdown;

        @Override
        public boolean isInputShutdown() {
            return inputShutdown;
        }

        @Override
        public ChannelFuture shutdownInput() {
            return shutdownInput(newPromise());
        }

        @Override
        public ChannelFuture shutdownInput(ChannelPromise promise) {
            inputShutdown = true;
            return promise.setSuccess();
        }

        @Override
        public boolean isOutputShutdown() {
            return outputShutdown;
        }

        @Override
        public ChannelFuture shutdownOutput() {
            return shutdownOutput(newPromise());
        }

        @Override
        public ChannelFuture shutdownOutput(ChannelPromise promise) {
            outputShutdown = true;
            return promise.setSuccess();
        }

        @Override
        public boolean isShutdown() {
            return inputShutdown && outputShutdown;
        }

        @Override
        public ChannelFuture shutdown() {
            return shutdown(newPromise());
        }

        @Override
        public ChannelFuture shutdown(ChannelPromise promise) {
            inputShutdown = true;
            return shutdownOutput(promise);
        }
    }

    @BeforeEach
    void stopClock() {
        socket.freezeTime();
    }

    @AfterEach
    void end() {
        socket.finishAndReleaseAll();
    }

    private void pass(long millis) {
        socket.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        socket.runScheduledPendingTasks();
    }

    @Test
    void shutsDownOutputOfAnHttpConnectionDirectly() {
        HalfClose.start(socket, loop);

        assertThat(socket.isOutputShutdown()).isTrue();
    }

    @Test
    void shutsDownOutputOnlyAfterAPauseOfTheInput() {
        HalfClose.startAfterPause(socket, loop);

        for (int i = 0; i < 10; i++) {
            socket.writeInbound(Unpooled.wrappedBuffer(new byte[100]));
            pass(PAUSE_MILLIS);
            assertThat(socket.isOutputShutdown()).as("after %d pauses", i).isFalse();
        }
        pass(PAUSE_MILLIS - 1);
        assertThat(socket.isOutputShutdown()).isFalse();
        pass(1);
        assertThat(socket.isOutputShutdown()).isTrue();
        assertThat(socket.isActive()).isTrue();
    }

    @Test
    void closesDirectlyIfTheInputHasEnded() {
        socket.shutdownInput();

        HalfClose.startAfterPause(socket, loop);

        assertThat(socket.isActive()).isFalse();
    }
}
