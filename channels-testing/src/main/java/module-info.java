/**
 * The test kit of Channels for Java: communicators, which stand in for a server and its peer without a socket; a live server for tests
 * with sockets; and a contract test for authors of channel layers.
 */
module io.channels4j.testing {
    requires transitive io.channels4j.core;
    requires java.net.http;
    requires static transitive org.junit.jupiter.api;

    exports io.channels4j.testing;

    opens io.channels4j.testing.contract to
            org.junit.platform.commons;
}
