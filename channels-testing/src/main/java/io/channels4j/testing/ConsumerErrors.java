package io.channels4j.testing;

import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A JUnit extension that fails a test in which a consumer logged an error: a failure that {@code onError} did not handle, or a failure of
 * {@code disconnect}.
 *
 * {@snippet class="io.channels4j.testing.ConsumerErrorsTest" region="extension"}
 *
 * <p>It watches the communicators and the {@link LiveServer}s that the thread of the test creates. Close them before the test ends, so that
 * all callbacks have completed.
 *
 * <p><b>Threads.</b> Confined to the thread of its test, except for recording failures.
 */
public final class ConsumerErrors implements BeforeEachCallback, AfterEachCallback {

    private final ErrorWatch watch = new ErrorWatch();
    private boolean expected;

    private ConsumerErrors() {}

    /**
     * Returns an extension.
     *
     * @return the extension
     */
    public static ConsumerErrors create() {
        return new ConsumerErrors();
    }

    /** Accepts errors in the current test. */
    public void expect() {
        expected = true;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        expected = false;
        watch.begin();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        requireNone(watch.end());
    }

    void requireNone(List<Throwable> failures) {
        if (!failures.isEmpty() && !expected) {
            AssertionError error = new AssertionError(
                    "consumer errors: %d (expected: none, or a call of expect())".formatted(failures.size()));
            failures.forEach(error::addSuppressed);
            throw error;
        }
    }
}
