package io.channels4j.netty.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Pipelined HTTP/1.1 requests. The units are heads, chunks and bodies. */
final class HttpSequences implements Sequences {

    private static final int MAX_REQUESTS = 6;

    @Override
    public List<byte[]> units(int number, SplittableRandom random) {
        List<byte[]> units = new ArrayList<>();
        for (int i = 1 + random.nextInt(MAX_REQUESTS); i > 0; i--) {
            add(units, random);
        }
        return units;
    }

    private static void add(List<byte[]> units, SplittableRandom random) {
        String path = List.of("/echo", "/early", "/stream", "/nowhere", "/echo?a=%20b")
                .get(random.nextInt(5));
        String fields = "Host: h\r\n"
                + (random.nextInt(4) == 0 ? "Cookie: a=b; c=d\r\nX-Long: " + "x".repeat(300) + "\r\n" : "");
        switch (random.nextInt(5)) {
            case 0 -> units.add(bytes("GET " + path + " HTTP/1.1\r\n" + fields + "\r\n"));
            case 1 -> units.add(bytes("HEAD " + path + " HTTP/1.1\r\n" + fields + "\r\n"));
            case 2, 3 -> {
                byte[] body = new byte[random.nextInt(random.nextInt(50) == 0 ? 60_000 : 300)];
                // on the other paths, the server may respond before it reads the body and then close the connection
                boolean expects = path.startsWith("/echo") && random.nextInt(4) == 0;
                String expect = expects ? "Expect: 100-continue\r\n" : "";
                units.add(bytes("POST " + path + " HTTP/1.1\r\n" + fields + expect + "Content-Length: " + body.length
                        + "\r\n\r\n"));
                units.add(body);
            }
            default -> {
                units.add(bytes("PUT " + path + " HTTP/1.1\r\n" + fields + "Transfer-Encoding: chunked\r\n\r\n"));
                for (int i = random.nextInt(4); i > 0; i--) {
                    String chunk = "y".repeat(1 + random.nextInt(100));
                    units.add(bytes(Integer.toHexString(chunk.length()) + "\r\n" + chunk + "\r\n"));
                }
                units.add(bytes(random.nextInt(3) == 0 ? "0\r\nX-Trailer: t\r\n\r\n" : "0\r\n\r\n"));
            }
        }
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }
}
