package io.channels4j.redis.adjacent;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.support.RedisProcess;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs two adjacent versions of a chat on one layer, as during a rolling deployment. */
@Timeout(60)
class AdjacentVersionsTest {

    private static final ClassLoader CURRENT = VersionLoader.current();
    private static final ClassLoader ALSO_CURRENT = VersionLoader.current();

    @TempDir
    private static Path directory;

    private static ClassLoader previous;

    private final RedisProcess redis = RedisProcess.start();

    private interface Scenario {
        void run(RunningChat earlier, RunningChat later);
    }

    @BeforeAll
    static void compilePreviousVersion() throws IOException, ClassNotFoundException {
        previous = VersionLoader.previous(directory);
        Class<?> replaced = previous.loadClass("io.channels4j.redis.pubsub.SentSequences");
        assertThat(replaced.getProtectionDomain().getCodeSource().getLocation())
                .isEqualTo(directory.toUri().toURL());
    }

    @AfterEach
    void end() {
        redis.close();
    }

    /** Runs the earlier application with the classes of a loader, and the later one with the current library. */
    private void run(String layer, ClassLoader old, Scenario scenario) throws ReflectiveOperationException {
        try (RunningChat earlier = VersionLoader.start(old, "earlier", layer, redis.url());
                RunningChat later = VersionLoader.start(CURRENT, "later", layer, redis.url())) {
            assertThat(earlier.getClass()).isNotEqualTo(later.getClass());
            scenario.run(earlier, later);
            assertThat(earlier.reports()).isEmpty();
            assertThat(later.reports()).isEmpty();
        }
    }

    private static void chat(RunningChat earlier, RunningChat later) {
        int ada = earlier.connect();
        int bob = later.connect();
        understandEachOther(earlier, ada, later, bob);

        earlier.send(ada, "type soon");
        assertThat(earlier.receive(ada)).isEqualTo("typing soon");
        assertThat(later.receive(bob)).isEqualTo("unhandled chat.typing");
        later.send(bob, "type soon");
        assertThat(later.receive(bob)).isEqualTo("writing soon");
        assertThat(earlier.receive(ada)).isEqualTo("unhandled chat.writing");
        later.send(bob, "react yes");
        assertThat(later.receive(bob)).isEqualTo("reaction yes");
        assertThat(earlier.receive(ada)).isEqualTo("unhandled chat.reaction");
        later.send(bob, "shout no");
        assertThat(later.receive(bob)).isEqualTo("said no ANGRY 2 []");
        assertThat(earlier.receive(ada)).isEqualTo("unhandled chat.said");

        later.send(bob, "score 3");
        assertThat(later.receive(bob)).isEqualTo("score 3 3");
        assertThat(earlier.receive(ada)).isEqualTo("score 3");
        earlier.send(ada, "score 4");
        assertThat(earlier.receive(ada)).isEqualTo("score 4");
        assertThat(later.receive(bob)).isEqualTo("unhandled chat.score"); // a primitive field is missing

        understandEachOther(earlier, ada, later, bob);
        assertThat(earlier.receivesNothing(ada)).isTrue();
        assertThat(later.receivesNothing(bob)).isTrue();
    }

    private static void understandEachOther(RunningChat earlier, int ada, RunningChat later, int bob) {
        earlier.send(ada, "say hello");
        assertThat(earlier.receive(ada)).isEqualTo("said hello HAPPY 7");
        assertThat(later.receive(bob)).isEqualTo("said hello HAPPY null null");
        later.send(bob, "say welcome");
        assertThat(later.receive(bob)).isEqualTo("said welcome HAPPY 7 [ada]");
        assertThat(earlier.receive(ada)).isEqualTo("said welcome HAPPY null");
        later.send(bob, "name");
        earlier.send(ada, "to " + later.receive(bob) + " psst");
        assertThat(later.receive(bob)).isEqualTo("direct psst");
        earlier.send(ada, "name");
        later.send(bob, "to " + earlier.receive(ada) + " yes?");
        assertThat(earlier.receive(ada)).isEqualTo("direct yes?");
    }

    private static void work(RunningChat earlier, RunningChat later) {
        for (int delay : new int[] {0, 1}) {
            earlier.sendWork("job.resize", "one", delay);
            assertThat(later.takeWork()).isEqualTo("job.resize one");
            later.sendWork("job.rotate", "two", delay);
            assertThat(earlier.takeWork()).isEqualTo("job.rotate two");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pubsub", "queues", "django-pubsub", "django-queues"})
    @DisplayName("P9: two versions of an application understand what both know, and close no socket")
    void versionsOfAnApplicationShareALayer(String layer) throws ReflectiveOperationException {
        run(layer, ALSO_CURRENT, AdjacentVersionsTest::chat);
    }

    @ParameterizedTest
    @ValueSource(strings = {"pubsub", "queues"})
    @DisplayName("P9: two versions of an application share a layer with the previous wire format")
    void versionsOfTheLibraryShareALayer(String layer) throws ReflectiveOperationException {
        run(layer, previous, AdjacentVersionsTest::chat);
    }

    @ParameterizedTest
    @ValueSource(strings = {"queues", "django-queues"})
    @DisplayName("P9: workers of two versions take each other's work")
    void workersOfTwoVersionsShareAQueue(String layer) throws ReflectiveOperationException {
        run(layer, ALSO_CURRENT, AdjacentVersionsTest::work);
    }

    @ParameterizedTest
    @ValueSource(strings = "queues")
    @DisplayName("P9: workers take work with the previous wire format, and work that it does not know")
    void workersShareAQueueWithThePreviousWireFormat(String layer) throws ReflectiveOperationException {
        run(layer, previous, AdjacentVersionsTest::work);
    }
}
