package io.channels4j.benchmarks.jmh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Measures {@link BroadcastBenchmark} without its server. It writes one frame to each member's socket and reads it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MembersBenchmark {

    private static final byte[] FRAME = {(byte) 0x81, 5, 'h', 'e', 'l', 'l', 'o'};

    /** The number of members. */
    @Param({"100", "1000"})
    public int members;

    private final ByteBuffer frame =
            ByteBuffer.allocateDirect(FRAME.length).put(FRAME).flip();
    private SocketChannel[] peers;
    private Members room;

    /** Called by JMH. */
    @SuppressWarnings("NullAway.Init") // JMH calls setUp first
    public MembersBenchmark() {}

    /**
     * Connects the members.
     *
     * @throws IOException if a member cannot connect
     */
    @Setup(Level.Trial)
    public void setUp() throws IOException {
        SocketChannel[] sockets = new SocketChannel[members];
        peers = new SocketChannel[members];
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            for (int i = 0; i < members; i++) {
                sockets[i] = SocketChannel.open(server.getLocalAddress());
                peers[i] = server.accept();
            }
        }
        room = new Members(sockets);
    }

    /**
     * Closes the connections.
     *
     * @throws IOException if a connection cannot be closed
     */
    @TearDown(Level.Trial)
    public void tearDown() throws IOException {
        room.close();
        for (SocketChannel peer : peers) {
            peer.close();
        }
    }

    /**
     * Writes a message to each member, and reads the messages.
     *
     * @return the number of bytes that the members received
     * @throws IOException if a connection fails
     */
    @Benchmark
    public long read() throws IOException {
        for (SocketChannel peer : peers) {
            peer.write(frame);
            frame.rewind();
        }
        return room.read();
    }
}
