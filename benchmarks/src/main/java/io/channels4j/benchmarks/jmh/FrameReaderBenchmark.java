package io.channels4j.benchmarks.jmh;

import io.channels4j.netty.frame.FrameReader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
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
import org.openjdk.jmh.annotations.Warmup;

/** Measures the parsing of a client's frame: header, mask, and UTF-8 validation of text. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FrameReaderBenchmark {

    private static final int MASK = 0x37fa213d;

    /** The number of bytes per message. */
    @Param({"32", "1024"})
    public int bytes;

    private final Taken taken = new Taken();
    private final FrameReader reader = new FrameReader(1 << 20, null, taken);
    private ByteBuf text;
    private ByteBuf binary;

    private static final class Taken implements FrameReader.Sink {

        private long messages;

        @Override
        public void text(byte[] utf8) {
            messages++;
        }

        @Override
        public void binary(byte[] payload) {
            messages++;
        }

        @Override
        public void ping(byte[] payload) {
            throw new IllegalStateException("ping");
        }

        @Override
        public void close(int code, String reason) {
            throw new IllegalStateException("close " + code);
        }
    }

    /** Called by JMH. */
    @SuppressWarnings("NullAway.Init") // JMH calls setUp first
    public FrameReaderBenchmark() {}

    /** Writes the frames. */
    @Setup(Level.Trial)
    public void setUp() {
        text = frame(0x81);
        binary = frame(0x82);
        if (text() != 1) {
            throw new IllegalStateException("frame: no message was read");
        }
    }

    private ByteBuf frame(int first) {
        ByteBuf frame = Unpooled.directBuffer().writeByte(first);
        if (bytes < 126) {
            frame.writeByte(0x80 | bytes);
        } else {
            frame.writeByte(0x80 | 126).writeShort(bytes);
        }
        frame.writeInt(MASK);
        for (int i = 0; i < bytes; i++) {
            frame.writeByte('x' ^ MASK >>> 24 - 8 * (i & 3));
        }
        return frame;
    }

    /**
     * Reads text.
     *
     * @return the number of messages read
     */
    @Benchmark
    public long text() {
        reader.read(text.readerIndex(0));
        return taken.messages;
    }

    /**
     * Reads bytes.
     *
     * @return the number of messages read
     */
    @Benchmark
    public long binary() {
        reader.read(binary.readerIndex(0));
        return taken.messages;
    }
}
