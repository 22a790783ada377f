package io.channels4j.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The contract of the message store for every database, empty or not. Each test uses its own room. */
abstract class MessageStoreContract {

    static final Instant NOON = Instant.parse("2026-03-29T12:00:00.123456789Z");

    private final String room = "room " + UUID.randomUUID();
    private MessageStore store;

    abstract DatabaseAddress address();

    @BeforeEach
    void open() {
        store = MessageStore.open(address(), Clock.fixed(NOON, ZoneOffset.UTC));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void findsNothingInANewRoom() {
        assertThat(store.latest(room, 50)).isEmpty();
    }

    @Test
    void returnsWhatItStored() {
        ChatMessage added = store.add(room, "Ада", "'; DROP TABLE messages; --\n\uD83D\uDC4B");

        assertThat(added.at()).isEqualTo("2026-03-29T12:00:00.123Z");
        assertThat(store.latest(room, 50)).containsExactly(added);
    }

    @Test
    void returnsTheNewestMessagesOldestFirst() {
        List<ChatMessage> added = IntStream.range(0, 5)
                .mapToObj(number -> store.add(room, "ada", "message " + number))
                .toList();

        assertThat(store.latest(room, 3)).isEqualTo(added.subList(2, 5));
    }

    @Test
    void separatesRooms() {
        store.add(room, "ada", "here");

        assertThat(store.latest(room + " next door", 50)).isEmpty();
    }

    @Test
    void survivesReopening() {
        ChatMessage added = store.add(room, "ada", "still here");

        store.close();
        open();

        assertThat(store.latest(room, 50)).containsExactly(added);
    }

    @Test
    void listsRoomsLatestActiveFirst() {
        String other = room + " next door";
        store.add(other, "ada", "first");
        store.add(room, "ada", "second");
        store.add(other, "ada", "third");

        Instant at = Instant.parse("2026-03-29T12:00:00.123Z");
        assertThat(store.rooms(2)).containsExactly(new RoomSummary(other, 2, at), new RoomSummary(room, 1, at));
    }

    @Test
    void assignsDistinctIdsToConcurrentWriters() {
        List<CompletableFuture<ChatMessage>> writers = IntStream.range(0, 40)
                .mapToObj(number -> CompletableFuture.supplyAsync(() -> store.add(room, "ada", "message " + number)))
                .toList();

        assertThat(writers)
                .extracting(CompletableFuture::join)
                .extracting(ChatMessage::id)
                .doesNotHaveDuplicates();
        assertThat(store.latest(room, 50)).hasSize(40);
    }
}
