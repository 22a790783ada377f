package io.channels4j.netty.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Measures the memory that messages of one connection can occupy. The figures are documented in docs/limits.md. */
class MessageMemoryTest {

    private static final int KIB = 1024;
    private static final int CONNECTIONS = 1000;
    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    private static final FrameReader.Sink IGNORING = new FrameReader.Sink() {
        @Override
        public void text(byte[] utf8) {}

        @Override
        public void binary(byte[] bytes) {}

        @Override
        public void ping(byte[] payload) {}

        @Override
        public void close(int code, String reason) {}
    };

    private interface Step {
        Object run();
    }

    /** Returns the growth of this process's memory per run, in KiB. The results stay reachable during the measurement. */
    private static long residentKib(Step step) throws IOException {
        List<Object> kept = new ArrayList<>(List.of(step.run())); // loads classes
        long before = residentKib();
        for (int i = 0; i < CONNECTIONS; i++) {
            kept.add(step.run());
        }
        long growth = residentKib() - before;
        assertThat(kept).hasSize(CONNECTIONS + 1);
        return growth / CONNECTIONS;
    }

    private static long residentKib() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new AssertionError("the system reports no VmRSS");
    }

    /** Returns a compressed frame that contains a whole message, or the first frame of a longer message. */
    private static ByteBuf frame(boolean last, byte[] compressed) {
        ByteBuf frame = Unpooled.buffer().writeByte(last ? 0xc2 : 0x42);
        if (compressed.length < 126) {
            frame.writeByte(0x80 | compressed.length);
        } else {
            frame.writeByte(0xfe).writeShort(compressed.length);
        }
        return frame.writeInt(0).writeBytes(compressed);
    }

    private static byte[] compressed(int zeros) {
        ByteBuffer bytes = MessageDeflater.compressAlone(new byte[zeros]);
        assertThat(bytes).isNotNull();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    private static FrameReader reader(boolean keepsContext) {
        return new FrameReader(MAX_MESSAGE_BYTES, new MessageInflater(keepsContext), IGNORING);
    }

    private static FrameReader readerAfter(boolean keepsContext, ByteBuf frame) {
        FrameReader reader = reader(keepsContext);
        reader.read(frame);
        return reader;
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @DisplayName("P3: the window for a client's messages takes at most 48 KiB, from the first compressed message on")
    void windowOfAClientIsAllocatedByItsFirstCompressedMessage() throws Exception {
        byte[] message = compressed(40_000);

        assertThat(residentKib(() -> reader(true))).isLessThan(4);
        assertThat(residentKib(() -> readerAfter(false, frame(true, message)))).isLessThan(4);
        assertThat(residentKib(() -> readerAfter(true, frame(true, message)))).isLessThan(48);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @DisplayName("P3: the window for the server's messages takes at most 300 KiB, from the first compressed message on")
    void windowOfTheServerIsAllocatedByItsFirstCompressedMessage() throws Exception {
        byte[] message = new byte[40_000];

        assertThat(residentKib(() -> new MessageDeflater(true, 1 << 15, 0))).isLessThan(4);
        assertThat(residentKib(() -> {
                    MessageDeflater deflater = new MessageDeflater(true, 1 << 15, 0);
                    deflater.compress(message);
                    return deflater;
                }))
                .isLessThan(300);
    }

    @Test
    @DisplayName(
            "P3: an unfinished compressed message occupies at most the message limit, regardless of its compression")
    void unfinishedMessagePinsAtMostTheLimit() {
        byte[] start = new byte[900];
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        deflater.setInput(new byte[MAX_MESSAGE_BYTES * 8 / 10]);
        int length = deflater.deflate(start, 0, start.length, Deflater.SYNC_FLUSH);
        byte[] bomb = java.util.Arrays.copyOf(start, length);
        long before = usedHeap();
        List<FrameReader> readers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            readers.add(readerAfter(true, frame(false, bomb)));
        }
        long each = (usedHeap() - before) / readers.size();
        readers.forEach(FrameReader::release);

        assertThat(each).isBetween(MAX_MESSAGE_BYTES / 2L, MAX_MESSAGE_BYTES + 64L * KIB);
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
