package io.channels4j.testing.connection;

import io.channels4j.ChannelsException;
import io.channels4j.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An unknown protocol. Every event is permitted. */
final class UncheckedProtocol implements ServerProtocol {

    @Override
    public @Nullable ChannelsException sent(Event event) {
        return null;
    }

    @Override
    public @Nullable Event last() {
        return null;
    }

    @Override
    public boolean given(Event event) {
        return false;
    }

    @Override
    public @Nullable Event lost() {
        return null;
    }

    @Override
    public @Nullable String missing() {
        return null;
    }

    @Override
    public List<Event> ended(@Nullable Throwable failure) {
        return List.of();
    }
}
