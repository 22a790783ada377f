package io.channels4j.netty.soak;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/** Reports log events at level ERROR, and events at any level that were caused by an OutOfMemoryError. */
final class ErrorReporter extends AppenderBase<ILoggingEvent> {

    static void install() {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        ErrorReporter reporter = new ErrorReporter();
        reporter.setContext(root.getLoggerContext());
        reporter.start();
        root.addAppender(reporter);
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(Level.ERROR) || isOutOfMemory(event.getThrowableProxy())) {
            SoakServer.report(
                    "error " + event.getFormattedMessage().lines().findFirst().orElse("")
                            + (event.getThrowableProxy() == null
                                    ? ""
                                    : ": " + event.getThrowableProxy().getClassName() + ": "
                                            + event.getThrowableProxy().getMessage()));
        }
    }

    private static boolean isOutOfMemory(IThrowableProxy thrown) {
        for (IThrowableProxy cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause.getClassName().contains("OutOf") && cause.getClassName().contains("Memory")) {
                return true;
            }
        }
        return false;
    }
}
