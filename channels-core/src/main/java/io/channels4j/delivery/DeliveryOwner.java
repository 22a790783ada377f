package io.channels4j.delivery;

import io.channels4j.control.ControlMessages;
import io.channels4j.control.ControlOwner;
import io.channels4j.control.LocalControlMessages;

/** The base class of the in-memory layer. {@link LocalDelivery#of} uses it to find the layer's delivery. */
public abstract class DeliveryOwner extends ControlOwner {

    final LocalDelivery delivery;

    /**
     * Creates an owner.
     *
     * @param delivery the delivery of the layer
     */
    protected DeliveryOwner(LocalDelivery delivery) {
        this.delivery = delivery;
    }

    @Override
    protected final ControlMessages control() {
        return new LocalControlMessages(delivery.control());
    }
}
