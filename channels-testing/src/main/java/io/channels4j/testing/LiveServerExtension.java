package io.channels4j.testing;

import io.channels4j.Application;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A JUnit extension that starts a {@link LiveServer} for each test. If the extension is registered in a static field, all tests
 * of the class share one server.
 *
 * {@snippet class="io.channels4j.testing.LiveServerExtensionTest" region="extension"}
 *
 * <p><b>Threads.</b> Confined to its test class.
 */
public final class LiveServerExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private final Supplier<LiveServer> start;
    private boolean forAllTests;
    private @Nullable LiveServer server;

    private LiveServerExtension(Supplier<LiveServer> start) {
        this.start = start;
    }

    /**
     * Returns an extension that starts a server with an in-memory layer.
     *
     * @param application the application
     * @return the extension
     */
    public static LiveServerExtension of(Application application) {
        return from(() -> LiveServer.start(application));
    }

    /**
     * Returns an extension.
     *
     * @param start a supplier that starts the server
     * @return the extension
     */
    public static LiveServerExtension from(Supplier<LiveServer> start) {
        return new LiveServerExtension(start);
    }

    /**
     * Returns the server.
     *
     * @return the running server
     * @throws IllegalStateException if the server is not running
     */
    public LiveServer server() {
        LiveServer running = server;
        if (running == null) {
            throw new IllegalStateException("live server: not running (expected: a call from within a test)");
        }
        return running;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        forAllTests = true;
        server = start.get();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (!forAllTests) {
            server = start.get();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (!forAllTests) {
            stop();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        stop();
    }

    private void stop() {
        LiveServer running = server;
        server = null;
        if (running != null) {
            running.close();
        }
    }
}
