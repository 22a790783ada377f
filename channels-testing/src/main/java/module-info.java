/**
 * The test kit of Channels for Java: communicators, which take the place of a server and its peer in front of an application,
 * without a socket.
 */
module io.channels4j.testing {
    requires transitive io.channels4j.core;

    exports io.channels4j.testing;
}
