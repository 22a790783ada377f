package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.netty.settings.ServerLimits;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

/** Tests compressed messages that are invalid or too long. */
class DeflateErrorTest extends DeflateFixture {

    private static int closeCodeAfter(NettyServerBuilder builder, int firstByte, byte[] payload) {
        try (NettyServer server = builder.start();
                RawClient client = RawClient.open(server, "/", OFFER)) {
            RawClient.Frame close = client.frame(firstByte, payload).frame();
            assertThat(close.opcode()).isEqualTo(8);
            return close.closeCode();
        }
    }

    @Test
    void rejectsACompressedControlFrame() {
        assertThat(closeCodeAfter(echo(), 0x89 | COMPRESSED, new byte[0])).isEqualTo(1002);
    }

    @Test
    void rejectsOtherReservedBits() {
        assertThat(closeCodeAfter(echo(), TEXT | 0x20, new byte[0])).isEqualTo(1002);
        assertThat(closeCodeAfter(echo(), TEXT | 0x10, new byte[0])).isEqualTo(1002);
    }

    @Test
    void rejectsACompressedBitOnAContinuation() {
        try (NettyServer server = echo().start();
                RawClient client = RawClient.open(server, "/", OFFER)) {
            client.frame(1 | COMPRESSED, deflate(LONG)).frame(0x80 | COMPRESSED, new byte[0]);

            assertThat(client.frame().closeCode()).isEqualTo(1002);
        }
    }

    @Test
    void inflatesNoFurtherThanTheMessageLimit() {
        byte[] bomb = deflate(new Deflater(9, true), new byte[50_000_000]);

        assertThat(bomb).hasSizeLessThan(100_000);
        assertThat(closeCodeAfter(echo(), 0x82 | COMPRESSED, bomb)).isEqualTo(1009);
    }

    @Test
    void acceptsACompressedMessageOfMaximumSize() {
        try (NettyServer server = echo().limits(ServerLimits.defaults().withMaxMessageBytes(5000))
                        .start();
                RawClient client = RawClient.open(server, "/", OFFER)) {
            client.frame(0x82 | COMPRESSED, deflate(new Deflater(9, true), new byte[5000]));

            assertThat(client.frame().opcode()).isEqualTo(2);
        }
        assertThat(closeCodeAfter(
                        echo().limits(ServerLimits.defaults().withMaxMessageBytes(5000)),
                        0x82 | COMPRESSED,
                        deflate(new Deflater(9, true), new byte[5001])))
                .isEqualTo(1009);
    }

    @Test
    void rejectsADamagedMessage() {
        assertThat(closeCodeAfter(echo(), TEXT | COMPRESSED, new byte[] {(byte) 0xff, (byte) 0xff, 1, 2, 3}))
                .isEqualTo(1007);
    }

    @Test
    void rejectsCompressedTextThatIsNotUtf8() {
        byte[] latin1 = deflate(new Deflater(9, true), new byte[] {'a', (byte) 0xe9, 'b'});

        assertThat(closeCodeAfter(echo(), TEXT | COMPRESSED, latin1)).isEqualTo(1007);
    }
}
