/**
 * The test kit of Channels for Java. Communicators replace a server and its peer in tests without sockets. A live server serves
 * tests with sockets. A contract test checks channel layers.
 */
module io.channels4j.testing {
    requires transitive io.channels4j.core;
    requires java.net.http;
    requires static transitive org.junit.jupiter.api;

    exports io.channels4j.testing;

    opens io.channels4j.testing.contract to
            org.junit.platform.commons;
}
