package io.channels4j.docs;

import org.junit.jupiter.api.Test;

class ReadmeExampleTest {

    @Test
    void consumerEchoesToItsRoom() {
        ReadmeExample.test(ReadmeExample.application());
    }
}
