package io.channels4j.benchmarks.endtoend;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The client's view of the members of one room. The first member publishes. Confined to the client's event loop. */
@SuppressWarnings("FutureReturnValueIgnored") // the probe ends with the event loop
final class Room {

    // The number of the probe message. Joining takes time, so nothing is counted until the probe has reached all
    // members.
    private static final long PROBE = 999_999_999_999L;

    // Larger than any window. A paced run has more messages in flight only if the server has failed.
    private static final int MAX_IN_FLIGHT = 1 << 14;

    private final Client client;
    private final LoadRecorder tally;
    private final String name;
    private final Shape shape;
    private final Consumer<Room> answered;
    private final Payload saying;
    private final Payload said;
    private final List<Member> members = new ArrayList<>();
    private final long[] dueAt = new long[MAX_IN_FLIGHT];
    private final int[] owed = new int[MAX_IN_FLIGHT];
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private int opened;
    private int probed;
    private long sent;
    private long delivered;
    private boolean flushing;
    private boolean closing;

    /** The path with a placeholder for the room's name, the number of members, and the number of characters per message. */
    record Shape(String path, int members, int characters) {}

    Room(Client client, LoadRecorder tally, String name, Shape shape, Consumer<Room> answered) {
        this.client = client;
        this.tally = tally;
        this.name = name;
        this.shape = shape;
        this.answered = answered;
        this.saying = Payload.saying(shape.characters());
        this.said = Payload.said(shape.characters());
    }

    CompletableFuture<Void> open() {
        for (int i = 0; i < shape.members(); i++) {
            Member member = new Member();
            members.add(member);
            client.connect(shape.path().formatted(name), member);
        }
        return ready;
    }

    private void probe() {
        if (!ready.isDone()) {
            write(PROBE);
            client.loop().schedule(this::probe, 100, TimeUnit.MILLISECONDS);
        }
    }

    /** Publishes the next message. {@code due} is the {@link System#nanoTime} at which it was due. */
    void publish(long due) {
        int slot = (int) (sent % MAX_IN_FLIGHT);
        if (owed[slot] != 0) {
            tally.trouble("room: " + MAX_IN_FLIGHT + " messages under way");
            return;
        }
        dueAt[slot] = due;
        owed[slot] = shape.members();
        write(sent);
        sent++;
    }

    private void write(long number) {
        Socket talker = members.get(0).socket;
        if (talker == null) {
            return;
        }
        talker.write(true, saying.numbered(number));
        if (!flushing) {
            flushing = true;
            client.loop().execute(() -> {
                flushing = false;
                talker.flush();
            });
        }
    }

    boolean settled() {
        return delivered >= sent * shape.members();
    }

    Load.Order order() {
        return Load.Order.of(members.stream().map(member -> member.sequence).toList(), sent);
    }

    void close() {
        closing = true;
        members.forEach(member -> {
            if (member.socket != null) {
                member.socket.cut();
            }
        });
    }

    private final class Member implements Socket.Listener {

        private final Sequence sequence = new Sequence();
        private @Nullable Socket socket;
        private boolean reached;

        @Override
        public void opened(Socket fresh) {
            socket = fresh;
            if (++opened == shape.members()) {
                probe();
            }
        }

        @Override
        public void message(Socket here, ByteBuf bytes, int from, int length) {
            long number = said.read(bytes, from, length);
            if (number == PROBE) {
                probeCame();
            } else if (number < 0 || number >= sent) {
                tally.trouble("room: a member received an unexpected message");
            } else {
                take(number);
            }
        }

        private void probeCame() {
            if (!reached) {
                reached = true;
                if (++probed == shape.members()) {
                    ready.complete(null);
                }
            }
        }

        private void take(long number) {
            int slot = (int) (number % MAX_IN_FLIGHT);
            sequence.arrived(number);
            delivered++;
            tally.operation(dueAt[slot], System.nanoTime());
            if (--owed[slot] == 0) {
                answered.accept(Room.this);
            }
        }

        @Override
        public void closed(Socket here, String why) {
            if (!closing) {
                tally.trouble("room: member " + why);
                ready.completeExceptionally(new IllegalStateException("room: member " + why));
            }
        }
    }
}
