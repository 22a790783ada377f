package io.channels4j.netty;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;

/**
 * How sockets are served: by epoll when Netty's module for it is there and works on this system, else by NIO.
 *
 * @param io makes what waits for sockets
 * @param serverChannel what listens
 */
record Transport(IoHandlerFactory io, Class<? extends ServerChannel> serverChannel) {

    static Transport best() {
        return epollIsHere()
                ? new Transport(EpollIoHandler.newFactory(), EpollServerSocketChannel.class)
                : new Transport(NioIoHandler.newFactory(), NioServerSocketChannel.class);
    }

    private static boolean epollIsHere() {
        try {
            return Epoll.isAvailable();
        } catch (NoClassDefFoundError notOnTheClassPath) {
            return false;
        }
    }
}
