package io.channels4j.netty.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import javax.management.ObjectName;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Measures the memory that messages of one connection can occupy. The figures are documented in docs/limits.md. */
class MessageMemoryTest {

    private static final int KIB = 1024;
    private static final int CONNECTIONS = 1000;
    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    /**
     * An upper bound for a reader or a writer without a window. It includes the growth of the garbage collector's
     * tables.
     */
    private static final int NO_WINDOW_KIB = 8;

    private static final Pattern HEAP_ADDRESS = Pattern.compile("0x([0-9a-f]+)");
    private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-[0-9a-f]+ ");

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
    private static long growthKib(Step step) throws Exception {
        List<Object> kept = new ArrayList<>(List.of(step.run())); // loads classes
        long before = usedHeap() + nativeBytes();
        for (int i = 0; i < CONNECTIONS; i++) {
            kept.add(step.run());
        }
        long growth = usedHeap() + nativeBytes() - before;
        assertThat(kept).hasSize(CONNECTIONS + 1);
        return growth / CONNECTIONS / KIB;
    }

    /**
     * Returns the resident memory of this process outside the Java heap. The resident size of the heap depends on the garbage
     * collector.
     */
    private static long nativeBytes() throws Exception {
        String heap = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcHeapInfo",
                        new Object[] {null},
                        new String[] {String[].class.getName()});
        List<Long> bounds = HEAP_ADDRESS
                .matcher(heap.split("Metaspace", 2)[0])
                .results()
                .map(address -> Long.parseLong(address.group(1), 16))
                .sorted()
                .toList();
        return residentOutside(bounds.get(0), bounds.get(bounds.size() - 1));
    }

    private static long residentOutside(long heapStart, long heapEnd) throws IOException {
        long kib = 0;
        boolean counts = false;
        for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.lookingAt()) {
                long start = Long.parseUnsignedLong(mapping.group(1), 16);
                counts = Long.compareUnsigned(start, heapStart) < 0 || Long.compareUnsigned(start, heapEnd) >= 0;
            } else if (counts && line.startsWith("Rss:")) {
                kib += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return kib * KIB;
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

        assertThat(growthKib(() -> reader(true))).isLessThan(NO_WINDOW_KIB);
        assertThat(growthKib(() -> readerAfter(false, frame(true, message)))).isLessThan(NO_WINDOW_KIB);
        assertThat(growthKib(() -> readerAfter(true, frame(true, message)))).isLessThan(48);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @DisplayName("P3: the window for the server's messages takes at most 300 KiB, from the first compressed message on")
    void windowOfTheServerIsAllocatedByItsFirstCompressedMessage() throws Exception {
        byte[] message = new byte[40_000];

        assertThat(growthKib(() -> new MessageDeflater(true, 1 << 15, 0))).isLessThan(NO_WINDOW_KIB);
        assertThat(growthKib(() -> {
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
