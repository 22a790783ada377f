package io.channels4j.netty.fuzz;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import io.netty.channel.ChannelId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;

/** Checks every log event. Replaces the other appenders until it is closed. */
final class LogMonitor extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private static final int MAX_VIOLATIONS = 20;
    private static final String ACCESS = "io.channels4j.access";

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Logger server = (Logger) LoggerFactory.getLogger("io.channels4j");
    private final Logger access = (Logger) LoggerFactory.getLogger(ACCESS);
    private final Map<String, String> firstLines = new ConcurrentHashMap<>();
    private final List<Appender<ILoggingEvent>> replaced = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
    private final Set<String> advice = ConcurrentHashMap.newKeySet();
    private final AtomicLong debugLines = new AtomicLong();
    private final AtomicLong accessLines = new AtomicLong();

    LogMonitor() {
        setContext(root.getLoggerContext());
        start();
        root.iteratorForAppenders().forEachRemaining(replaced::add);
        replaced.forEach(root::detachAppender);
        for (Logger logger : List.of(root, server, access)) {
            logger.addAppender(this);
        }
        server.setLevel(Level.DEBUG);
        server.setAdditive(false);
        access.setLevel(Level.INFO);
        access.setAdditive(false);
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLoggerName().equals(ACCESS)) {
            accessLines.incrementAndGet();
            requireOneLine(event.getFormattedMessage());
        } else if (isAdvice(event) && advice.add(event.getMessage())) {
            requireOneLine(event.getFormattedMessage());
        } else if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
            report(event.getLevel() + " " + event.getLoggerName() + ": " + event.getFormattedMessage()
                    + (event.getThrowableProxy() == null
                            ? ""
                            : ThrowableProxyUtil.asString(event.getThrowableProxy())));
        } else {
            debug(event);
        }
    }

    /**
     * Returns true for a warning about the configuration. The server logs it once when a peer triggers it.
     */
    private static boolean isAdvice(ILoggingEvent event) {
        return event.getLevel() == Level.WARN
                && event.getThrowableProxy() == null
                && event.getMessage().endsWith("(later ones are logged at level DEBUG)");
    }

    private void debug(ILoggingEvent event) {
        debugLines.incrementAndGet();
        requireOneLine(event.getFormattedMessage());
        Object id = event.getArgumentArray()[0];
        // the short id in log lines has only 32 bits and is not unique among a million connections
        String connection = id instanceof ChannelId channelId ? channelId.asLongText() : String.valueOf(id);
        String first = firstLines.putIfAbsent(connection, event.getFormattedMessage());
        if (first != null) {
            report("a second line about a connection: %s, after %s".formatted(event.getFormattedMessage(), first));
        }
    }

    private void requireOneLine(String text) {
        if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            report("a line with control characters: " + text);
        }
    }

    private void report(String what) {
        if (violations.size() < MAX_VIOLATIONS) {
            violations.add(what);
        }
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    long debugLines() {
        return debugLines.get();
    }

    long accessLines() {
        return accessLines.get();
    }

    @Override
    public void close() {
        for (Logger logger : List.of(root, server, access)) {
            logger.detachAppender(this);
        }
        replaced.forEach(root::addAppender);
        server.setLevel(null);
        server.setAdditive(true);
        access.setLevel(null);
        access.setAdditive(true);
    }
}
