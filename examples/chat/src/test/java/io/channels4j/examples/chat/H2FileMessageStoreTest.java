package io.channels4j.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2FileMessageStoreTest extends MessageStoreContract {

    @TempDir
    Path directory;

    @Override
    DatabaseAddress address() {
        return DatabaseAddress.inDirectory(directory.resolve("not made yet"));
    }

    @Test
    void createsItsDirectory() {
        assertThat(directory.resolve("not made yet").resolve("chat.mv.db")).isNotEmptyFile();
    }
}
