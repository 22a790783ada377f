package io.channels4j.netty.outbound;

import io.channels4j.netty.eventloop.ProgressWatch;
import io.channels4j.netty.settings.ProgressSettings;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a peer makes progress while output waits for it in the queue or in Netty's buffer.
 *
 * <p>Confined to its event loop, except for {@link #queued}.
 */
public final class OutputProgress {

    private final Channel channel;
    private final @Nullable StreamMeter meter;

    /** Watches the peer. Null unless more than {@link ProgressSettings#MIN_BYTES} bytes are waiting. */
    private @Nullable ProgressWatch watch;

    /** Creates the progress check for a connection or a stream. */
    public OutputProgress(Channel channel) {
        this.channel = channel;
        Channel parent = channel.parent();
        this.meter = parent == null ? null : parent.attr(StreamMeter.KEY).get();
    }

    /**
     * Returns true if the peer receives the output too slowly. Must be called at each tick of the event loop, after all output
     * has been flushed.
     *
     * @param waiting the number of bytes that wait for the peer
     * @param written the number of bytes written to the channel so far
     */
    public boolean isTooSlow(ProgressSettings required, long now, long waiting, long written) {
        if (waiting <= ProgressSettings.MIN_BYTES) {
            end();
            return false;
        }
        ProgressWatch present = watch;
        if (present == null) {
            if (meter != null) {
                meter.start(channel);
            }
            watch = new ProgressWatch(required, now, taken(written));
            return false;
        }
        return present.isTooSlow(now, taken(written));
    }

    /** Records a change in the number of bytes that wait in the queue. Any thread. */
    void queued(long change) {
        if (meter != null) {
            meter.queued(change);
        }
    }

    /** Returns whether output is waiting but the peer received none of it between the last two ticks. */
    public boolean stalls() {
        return watch != null && watch.isSilent();
    }

    private void end() {
        if (watch != null && meter != null) {
            meter.stop(channel);
        }
        watch = null;
    }

    private long taken(long written) {
        return meter == null ? written - bytesIn(channel) : meter.taken(channel);
    }

    /**
     * Returns the exact number of flushed bytes that the channel has not passed to the operating system. Netty's own number is an
     * estimate.
     */
    public static long bytesIn(Channel channel) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        if (buffer == null || buffer.isEmpty()) {
            return 0;
        }
        Sum sum = new Sum();
        try {
            buffer.forEachFlushedMessage(sum);
        } catch (Exception e) {
            throw new AssertionError("never thrown", e);
        }
        return sum.bytes;
    }

    private static final class Sum implements ChannelOutboundBuffer.MessageProcessor {

        private long bytes;

        @Override
        public boolean processMessage(Object message) {
            bytes += message instanceof ByteBuf part ? part.readableBytes() : 0;
            return true;
        }
    }
}
