package io.channels4j.benchmarks.endtoend;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Connections that each keep a fixed number of messages in flight. Whenever an echo arrives, the connection sends another
 * message.
 */
final class EchoLoad implements Load {

    private final Client client;
    private final LoadRecorder tally;
    private final String path;
    private final Echo shape;
    private final Payload payload;
    private final List<Line> lines = new ArrayList<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private int opened;
    private boolean going;
    private boolean closing;

    /**
     * The connections, the messages in flight per connection, the bytes per message, and whether messages are text.
     */
    record Echo(int connections, int inFlight, int bytes, boolean text) {}

    EchoLoad(Client client, LoadRecorder tally, String path, Echo shape) {
        this.client = client;
        this.tally = tally;
        this.path = path;
        this.shape = shape;
        this.payload = Payload.plain(shape.bytes());
    }

    @Override
    public CompletionStage<Void> open() {
        for (int i = 0; i < shape.connections(); i++) {
            Line line = new Line();
            lines.add(line);
            client.connect(path, line);
        }
        return ready;
    }

    @Override
    public void begin() {
        going = true;
        lines.forEach(Line::begin);
    }

    @Override
    public void stop() {
        going = false;
    }

    @Override
    public boolean settled() {
        return lines.stream().allMatch(line -> line.returned >= line.sent);
    }

    @Override
    public Order order() {
        return lines.stream()
                .map(line -> Order.of(List.of(line.sequence), line.sent))
                .reduce(new Order(0, 0, 0), Order::plus);
    }

    @Override
    public void close() {
        closing = true;
        lines.forEach(line -> {
            if (line.socket != null) {
                line.socket.cut();
            }
        });
    }

    private final class Line implements Socket.Listener {

        private final Sequence sequence = new Sequence();
        private final long[] sentAt = new long[shape.inFlight()];
        private @Nullable Socket socket;
        private long sent;
        private long returned;
        private boolean flushing;

        @Override
        public void opened(Socket fresh) {
            socket = fresh;
            if (++opened == shape.connections()) {
                ready.complete(null);
            }
        }

        void begin() {
            Socket here = socket;
            if (here != null) {
                for (int i = 0; i < shape.inFlight(); i++) {
                    send(here, System.nanoTime());
                }
                here.flush();
            }
        }

        private void send(Socket here, long now) {
            sentAt[(int) (sent % shape.inFlight())] = now;
            here.write(shape.text(), payload.numbered(sent));
            sent++;
        }

        @Override
        public void message(Socket here, ByteBuf bytes, int from, int length) {
            long number = payload.read(bytes, from, length);
            if (number < 0) {
                tally.trouble("echo: the echo differs from the message");
                return;
            }
            long now = System.nanoTime();
            sequence.arrived(number);
            returned++;
            tally.operation(sentAt[(int) (number % shape.inFlight())], now);
            if (going) {
                send(here, now);
                flushLater(here);
            }
        }

        private void flushLater(Socket here) {
            if (!flushing) {
                flushing = true;
                client.loop().execute(() -> {
                    flushing = false;
                    here.flush();
                });
            }
        }

        @Override
        public void closed(Socket here, String why) {
            if (!closing) {
                tally.trouble("echo: connection " + why);
                ready.completeExceptionally(new IllegalStateException("echo: connection " + why));
            }
        }
    }
}
