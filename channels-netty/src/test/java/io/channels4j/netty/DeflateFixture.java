package io.channels4j.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A server that echoes messages, and client-side compression (RFC 7692). */
abstract class DeflateFixture {

    static final String OFFER = "Sec-WebSocket-Extensions: permessage-deflate";
    static final int TEXT = 0x81;
    static final int COMPRESSED = 0x40;
    static final String LONG = "a message that repeats itself ".repeat(100);

    static NettyServerBuilder echo() {
        return ServersWithoutLifespan.builder(Apps.echo()).port(0);
    }

    static byte[] deflate(Deflater deflater, byte[] payload) {
        deflater.setInput(payload);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 16];
        for (int n = buffer.length; n == buffer.length; ) {
            n = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
            out.write(buffer, 0, n);
        }
        // After a flush, compressing an empty message writes nothing. The message is then an empty block without its
        // tail
        // (RFC 7692 §7.2.3.6).
        return out.size() == 0 ? new byte[1] : Arrays.copyOf(out.toByteArray(), out.size() - 4);
    }

    static byte[] deflate(String text) {
        return deflate(new Deflater(9, true), text.getBytes(UTF_8));
    }

    static byte[] inflate(Inflater inflater, byte[] payload) throws DataFormatException {
        byte[] whole = Arrays.copyOf(payload, payload.length + 4);
        whole[whole.length - 2] = (byte) 0xff;
        whole[whole.length - 1] = (byte) 0xff;
        inflater.setInput(whole);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 16];
        for (int n = inflater.inflate(buffer); n > 0; n = inflater.inflate(buffer)) {
            out.write(buffer, 0, n);
        }
        return out.toByteArray();
    }

    static String inflate(RawClient.Frame frame) throws DataFormatException {
        assertThat(frame.reserved()).isEqualTo(4);
        return new String(inflate(new Inflater(true), frame.payload()), UTF_8);
    }
}
