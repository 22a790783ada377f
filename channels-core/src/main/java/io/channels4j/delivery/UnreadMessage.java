package io.channels4j.delivery;

import io.channels4j.Message;

/**
 * A message in a pulled channel.
 *
 * @param message the message
 * @param expiresAt the time at which the unread message expires, in milliseconds according to the delivery's clock
 * @param deliveries the number of times that the message was taken and requeued
 */
public record UnreadMessage(Message message, long expiresAt, int deliveries) {}
