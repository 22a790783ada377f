package io.channels4j.delivery;

import io.channels4j.Message;

/**
 * A message in a pulled channel.
 *
 * @param message the message
 * @param expiresAt when it is dropped unread, in milliseconds of the delivery's clock
 * @param deliveries how often it was taken and returned before
 */
public record UnreadMessage(Message message, long expiresAt, int deliveries) {}
