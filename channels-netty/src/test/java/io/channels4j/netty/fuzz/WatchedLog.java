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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.LoggerFactory;

/** Reads every line of the log in place of whoever else would, until it is closed. */
final class WatchedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private static final int MOST_KEPT = 20;
    private static final String ACCESS = "io.channels4j.access";

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Logger server = (Logger) LoggerFactory.getLogger("io.channels4j");
    private final Logger access = (Logger) LoggerFactory.getLogger(ACCESS);
    private final Map<String, String> firstLines = new ConcurrentHashMap<>();
    private final List<Appender<ILoggingEvent>> others = new ArrayList<>();
    private final ConcurrentLinkedQueue<String> complaints = new ConcurrentLinkedQueue<>();
    private final AtomicLong debugLines = new AtomicLong();
    private final AtomicLong accessLines = new AtomicLong();

    WatchedLog() {
        setContext(root.getLoggerContext());
        start();
        root.iteratorForAppenders().forEachRemaining(others::add);
        others.forEach(root::detachAppender);
        for (Logger logger : List.of(root, server, access)) {
            logger.addAppender(this);
        }
        server.setLevel(Level.DEBUG);
        server.setAdditive(false);
        access.setLevel(Level.INFO);
        access.setAdditive(false);
    }

    @Override
    protected void append(ILoggingEvent line) {
        if (line.getLoggerName().equals(ACCESS)) {
            accessLines.incrementAndGet();
            requireOneLine(line.getFormattedMessage());
        } else if (line.getLevel().isGreaterOrEqual(Level.INFO)) {
            complain(line.getLevel() + " " + line.getLoggerName() + ": " + line.getFormattedMessage()
                    + (line.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(line.getThrowableProxy())));
        } else {
            debug(line);
        }
    }

    private void debug(ILoggingEvent line) {
        debugLines.incrementAndGet();
        requireOneLine(line.getFormattedMessage());
        Object id = line.getArgumentArray()[0];
        // the short form that is logged has 32 bits, too few for a million connections
        String connection = id instanceof ChannelId whole ? whole.asLongText() : String.valueOf(id);
        String first = firstLines.putIfAbsent(connection, line.getFormattedMessage());
        if (first != null) {
            complain("a second line about a peer: %s, after %s".formatted(line.getFormattedMessage(), first));
        }
    }

    private void requireOneLine(String text) {
        if (text.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
            complain("a line with control characters: " + text);
        }
    }

    private void complain(String what) {
        if (complaints.size() < MOST_KEPT) {
            complaints.add(what);
        }
    }

    List<String> complaints() {
        return List.copyOf(complaints);
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
        others.forEach(root::addAppender);
        server.setLevel(null);
        server.setAdditive(true);
        access.setLevel(null);
        access.setAdditive(true);
    }
}
