package io.channels4j.concurrent;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.channels4j.fixture.ManualExecutor;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

class BlockingExecutorTest {

    private final CountDownLatch release = new CountDownLatch(1);

    @Test
    void runsWorkOnNamedDaemonThreads() throws Exception {
        CompletableFuture<Thread> there = new CompletableFuture<>();

        BlockingExecutor.pooled("test", 1).execute(() -> there.complete(Thread.currentThread()));

        assertThat(there.get(5, SECONDS).getName()).isEqualTo("test-1");
        assertThat(there.join().isDaemon()).isTrue();
    }

    @Test
    void isFullWhileAllThreadsAreBusy() {
        BlockingExecutor pool = BlockingExecutor.pooled("test", 2);
        pool.execute(this::block);
        assertThat(pool.full()).isFalse();

        pool.execute(this::block);
        assertThat(pool.full()).isTrue();

        release.countDown();
        await().until(() -> !pool.full());
    }

    @Test
    void startsThreadBeforeQueueingWork() throws Exception {
        BlockingExecutor pool = BlockingExecutor.pooled("test", 3);
        CountDownLatch atOnce = new CountDownLatch(3);

        for (int i = 0; i < 3; i++) {
            pool.execute(() -> {
                atOnce.countDown();
                block();
            });
        }

        assertThat(atOnce.await(5, SECONDS)).isTrue();
        release.countDown();
    }

    @Test
    void queuesExcessWorkWithoutLoss() throws Exception {
        BlockingExecutor pool = BlockingExecutor.pooled("test", 2);
        CountDownLatch done = new CountDownLatch(1000);
        Set<String> threads = ConcurrentHashMap.newKeySet();

        for (int i = 0; i < 1000; i++) {
            pool.execute(() -> {
                threads.add(Thread.currentThread().getName());
                done.countDown();
            });
        }

        assertThat(done.await(5, SECONDS)).isTrue();
        assertThat(threads).isSubsetOf("test-1", "test-2");
    }

    @Test
    void queuedWorkKeepsOrder() throws Exception {
        BlockingExecutor pool = BlockingExecutor.pooled("test", 1);
        List<Integer> ran = new CopyOnWriteArrayList<>();
        pool.execute(this::block);
        IntStream.range(0, 100).forEach(i -> pool.execute(() -> ran.add(i)));

        release.countDown();

        await().until(() -> ran.size() == 100);
        assertThat(ran).isSorted();
    }

    @Test
    void usesIdleThreadBeforeNewOne() throws Exception {
        BlockingExecutor pool = BlockingExecutor.pooled("test", 10);
        CompletableFuture<Thread> first = new CompletableFuture<>();
        CompletableFuture<Thread> second = new CompletableFuture<>();
        pool.execute(() -> first.complete(Thread.currentThread()));
        await().until(() -> first.get(5, SECONDS).getState() == Thread.State.TIMED_WAITING);

        pool.execute(() -> second.complete(Thread.currentThread()));

        assertThat(second.get(5, SECONDS)).isSameAs(first.join());
    }

    @Test
    void failedWorkReleasesItsThread() {
        BlockingExecutor pool = BlockingExecutor.pooled("test", 1);

        pool.execute(() -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, expected) -> {});
            throw new IllegalStateException("no");
        });

        await().until(() -> !pool.full());
    }

    @Test
    void returnsMaximumOfThreads() {
        assertThat(BlockingExecutor.pooled("test", 7).maxThreads()).isEqualTo(7);
    }

    @Test
    void applicationsExecutorIsNeverFull() {
        ManualExecutor application = new ManualExecutor();
        BlockingExecutor executor = BlockingExecutor.from(application);

        executor.execute(() -> {});

        assertThat(executor.full()).isFalse();
        assertThat(executor.load()).isEqualTo(1);
        application.runAll();
        assertThat(executor.load()).isZero();
    }

    @Test
    void rejectedWorkDoesNotCount() {
        ManualExecutor application = new ManualExecutor();
        application.shutDown();
        BlockingExecutor executor = BlockingExecutor.from(application);

        assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> executor.execute(() -> {}));

        assertThat(executor.load()).isZero();
    }

    @Test
    void rejectsPoolWithoutThreads() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BlockingExecutor.pooled("test", 0))
                .withMessage("threads: 0 (expected: 1 or more)");
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20, disabledReason = "this JDK has virtual threads")
    void virtualThreadsNeedJdk21() {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(BlockingExecutor::virtual)
                .withMessage(
                        "virtual threads: JDK %d (expected: 21 or later)",
                        Runtime.version().feature());
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads came with JDK 21")
    void virtualThreadsAreFullAtTenThousand() throws Exception {
        BlockingExecutor virtual = BlockingExecutor.virtual();
        CountDownLatch started = new CountDownLatch(1000);
        for (int i = 0; i < 1000; i++) {
            virtual.execute(() -> {
                started.countDown();
                block();
            });
        }

        assertThat(started.await(5, SECONDS)).isTrue();
        assertThat(virtual.full()).isFalse();
        assertThat(virtual.maxThreads()).isEqualTo(10_000);
        release.countDown();
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_23, disabledReason = "from JDK 24 the default is virtual threads")
    void defaultsToPoolWhereVirtualThreadsArePinned() {
        assertThat(BlockingExecutor.create("test").maxThreads()).isEqualTo(256);
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_24, disabledReason = "before JDK 24 synchronized pins virtual threads")
    void defaultsToVirtualThreadsWhereNotPinned() {
        assertThat(BlockingExecutor.create("test").maxThreads()).isEqualTo(10_000);
    }

    private void block() {
        try {
            assertThat(release.await(30, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String threadName(BlockingExecutor executor) {
        CompletableFuture<String> name = new CompletableFuture<>();
        executor.execute(() -> name.complete(Thread.currentThread().getName()));
        return name.orTimeout(10, SECONDS).join();
    }

    @Test
    void threadsHaveNamesOnEveryJdk() {
        assertThat(threadName(BlockingExecutor.create("reports"))).matches("reports-[0-9]+");
        assertThat(threadName(BlockingThreads.shared().consumers())).matches("channels-[a-z-]+-[0-9]+");
        assertThat(threadName(BlockingThreads.shared().calls())).matches("channels-[a-z-]+-[0-9]+");
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21, disabledReason = "virtual threads came with JDK 21")
    void virtualThreadsHaveNames() {
        assertThat(threadName(BlockingExecutor.virtual())).isEqualTo("channels-virtual-1");
        assertThat(threadName(BlockingExecutor.virtual("reports"))).isEqualTo("reports-1");
    }
}
