package io.channels4j.delivery;

/** The base class of the in-memory layer; {@link LocalDelivery#of} uses it to find the layer's delivery. */
public abstract class DeliveryOwner {

    final LocalDelivery delivery;

    /**
     * Creates an owner.
     *
     * @param delivery its delivery
     */
    protected DeliveryOwner(LocalDelivery delivery) {
        this.delivery = delivery;
    }
}
