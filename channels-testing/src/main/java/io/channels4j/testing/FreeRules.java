package io.channels4j.testing;

import io.channels4j.ChannelsException;
import io.channels4j.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A protocol that this test kit does not know: everything goes. */
final class FreeRules implements Rules {

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
