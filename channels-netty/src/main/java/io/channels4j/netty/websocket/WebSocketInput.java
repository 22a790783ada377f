package io.channels4j.netty.websocket;

import io.channels4j.netty.connection.ConnectionMetrics;
import io.channels4j.netty.connection.InboundEvents;
import io.channels4j.netty.connection.InboundMemory;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.ProgressWatch;
import io.channels4j.netty.frame.FrameReader;
import io.channels4j.netty.frame.MessageInflater;
import io.channels4j.netty.frame.ProtocolViolation;
import io.channels4j.netty.settings.ProgressSettings;
import io.channels4j.websocket.WebSocketReceive;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/**
 * The inbound side of one WebSocket. It reads frames until an event is queued for the application. While an event is queued, it
 * does not read from the socket, and holds the bytes that have already arrived. In state {@link WebSocketState#CLOSING}, it reads
 * without waiting for the application.
 *
 * <p>Confined to its event loop, except for {@link #receive()} and {@link #readsAhead()}.
 */
final class WebSocketInput extends InboundEvents implements FrameReader.Sink {

    private final Channel channel;
    private final EventLoopState loop;
    private final WebSocketSender sender;
    private final InboundMemory memory;
    private final ConnectionMetrics metrics;
    private final Listener listener;
    private final FrameReader reader;
    private @Nullable ByteBuf held;
    private boolean reading;

    /** Whether the peer has ended its output. */
    private boolean isShutDown;

    /** Whether the application receives events before it has handled earlier ones. */
    private volatile boolean readsAhead;

    /** Whether a message has been delivered from the current run of input. A run starts when bytes arrive and none are held. */
    private boolean delivered;
    /**
     * The watch for the incomplete message after the first {@link #watchedAfter} messages. Null if no message is
     * watched.
     */
    private @Nullable ProgressWatch watch;

    private long watchedAfter;

    /** The size of the incomplete message and of the held bytes, as last reported. */
    private long incompleteBytes;

    /** Receives all input except messages. Called on the event loop, except for {@link #handled}. */
    interface Listener {

        void pinged(byte[] payload);

        /** Called when the peer has sent a close frame. The code is 1005 if the frame has none. */
        void peerClosed(int code, String reason);

        void violated(ProtocolViolation violation);

        /** Called on any thread before the application receives the last event, unless the application reads ahead. */
        void handled();

        /**
         * Called when no input is left after {@link #shutDown} or in state {@link WebSocketState#DISCONNECTED}. It may
         * be called again.
         */
        void inputEnded();
    }

    WebSocketInput(
            Channel channel,
            EventLoopState loop,
            WebSocketSender sender,
            InboundMemory memory,
            ConnectionMetrics metrics,
            Listener listener,
            int maxMessageBytes,
            @Nullable MessageInflater inflater) {
        super(memory);
        this.memory = memory;
        this.channel = channel;
        this.loop = loop;
        this.sender = sender;
        this.metrics = metrics;
        this.listener = listener;
        this.reader = new FrameReader(maxMessageBytes, inflater, this);
    }

    /** Takes ownership of bytes that arrived from the socket, and reads them. */
    void read(ByteBuf bytes) {
        delivered &= held != null;
        held = held == null ? bytes : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(channel.alloc(), held, bytes);
        read();
    }

    @Override
    protected void lastTaken() {
        if (!readsAhead) {
            listener.handled();
        }
    }

    @Override
    protected void resume() {
        loop.run(this::read);
    }

    /** Returns true if the server currently reads from the peer. */
    boolean reads() {
        return channel.config().isAutoRead();
    }

    /** Returns true if the peer sends the rest of a message too slowly. Must be called at each tick of the event loop. */
    boolean isTooSlow(ProgressSettings required, long now) {
        if (!reader.isWithinMessage()) {
            watch = null;
            return false;
        }
        ProgressWatch present = watch;
        if (present == null || watchedAfter != reader.messages()) {
            watch = new ProgressWatch(required, now, reader.dataBytes());
            watchedAfter = reader.messages();
            return false;
        }
        if (!reads()) {
            present.skip(now);
            return false;
        }
        return present.isTooSlow(now, reader.dataBytes());
    }

    /**
     * Reads the held bytes as far as the state and the application permit. The server then reads from the socket only if none
     * remain.
     */
    void read() {
        if (reading) {
            return;
        }
        reading = true;
        try {
            while (held != null && held.isReadable() && wantsFrame()) {
                reader.read(held);
            }
        } catch (ProtocolViolation e) {
            listener.violated(e);
        } finally {
            reading = false;
        }
        releaseHeld();
        countIncomplete();
        loop.inbound().relieve();
    }

    private void releaseHeld() {
        WebSocketState state = sender.state();
        if (held != null && (!held.isReadable() || state.discardsInput())) {
            held.release();
            held = null;
        }
        if (held == null && (isShutDown || state == WebSocketState.DISCONNECTED)) {
            listener.inputEnded();
        }
        channel.config().setAutoRead(held == null && state != WebSocketState.ANSWERING);
    }

    /** Reports that no more bytes will arrive from the socket. */
    void shutDown() {
        isShutDown = true;
        read();
    }

    boolean isShutDown() {
        return isShutDown;
    }

    /**
     * Counts the held bytes and the bytes of the incomplete message. Most reads end with a complete message, so nothing is left
     * to count.
     */
    private void countIncomplete() {
        long bytes = (long) reader.messageMemory() + (held == null ? 0 : held.readableBytes());
        if (bytes != incompleteBytes) {
            long change = bytes - incompleteBytes;
            incompleteBytes = bytes;
            memory.held(change);
        }
    }

    void readsAhead() {
        readsAhead = true;
    }

    /** Returns whether messages that arrived together with the current frame were delivered before it. */
    boolean follows() {
        return delivered;
    }

    private boolean wantsFrame() {
        WebSocketState state = sender.state();
        return state == WebSocketState.CLOSING || state.deliversInput() && !pause();
    }

    /** Returns whether bytes from the peer are held. */
    boolean holdsBytes() {
        return held != null && held.isReadable();
    }

    /** Moves the held bytes out of pooled memory, because the application may never read them. */
    void unpool() {
        if (held != null) {
            ByteBuf pooled = held;
            held = Unpooled.copiedBuffer(pooled);
            pooled.release();
        }
    }

    /** Releases the memory of the incomplete message and of the inflater. The input must not be read afterwards. */
    void releaseReader() {
        reader.release();
        countIncomplete();
    }

    /** Drops all messages that the application has not handled. No more frames may be read. */
    void dropMessages() {
        memory.drop();
        reader.dropMessage();
        countIncomplete();
    }

    @Override
    public void text(byte[] utf8) {
        if (sender.state().deliversInput()) {
            metrics.received(utf8.length);
            delivered = true;
            offer(WebSocketReceive.text(utf8), utf8.length);
        }
    }

    @Override
    public void binary(byte[] bytes) {
        if (sender.state().deliversInput()) {
            metrics.received(bytes.length);
            delivered = true;
            offer(WebSocketReceive.binary(bytes), bytes.length);
        }
    }

    @Override
    public void ping(byte[] payload) {
        listener.pinged(payload);
    }

    @Override
    public void close(int code, String reason) {
        listener.peerClosed(code, reason);
    }
}
