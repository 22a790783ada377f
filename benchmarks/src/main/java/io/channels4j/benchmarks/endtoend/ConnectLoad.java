package io.channels4j.benchmarks.endtoend;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Workers that repeatedly connect, exchange one message, close the WebSocket, and wait until the server closes the connection.
 */
final class ConnectLoad implements Load {

    private final Client client;
    private final LoadRecorder tally;
    private final int workers;
    private final Payload payload = Payload.plain(32);
    private int underWay;
    private long begun;
    private long ended;
    private long doubled;
    private boolean going;

    ConnectLoad(Client client, LoadRecorder tally, int workers) {
        this.client = client;
        this.tally = tally;
        this.workers = workers;
    }

    @Override
    public CompletionStage<Void> open() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void begin() {
        going = true;
        for (int i = 0; i < workers; i++) {
            next();
        }
    }

    private void next() {
        underWay++;
        client.connect("/ws/echo/", new Cycle(begun++, System.nanoTime()));
    }

    @Override
    public void stop() {
        going = false;
    }

    @Override
    public boolean settled() {
        return underWay == 0;
    }

    @Override
    public Order order() {
        return new Order(begun - ended, doubled, 0);
    }

    @Override
    public void close() {
        // the remaining workers end with the client's event loop
    }

    private final class Cycle implements Socket.Listener {

        private final long number;
        private final long since;
        private boolean answered;

        Cycle(long number, long since) {
            this.number = number;
            this.since = since;
        }

        @Override
        public void opened(Socket socket) {
            socket.write(true, payload.numbered(number));
            socket.flush();
        }

        @Override
        public void message(Socket socket, ByteBuf bytes, int from, int length) {
            if (answered) {
                doubled++;
            } else if (payload.read(bytes, from, length) == number) {
                answered = true;
                socket.close();
            } else {
                tally.trouble("connect: the echo differs from the message");
            }
        }

        @Override
        public void closed(Socket socket, String why) {
            underWay--;
            if (answered) {
                ended++;
                tally.operation(since, System.nanoTime());
            } else {
                tally.trouble("connect: " + why);
            }
            if (going) {
                client.loop().execute(ConnectLoad.this::next);
            }
        }
    }
}
