package io.channels4j.examples.chat;

import java.util.UUID;

class H2MemoryMessageStoreTest extends MessageStoreContract {

    private final String name = UUID.randomUUID().toString();

    @Override
    DatabaseAddress address() {
        return DatabaseAddress.of("jdbc:h2:mem:" + name + ";DB_CLOSE_DELAY=-1"); // kept until the JVM exits
    }
}
