/**
 * The test kit of Channels for Java: communicators, which take the place of a server and its peer in front of an application,
 * without a socket; a live server for tests with one; a contract for authors of channel layers.
 */
module io.channels4j.testing {
    requires transitive io.channels4j.core;
    requires java.net.http;
    requires static transitive org.junit.jupiter.api;

    exports io.channels4j.testing;
}
