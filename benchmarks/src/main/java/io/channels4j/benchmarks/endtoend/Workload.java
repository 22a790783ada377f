package io.channels4j.benchmarks.endtoend;

import io.channels4j.benchmarks.endtoend.RoomsLoad.Pace;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A named kind of traffic.
 *
 * @param name as it stands in the table
 * @param maker makes the load for one run
 */
record Workload(String name, BiFunction<Client, Tally, Load> maker) {

    private static final int CHARACTERS = 64;

    Load load(Client client, Tally tally) {
        return maker.apply(client, tally);
    }

    /** Returns what fits into five minutes. */
    static List<Workload> quick() {
        return List.of(
                echo("echo-1", 16, 1, 32, true),
                echo("echo-16", 16, 16, 32, true),
                echo("echo-16-1k", 16, 16, 1024, true),
                echo("echo-16-binary", 16, 16, 1024, false),
                room("bcast-1000-w1", 1000, 1, false),
                room("bcast-1000-w16", 1000, 16, false),
                room("bcast-1000-w1-fast", 1000, 1, true),
                room("bcast-1000-w4-fast", 1000, 4, true),
                room("bcast-1000-w16-fast", 1000, 16, true),
                rooms(),
                paced(),
                connect());
    }

    /** Returns all there are. */
    static List<Workload> full() {
        return List.of(
                echo("echo-1", 16, 1, 32, true),
                echo("echo-1-1k", 16, 1, 1024, true),
                echo("echo-16", 16, 16, 32, true),
                echo("echo-16-1k", 16, 16, 1024, true),
                echo("echo-16-binary", 16, 16, 1024, false),
                room("bcast-100-w1", 100, 1, false),
                room("bcast-100-w4", 100, 4, false),
                room("bcast-100-w16", 100, 16, false),
                room("bcast-1000-w1", 1000, 1, false),
                room("bcast-1000-w4", 1000, 4, false),
                room("bcast-1000-w16", 1000, 16, false),
                room("bcast-100-w1-fast", 100, 1, true),
                room("bcast-100-w4-fast", 100, 4, true),
                room("bcast-100-w16-fast", 100, 16, true),
                room("bcast-1000-w1-fast", 1000, 1, true),
                room("bcast-1000-w4-fast", 1000, 4, true),
                room("bcast-1000-w16-fast", 1000, 16, true),
                rooms(),
                paced(),
                connect());
    }

    static Workload echo(String name, int connections, int inFlight, int bytes, boolean text) {
        EchoLoad.Echo shape = new EchoLoad.Echo(connections, inFlight, bytes, text);
        return new Workload(name, (client, tally) -> new EchoLoad(client, tally, shape));
    }

    static Workload room(String name, int members, int window, boolean fast) {
        return rooms(name, 1, new Room.Shape(members, CHARACTERS, fast), new Pace.Window(window));
    }

    private static Workload rooms() {
        return rooms("rooms-500x10", 500, new Room.Shape(10, CHARACTERS, false), new Pace.Window(1));
    }

    private static Workload paced() {
        // 20,000 deliveries a second: well below what either server can do, so that latency shows and not the queue
        Pace pace = new Pace.Every(Duration.ofMillis(50));
        return rooms("paced-1000-20k", 1, new Room.Shape(1000, CHARACTERS, false), pace);
    }

    static Workload rooms(String name, int rooms, Room.Shape shape, Pace pace) {
        return new Workload(name, (client, tally) -> new RoomsLoad(client, tally, rooms, shape, pace));
    }

    static Workload connect() {
        return new Workload("connect", (client, tally) -> new ConnectLoad(client, tally, 16));
    }
}
