package io.channels4j.netty.socket;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollIoOps;

/**
 * Netty's epoll with a fix for sockets whose input has ended. When no event is requested for such a socket, Netty
 * 4.2.18 removes its file descriptor from epoll. Later, it tries to modify the removed registration. The socket would
 * then never be reported as writable again. This class keeps the socket registered for errors, which epoll always
 * reports.
 */
record HalfClosableEpoll(IoHandler epoll) implements IoHandler {

    static IoHandlerFactory newFactory() {
        IoHandlerFactory factory = EpollIoHandler.newFactory();
        return executor -> new HalfClosableEpoll(factory.newHandler(executor));
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return new Registration(epoll.register(handle));
    }

    @Override
    public void initialize() {
        epoll.initialize();
    }

    @Override
    public int run(IoHandlerContext context) {
        return epoll.run(context);
    }

    @Override
    public void prepareToDestroy() {
        epoll.prepareToDestroy();
    }

    @Override
    public void destroy() {
        epoll.destroy();
    }

    @Override
    public void wakeup() {
        epoll.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return epoll.isCompatible(type);
    }

    /**
     * The registration of one socket. Confined to its event loop, except for the methods that Netty's registration allows from
     * other threads.
     */
    private static final class Registration implements IoRegistration {

        private final IoRegistration registration;

        /** Whether the file descriptor was added to epoll, which happens when an event is first requested. */
        private boolean added;

        Registration(IoRegistration registration) {
            this.registration = registration;
        }

        @Override
        public long submit(IoOps ops) {
            boolean waits = !ops.equals(EpollIoOps.NONE);
            if (!waits && added) {
                registration.submit(EpollIoOps.EPOLLERR);
                return 0;
            }
            added |= waits;
            return registration.submit(ops);
        }

        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // as Netty declares it
        public <T> T attachment() {
            return registration.attachment();
        }

        @Override
        public boolean isValid() {
            return registration.isValid();
        }

        @Override
        public boolean cancel() {
            return registration.cancel();
        }
    }
}
