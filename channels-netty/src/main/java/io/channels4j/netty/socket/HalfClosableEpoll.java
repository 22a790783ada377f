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
 * Netty's epoll with a correction for sockets whose input has ended. When such a socket waits for nothing, Netty 4.2.18 removes its file
 * descriptor from epoll, but later tries to modify the registration; the socket could then never wait until it is writable again. Here it
 * stays registered for errors, which epoll always reports.
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

    /** The registration of one socket. Confined to its event loop, apart from what Netty's registration allows. */
    private static final class Registration implements IoRegistration {

        private final IoRegistration registration;

        /** Whether the file descriptor was added to epoll, which is when there is something to wait for. */
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
