package io.channels4j.netty.soak;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * One kind of attack. It keeps a fixed number of connections open. It replaces connections that the server has closed
 * or that have reached their maximum age. In each round, it takes one turn per connection. Confined to one thread.
 */
final class Attack {

    /**
     * The maximum age of a connection, which is longer than the progress rule allows. The attack detects a closed connection when
     * it reads.
     */
    private static final Duration MAX_AGE = Duration.ofSeconds(70);

    /**
     * The maximum age if the attack never reads. It then does not detect that the server has closed the connection.
     */
    private static final Duration MAX_SILENT_AGE = Duration.ofSeconds(25);

    /** The ages at which connections are replaced differ in these steps, so that not all connections are replaced at once. */
    private static final long AGE_STEP_NANOS = Duration.ofSeconds(1).toNanos();

    private static final int AGE_STEPS = 10;

    private static final int MAX_UNREAD_BYTES = 16 << 20;

    private final String name;
    private final int connections;
    private final long maxAgeNanos;
    private final Opening opening;
    private final Turn turn;
    private final ArrayDeque<AttackSocket> open = new ArrayDeque<>();
    private long opened;
    private long cut;
    private long replaced;
    private long refused;

    interface Opening {
        AttackSocket open(InetSocketAddress server) throws IOException;
    }

    /** The action on one connection in each round. An IOException means that the server has closed the connection. */
    interface Turn {
        void take(AttackSocket socket) throws IOException;
    }

    Attack(String name, int connections, Opening opening, Turn turn) {
        this(name, connections, MAX_AGE, opening, turn);
    }

    private Attack(String name, int connections, Duration maxAge, Opening opening, Turn turn) {
        this.name = name;
        this.maxAgeNanos = maxAge.toNanos();
        this.connections = connections;
        this.opening = opening;
        this.turn = turn;
    }

    /** Returns an attack that neither reads nor sends after a connection is open. */
    static Attack silent(String name, int connections, Opening opening) {
        return new Attack(name, connections, MAX_SILENT_AGE, opening, socket -> {});
    }

    void round(InetSocketAddress server) {
        for (Iterator<AttackSocket> sockets = open.iterator(); sockets.hasNext(); ) {
            AttackSocket socket = sockets.next();
            try {
                turn.take(socket);
                if (isOld(socket)) {
                    socket.read(MAX_UNREAD_BYTES);
                    replaced++;
                    sockets.remove();
                    close(socket);
                }
            } catch (IOException closedByServer) {
                cut++;
                sockets.remove();
                close(socket);
            }
        }
        while (open.size() < connections) {
            try {
                open.add(opening.open(server));
                opened++;
            } catch (IOException e) {
                refused++;
                return;
            }
        }
    }

    private boolean isOld(AttackSocket socket) {
        return socket.ageNanos() > maxAgeNanos + Math.floorMod(socket.hashCode(), AGE_STEPS) * AGE_STEP_NANOS;
    }

    private static void close(AttackSocket socket) {
        try {
            socket.close();
        } catch (IOException alreadyClosed) {
            // nothing is left to close
        }
    }

    long opened() {
        return opened;
    }

    void close() {
        open.forEach(Attack::close);
        open.clear();
    }

    @Override
    public String toString() {
        return "%s: opened %d, closed by the server %d, replaced while open %d, refused %d"
                .formatted(name, opened, cut, replaced, refused);
    }
}
