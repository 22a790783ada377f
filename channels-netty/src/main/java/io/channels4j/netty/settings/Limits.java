package io.channels4j.netty.settings;

/** How much a server takes on at once; 0 stands for any number. */
public record Limits(int connections, int connectionsPerAddress, int handshakesPerSecond, int requests) {}
