package io.channels4j.delivery;

/** The base of the in-memory layer, through which {@link LocalDelivery#of} finds its delivery. */
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
