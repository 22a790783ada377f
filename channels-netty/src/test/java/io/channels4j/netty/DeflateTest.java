package io.channels4j.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Broadcast;
import io.channels4j.netty.settings.CompressionSettings;
import io.channels4j.websocket.WebSocketSend;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeflateTest extends DeflateFixture {

    @Test
    void echoesCompressedMessages() throws Exception {
        try (NettyServer server = echo().start();
                RawClient client = RawClient.open(server, "/", OFFER)) {
            client.frame(TEXT | COMPRESSED, deflate(LONG));
            assertThat(inflate(client.frame())).isEqualTo(LONG);
            client.frame(TEXT | COMPRESSED, deflate(LONG));
            assertThat(inflate(client.frame())).isEqualTo(LONG);
        }
    }

    @Test
    void sendsShortMessagesUncompressed() {
        try (NettyServer server = echo().start();
                RawClient client = RawClient.open(server, "/", OFFER)) {
            RawClient.Frame frame = client.text("short").frame();

            assertThat(frame.reserved()).isZero();
            assertThat(frame.text()).isEqualTo("short");
        }
    }

    @Test
    void compressesShortMessagesIfConfigured() throws Exception {
        try (NettyServer server = echo().compression(
                                CompressionSettings.defaults().withThresholdBytes(0))
                        .start();
                RawClient client = RawClient.open(server, "/", OFFER)) {
            assertThat(inflate(client.text("aaaaaaaaaaaaaaaaaaaaaaaaaaaaa").frame()))
                    .isEqualTo("aaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
        }
    }

    @Test
    void sendsIncompressibleMessagesUncompressed() {
        byte[] noise = new byte[5000];
        new Random(1).nextBytes(noise);
        try (NettyServer server = echo().start();
                RawClient client = RawClient.open(server, "/", OFFER)) {
            RawClient.Frame frame = client.binary(noise).frame();

            assertThat(frame.reserved()).isZero();
            assertThat(frame.payload()).isEqualTo(noise);
        }
    }

    @Test
    void assemblesFragmentsOfACompressedMessage() throws Exception {
        byte[] whole = deflate(LONG);
        int half = whole.length / 2;
        try (NettyServer server = echo().start();
                RawClient client = RawClient.open(server, "/", OFFER)) {
            client.frame(1 | COMPRESSED, Arrays.copyOf(whole, half));
            client.frame(0x89, new byte[0]).frame();
            client.frame(0, new byte[0]);
            client.frame(0x80, Arrays.copyOfRange(whole, half, whole.length));

            assertThat(inflate(client.frame())).isEqualTo(LONG);
        }
    }

    @Test
    void acceptsAnEmptyCompressedMessage() {
        try (NettyServer server = echo().start();
                RawClient client = RawClient.open(server, "/", OFFER)) {
            client.frame(TEXT | COMPRESSED, new byte[] {0});

            assertThat(client.frame().text()).isEmpty();
        }
    }

    @Test
    void refersToEarlierMessagesIfNegotiated() throws Exception {
        try (NettyServer server = echo().compression(
                                CompressionSettings.defaults().withContextTakeover(true))
                        .start();
                RawClient client = RawClient.open(server, "/", OFFER)) {
            Deflater out = new Deflater(9, true);
            Inflater in = new Inflater(true);
            byte[] noise = new byte[3000];
            new Random(2).nextBytes(noise);
            client.frame(0x82 | COMPRESSED, deflate(out, noise));
            assertThat(inflate(in, client.frame().payload())).isEqualTo(noise);

            client.frame(0x82 | COMPRESSED, deflate(out, noise));
            RawClient.Frame second = client.frame();

            assertThat(second.payload()).hasSizeLessThan(100);
            assertThat(inflate(in, second.payload())).isEqualTo(noise);
        }
    }

    @Test
    void acceptsMessagesThatReferToEarlierOnesByDefault() throws Exception {
        try (NettyServer server = echo().start();
                RawClient client = RawClient.open(server, "/", OFFER)) {
            Deflater out = new Deflater(9, true);
            for (int i = 0; i < 3; i++) {
                byte[] compressed = deflate(out, LONG.getBytes(UTF_8));
                client.frame(TEXT | COMPRESSED, compressed);

                assertThat(inflate(client.frame())).isEqualTo(LONG);
                assertThat(compressed).hasSizeLessThan(i == 0 ? 200 : 40);
            }
        }
    }

    @Test
    void sendsASharedMessageInTheWindowOfEachClient() throws Exception {
        byte[] noise = new byte[600];
        new Random(3).nextBytes(noise);
        byte[] twice = Arrays.copyOf(noise, 1200);
        System.arraycopy(noise, 0, twice, 600, 600);
        WebSocketSend shared = WebSocketSend.of(Broadcast.binary(twice));
        try (NettyServer server = ServersWithoutLifespan.builder(
                                Apps.webSocket((message, sender) -> sender.send(shared)))
                        .port(0)
                        .start();
                RawClient wide = RawClient.open(server, "/", OFFER);
                RawClient narrow = RawClient.open(server, "/", OFFER + "; server_max_window_bits=9")) {
            RawClient.Frame compressed = wide.text("go").frame();
            assertThat(compressed.payload()).hasSizeLessThan(800);
            assertThat(inflate(new Inflater(true), compressed.payload())).isEqualTo(twice);
            assertThat(narrow.text("go").frame().payload()).isEqualTo(twice);
        }
    }

    @Test
    void consecutiveEmptyMessagesKeepTheContext() throws Exception {
        try (NettyServer server = echo().compression(CompressionSettings.defaults()
                                .withContextTakeover(true)
                                .withThresholdBytes(0))
                        .start();
                RawClient client = RawClient.open(server, "/", OFFER)) {
            Deflater out = new Deflater(9, true);
            Inflater in = new Inflater(true);
            for (String text : new String[] {LONG, "", "", LONG}) {
                client.frame(TEXT | COMPRESSED, deflate(out, text.getBytes(UTF_8)));
                RawClient.Frame frame = client.frame();

                byte[] echoed = frame.reserved() == 0 ? frame.payload() : inflate(in, frame.payload());
                assertThat(new String(echoed, UTF_8)).isEqualTo(text);
            }
        }
    }

    @Test
    void acceptsAMessageWhoseDeflateStreamEnds() throws Exception {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(LONG.getBytes(UTF_8));
        deflater.finish();
        byte[] ended = new byte[5000];
        int length = deflater.deflate(ended);
        try (NettyServer server = echo().start();
                RawClient client = RawClient.open(server, "/", OFFER)) {
            client.frame(TEXT | COMPRESSED, Arrays.copyOf(ended, length + 1));
            assertThat(inflate(client.frame())).isEqualTo(LONG);
            client.frame(TEXT | COMPRESSED, deflate(LONG));
            assertThat(inflate(client.frame())).isEqualTo(LONG);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void echoesMessagesOfAllKindsAndFragmentations(boolean context) throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (NettyServer server = echo().compression(CompressionSettings.defaults()
                                .withContextTakeover(context)
                                .withThresholdBytes(0))
                        .start();
                RawClient client = RawClient.open(server, "/", OFFER)) {
            Deflater out = new Deflater(6, true);
            Inflater in = new Inflater(true);
            for (int i = 0; i < 200; i++) {
                byte[] message = new byte[random.nextInt(random.nextInt(10) == 0 ? 200_000 : 2000)];
                for (int k = 0; k < message.length; k++) {
                    message[k] = (byte) random.nextInt(1 + random.nextInt(20));
                }
                if (!context) {
                    out.reset();
                    in.reset();
                }
                sendInPieces(client, deflate(out, message), random);
                RawClient.Frame frame = client.frame();
                byte[] echoed = frame.reserved() == 0 ? frame.payload() : inflate(in, frame.payload());
                assertThat(echoed).as("seed %d, message %d", seed, i).isEqualTo(message);
            }
        }
    }

    private static void sendInPieces(RawClient client, byte[] compressed, Random random) {
        int from = 0;
        int opcode = 2 | COMPRESSED;
        while (from < compressed.length && random.nextBoolean()) {
            int to = from + random.nextInt(compressed.length - from + 1);
            client.frame(opcode, Arrays.copyOfRange(compressed, from, to));
            opcode = 0;
            from = to;
        }
        client.frame(0x80 | opcode, Arrays.copyOfRange(compressed, from, compressed.length));
    }

    // ---- shared events ----

    @Test
    void compressesASharedMessageOnlyForClientsThatNegotiatedIt() throws Exception {
        WebSocketSend shared = WebSocketSend.of(Broadcast.text(LONG));
        try (NettyServer server = ServersWithoutLifespan.builder(
                                Apps.webSocket((message, sender) -> sender.send(shared)))
                        .port(0)
                        .start();
                RawClient compressed = RawClient.open(server, "/", OFFER);
                RawClient second = RawClient.open(server, "/", OFFER);
                RawClient plain = RawClient.open(server, "/")) {
            RawClient.Frame first = compressed.text("go").frame();
            assertThat(inflate(first)).isEqualTo(LONG);
            assertThat(second.text("go").frame().payload()).isEqualTo(first.payload());
            assertThat(plain.text("go").frame().text()).isEqualTo(LONG);
        }
    }

    @Test
    void keepsSharedMessagesOutOfAContext() throws Exception {
        WebSocketSend shared = WebSocketSend.of(Broadcast.text(LONG));
        try (NettyServer server = ServersWithoutLifespan.builder(Apps.webSocket((message, sender) ->
                                sender.send(message.text().equals("shared") ? shared : WebSocketSend.text(LONG))))
                        .port(0)
                        .compression(CompressionSettings.defaults().withContextTakeover(true))
                        .start();
                RawClient client = RawClient.open(server, "/", OFFER)) {
            Inflater in = new Inflater(true);
            assertThat(new String(inflate(in, client.text("own").frame().payload()), UTF_8))
                    .isEqualTo(LONG);
            assertThat(client.text("shared").frame().text()).isEqualTo(LONG);
            assertThat(new String(inflate(in, client.text("own").frame().payload()), UTF_8))
                    .isEqualTo(LONG);
        }
    }
}
