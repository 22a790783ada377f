package io.channels4j.examples.chat;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;

class PostgresMessageStoreTest extends MessageStoreContract {

    private static final String VARIABLE = "CHANNELS_TEST_POSTGRES_URL";

    @BeforeAll
    static void needsAServer() {
        assumeTrue(System.getenv(VARIABLE) != null, VARIABLE + " is not set: the PostgreSQL tests are skipped");
    }

    @Override
    DatabaseAddress address() {
        return DatabaseAddress.of(System.getenv(VARIABLE));
    }
}
