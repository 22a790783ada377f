package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.netty.settings.ServerLimits;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests RFC 6455 framing, grouped like the conformance suites. Each violation must cause the correct close code. */
class FrameTest {

    private static NettyServer server;
    private RawClient client;

    @BeforeAll
    static void start() {
        server = ServersWithoutLifespan.builder(Apps.echo())
                .port(0)
                .limits(ServerLimits.defaults().withMaxMessageBytes(1000))
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void connect() {
        client = RawClient.open(server, "/");
    }

    @AfterEach
    void disconnect() {
        client.close();
    }

    private void assertClosed(int code) {
        RawClient.Frame close = client.frame();
        assertThat(close.opcode()).isEqualTo(8);
        assertThat(close.closeCode()).isEqualTo(code);
        assertThat(client.ended()).isTrue();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(ints = {0xc1, 0xa1, 0x91, 0xd1, 0xf1, 0xc2, 0xc9, 0xc8})
    void rejectsReservedBits(int firstByte) {
        client.frame(firstByte, utf8("x"));

        assertClosed(1002);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
    void rejectsReservedOpcodes(int opcode) {
        client.frame(0x80 | opcode, utf8("x"));

        assertClosed(1002);
    }

    @Test
    void rejectsAnUnmaskedFrame() {
        client.send(new byte[] {(byte) 0x81, 1, 'x'});

        assertClosed(1002);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"82fe000100000000ff", "82ff0000000000000001" + "00000000" + "ff", "82ffffffffffffffffff00000000"
            })
    void rejectsALengthThatIsNotMinimallyEncoded(String hex) {
        client.send(HexFormat.of().parseHex(hex));

        assertClosed(1002);
    }

    @Test
    void answersAPingWithItsPayload() {
        client.frame(0x89, utf8("hello"));
        RawClient.Frame pong = client.frame();

        assertThat(pong.opcode()).isEqualTo(10);
        assertThat(pong.text()).isEqualTo("hello");
    }

    @Test
    void answersEmptyPingsAndPingsOfMaximumLength() {
        for (int size : new int[] {0, 125}) {
            client.frame(0x89, new byte[size]);

            assertThat(client.frame().payload()).hasSize(size);
        }
    }

    @Test
    void rejectsAPingThatIsTooLong() {
        client.frame(0x89, new byte[126]);

        assertClosed(1002);
    }

    @Test
    void ignoresAnUnsolicitedPong() {
        client.frame(0x8a, utf8("x")).text("hello");

        assertThat(client.frame().text()).isEqualTo("hello");
    }

    @Test
    void rejectsAFragmentedPing() {
        client.frame(0x09, utf8("x"));

        assertClosed(1002);
    }

    @Test
    void assemblesFragments() {
        client.frame(0x01, utf8("frag"))
                .frame(0x00, utf8(""))
                .frame(0x00, utf8("men"))
                .frame(0x80, utf8("ted"));

        assertThat(client.frame().text()).isEqualTo("fragmented");
    }

    @Test
    void answersAPingBetweenFragments() {
        client.frame(0x01, utf8("frag")).frame(0x89, utf8("p")).frame(0x80, utf8("mented"));

        assertThat(client.frame().opcode()).isEqualTo(10);
        assertThat(client.frame().text()).isEqualTo("fragmented");
    }

    @Test
    void assemblesFragmentsThatSplitACharacter() {
        byte[] euro = utf8("€");
        client.frame(0x01, new byte[] {euro[0]})
                .frame(0x00, new byte[] {euro[1]})
                .frame(0x80, new byte[] {euro[2]});

        assertThat(client.frame().text()).isEqualTo("€");
    }

    @Test
    void rejectsAContinuationWithoutAMessage() {
        client.frame(0x80, utf8("x"));

        assertClosed(1002);
    }

    @Test
    void rejectsANewMessageWithinAnother() {
        client.frame(0x01, utf8("x")).frame(0x81, utf8("y"));

        assertClosed(1002);
    }

    @Test
    void readsFramesThatArriveByteByByte() {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.writeBytes(RawClient.frameBytes(0x01, utf8("a".repeat(200))));
        frames.writeBytes(RawClient.frameBytes(0x89, utf8("p")));
        frames.writeBytes(RawClient.frameBytes(0x80, utf8("é".repeat(10))));
        for (byte b : frames.toByteArray()) {
            client.send(new byte[] {b});
        }

        assertThat(client.frame().opcode()).isEqualTo(10);
        assertThat(client.frame().text()).isEqualTo("a".repeat(200) + "é".repeat(10));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ce ba e1 bd b9 cf 83 ce bc ce b5",
                "f0 90 80 80",
                "f4 8f bf bf",
                "ed 9f bf",
                "ee 80 80",
                "ef bf bd",
                "00",
                "7f",
                "c2 80",
                "df bf",
                "e0 a0 80"
            })
    void acceptsTextInUtf8(String hex) {
        byte[] text = HexFormat.ofDelimiter(" ").parseHex(hex);
        client.frame(0x81, text);

        assertThat(client.frame().payload()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ce ba ed a0 80 65",
                "f4 90 80 80",
                "f5 80 80 80",
                "c0 80",
                "c1 bf",
                "e0 80 80",
                "e0 9f bf",
                "f0 80 80 80",
                "f0 8f bf bf",
                "80",
                "bf",
                "fe",
                "ff",
                "ed a0 80",
                "ed bf bf",
                "c2 00",
                "e1 80 c0",
                "41 42 43 44 45 46 47 48 c2",
                "e2 82"
            })
    void rejectsTextThatIsNotUtf8(String hex) {
        client.frame(0x81, HexFormat.ofDelimiter(" ").parseHex(hex));

        assertClosed(1007);
    }

    @ParameterizedTest
    @CsvSource({"cebae1bdb9cf83cebcceb5, f4908080", "cebae1bdb9cf83cebcceb5f4, 90"})
    @DisplayName("RFC 6455 §8.1: the byte that makes a text invalid closes the connection before the frame is complete")
    void rejectsAnInvalidByteBeforeTheFrameIsComplete(String valid, String invalid) {
        byte[] frame = RawClient.frameBytes(0x81, HexFormat.of().parseHex(valid + invalid + "656469746564"));
        int first = frame.length - 6 - invalid.length() / 2;
        client.send(Arrays.copyOf(frame, first));
        assertThat(client.staysSilent()).isTrue();

        client.send(Arrays.copyOfRange(frame, first, frame.length - 6));

        assertClosed(1007);
    }

    @Test
    void rejectsAnInvalidByteBeforeTheMessageIsComplete() {
        client.frame(0x01, HexFormat.of().parseHex("cebaf490"));

        assertClosed(1007);
    }

    @Test
    void doesNotValidateBinaryMessages() {
        byte[] bytes = {(byte) 0xff, (byte) 0xc0};
        client.binary(bytes);

        assertThat(client.frame().payload()).isEqualTo(bytes);
    }

    @Test
    void acceptsAMessageOfMaximumSize() {
        client.text("x".repeat(1000));

        assertThat(client.frame().payload()).hasSize(1000);
    }

    @Test
    void rejectsAFrameBeyondTheLimitAtItsHeader() {
        client.send(HexFormat.of().parseHex("82fe03e9" + "00000000"));

        assertClosed(1009);
    }

    @Test
    void rejectsFragmentsThatTogetherExceedTheLimit() {
        client.frame(0x02, new byte[600]).frame(0x80, new byte[401]);

        assertClosed(1009);
    }

    @Test
    void rejectsAnEndlessFrame() {
        client.send(HexFormat.of().parseHex("82ff7fffffffffffffff00000000"));

        assertClosed(1009);
    }

    @Test
    void deliversTheCloseCodeToAPeerThatKeepsSending() {
        client.send(HexFormat.of().parseHex("82ff0000000000100000" + "00000000"));
        client.send(new byte[1 << 20]);

        assertClosed(1009);
    }

    @ParameterizedTest
    @CsvSource({
        "1000", "1001", "1002", "1003", "1007", "1008", "1009", "1010", "1011", "1012", "1013", "1014", "3000", "3999",
        "4000", "4999"
    })
    void echoesACloseCode(int code) {
        client.closeFrame(code, "because");

        assertClosed(code);
    }

    @Test
    void echoesACloseFrameWithoutACode() {
        client.frame(0x88, new byte[0]);
        RawClient.Frame close = client.frame();

        assertThat(close.opcode()).isEqualTo(8);
        assertThat(close.payload()).isEmpty();
        assertThat(client.ended()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535})
    void rejectsAnInvalidCloseCode(int code) {
        client.closeFrame(code, "");

        assertClosed(1002);
    }

    @Test
    void rejectsHalfACloseCode() {
        client.frame(0x88, new byte[1]);

        assertClosed(1002);
    }

    @Test
    void rejectsACloseReasonThatIsNotUtf8() {
        client.frame(0x88, HexFormat.of().parseHex("03e8c0"));

        assertClosed(1007);
    }

    @Test
    void rejectsACloseFrameThatIsTooLong() {
        client.closeFrame(1000, "x".repeat(124));

        assertClosed(1002);
    }

    @Test
    void readsNothingAfterACloseFrame() {
        byte[] close = RawClient.frameBytes(0x88, new byte[] {3, (byte) 0xe8});
        byte[] ping = RawClient.frameBytes(0x89, utf8("p"));
        byte[] text = RawClient.frameBytes(0x81, utf8("x"));
        client.send(ByteBuffer.allocate(close.length + ping.length + text.length)
                .put(close)
                .put(ping)
                .put(text)
                .array());

        assertClosed(1000);
    }
}
