package io.channels4j.benchmarks.endtoend;

import io.channels4j.benchmarks.endtoend.RoomsLoad.Pace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A named kind of traffic.
 *
 * @param name the name in the table
 * @param setting the processes and protocols that the workload needs
 * @param maker a factory for the load of one run
 * @param minWarmUp the minimum duration of the warm-up
 * @param other a factory for the baseline load on our own server. Null if the baseline is the same load on the bare
 *     server.
 */
record Workload(
        String name, Setting setting, WorkloadRun.Maker maker, Duration minWarmUp, WorkloadRun.@Nullable Maker other) {

    private static final int CHARACTERS = 64;
    private static final int LONG = 2048;

    Load load(Client client, LoadRecorder tally) {
        return maker.load(client, tally);
    }

    Load reference(Client client, LoadRecorder tally) {
        return (other == null ? maker : other).load(client, tally);
    }

    /** Returns the durations of a run, with a warm-up no shorter than the minimum. */
    WorkloadRun.Times times(WorkloadRun.Times usual) {
        return usual.warmUp().compareTo(minWarmUp) < 0 ? new WorkloadRun.Times(minWarmUp, usual.measured()) : usual;
    }

    boolean besideOurs() {
        return other != null;
    }

    /** Returns the workloads that complete within five minutes in total. */
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

    /** Returns all workloads. */
    static List<Workload> full() {
        List<Workload> all = new ArrayList<>(List.of(
                echo("echo-1", 16, 1, 32, true),
                echo("echo-1-1k", 16, 1, 1024, true),
                echo("echo-16", 16, 16, 32, true),
                echo("echo-16-1k", 16, 16, 1024, true),
                echo("echo-16-binary", 16, 16, 1024, false)));
        for (int members : new int[] {100, 1000, 10_000}) {
            for (int window : new int[] {1, 4, 16}) {
                all.add(room("bcast-%d-w%d".formatted(members, window), members, window, false));
                all.add(room("bcast-%d-w%d-fast".formatted(members, window), members, window, true));
            }
        }
        all.addAll(List.of(rooms(), paced(), connect(), blockingEcho()));
        all.add(blockingRoom(4, false));
        all.add(blockingRoom(4, true));
        all.addAll(apart(Setting.TWO_LOOPS));
        all.addAll(apart(Setting.TLS));
        all.add(in(Setting.DEFLATE, compressedRoom(4, false)));
        all.add(in(Setting.DEFLATE, compressedRoom(4, true)));
        all.addAll(apart(Setting.HTTP2));
        all.add(in(Setting.TWO_PROCESSES, room("redis-bcast-2x500-w1", 1000, 1, false)));
        all.add(in(Setting.TWO_PROCESSES, room("redis-bcast-2x500-w16", 1000, 16, false)));
        all.add(in(Setting.TWO_PROCESSES, room("redis-bcast-2x500-w1-fast", 1000, 1, true)));
        all.add(in(Setting.TWO_PROCESSES, room("redis-bcast-2x500-w16-fast", 1000, 16, true)));
        return all;
    }

    private static List<Workload> apart(Setting setting) {
        String kind = setting.name().toLowerCase(Locale.ROOT).replace('_', '-');
        return List.of(
                in(setting, echo(kind + "-echo-16", 16, 16, 32, true)),
                in(setting, room(kind + "-bcast-1000-w4", 1000, 4, false)),
                in(setting, room(kind + "-bcast-1000-w4-fast", 1000, 4, true)));
    }

    private static Workload in(Setting setting, Workload plain) {
        return new Workload(plain.name(), setting, plain.maker(), plain.minWarmUp(), plain.other());
    }

    private static Workload plain(String name, WorkloadRun.Maker maker) {
        return new Workload(name, Setting.ONE, maker, Duration.ZERO, null);
    }

    static Workload echo(String name, int connections, int inFlight, int bytes, boolean text) {
        return plain(name, echo("/ws/echo/", new EchoLoad.Echo(connections, inFlight, bytes, text)));
    }

    private static WorkloadRun.Maker echo(String path, EchoLoad.Echo shape) {
        return (client, tally) -> new EchoLoad(client, tally, path, shape);
    }

    /** A workload that compares a blocking consumer with an asynchronous one. */
    private static Workload blockingEcho() {
        EchoLoad.Echo shape = new EchoLoad.Echo(1000, 1, 32, true);
        return new Workload(
                "echo-1000c-blocking",
                Setting.ONE,
                echo("/ws/blocking/echo/", shape),
                Duration.ZERO,
                echo("/ws/echo/", shape));
    }

    static Workload room(String name, int members, int window, boolean fast) {
        return rooms(name, 1, new Room.Shape(chat(fast), members, CHARACTERS), new Pace.Window(window));
    }

    private static String chat(boolean fast) {
        return fast ? "/ws/chat/%s/?fast" : "/ws/chat/%s/";
    }

    private static Workload blockingRoom(int window, boolean fast) {
        String path = chat(fast).replace("/ws/", "/ws/blocking/");
        String name = "bcast-1000-w%d%s-blocking".formatted(window, fast ? "-fast" : "");
        return rooms(name, 1, new Room.Shape(path, 1000, CHARACTERS), new Pace.Window(window));
    }

    /** A room with messages long enough to be compressed. */
    private static Workload compressedRoom(int window, boolean fast) {
        String name = "deflate-bcast-1000-w%d%s".formatted(window, fast ? "-fast" : "");
        return rooms(name, 1, new Room.Shape(chat(fast), 1000, LONG), new Pace.Window(window));
    }

    private static Workload rooms() {
        return rooms("rooms-500x10", 500, new Room.Shape(chat(false), 10, CHARACTERS), new Pace.Window(1));
    }

    private static Workload paced() {
        // 20,000 deliveries per second are well below the limit of both servers. The result is latency without
        // queueing.
        Pace pace = new Pace.Every(Duration.ofMillis(50));
        return rooms("paced-1000-20k", 1, new Room.Shape(chat(false), 1000, CHARACTERS), pace);
    }

    static Workload rooms(String name, int rooms, Room.Shape shape, Pace pace) {
        return plain(name, (client, tally) -> new RoomsLoad(client, tally, rooms, shape, pace));
    }

    static Workload connect() {
        // Code that runs once per connection is compiled late. Until then, the compiler uses half of the processor.
        return new Workload(
                "connect",
                Setting.ONE,
                (client, tally) -> new ConnectLoad(client, tally, 16),
                Duration.ofSeconds(6),
                null);
    }
}
