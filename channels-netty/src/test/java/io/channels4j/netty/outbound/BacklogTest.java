package io.channels4j.netty.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.netty.eventloop.HeldContents;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BacklogTest {

    @Test
    @DisplayName("P3: a channel that is being closed occupies no output memory, although it is open and not writable")
    void closingChannelOccupiesNoMemory() {
        List<Long> whileClosing = new ArrayList<>();
        EmbeddedChannel channel = new EmbeddedChannel() {
            @Override
            protected void doClose() throws Exception {
                assertThat(isOpen()).isTrue();
                assertThat(isWritable()).isFalse();
                Backlog backlog = new Backlog(this, new HeldContents());
                whileClosing.add(backlog.bytesInChannel());
                whileClosing.add(backlog.takeMemoryChange(true));
                super.doClose();
            }
        };

        channel.close();

        assertThat(whileClosing).containsExactly(0L, 0L);
    }
}
