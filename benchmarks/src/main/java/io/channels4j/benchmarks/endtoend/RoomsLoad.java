package io.channels4j.benchmarks.endtoend;

import io.channels4j.benchmarks.endtoend.Room.Shape;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Rooms with one publishing member each.
 *
 * <p>With a window, another message is sent when every member has received an earlier one. With an interval, messages are sent
 * when they are due, regardless of the server's progress. Latency is then measured from the time at which a message was due, so
 * it includes any stall of the server.
 */
final class RoomsLoad implements Load {

    private final Client client;
    private final Pace pace;
    private final List<Room> rooms = new ArrayList<>();
    private boolean going;
    private long due;
    private @Nullable ScheduledFuture<?> timer;

    /** A window of undelivered messages, or an interval between messages. */
    sealed interface Pace {

        record Window(int messages) implements Pace {}

        record Every(Duration interval) implements Pace {}
    }

    RoomsLoad(Client client, LoadRecorder tally, int rooms, Shape shape, Pace pace) {
        this.client = client;
        this.pace = pace;
        for (int i = 0; i < rooms; i++) {
            this.rooms.add(new Room(client, tally, "r" + i, shape, this::answered));
        }
    }

    @Override
    public CompletionStage<Void> open() {
        CompletableFuture<?>[] all = rooms.stream().map(Room::open).toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(all);
    }

    @Override
    public void begin() {
        going = true;
        if (pace instanceof Pace.Window window) {
            for (Room room : rooms) {
                for (int i = 0; i < window.messages(); i++) {
                    room.publish(System.nanoTime());
                }
            }
        } else if (pace instanceof Pace.Every every) {
            due = System.nanoTime();
            long nanos = every.interval().toNanos();
            timer = client.loop().scheduleAtFixedRate(() -> publishDue(nanos), 0, nanos, TimeUnit.NANOSECONDS);
        }
    }

    private void publishDue(long interval) {
        long now = System.nanoTime();
        while (due - now <= 0) {
            for (Room room : rooms) {
                room.publish(due);
            }
            due += interval;
        }
    }

    private void answered(Room room) {
        if (going && pace instanceof Pace.Window) {
            room.publish(System.nanoTime());
        }
    }

    @Override
    public void stop() {
        going = false;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    @Override
    public boolean settled() {
        return rooms.stream().allMatch(Room::settled);
    }

    @Override
    public Order order() {
        return rooms.stream().map(Room::order).reduce(new Order(0, 0, 0), Order::plus);
    }

    @Override
    public void close() {
        rooms.forEach(Room::close);
    }
}
