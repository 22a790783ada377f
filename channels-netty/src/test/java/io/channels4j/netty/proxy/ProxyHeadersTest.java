package io.channels4j.netty.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
import io.channels4j.netty.settings.ForwardedHeader;
import io.channels4j.netty.settings.ProxySettings;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that only trusted proxies can describe the client. */
class ProxyHeadersTest {

    private static final int CHAINS = 20_000;
    private static final String CLIENT = "203.0.113.9";
    private static final String[] FORGED = {
        "9.9.9.9",
        "for=9.9.9.9",
        "proto=https",
        "host=evil.example",
        "for=10.0.0.9",
        "for=\"[::1]\"",
        "10.0.0.9",
        "https",
        "\"",
        "\\",
        "\\\"",
        ",",
        ";",
        "=",
        " ",
        "x=",
        "x=\"",
        "\", ",
        "for",
        "é",
        "\t",
        "evil.example"
    };

    /** The headers that a chain of proxies sends, and the values that the server must find. */
    private record Chain(Headers headers, String client, String scheme, String host) {}

    private static Scope apply(ForwardedHeader header, Headers headers) {
        ProxySettings settings = ProxySettings.defaults().withTrusted(header, "10.0.0.0/8");
        ScopeBuilder scope = Scope.builder("http").target("/").headers(headers).scheme("none");
        new ProxyHeaders(settings).apply(new InetSocketAddress("10.0.0.1", 1), headers, false, scope);
        return scope.build();
    }

    static Stream<Long> seeds() {
        return Stream.of(1L, 2L, System.nanoTime());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @DisplayName("RFC 7239 §8.1: nothing that a client sends changes what trusted proxies append to it")
    void clientCannotForgeForwarded(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < CHAINS; i++) {
            Chain chain = forwarded(random);

            assertFound(ForwardedHeader.FORWARDED, chain, seed);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void clientCannotForgeForwardedFor(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < CHAINS; i++) {
            Chain chain = forwardedFor(random);

            assertFound(ForwardedHeader.X_FORWARDED_WITH_HOST, chain, seed);
        }
    }

    private static void assertFound(ForwardedHeader header, Chain chain, long seed) {
        Scope scope = apply(header, chain.headers());
        InetSocketAddress client = (InetSocketAddress) scope.client().orElseThrow();

        assertThat(client.getAddress().getHostAddress() + " " + scope.scheme() + " "
                        + scope.headers().first("host").orElse(""))
                .as("seed %d, %s", seed, chain.headers())
                .isEqualTo(chain.client() + " " + chain.scheme() + " " + chain.host());
    }

    private static String forged(SplittableRandom random) {
        StringBuilder forged = new StringBuilder();
        for (int parts = random.nextInt(8); parts > 0; parts--) {
            forged.append(FORGED[random.nextInt(FORGED.length)]);
        }
        return forged.toString().strip();
    }

    private static Chain forwarded(SplittableRandom random) {
        List<String> lines = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            lines.add(forged(random));
        }
        String scheme = random.nextBoolean() ? "https" : "http";
        int proxies = 1 + random.nextInt(3);
        for (int i = 0; i < proxies; i++) {
            String peer = i == 0 ? CLIENT : "10.0.0." + (10 + i);
            append(lines, i == 0 ? element(random, peer, scheme, "real.example") : element(random, peer), random);
        }
        Headers.Builder headers = Headers.builder().add("host", "inner.example");
        lines.forEach(line -> headers.add("forwarded", line));
        return new Chain(headers.build(), CLIENT, scheme, "real.example");
    }

    /** Adds a proxy's element to the last line or as a new line. */
    private static void append(List<String> lines, String element, SplittableRandom random) {
        if (lines.isEmpty() || random.nextInt(4) == 0) {
            lines.add(element);
        } else {
            int last = lines.size() - 1;
            lines.set(last, lines.get(last) + (random.nextBoolean() ? ", " : ",") + element);
        }
    }

    private static String element(SplittableRandom random, String peer) {
        String quote = random.nextBoolean() ? "\"" : "";
        return (random.nextBoolean() ? "for=" : "FOR=") + quote + peer + quote;
    }

    private static String element(SplittableRandom random, String peer, String scheme, String host) {
        List<String> pairs = new ArrayList<>(List.of(element(random, peer), "proto=" + scheme));
        pairs.add(random.nextInt(pairs.size() + 1), "host=" + (random.nextBoolean() ? '"' + host + '"' : host));
        pairs.add(random.nextInt(pairs.size() + 1), random.nextBoolean() ? "by=\"_a,b;c\"" : "by=unknown");
        return String.join(random.nextBoolean() ? ";" : "; ", pairs);
    }

    private static Chain forwardedFor(SplittableRandom random) {
        List<String> clients = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            clients.add(forged(random));
        }
        String scheme = random.nextBoolean() ? "https" : "http";
        int proxies = 1 + random.nextInt(3);
        for (int i = 0; i < proxies; i++) {
            append(clients, i == 0 ? CLIENT : "10.0.0." + (10 + i), random);
        }
        Headers.Builder headers = Headers.builder()
                .add("host", "inner.example")
                .add("x-forwarded-proto", scheme)
                .add("x-forwarded-host", "real.example");
        clients.forEach(line -> headers.add("x-forwarded-for", line));
        return new Chain(headers.build(), CLIENT, scheme, "real.example");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "for=203.0.113.9;proto=http;host=real.example|203.0.113.9 http real.example",
                "for=9.9.9.9;proto=https;host=evil.example;x=\", for=203.0.113.9;proto=http;host=real.example"
                        + "|203.0.113.9 http real.example",
                "for=127.0.0.1;x=\", for=203.0.113.9|203.0.113.9 none h",
                "for=9.9.9.9, garbage|10.0.0.1 none h",
                "for=9.9.9.9;for=203.0.113.9|10.0.0.1 none h",
                "for=9.9.9.9, for=\"a\\\"b\"|10.0.0.1 none h",
                "for=9.9.9.9 proto=https|10.0.0.1 none h",
                "for=203.0.113.9, for=10.0.0.2,, for=\"10.0.0.3:80\";|203.0.113.9 none h",
                "for=9.9.9.9;x=\"y|10.0.0.1 none h",
                "\"|10.0.0.1 none h",
                "proto=ftp;for=203.0.113.9|203.0.113.9 none h",
                "for=\"[2001:db8::1]:99\";proto=https|2001:db8:0:0:0:0:0:1 https h"
            })
    @DisplayName("RFC 7239 §4: elements to the left of a malformed element are ignored")
    void readsFromTheRight(String forwarded, String expected) {
        Scope scope = apply(ForwardedHeader.FORWARDED, Headers.of("host", "h", "forwarded", forwarded));
        InetSocketAddress client = (InetSocketAddress) scope.client().orElseThrow();

        assertThat(client.getAddress().getHostAddress() + " " + scope.scheme() + " "
                        + scope.headers().first("host").orElse(""))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\", 203.0.113.9|203.0.113.9",
                "1.2.3.4\", 203.0.113.9|203.0.113.9",
                "\"6.6.6.6, 203.0.113.9|203.0.113.9",
                "6.6.6.6, \"203.0.113.9\"|10.0.0.1"
            })
    void forwardedForHasNoQuoting(String forwardedFor, String expected) {
        Scope scope = apply(ForwardedHeader.X_FORWARDED, Headers.of("x-forwarded-for", forwardedFor));

        assertThat(((InetSocketAddress) scope.client().orElseThrow())
                        .getAddress()
                        .getHostAddress())
                .isEqualTo(expected);
    }
}
