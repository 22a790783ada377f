package io.channels4j.delivery;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Traces the groups of this process, so that a misspelt group name can be found. */
final class DeliveryLog {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.layer.ChannelLayer");

    private DeliveryLog() {}

    static boolean isTracing() {
        return LOG.isTraceEnabled();
    }

    static void joined(String group, String channel) {
        LOG.trace("group {}: {} joined", group, channel);
    }

    static void left(String group, String channel) {
        LOG.trace("group {}: {} left", group, channel);
    }

    /** Traces a message to a group. Without members in this process, the name of the group may be misspelt. */
    static void groupMessage(String group, String type, int members) {
        LOG.trace("group {}: message {} for {} members in this process", group, type, members);
    }

    static void channelMessage(String channel, String type, boolean subscribed) {
        LOG.trace("channel {}: message {}, {}", channel, type, subscribed ? "connected here" : "not connected here");
    }
}
